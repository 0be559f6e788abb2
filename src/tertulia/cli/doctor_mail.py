"""What `doctor` says of mail, and of what cannot be done without it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tertulia import app
from tertulia.cli.examined import PATIENCE_SECONDS, Examined, is_here
from tertulia.domain.permissions import SYSTEM
from tertulia.plugins.contracts import NotSent
from tertulia.plugins.registry import BrokenPlugin
from tertulia.services import sites
from tertulia.settings import Settings


def check(loaded: Settings) -> Iterator[Examined]:
    if not loaded.smtp:
        yield _no_mail(loaded)
        return
    try:
        notifier = app.notifier_of(loaded, seconds=PATIENCE_SECONDS)
    except BrokenPlugin as error:
        yield Examined(
            what="mail",
            found=error.reason,
            advice="mend the settings `smtp` and `mail_from`: the server does not start with them",
            is_fault=True,
        )
        return
    address = urlsplit(loaded.smtp)
    host = address.hostname or "localhost"
    try:
        notifier.check()
    except NotSent as error:
        yield Examined(
            what="mail",
            found=f"{host}: {error}",
            advice="mend the setting `smtp`, or the mail server; until then no reader can sign in by e-mail",
            is_fault=True,
        )
        return
    if address.scheme == "smtp" and address.password and not is_here(host):
        yield Examined(
            what="mail",
            found=f"{host} answers; smtp:// sends the password in the clear where no TLS is offered",
            advice="write smtp+starttls:// or smtps:// in the setting `smtp`: then TLS is required",
        )
        return
    yield Examined(what="mail", found=f"{host} answers")


def _no_mail(loaded: Settings) -> Examined:
    if loaded.is_development:
        return Examined(what="mail", found="no server is set: links to sign in are written to the log")
    return Examined(
        what="mail",
        found="NOT CONFIGURED: readers cannot sign in by e-mail",
        advice="set `smtp`, as smtp+starttls://user:password@host:587",
    )


def check_passwords(loaded: Settings) -> Iterator[Examined]:
    """Say where passwords are offered, and nobody can choose one."""
    if loaded.smtp or loaded.is_development:
        return
    with app.opened(loaded) as running:
        for site in sites.list_all(running.units):
            with running.units.read(site.key, SYSTEM) as unit:
                is_offered = "password" in unit.policy.ways_in
            if is_offered:
                yield Examined(
                    what=f"passwords of {site.key}",
                    found="NO MAIL: nobody can register, or choose a new password for a forgotten one",
                    advice="set `smtp`, or take `password` out of the policy's `ways_in`",
                )
