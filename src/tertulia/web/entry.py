"""One public page as finished bytes: its identity, its answer in each encoding, its headers. Made in a thread."""

import gzip
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import brotli  # type: ignore[import-untyped]  # it ships no types

from tertulia.domain.ids import StoryId
from tertulia.web import headers

Key = tuple[str, str]
"""Path and known parameters, in one spelling."""

Header = tuple[bytes, bytes]

WORTH_COMPRESSING: Final = 200
BROTLI_QUALITY: Final = 5
GZIP_LEVEL: Final = 6
OVERHEAD: Final = 2_000
"""Bytes that an entry takes beside its bodies, roughly."""


class Keep(StrEnum):
    """How long a public answer may be used."""

    FRESH = "fresh"
    """Until its story changes."""
    FOREVER = "forever"
    """Its address names its revision."""
    NEVER = "never"
    """It is not what its address says, though the best there is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Public:
    """What a public view gives: text for everybody, and what it depends on."""

    text: str
    story: StoryId | None
    """None where it depends on the whole site."""
    revision: int
    """The story's revision; the same as `stamp` except where there is no story yet."""
    stamp: int | None = None
    """The site's newest event, for what depends on the site."""
    keep: Keep = Keep.FRESH
    media_type: str = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A page in one encoding, as the messages that send it."""

    encoding: str
    start: dict[str, Any]
    content: dict[str, Any]
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A rendered page. Only `forms` grows: encodings are made when somebody asks for them."""

    key: Key
    site: str
    story: StoryId | None
    revision: int
    stamp: int
    look: int
    """What stood for the site's name, language and policy before it was made."""
    body: bytes
    etag: bytes
    headers: Sequence[Header]
    unchanged: dict[str, Any]
    is_kept: bool
    made_at: float
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return OVERHEAD + len(self.body) + sum(form.size for form in self.forms.values())


def make_entry(
    key: Key, site: str, public: Public, encoding: str, *, look: int = 0, always: Sequence[Header] = ()
) -> Entry:
    """Make the bytes of a page, in the encoding that is asked for now. `always` is what every answer says."""
    body = public.text.encode()
    etag = b'W/"%s"' % hashlib.sha256(body).hexdigest()[:24].encode()
    common = [
        (b"etag", etag),
        (b"cache-control", _CACHE_CONTROL[public.keep]),
        (b"vary", b"Accept-Encoding"),
        (b"tertulia-revision", b"%d" % public.revision),
        *headers.FOR_EVERYBODY,
        *always,
    ]
    entry = Entry(
        key=key,
        site=site,
        story=public.story,
        revision=public.revision,
        stamp=public.revision if public.stamp is None else public.stamp,
        look=look,
        body=body,
        etag=etag,
        headers=[(b"content-type", public.media_type.encode()), *common, *headers.OF_PAGES],
        unchanged={"type": "http.response.start", "status": 304, "headers": common},
        is_kept=public.keep is not Keep.NEVER,
        made_at=time.monotonic(),
    )
    form = make_form(entry, encoding)
    entry.forms[form.encoding] = form
    entry.forms.setdefault("", form if not form.encoding else make_form(entry, ""))
    return entry


def make_form(entry: Entry, encoding: str) -> Form:
    """Make a page's bytes in an encoding; what is short stays as it is under that name, too."""
    body, named = entry.body, list(entry.headers)
    if encoding and len(body) >= WORTH_COMPRESSING:
        body = _compressed(body, encoding)
        named.append((b"content-encoding", encoding.encode()))
    named.append((b"content-length", b"%d" % len(body)))
    return Form(
        encoding=encoding,
        start={"type": "http.response.start", "status": 200, "headers": named},
        content={"type": "http.response.body", "body": body, "more_body": False},
        size=0 if body is entry.body else len(body),
    )


def encoding_of(accepted: bytes) -> str:
    """Choose br, gzip or nothing from `Accept-Encoding`; ours, not the reader's order of preference."""
    if b";" in accepted:
        return _weighed(accepted)
    if b"br" in accepted:
        return "br"
    return "gzip" if b"gzip" in accepted else ""


def _weighed(accepted: bytes) -> str:
    """Leave out what is refused by `q=0`."""
    wanted = set()
    for part in accepted.lower().split(b","):
        name, _, weight = part.partition(b";")
        if weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"):
            wanted.add(name.strip())
    return next((each for each in ("br", "gzip") if each.encode() in wanted), "")


def _compressed(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


_CACHE_CONTROL: Final = {
    Keep.FRESH: b"public, max-age=0, s-maxage=5",
    Keep.FOREVER: b"public, max-age=31536000, immutable",
    Keep.NEVER: b"no-store",
}
