"""A comment, a draft of one, and what may be asked of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tertulia.domain.authors import Author
from tertulia.domain.errors import Conflict, Forbidden, Invalid, TooMany
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Finding, Status
from tertulia.domain.transfer import BodyKind, LinkKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One comment as it is listed. The Markdown source and the plain text are loaded separately.

    `child_count` counts direct replies; `reply_count` counts all replies below, and only on top comments.
    """

    id: CommentId
    story_id: StoryId
    parent_id: CommentId | None
    root_id: CommentId
    depth: int
    author: Author
    parent_name: str | None
    """Name of the author answered; None on top comments."""
    html: str
    status: Status
    reason: str
    """Reason class of a removal; empty otherwise."""
    created_at: datetime | None
    published_at: datetime | None
    edited_at: datetime | None
    revision: int
    language: str
    child_count: int
    reply_count: int
    origin: str
    """Name of the importer that brought it; empty when written here."""
    link: LinkKind
    confidence: float | None
    stated_parent: str | None
    """Source id of a parent that the import did not bring."""

    @property
    def is_listed(self) -> bool:
        """Whether it was ever published and so keeps its place."""
        return self.published_at is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A comment's text as written, as shown and as plain text, and the links in it."""

    source: str
    html: str
    text: str
    kind: BodyKind = BodyKind.MARKDOWN
    links: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """An earlier wording and when it was replaced."""

    source: str
    replaced_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentDraft:
    """What a writer hands in. Either the story or, for a reply, the parent decides where it goes."""

    body: str
    story_id: StoryId | None = None
    story_url: str | None = None
    story_title: str = ""
    parent_id: CommentId | None = None
    name: str = ""
    key: str = ""
    """Made by the browser; the same key by the same author gives the first result again."""
    network: str = ""
    """Keyed hash of the network address, for rate rules."""
    has_reconsidered: bool = False
    """Whether the writer was asked to reconsider, and sends it all the same."""


class PostState(StrEnum):
    """What became of a draft."""

    POSTED = "posted"
    HELD = "held"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """The result of posting or editing. `is_repeat`: the same key was handed in before."""

    comment: Comment
    state: PostState
    findings: tuple[Finding, ...] = ()
    is_repeat: bool = False
    edit_until: datetime | None = None


class TooLong(Invalid):
    """The text is longer than the site allows."""

    code = "too-long"


class Empty(Invalid):
    """There is no text."""

    code = "empty"


class TooDeep(Invalid):
    """The site allows fewer levels of replies."""

    code = "too-deep"


class Repeated(Conflict):
    """The author wrote the same a moment ago."""

    code = "repeated"


class Reconsider(Invalid):
    """The writer is asked to look at their words once more; sent again with a mark, they are taken."""

    code = "reconsider"

    def __init__(self, findings: Sequence[Finding] = ()) -> None:
        super().__init__(findings=",".join(dict.fromkeys(each.code for each in findings)))
        self.findings = tuple(findings)


class NotTaken(Invalid):
    """The site's policy refuses what a rule noticed."""

    code = "not-taken"

    def __init__(self, findings: Sequence[Finding] = ()) -> None:
        super().__init__(findings=",".join(dict.fromkeys(each.code for each in findings)))
        self.findings = tuple(findings)


class TooFast(TooMany):
    """The author wrote more comments within a minute than the site allows."""

    code = "too-fast"


class EditWindowOver(Forbidden):
    """The time in which a comment may be edited is over."""

    code = "edit-window-over"


class NotAnswerable(Conflict):
    """A removed, withdrawn or held comment takes no replies."""

    code = "not-answerable"


class GuestsRefused(Forbidden):
    """The site takes comments from accounts only."""

    code = "guests-refused"


class SiteReadOnly(Forbidden):
    """The site takes no comments at present."""

    code = "site-read-only"


def edit_until(created_at: datetime, *, edit_seconds: int) -> datetime:
    """Say until when the author may edit."""
    return created_at + timedelta(seconds=edit_seconds)
