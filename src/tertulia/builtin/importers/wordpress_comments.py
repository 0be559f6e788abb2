"""Reads one comment of a WordPress export. `wp:commentmeta` is never looked into (its values may be serialised
PHP), and `comment_author_IP` never kept.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tertulia.builtin import values
from tertulia.builtin.prose import one_line, paragraphs
from tertulia.builtin.xml_stream import Node
from tertulia.domain.transfer import (
    BodyKind,
    EntryKind,
    EntryState,
    PortableAuthor,
    PortableEntry,
    PortableRecord,
    Remark,
)

_STATES: Final = {
    "1": EntryState.VISIBLE,
    "approve": EntryState.VISIBLE,
    "approved": EntryState.VISIBLE,
    "0": EntryState.PENDING,
    "hold": EntryState.PENDING,
    "spam": EntryState.SPAM,
    "trash": EntryState.REMOVED,
    "post-trashed": EntryState.REMOVED,
}
_KINDS: Final = {
    "": EntryKind.COMMENT,
    "comment": EntryKind.COMMENT,
    "review": EntryKind.COMMENT,
    "pingback": EntryKind.PINGBACK,
    "trackback": EntryKind.PINGBACK,
    "webmention": EntryKind.PINGBACK,
}
_MOST_KEYS: Final = 200
_UNTOLD: Final = frozenset({"comment_author_IP"})
"""Not even a trace of it goes into an id."""


@dataclass(slots=True)
class Memory:
    """What is remembered of the comments read so far: little of each, nothing of its text."""

    offset: timedelta | None = None
    """The site's local time less UTC, as last seen."""
    prints: dict[str, int] = field(default_factory=dict)
    """A short print of each comment, by its id."""
    meta: Counter[str] = field(default_factory=Counter)

    def notice_offset(self, local: str, utc: str) -> None:
        """Learn the site's time zone from a moment stated in both ways."""
        self.offset = self.offset if (seen := values.offset(local, utc)) is None else seen

    def count_meta(self, node: Node) -> None:
        """Count what is nested in a comment, and leave it alone."""
        for nested in node.children:
            if nested.children:
                key = nested.child("meta_key")[:60]
                self.meta[key if key in self.meta or len(self.meta) < _MOST_KEYS else "others"] += 1

    def remarks(self) -> Iterator[Remark]:
        """Say what was left aside."""
        for key, count in sorted(self.meta.items()):
            yield Remark(code="ignored-field", where=f"wp:commentmeta {key} ({count} times)")


def entry(memory: Memory, renamed: dict[str, str], story_id: str, node: Node) -> Iterator[PortableRecord]:
    """Yield the comment and the remarks on it. `renamed` holds the ids of its story that were told apart."""
    memory.count_meta(node)
    stated = {child.local: child.text.strip() for child in node.children if not child.children}
    source_id, remark = _identity(memory, renamed, story_id, stated)
    if remark is not None:
        yield remark
    if remark is not None and remark.is_skip:
        return
    created_at, doubt = _created_at(memory, stated)
    if doubt:
        yield Remark(code=doubt, where=source_id)
    parent = stated.get("comment_parent", "")
    parent_id = renamed.get(parent, parent) if parent not in {"", "0"} else None
    if parent_id == source_id:
        yield Remark(code="own-parent", where=source_id)
        parent_id = None
    kind, state = _standing(stated)
    if kind is EntryKind.SYSTEM or stated.get("comment_approved", "1") not in _STATES:
        yield Remark(code="unknown-kind", where=source_id)
    yield PortableEntry(
        source_id=source_id,
        story_id=story_id,
        parent_id=parent_id,
        author=_author(stated),
        created_at=created_at,
        body=paragraphs(stated.get("comment_content", "")),
        body_kind=BodyKind.HTML,
        state=state,
        reason="spam" if state is EntryState.SPAM else "",
        kind=kind,
    )


def _identity(
    memory: Memory, renamed: dict[str, str], story_id: str, stated: Mapping[str, str]
) -> tuple[str, Remark | None]:
    """Give the comment's id, made where there is none and told apart where the file uses one twice."""
    wording = "\0".join((story_id, *(f"{key}={stated[key]}" for key in sorted(stated.keys() - _UNTOLD))))
    told = int.from_bytes(hashlib.sha256(wording.encode()).digest()[:7])
    source_id, remark = stated.get("comment_id", ""), None
    if not source_id:
        source_id = f"made-{told:014x}"
        remark = Remark(code="made-id", where=source_id)
    if memory.prints.get(source_id, told) != told:
        stated_id, source_id = source_id, f"{source_id}-{told:014x}"
        renamed[stated_id] = source_id
        remark = Remark(code="repeated-id", where=source_id)
    if source_id in memory.prints:
        return source_id, Remark(code="skipped-repeated", where=source_id, is_skip=True)
    memory.prints[source_id] = told
    return source_id, remark


def _created_at(memory: Memory, stated: Mapping[str, str]) -> tuple[datetime | None, str]:
    """Give the time in UTC and, where it is not as stated, the code of a remark."""
    local, utc = stated.get("comment_date", ""), stated.get("comment_date_gmt", "")
    memory.notice_offset(local, utc)
    created_at, here = values.moment(utc), values.moment(local)
    if created_at is not None:
        return created_at, ""
    if here is None or memory.offset is None:
        return None, "bad-date"
    return here - memory.offset, "derived-date"


def _standing(stated: Mapping[str, str]) -> tuple[EntryKind, EntryState]:
    """What plug-ins keep among the comments (order notes, logs) is no comment, and was never public."""
    kind = _KINDS.get(stated.get("comment_type", ""), EntryKind.SYSTEM)
    return kind, _STATES.get(stated.get("comment_approved", "1"), EntryState.PENDING)


def _author(stated: Mapping[str, str]) -> PortableAuthor:
    """Give the name that WordPress shows: the one at the time of writing.

    An account may have written under several names, so the name is part of the author's id.
    """
    name = one_line(stated.get("comment_author", ""))
    account = stated.get("comment_user_id", "")
    has_account = account not in {"", "0"}
    return PortableAuthor(
        name=name,
        source_id=f"{account}:{name}" if has_account else None,
        url=values.web_address(stated.get("comment_author_url", "")),
        email=stated.get("comment_author_email") or None,
        is_anonymous=not name,
    )
