"""Who may do what: pure predicates. Services ask them; templates receive their answers as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.accounts import STAFF, Account, Role
from tertulia.domain.authors import Author
from tertulia.domain.comments import Comment, edit_until
from tertulia.domain.moderation import Status
from tertulia.domain.policy import GuestPolicy, Policy
from tertulia.domain.stories import Story


class Act(StrEnum):
    """What can be done, as far as it matters who does it."""

    READ = "read"
    """Read what is public, look at the door, ask to come in."""
    WRITE = "write"
    """Write comments."""
    CHANGE_OWN = "change-own"
    """Edit, withdraw and look behind one's own comments."""
    ACCOUNT = "account"
    """See and change one's own account."""
    MODERATE = "moderate"
    """See what waits, decide on comments."""


ROLES: Final[Mapping[Act, frozenset[Role]]] = {
    Act.READ: frozenset(Role),
    Act.WRITE: frozenset(Role),
    Act.CHANGE_OWN: frozenset(Role),
    Act.ACCOUNT: frozenset(Role),
    Act.MODERATE: frozenset({Role.MODERATOR, Role.EDITOR, Role.OWNER}),
}
"""Which roles an account needs for what. `docs/reference/permissions.md` shows this table."""
GUESTS: Final = frozenset({Act.READ, Act.WRITE, Act.CHANGE_OWN})
"""What needs no account; writing only where the site's policy takes guests."""


class ActorKind(StrEnum):
    """Who is acting now."""

    GUEST = "guest"
    AUTHOR = "author"
    MODERATOR = "moderator"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who is acting. A guest has the hash of a secret, an account that of its session.

    `author` is known once they have written.
    """

    kind: ActorKind
    secret_hash: str = ""
    session_hash: str = ""
    account: Account | None = None
    author: Author | None = None
    name: str = ""
    """Name of a moderator, as decisions record it."""


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="system")
NOBODY = Actor(kind=ActorKind.GUEST)
"""A reader who never wrote."""


def may_write(actor: Actor, policy: Policy) -> bool:
    """Whether this actor may write on the site at all."""
    if policy.is_read_only:
        return actor.kind is ActorKind.SYSTEM
    if actor.kind is ActorKind.GUEST:
        return policy.guests is GuestPolicy.ALLOWED
    return True


def may_comment(actor: Actor, story: Story, policy: Policy) -> bool:
    """Whether this actor may write under this story."""
    return story.is_open and may_write(actor, policy)


def may_reply(comment: Comment) -> bool:
    """Whether a comment takes replies."""
    return comment.status is Status.VISIBLE


def is_own(actor: Actor, comment: Comment) -> bool:
    """Whether the actor wrote the comment."""
    return actor.author is not None and actor.author.id == comment.author.id


def may_edit(actor: Actor, comment: Comment, *, now: datetime, policy: Policy) -> bool:
    """Whether the actor may change the words: their own, within the edit window, while it stands or waits."""
    if not is_own(actor, comment) or comment.created_at is None or policy.is_read_only:
        return False
    return comment.status in (Status.VISIBLE, Status.HELD) and now <= edit_until(
        comment.created_at, edit_seconds=policy.edit_seconds
    )


def may_withdraw(actor: Actor, comment: Comment) -> bool:
    """Whether the actor may take the comment back: always their own, at any time."""
    return is_own(actor, comment) and comment.status in (Status.VISIBLE, Status.HELD)


def may_see(actor: Actor, comment: Comment) -> bool:
    """Whether the actor may see that the comment exists: listed ones everybody, others author and staff."""
    return comment.is_listed or is_own(actor, comment) or may_moderate(actor)


def with_powers(account: Account, policy: Policy) -> Account:
    """Give an account found by its session with the powers of its role, or with these at rest.

    They rest where the site asks staff for a second factor and none was shown in this session.
    """
    has_second = account.second_at is not None or account.role not in STAFF
    return account if has_second or not policy.staff_need_second else replace(account, rests=True)


def may_moderate(actor: Actor) -> bool:
    """Whether the actor may decide on comments."""
    if actor.account is not None:
        return actor.account.powers in ROLES[Act.MODERATE]
    return actor.kind in (ActorKind.MODERATOR, ActorKind.SYSTEM)
