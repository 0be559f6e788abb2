"""Requests as a browser sends them, as bytes; and one plain way to ask once and look at the answer."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.samples import ORIGIN

BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) bench",
    "Accept": "*/*",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip, deflate, br",
    "Origin": ORIGIN,
    "Referer": f"{ORIGIN}/",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer, as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Give a header; empty when it is not there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """Make a read."""
    return _bytes("GET", path, BROWSER | dict(headers or {}), b"")


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Make a write."""
    return _bytes("POST", path, BROWSER | dict(headers) | {"Content-Length": str(len(body))}, body)


def query(**values: str) -> str:
    """Write parameters as a browser's script does."""
    return urlencode(values)


def ask(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask once, not in a hurry."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=BROWSER | dict(headers or {}))
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
    finally:
        connection.close()


def _bytes(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
