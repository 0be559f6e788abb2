"""Portable records: what importers yield and exporters consume, and the report of a run.

One record per story or entry, ids always as text, nothing that the file said left out silently.
Reading lives in the importer plug-ins; merging, identity and writing live in `services/transfer/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

NATIVE_VERSION = 1
"""Version of our own JSON Lines format, written in its header."""


class BodyKind(StrEnum):
    """How an entry's text is written in the file."""

    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"


class EntryState(StrEnum):
    """What the file says of an entry."""

    VISIBLE = "visible"
    PENDING = "pending"
    SPAM = "spam"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class EntryKind(StrEnum):
    """What sort of entry it is; only comments count as comments."""

    COMMENT = "comment"
    PINGBACK = "pingback"
    SYSTEM = "system"


class LinkKind(StrEnum):
    """How we know to whom an entry answers (or that it stands alone)."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, kw_only=True, slots=True)
class PortableStory:
    """A thing discussed, as a file describes it. `source_id` is unique in (source, site)."""

    source_id: str
    url: str
    title: str = ""
    section: str = ""
    author: str = ""
    published_at: datetime | None = None
    is_closed: bool = False
    is_deleted: bool = False
    text: str | None = None
    """The story's own text as plain paragraphs, where the file gives it."""
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortableAuthor:
    """Who wrote an entry. Never a password hash, token or raw network address."""

    name: str = ""
    source_id: str | None = None
    url: str = ""
    email: str | None = None
    """Given only for the keyed hash by which its owner can claim old comments; not kept otherwise."""
    badges: tuple[str, ...] = ()
    is_anonymous: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PortableEdit:
    """An earlier wording of an entry and when it was replaced."""

    body: str
    replaced_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PortableEntry:
    """One comment, pingback or system entry. `story_id` and `parent_id` are source ids."""

    source_id: str
    story_id: str
    parent_id: str | None = None
    author: PortableAuthor = field(default_factory=PortableAuthor)
    created_at: datetime | None = None
    edited_at: datetime | None = None
    body: str = ""
    body_kind: BodyKind = BodyKind.PLAIN
    state: EntryState = EntryState.VISIBLE
    reason: str = ""
    """Reason class of a removal, where the file gives one."""
    was_public: bool = True
    """Whether readers ever saw it; says so of removed and withdrawn entries only, the others' state says it."""
    kind: EntryKind = EntryKind.COMMENT
    position: int | None = None
    """Order within the story where times are unknown."""
    link: LinkKind = LinkKind.STATED
    confidence: float | None = None
    """Probability (0 to 1) of an inferred boundary and parent; None when stated."""
    language: str = ""
    edits: tuple[PortableEdit, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    """Facts of the source that we keep but do not interpret yet (votes, pins)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something the reader of an import report should know: a repair, or an entry left out and why."""

    code: str
    """Stable word: `repaired-prefix`, `bad-date`, `skipped-no-text`, …"""
    where: str = ""
    """Source id or line."""
    is_skip: bool = False


PortableRecord = PortableStory | PortableEntry | Remark


class UnreadableFile(Exception):
    """The file cannot be read as this format; nothing of it was imported. `line` counts from 1."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason = reason
        self.line = line
