"""The catalogue of events: what happened, in the past tense, as ids and small facts.

Events hold no words of people, so erasing a person never rewrites history. `NAMES` gives each its wire name.
"""

from dataclasses import dataclass
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.reports import ReportId


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryOpened:
    """A story became known."""

    story_id: StoryId


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryChanged:
    """Title, section, author or openness of a story changed."""

    story_id: StoryId
    revision: int
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentPosted:
    """A comment was accepted and is visible."""

    story_id: StoryId
    comment_id: CommentId
    parent_id: CommentId | None
    root_id: CommentId
    revision: int
    comment_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentHeld:
    """A comment waits for a moderator."""

    story_id: StoryId
    comment_id: CommentId
    findings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentEdited:
    """An author changed the words of a visible comment."""

    story_id: StoryId
    comment_id: CommentId
    comment_revision: int
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentWithdrawn:
    """An author took a comment back."""

    story_id: StoryId
    comment_id: CommentId
    comment_revision: int
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentFlagged:
    """A reader asked for a look at a comment. Who it was is no fact for others."""

    story_id: StoryId
    comment_id: CommentId
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionMade:
    """A comment's status was decided after it was posted."""

    story_id: StoryId
    comment_id: CommentId
    outcome: str
    reason: str
    comment_revision: int
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscussionImported:
    """An import wrote comments under a story."""

    story_id: StoryId
    source: str
    written: int
    revision: int
    comment_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountOpened:
    """Somebody signed in for the first time, or was given a role before they did."""

    account_id: AccountId


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGiven:
    """An account may do more or less than before; with another role its sessions ended.

    `made_by` is the account that gave it; None for the command line.
    """

    account_id: AccountId
    role: str
    before: str
    sections: tuple[str, ...] = ()
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionsEnded:
    """Somebody else ended all sessions of an account."""

    account_id: AccountId
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyChanged:
    """A site has a new version of its policy. `choices` names those that differ from the version before."""

    version: int
    choices: tuple[str, ...]
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteChanged:
    """A site's name, language or origins changed. `choices` names which."""

    choices: tuple[str, ...]
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordChanged:
    """An account has a password, another one, or none any more; its other sessions ended."""

    account_id: AccountId
    change: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountEnded:
    """An account was erased as its owner asked. `ending`: what became of its comments."""

    account_id: AccountId
    ending: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorAdopted:
    """What a guest or an imported author wrote became an account's. `into`: its face, perhaps this very author."""

    account_id: AccountId
    author_id: AuthorId
    into: AuthorId


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactorChanged:
    """Something became of an account's second factor; its owner is told by mail what."""

    account_id: AccountId
    change: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SanctionImposed:
    """A moderator wrote to an author, warned or restricted them. `days`: how long; None for good, and for words."""

    sanction_id: int
    author_id: AuthorId
    kind: str
    reason: str
    days: int | None
    is_everywhere: bool
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SanctionLifted:
    """A moderator took a restriction of an author back before it ended by itself."""

    sanction_id: int
    author_id: AuthorId
    kind: str
    made_by: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AppealMade:
    """An author does not agree with what they were told in a statement."""

    appeal_id: int
    statement_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AppealDecided:
    """An appeal ended. `result`: what became of the first decision."""

    appeal_id: int
    statement_id: int
    result: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportReceived:
    """Somebody reported illegal content. `comment_id` is what was found at the address, None for nothing of ours."""

    report_id: ReportId
    comment_id: CommentId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDecided:
    """A moderator decided a report; the notifier is told."""

    report_id: ReportId
    comment_id: CommentId | None
    result: str


Event = (
    StoryOpened
    | StoryChanged
    | CommentPosted
    | CommentHeld
    | CommentEdited
    | CommentWithdrawn
    | CommentFlagged
    | DecisionMade
    | DiscussionImported
    | AccountOpened
    | RoleGiven
    | PasswordChanged
    | SessionsEnded
    | PolicyChanged
    | SiteChanged
    | AccountEnded
    | AuthorAdopted
    | SecondFactorChanged
    | SanctionImposed
    | SanctionLifted
    | AppealMade
    | AppealDecided
    | ReportReceived
    | ReportDecided
)

NAMES: Final[dict[type[Event], str]] = {
    StoryOpened: "story.opened",
    StoryChanged: "story.changed",
    CommentPosted: "comment.posted",
    CommentHeld: "comment.held",
    CommentEdited: "comment.edited",
    CommentWithdrawn: "comment.withdrawn",
    CommentFlagged: "comment.flagged",
    DecisionMade: "decision.made",
    DiscussionImported: "discussion.imported",
    AccountOpened: "account.opened",
    RoleGiven: "role.given",
    PasswordChanged: "password.changed",
    SessionsEnded: "sessions.ended",
    PolicyChanged: "policy.changed",
    SiteChanged: "site.changed",
    AccountEnded: "account.ended",
    AuthorAdopted: "author.adopted",
    SecondFactorChanged: "second-factor.changed",
    SanctionImposed: "sanction.imposed",
    SanctionLifted: "sanction.lifted",
    AppealMade: "appeal.made",
    AppealDecided: "appeal.decided",
    ReportReceived: "report.received",
    ReportDecided: "report.decided",
}
"""Wire names, documented in the reference."""
