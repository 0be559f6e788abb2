"""`tertulia doctor`: what is wrong with an installation and how to mend it."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import valkey
from valkey.exceptions import ValkeyError

from tertulia import app, settings
from tertulia.cli import doctor_audit, doctor_mail, doctor_transport, doctor_ways
from tertulia.cli.examined import PATIENCE_SECONDS, Examined, is_here
from tertulia.domain.sites import BadOrigin, normal_origin
from tertulia.services import sites
from tertulia.settings import Settings
from tertulia.store import migrate

LEAST_FREE_BYTES = 1024**3
MOST_SKEW_SECONDS = 5

Check = Callable[[Settings], Iterator[Examined]]


@click.command()
@click.option("--audit", "with_audit", is_flag=True, help="Follow the audit trails of all sites instead.")
@click.option(
    "--audit-digest",
    "told",
    multiple=True,
    metavar="SITE=DIGEST",
    help="What was written down of a site's audit trail; it must be there still.",
)
@click.pass_obj
def doctor(settings_file: str | None, *, with_audit: bool, told: tuple[str, ...]) -> None:
    """Check settings, database, disk, clock, origin, Valkey, mail, publishers, providers; exit code 1 on a fault."""
    loaded = settings.load(settings_file)
    known = doctor_audit.digests_of(told)
    if with_audit or known:
        _examine(loaded, [partial(doctor_audit.check, known=known)], "every audit trail is whole")
        return
    _examine(loaded, CHECKS, "nothing stands in the way of serving")


def _examine(loaded: Settings, checks: Sequence[Check], well: str) -> None:
    click.echo("ok    settings: readable")
    faults = 0
    for check in checks:
        for examined in check(loaded):
            faults += examined.is_fault
            mark = "FAULT" if examined.is_fault else "note " if examined.advice else "ok   "
            click.echo(f"{mark} {examined.what}: {examined.found}")
            if examined.advice:
                click.echo(f"      {examined.advice}")
    if faults:
        click.echo(f"{faults} fault{'s' if faults > 1 else ''} found")
        sys.exit(1)
    click.echo(well)


def _database(loaded: Settings) -> Iterator[Examined]:
    try:
        current, head = migrate.versions(loaded.database)
    except app.DatabaseError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Examined(
            what="database",
            found=reason,
            advice="check that the server runs and that the setting `database` has the right address and password",
            is_fault=True,
        )
        return
    yield Examined(what="database", found="answers")
    if current != head:
        yield Examined(
            what="migrations",
            found=f"at version {current or 'none'}, newest is {head}",
            advice="run `tertulia db upgrade`",
            is_fault=True,
        )
        return
    yield Examined(what="migrations", found=f"at version {head}, the newest")
    yield from _clock(loaded)
    yield from _origins(loaded)
    yield from doctor_mail.check_passwords(loaded)


def _clock(loaded: Settings) -> Iterator[Examined]:
    with app.opened(loaded) as running:
        skew = abs((running.database_time() - running.now()).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        yield Examined(
            what="clock",
            found=f"{skew:.0f} seconds away from the database's",
            advice="let both machines keep time by NTP: edit windows and the order of comments depend on it",
            is_fault=True,
        )
    else:
        yield Examined(what="clock", found="agrees with the database's")


def _origins(loaded: Settings) -> Iterator[Examined]:
    with app.opened(loaded) as running:
        known = sites.list_all(running.units)
    if not known:
        yield Examined(
            what="sites",
            found="there is none",
            advice="run `tertulia site add KEY --name NAME --origin https://www.example.org`",
        )
    else:
        yield Examined(what="sites", found=", ".join(site.key for site in known))
    for site in known:
        plain = [
            origin for origin in site.origins if origin.startswith("http://") and "127.0.0.1" not in origin
        ]
        if plain and loaded.base_url.startswith("https://"):
            yield Examined(
                what=f"origin of {site.key}",
                found=f"{plain[0]} is plain HTTP",
                advice="serve the publication's pages by HTTPS, or browsers show the embed without storage",
            )


def _address(loaded: Settings) -> Iterator[Examined]:
    try:
        normal_origin(loaded.base_url)
    except BadOrigin:
        yield Examined(
            what="base_url",
            found=f"{loaded.base_url} is no address of a server",
            advice="set base_url to the address readers use, as https://comments.example.org",
            is_fault=True,
        )
        return
    host = urlsplit(loaded.base_url).hostname or ""
    is_local = is_here(host)
    if loaded.base_url.startswith("http://") and not is_local:
        yield Examined(
            what="base_url",
            found=f"{loaded.base_url} is plain HTTP",
            advice="put a reverse proxy with a certificate in front and set base_url to its https:// address",
            is_fault=not loaded.is_development,
        )
    elif is_local and not loaded.is_development:
        yield Examined(
            what="base_url",
            found=f"{loaded.base_url} is reached from this machine only",
            advice="set base_url to the address readers use",
        )
    else:
        yield Examined(what="base_url", found=loaded.base_url)
    if not is_local and not loaded.trusted_proxies:
        yield Examined(
            what="trusted_proxies",
            found="none",
            advice="behind a reverse proxy name its network, or all readers share one rate limit",
        )


def _disk(loaded: Settings) -> Iterator[Examined]:
    address = urlsplit(loaded.database)
    if address.scheme != "sqlite":
        return
    place = Path(unquote(address.path[1:])).absolute().parent
    if not place.is_dir():
        yield Examined(what="disk", found=f"{place} is missing", advice=f"mkdir -p {place}", is_fault=True)
        return
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE_BYTES:
        yield Examined(
            what="disk",
            found=f"{free // 2**20} MiB free beside the database",
            advice="make room: a full disk refuses every comment",
            is_fault=True,
        )
    else:
        yield Examined(what="disk", found=f"{free // 2**30} GiB free beside the database")
    if sqlite3.sqlite_version_info < (3, 40):
        yield Examined(
            what="sqlite",
            found=sqlite3.sqlite_version,
            advice="use SQLite 3.40 or newer (Debian 12 has it)",
            is_fault=True,
        )


def _secret(loaded: Settings) -> Iterator[Examined]:
    if loaded.secret or loaded.database.startswith("sqlite"):
        yield Examined(what="secret", found="set" if loaded.secret else "kept beside the database")
        return
    yield Examined(
        what="secret",
        found="not set",
        advice="set `secret` to 32 or more random characters, the same for every process: it keys the hashes of"
        " network addresses",
        is_fault=True,
    )


def _valkey(loaded: Settings) -> Iterator[Examined]:
    if not loaded.valkey:
        yield Examined(
            what="valkey",
            found="not used: one process serves alone",
            advice=""
            if loaded.with_worker
            else "with_worker is false: without Valkey a web process hears of no"
            " other's comments; set `valkey`, or let the one process do the background work",
            is_fault=not loaded.with_worker,
        )
        return
    url = loaded.valkey
    try:
        client = valkey.Valkey.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
        client.ping()
    except (ValkeyError, OSError, ValueError) as error:
        yield Examined(
            what="valkey",
            found=str(error) or type(error).__name__,
            advice="start it, or mend the setting `valkey`; until then readers ask the database at every read",
            is_fault=True,
        )
        return
    yield Examined(what="valkey", found="answers")


CHECKS: tuple[Check, ...] = (
    _address,
    _disk,
    _database,
    _secret,
    _valkey,
    doctor_transport.check,
    doctor_mail.check,
    doctor_ways.check,
)
