"""A takeout: all that is somebody's own on one site, packed for them alone, and the shape of what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NewType

from tertulia.domain.accounts import AccountId, Ending, Role
from tertulia.domain.errors import Conflict
from tertulia.domain.flags import State
from tertulia.domain.moderation import Outcome, Status
from tertulia.domain.tokens import Scope
from tertulia.domain.transfer import BodyKind

TakeoutId = NewType("TakeoutId", int)

FORMAT: Final = "tertulia-my-data"
VERSION: Final = 1
"""Of `data.json`; `docs/reference/my-data.md` describes it."""


class TakeoutAsked(Conflict):
    """An account asked for its data within the last day."""

    code = "takeout-asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Takeout:
    """What an account asked for, without its content. `made_at` is None while it is being made."""

    id: TakeoutId
    account_id: AccountId
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnAccount:
    """How its owner signs in, and their public face. The names of the fields are those of the file, as below."""

    email: str
    subject: str
    """Their id at the publication, where they came by its token."""
    has_password: bool
    role: Role
    language: str
    created_at: datetime
    name: str
    badges: tuple[str, ...]
    ending: Ending | None
    ends_at: datetime | None
    notices: Mapping[str, list[str]] = field(default_factory=dict)
    """For each kind of notice the channels over which it is wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSession:
    """A browser they are signed in with."""

    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnToken:
    """A program's token as its owner called it. The token itself is not kept."""

    name: str
    scope: Scope
    created_at: datetime
    seen_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPasskey:
    """A passkey as its owner called it. Its key is on their device."""

    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnMuted:
    """An author whose comments they have folded."""

    id: str
    name: str
    muted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnName:
    """A name that their face had before."""

    name: str
    replaced_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnConnection:
    """Who they are at a provider elsewhere, by which they sign in."""

    provider: str
    subject: str
    """The provider's own word for them."""
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFlag:
    """A comment that they flagged, why, and what became of it."""

    comment: str
    reason: str
    words: str
    made_at: datetime
    state: State


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnStatement:
    """What was decided about a comment of theirs or about them, why, and what became of an appeal."""

    comment: str | None
    restriction: str
    reason: str
    ground: str
    law: str
    facts: str
    findings: tuple[str, ...]
    source: str
    is_detected_by_machine: bool
    is_decided_by_machine: bool
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    appeal: str
    """Their words; empty where they did not appeal."""
    appealed_at: datetime | None
    result: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnEdit:
    """An earlier wording of a comment."""

    source: str
    replaced_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnDecision:
    """What was decided about a comment. Who decided is theirs, and not in it."""

    outcome: Outcome
    reason: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnComment:
    """A comment of any status: its words were its author's, whatever became of them."""

    id: str
    story_url: str
    story_title: str
    parent: str | None
    parent_author: str | None
    """Name of who was answered; None where readers do not see that name either."""
    created_at: datetime | None
    edited_at: datetime | None
    status: Status
    reason: str
    was_public: bool
    source: str
    kind: BodyKind
    language: str
    edits: tuple[OwnEdit, ...] = ()
    decisions: tuple[OwnDecision, ...] = ()
    origin: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSanction:
    """What moderators did to them. Who did it is theirs, and not in it."""

    kind: str
    reason: str
    words: str
    made_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRemark:
    """What a moderator noted about them, perhaps about one comment of theirs; without who."""

    comment: str | None
    words: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Belongings:
    """What a takeout holds besides comments."""

    account: OwnAccount
    sessions: tuple[OwnSession, ...]
    tokens: tuple[OwnToken, ...] = ()
    passkeys: tuple[OwnPasskey, ...] = ()
    muted: tuple[OwnMuted, ...] = ()
    former_names: tuple[OwnName, ...] = ()
    connected: tuple[OwnConnection, ...] = ()
    sanctions: tuple[OwnSanction, ...] = ()
    remarks: tuple[OwnRemark, ...] = ()
    flags: tuple[OwnFlag, ...] = ()
    statements: tuple[OwnStatement, ...] = ()
