"""Writes our own JSON Lines (see `native_format`), one record at a time."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tertulia.builtin.native_format import Author, Comment, Edit, Header, Line, Story
from tertulia.domain.transfer import (
    NATIVE_VERSION,
    PortableAuthor,
    PortableEntry,
    PortableRecord,
    PortableStory,
)


class Native:
    """The exporter `native`."""

    name = "native"

    def write(self, records: Iterable[PortableRecord], header: Mapping[str, str]) -> Iterator[bytes]:
        """Give a line for the header (`site`, `name`, `exported_at`) and one for each story and entry."""
        encoder = msgspec.json.Encoder()
        first = Header(
            version=NATIVE_VERSION,
            site=header.get("site", ""),
            name=header.get("name", ""),
            exported_at=header.get("exported_at", ""),
        )
        yield _line(encoder, first)
        for record in records:
            if isinstance(record, PortableStory):
                yield _line(encoder, _story(record))
            elif isinstance(record, PortableEntry):
                yield _line(encoder, _comment(record))


def make(_settings: Mapping[str, object]) -> Native:
    """Make the exporter; it has no settings."""
    return Native()


def _line(encoder: msgspec.json.Encoder, line: Line) -> bytes:
    return encoder.encode(line) + b"\n"


def _story(story: PortableStory) -> Story:
    return Story(
        id=story.source_id,
        url=story.url,
        title=story.title,
        section=story.section,
        author=story.author,
        published_at=story.published_at,
        closed=story.is_closed,
        deleted=story.is_deleted,
        text=story.text,
        language=story.language,
    )


def _comment(entry: PortableEntry) -> Comment:
    return Comment(
        id=entry.source_id,
        story=entry.story_id,
        parent=entry.parent_id,
        author=_author(entry.author),
        created_at=entry.created_at,
        edited_at=entry.edited_at,
        body=entry.body,
        kind=entry.body_kind.value,
        state=entry.state.value,
        reason=entry.reason,
        public=entry.was_public,
        entry=entry.kind.value,
        position=entry.position,
        link=entry.link.value,
        confidence=entry.confidence,
        language=entry.language,
        edits=tuple(Edit(body=edit.body, replaced_at=edit.replaced_at) for edit in entry.edits),
        extra=dict(entry.extra),
    )


def _author(author: PortableAuthor) -> Author | None:
    written = Author(
        id=author.source_id,
        name=author.name,
        url=author.url,
        badges=author.badges,
        anonymous=author.is_anonymous,
    )
    return None if written == Author() else written
