"""Reads a saved page that lost all structure: a report followed by comments, as plain text. The recovery itself
lives in `flat_text`; here the file is decoded and what was recovered becomes records marked as inferred.
"""

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from tertulia.builtin.importers.flat_text.recover import RecoveredComment, Recovery, recover
from tertulia.domain.transfer import (
    BodyKind,
    LinkKind,
    PortableAuthor,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import ImportOptions

MOST_BYTES: Final = 4 * 1024 * 1024
"""A page of 20,000 comments is smaller; the recovery needs the whole text at once."""

_ORDERS: Final = {"nested": "dfs", "time": "chrono"}
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
# Exports with a stray byte in front would otherwise pass for prose.
_MARKUP: Final = re.compile(r"<(\?xml|!doctype|html|rss|feed)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")


class Flat:
    """The importer `flat`."""

    name = "flat"

    def recognises(self, head: bytes, filename: str) -> bool:  # noqa: ARG002  # files are renamed freely
        """Take what is text, begins like no markup or data, and has lines of prose. Every other format goes first."""
        try:
            # The head may end within a character.
            text, _code = _decoded(head, is_head=True)
        except UnreadableFile:
            return False
        start = text.lstrip()
        if not start or start[0] in "<{[" or _MARKUP.search(start[:1000]):
            return False
        lines = [line for line in start.splitlines() if line.strip()]
        prose = sum(len(_WORD.findall(line)) >= 4 for line in lines)
        return prose >= 2 and prose * 4 >= len(lines)

    def read(self, file: BinaryIO, options: ImportOptions) -> Iterator[PortableRecord]:
        """Yield the one story and its comments; needs `options.url`, for nothing in the file says it."""
        if not options.url:
            reason = "flat text does not say which story it is: needs --url"
            raise UnreadableFile(reason)
        raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            reason = f"the text is longer than {MOST_BYTES} bytes"
            raise UnreadableFile(reason)
        text, code = _decoded(raw)
        if not text.strip():
            reason = "there is no text in it"
            raise UnreadableFile(reason)
        if code:
            yield Remark(code=code, where="line 1")
        found = recover(text, article=options.article, order=_ORDERS.get(options.order, "unknown"))
        yield _story(found, options, options.url)
        yield from _entries(found, options.url)
        for note in found.notes:
            yield Remark(code="recovery-note", where=note)


def make(_settings: Mapping[str, object]) -> Flat:
    """Make the importer; it has no settings."""
    return Flat()


def _decoded(raw: bytes, *, is_head: bool = False) -> tuple[str, str]:
    """Give the text and the code of a remark where it is not UTF-8; raise `UnreadableFile` for what is no text."""
    text, code = _as_utf(raw, is_head=is_head)
    if not text and raw:
        try:
            text, code = raw.decode("cp1252"), "decoded-cp1252"
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            reason = "the text is neither UTF-8 nor Windows-1252"
            raise UnreadableFile(reason, line=line) from error
    if found := _CONTROLS.search(text):
        reason = "it is not plain text"
        raise UnreadableFile(reason, line=text.count("\n", 0, found.start()) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n"), code


def _as_utf(raw: bytes, *, is_head: bool) -> tuple[str, str]:
    is_utf_16 = raw.startswith(_UTF_16)
    decoder = codecs.getincrementaldecoder("utf-16" if is_utf_16 else "utf-8-sig")()
    try:
        return decoder.decode(raw, not is_head), "decoded-utf-16" if is_utf_16 else ""
    except UnicodeDecodeError:
        return "", ""


def _story(found: Recovery, options: ImportOptions, url: str) -> PortableStory:
    first = found.article[0] if found.article else ""
    return PortableStory(
        source_id=url,
        url=url,
        title=options.title or found.title or first[:200],
        text=options.article or "\n\n".join(found.article) or None,
    )


def _entries(found: Recovery, url: str) -> Iterator[PortableEntry]:
    ids = _ids(found, url)
    for position, comment in enumerate(found.comments):
        yield PortableEntry(
            source_id=ids[position],
            story_id=url,
            parent_id=None if comment.parent is None else ids[comment.parent],
            author=PortableAuthor(is_anonymous=True),
            body=comment.markdown,
            body_kind=BodyKind.MARKDOWN,
            position=position,
            link=LinkKind.INFERRED,
            confidence=_confidence(comment),
            extra={"line": str(comment.line)},
        )


def _ids(found: Recovery, url: str) -> list[str]:
    """Name each comment by story and words, so that a later copy of the page adds only what is new."""
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for comment in found.comments:
        words = " ".join(comment.text.split())
        told = hashlib.sha256(f"{url}\n{words}".encode()).hexdigest()[:24]
        ids.append(f"{told}-{seen[told]}")
        seen[told] += 1
    return ids


def _confidence(comment: RecoveredComment) -> float:
    """Give the chance that the comment begins here and answers whom we say."""
    parent = 1.0 if comment.parent_confidence is None else comment.parent_confidence
    return round(comment.boundary_confidence * parent, 3)
