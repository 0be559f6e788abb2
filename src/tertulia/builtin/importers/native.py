"""Reads our own JSON Lines (see `native_format`), a line at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import msgspec

from tertulia.builtin.native_format import LONGEST_LINE, Author, Comment, Header, Line, Story
from tertulia.domain.transfer import (
    NATIVE_VERSION,
    BodyKind,
    EntryKind,
    EntryState,
    LinkKind,
    PortableAuthor,
    PortableEdit,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import ImportOptions

_MARK: Final = b'"tertulia"'
_BOM: Final = b"\xef\xbb\xbf"
_SHAPES: Final[dict[object, type[Line]]] = {"tertulia": Header, "story": Story, "comment": Comment}
_MOST_UNKNOWN: Final = 200


class Native:
    """The importer `native`."""

    name = "native"

    def recognises(self, head: bytes, filename: str) -> bool:  # noqa: ARG002  # files are renamed freely
        """Look for the header in the first line."""
        first = head.removeprefix(_BOM).lstrip().partition(b"\n")[0]
        return first.startswith(b"{") and b'"record"' in first and _MARK in first

    def read(self, file: BinaryIO, options: ImportOptions) -> Iterator[PortableRecord]:  # noqa: ARG002  # the file says all
        """Yield the records as they stand; a field we do not know is counted and left out."""
        unknown: Counter[str] = Counter()
        decoder = msgspec.json.Decoder(Line)
        stories: set[str] = set()
        for number, text in _lines(file):
            line = _decoded(decoder, text, number, unknown)
            if isinstance(line, Header) or number == 1:
                _check_header(line, number)
            elif isinstance(line, Story):
                stories.add(line.id)
                yield _story(line)
            elif line.story not in stories:
                reason = f"comment {line.id} names the story {line.story}, which does not stand before it"
                raise UnreadableFile(reason, line=number)
            else:
                yield _entry(line)
        for name, count in sorted(unknown.items()):
            yield Remark(code="unknown-field", where=f"{name} ({count} times)")


def make(_settings: Mapping[str, object]) -> Native:
    """Make the importer; it has no settings."""
    return Native()


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while text := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(text) > LONGEST_LINE:
            reason = f"the line is longer than {LONGEST_LINE} bytes"
            raise UnreadableFile(reason, line=number)
        text = (text.removeprefix(_BOM) if number == 1 else text).strip()
        if text or number == 1:
            yield number, text
    if not number:
        reason = "the file is empty"
        raise UnreadableFile(reason)


def _decoded(decoder: msgspec.json.Decoder[Line], text: bytes, number: int, unknown: Counter[str]) -> Line:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    # Slower, and only for lines that are not exactly ours: either we can say what is odd or what is wrong.
    try:
        raw = msgspec.json.decode(text)
        shape = _SHAPES[raw["record"]] if isinstance(raw, dict) else None
        if shape is None:
            reason = "it is no JSON object"
            raise UnreadableFile(reason, line=number)
        return msgspec.convert(_known(raw, shape, "", unknown), shape)
    except (KeyError, TypeError) as error:
        reason = "the field 'record' says neither tertulia, story nor comment"
        raise UnreadableFile(reason, line=number) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(str(error), line=number) from error


def _known(
    raw: Mapping[str, Any], shape: type[msgspec.Struct], path: str, unknown: Counter[str]
) -> dict[str, Any]:
    """Leave out what the shape does not have, and count it by name."""
    fields = {*shape.__struct_fields__, "record"} if not path else set(shape.__struct_fields__)
    kept: dict[str, Any] = {}
    for name, value in raw.items():
        if name in fields:
            kept[name] = value
        else:
            called = path + name[:60]
            unknown[called if called in unknown or len(unknown) < _MOST_UNKNOWN else "others"] += 1
    if shape is Comment and isinstance(kept.get("author"), dict):
        kept["author"] = _known(kept["author"], Author, "author.", unknown)
    return kept


def _check_header(line: Line, number: int) -> None:
    if not isinstance(line, Header):
        reason = "the first line must be the header"
        raise UnreadableFile(reason, line=number)
    if number > 1:
        reason = "a second header; import the files one after the other"
        raise UnreadableFile(reason, line=number)
    if line.version != NATIVE_VERSION:
        reason = f"it is version {line.version} of the format; this program reads version {NATIVE_VERSION}"
        raise UnreadableFile(reason, line=number)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _story(story: Story) -> PortableStory:
    return PortableStory(
        source_id=story.id,
        url=story.url,
        title=story.title,
        section=story.section,
        author=story.author,
        published_at=_utc(story.published_at),
        is_closed=story.closed,
        is_deleted=story.deleted,
        text=story.text,
        language=story.language,
    )


def _entry(comment: Comment) -> PortableEntry:
    author = comment.author or Author()
    return PortableEntry(
        source_id=comment.id,
        story_id=comment.story,
        parent_id=comment.parent,
        author=PortableAuthor(
            name=author.name,
            source_id=author.id,
            url=author.url,
            badges=author.badges,
            is_anonymous=author.anonymous,
        ),
        created_at=_utc(comment.created_at),
        edited_at=_utc(comment.edited_at),
        body=comment.body,
        body_kind=BodyKind(comment.kind),
        state=EntryState(comment.state),
        reason=comment.reason,
        was_public=comment.public,
        kind=EntryKind(comment.entry),
        position=comment.position,
        link=LinkKind(comment.link),
        confidence=comment.confidence,
        language=comment.language,
        edits=tuple(
            PortableEdit(body=edit.body, replaced_at=_utc(edit.replaced_at)) for edit in comment.edits
        ),
        extra=comment.extra,
    )
