"""The composition root: the only place where parts are joined. No logic lives here."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from tertulia.domain.events import Event
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sites import Site
from tertulia.plugins import registry
from tertulia.plugins.contracts import DeviceKeeper, Notifier, SecretKeeper, SignIn
from tertulia.realtime.bus import Bus, MemoryBus, ValkeyBus
from tertulia.realtime.hub import Hub
from tertulia.realtime.revisions import Revisions
from tertulia.services.unit import Plugins, Units
from tertulia.settings import UNSET_SECRET, Settings
from tertulia.store import dialect, engine, version
from tertulia.store.engine import DatabaseError
from tertulia.store.version import Unmigrated
from tertulia.web import asgi
from tertulia.web.parts import Parts
from tertulia.web.parts import make as make_parts
from tertulia.worker.loop import Worker
from tertulia.worker.post import Post


def clock() -> datetime:
    """Give the time; the one place that asks for it."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The core without any edge: what commands use."""

    settings: Settings
    units: Units
    secret: str

    def now(self) -> datetime:
        """Give the time as Units see it."""
        return self.units.clock()

    def database_time(self) -> datetime:
        """Give the time as the database sees it."""
        with self.units.bare() as (db, _):
            return dialect.now(db)

    def require_site(self, key: str) -> Site:
        """Give a site; raise `NotFound`."""
        with self.units.read(key, SYSTEM) as unit:
            return unit.site


@contextmanager
def opened(settings: Settings) -> Iterator[App]:
    """Open the core for a command; raise `Unmigrated` when the database is not ready."""
    database = _connect(settings)
    try:
        units = Units(database, plugins=load_plugins(settings), clock=clock, key=secret_of(settings))
        yield App(settings=settings, units=units, secret=secret_of(settings))
    finally:
        database.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A serving process: its ASGI application and what must be started and closed with it."""

    parts: Parts
    application: asgi.Application
    bus: Bus
    worker: Worker | None


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """Join the parts of a web process; raise `Unmigrated` when the database is not ready."""
    settings = msgspec.structs.replace(settings, secret=secret_of(settings))
    database = _connect(settings)
    bus, hub, revisions = _bus(settings), Hub(most=settings.listeners), Revisions()
    for follower in (revisions, hub):
        bus.follow(follower)

    def after_commit(site: Site, happened: Sequence[Event]) -> None:
        revisions.follow_commit(site.key, happened)
        bus.wake_soon()

    try:
        units = Units(
            database,
            plugins=load_plugins(settings),
            clock=clock,
            after_commit=after_commit,
            key=settings.secret,
        )
        parts = make_parts(
            settings=settings,
            units=units,
            revisions=revisions,
            hub=hub,
            passkeys=passkeys_of(settings),
            sign_ins=sign_ins_of(settings),
            passwords=password_keeper(),
        )
        yield Server(
            parts=parts,
            application=asgi.create(parts),
            bus=bus,
            worker=Worker(units, bus, post=_post(settings)) if settings.with_worker else None,
        )
    finally:
        database.close()


@contextmanager
def working(settings: Settings) -> Iterator[tuple[Bus, Worker]]:
    """Join the parts of a worker process."""
    database = _connect(settings)
    bus = _bus(settings)
    try:
        units = Units(database, plugins=load_plugins(settings), clock=clock, key=secret_of(settings))
        yield bus, Worker(units, bus, post=_post(settings))
    finally:
        database.close()


def load_plugins(settings: Settings) -> Plugins:
    """Make every installed rule, and name the providers, of which a site's policy names those it uses; and what writes
    and reads mails.
    """
    names = tuple(registry.load("rule"))
    return Plugins(
        rules={rule.name: rule for rule in registry.rules(names)},
        ways={"email": registry.sign_in("email", {})},
        providers=settings.providers,
    )


def notifier_of(settings: Settings, *, seconds: int = 20) -> Notifier:
    """Make the notifier that sends mail; `smtp` is set. Raise `BrokenPlugin` when it refuses its settings.

    `seconds` is how long the server may take for an answer.
    """
    host = urlsplit(settings.base_url).hostname or "localhost"
    sender = settings.mail_from or f"comments@{'localhost' if ':' in host else host}"
    asked = {"server": settings.smtp, "sender": sender, "host": host, "seconds": seconds}
    return registry.notifier("email", asked)


def sign_ins_of(settings: Settings) -> dict[str, dict[str, SignIn]]:
    """Make each site's ways to sign in, by name; raise `BrokenPlugin` for settings that do not fit."""
    made: dict[str, dict[str, SignIn]] = {}
    for site, publisher in settings.publishers.items():
        table = {"site": site, **msgspec.structs.asdict(publisher)}
        made.setdefault(site, {})["publisher-token"] = registry.sign_in("publisher-token", table)
    for site, providers in settings.providers.items():
        for name, provider in providers.items():
            table = {"site": site, "name": name, **msgspec.structs.asdict(provider)}
            made.setdefault(site, {})[name] = registry.sign_in("oidc", table, called=name)
    return made


def passkeys_of(settings: Settings) -> DeviceKeeper:
    """Make what asks devices for passkeys, and believes them."""
    return registry.device_keeper("passkey", {"origin": settings.base_url})


def password_keeper() -> SecretKeeper:
    """Make what compares passwords; raise `BrokenPlugin`."""
    return registry.secret_keeper("password")


def _post(settings: Settings) -> Post:
    return Post(
        base_url=settings.base_url,
        key=secret_of(settings),
        send=notifier_of(settings).send if settings.smtp else None,
        is_development=settings.is_development,
    )


def secret_of(settings: Settings) -> str:
    """Give the key for hashes; one is made and kept beside a SQLite file when the operator set none."""
    if settings.secret:
        return settings.secret
    file = engine.file_of(settings.database)
    if file is None:
        # Several processes must share it, so PostgreSQL's operator sets it; `doctor` calls this a fault.
        return f"{UNSET_SECRET}{settings.base_url}"
    place = file.with_suffix(".secret")
    if not place.exists():
        place.touch(mode=0o600, exist_ok=True)
        place.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return place.read_text(encoding="utf-8").strip()


def _connect(settings: Settings) -> engine.Database:
    """Open the database; raise `Unmigrated` when it is not ready."""
    file = engine.file_of(settings.database)
    if file is not None and not file.exists():
        # Opening it would make an empty file, and perhaps as the wrong user.
        raise Unmigrated(f"{file} does not exist: run `tertulia db upgrade`")
    database = engine.connect(
        settings.database, threads=settings.threads, statement_seconds=settings.statement_seconds
    )
    try:
        with database.read() as db:
            version.require_newest(db)
    except BaseException:
        database.close()
        raise
    return database


def _bus(settings: Settings) -> Bus:
    if not settings.valkey:
        return MemoryBus()
    return ValkeyBus(settings.valkey, channel=settings.channel)


__all__ = [
    "App",
    "Bus",
    "DatabaseError",
    "Server",
    "Unmigrated",
    "Worker",
    "opened",
    "serving",
    "working",
]
