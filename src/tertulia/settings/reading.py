"""The operator's configuration: a TOML file and `TERTULIA_*` variables, read once, refused when wrong.

What an editor chooses for a site is policy, elsewhere: `domain/policy.py`.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import msgspec

from tertulia.settings import providers, publishers
from tertulia.settings.providers import Provider
from tertulia.settings.publishers import Publisher

PREFIX: Final = "TERTULIA_"
FILE_VARIABLE: Final = "TERTULIA_SETTINGS"
DEFAULT_FILE: Final = "tertulia.toml"
SHORTEST_SECRET: Final = 32
UNSET_SECRET: Final = "unset:"  # noqa: S105 - it says that there is none
"""What a key begins with that the operator did not set and everybody could guess: nothing is signed with it."""

_BEGINNINGS: Final = {
    "database": ("sqlite:///", "postgresql://"),
    "base_url": ("http://", "https://"),
    "valkey": ("valkey://", "redis://", "rediss://", "unix://"),
    "smtp": ("smtp://", "smtp+starttls://", "smtps://"),
}
"""How URLs begin; a server that one may do without may be empty too, which is its default."""

_HSTS: Final = re.compile(r"max-age=[0-9]{1,10}(; includeSubDomains)?(; preload)?")

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Threads = Annotated[int, msgspec.Meta(ge=1, le=256)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class WrongSettings(Exception):
    """A setting cannot be used; the message names its place, its name and the reason."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults. `docs/reference/settings.md` says what each is for."""

    database: str = "sqlite:///tertulia.db"
    """URL of the database: `sqlite:///file` (four slashes for an absolute path) or `postgresql://…`."""
    base_url: str = "http://127.0.0.1:8080"
    """Address under which readers reach this server, without a path."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8080
    """Port to listen on; 0 lets the kernel choose."""
    threads: Threads = 16
    """Worker threads, and so database connections, of one process."""
    secret: str = ""
    """Key for hashes of network addresses and e-mails; made by `serve` beside the database when empty."""
    valkey: str = ""
    """URL of a Valkey or Redis server that joins several processes; empty for one process."""
    channel: str = "tertulia"
    """Prefix of channels and keys in Valkey."""
    with_worker: bool = True
    """Run background work inside the web process."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of reverse proxies whose `X-Forwarded-For` is believed."""
    metrics_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks that may read the figures at `/metrics`."""
    hsts: str = "max-age=31536000; includeSubDomains"
    """`Strict-Transport-Security` of every answer where `base_url` is https and names no port; empty for none."""
    listeners: Count = 5000
    """Live listeners one process takes."""
    cache_mebibytes: Count = 64
    """Memory for rendered pages of one process."""
    posts_per_minute_per_network: Count = 30
    """Comments one network address may send within a minute."""
    previews_per_minute_per_network: Count = 120
    """Previews one network address may ask for within a minute."""
    sign_ins_per_minute_per_network: Count = 10
    """Sign-in mails one network address may ask for within a minute, and names it may change; it may try twice as many
    links and codes.
    """
    statement_seconds: Annotated[float, msgspec.Meta(gt=0, le=600)] = 10.0
    """Longest time one unit of work may spend in the database."""
    log_format: Literal["console", "json"] = "console"
    """`console` for people, `json` for machines."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """`debug`, `info`, `warning` or `error`."""
    smtp: str = ""
    """URL of a mail server, `smtp://user:password@host:port`, `smtp+starttls://…` or `smtps://…`."""
    mail_from: str = ""
    """Address that mail comes from; `comments@` and the host of `base_url` when empty."""
    publishers: dict[str, Publisher] = {}
    """How publications sign their own subscribers in, by site key."""
    providers: dict[str, dict[str, Provider]] = {}
    """OpenID providers at which readers may sign in, by site key and name."""
    is_development: bool = False
    """Show links in the log where there is no mail server, allow plain HTTP."""


def load(path: str | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the file and the environment; the environment wins. Raise `WrongSettings`."""
    variables = os.environ if environment is None else environment
    file = path or variables.get(FILE_VARIABLE)
    values, where = _from_file(file)
    for name, value in variables.items():
        if name.startswith(PREFIX) and name != FILE_VARIABLE:
            field = name.removeprefix(PREFIX).lower()
            values[field], where[field] = _plain(field, value), f"environment variable {name}"
    return _decode(values, where)


