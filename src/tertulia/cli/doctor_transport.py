"""What `doctor` says of connections to other machines: whether whoever is in between could read and change them."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from tertulia.cli.examined import Examined, is_here
from tertulia.settings import Settings


def check(loaded: Settings) -> Iterator[Examined]:
    yield from _database(loaded.database)
    yield from _valkey(loaded.valkey)


def _database(url: str) -> Iterator[Examined]:
    address = urlsplit(url)
    asked = parse_qs(address.query)
    host = asked.get("host", [address.hostname or ""])[-1]
    if address.scheme != "postgresql" or not host or host.startswith("/") or is_here(host):
        return
    if asked.get("sslmode", [""])[-1] == "verify-full":
        yield Examined(what="transport", found=f"database: TLS with the certificate of {host}")
        return
    yield Examined(
        what="transport",
        found=f"database: {host} may answer without TLS, or with anybody's certificate",
        advice="add ?sslmode=verify-full&sslrootcert=… to the setting `database`",
    )


def _valkey(url: str) -> Iterator[Examined]:
    address = urlsplit(url)
    if not address.hostname or is_here(address.hostname):
        return
    if address.scheme == "rediss":
        yield Examined(what="transport", found=f"valkey: TLS with the certificate of {address.hostname}")
        return
    yield Examined(
        what="transport",
        found=f"valkey: without TLS to {address.hostname}",
        advice="let Valkey speak TLS, and begin the setting `valkey` with rediss://",
    )