def _from_file(file: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    path = Path(file or DEFAULT_FILE)
    if file is None and not path.exists():
        return {}, {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongSettings(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path}: not TOML: {error}") from None
    return dict(values), dict.fromkeys(values, str(path))


def _plain(field: str, value: str) -> Any:
    """Give a variable's text as the type of its field, or as it is where it does not fit."""
    kind = next((each.type for each in msgspec.structs.fields(Settings) if each.name == field), str)
    if kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            value.lower(), value
        )
    if get_origin(kind) is dict:
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    if kind == tuple[str, ...]:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _decode(values: dict[str, Any], where: dict[str, str]) -> Settings:
    known = {each.name for each in msgspec.structs.fields(Settings)}
    for name, place in where.items():
        if name not in known:
            raise WrongSettings(f"{place}: {name}: there is no such setting")
    settings = Settings()
    for name, value in values.items():
        try:
            # One by one, so that the message can name the place; text is read as a number where one is meant.
            settings = msgspec.structs.replace(
                settings, **{name: getattr(msgspec.convert({name: value}, Settings, strict=False), name)}
            )
        except msgspec.ValidationError as error:
            reason = _choices(name) or str(error).partition(" - at")[0]
            raise WrongSettings(f"{where[name]}: {name}: {reason}") from None
    return _checked(settings, where)


def _choices(name: str) -> str:
    """Say what a setting may be, where that is one of a few words."""
    kind = next(each.type for each in msgspec.structs.fields(Settings) if each.name == name)
    *words, last = get_args(kind) if get_origin(kind) is Literal else ("",)
    return f"must be {', '.join(words)} or {last}" if words else ""


def _checked(settings: Settings, where: dict[str, str]) -> Settings:
    """Check what a type cannot say."""

    def wrong(name: str, reason: str) -> WrongSettings:
        return WrongSettings(f"{where.get(name, 'default')}: {name}: {reason}")

    for name, beginnings in _BEGINNINGS.items():
        url: str = getattr(settings, name)
        if url != getattr(Settings(), name) and not url.startswith(beginnings):
            raise wrong(name, f"must begin with {', '.join(beginnings[:-1])} or {beginnings[-1]}")
    if settings.base_url.rstrip("/").count("/") > 2:
        raise wrong("base_url", "must have no path")
    faults = {
        "trusted_proxies": _fault_of_networks(settings.trusted_proxies),
        "metrics_networks": _fault_of_networks(settings.metrics_networks),
        "hsts": _fault_of_hsts(settings.hsts),
        "secret": _fault_of_secret(settings.secret),
        "publishers": publishers.fault_among(settings.publishers),
        "providers": providers.fault_among(settings.providers),
    }
    for field, fault in faults.items():
        if fault:
            raise wrong(field, fault)
    return msgspec.structs.replace(settings, base_url=settings.base_url.rstrip("/"))


def _fault_of_networks(networks: Sequence[str]) -> str:
    """Say which of several networks is none."""
    strange = next((each for each in networks if not _is_network(each)), None)
    return "" if strange is None else f"{strange} is no network, as 10.0.0.0/8 or 127.0.0.1"


def _fault_of_hsts(hsts: str) -> str:
    """Say what is wrong with a header's value; a line break in it would be a header of its own."""
    is_right = not hsts or _HSTS.fullmatch(hsts)
    return "" if is_right else "must be like max-age=31536000; includeSubDomains; preload, or empty"


def _fault_of_secret(secret: str) -> str:
    """Say what is wrong with a key. Who gets one sign-in mail could guess a short one at leisure."""
    is_short = 0 < len(secret) < SHORTEST_SECRET
    return f"must have {SHORTEST_SECRET} or more random characters" if is_short else ""


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
