"""Who may do what: pure predicates. Services ask them; templates receive their answers as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.accounts import STAFF, Account, AccountId, Role, is_above, section_key
from tertulia.domain.authors import Author
from tertulia.domain.comments import Comment, edit_until
from tertulia.domain.moderation import Status
from tertulia.domain.policy import GuestPolicy, Policy
from tertulia.domain.sanctions import RESTRICTIONS, SanctionKind
from tertulia.domain.stories import Story


class Act(StrEnum):
    """What can be done, as far as it matters who does it."""

    READ = "read"
    """Read what is public, look at the door, ask to come in."""
    WRITE = "write"
    """Write comments."""
    FLAG = "flag"
    """Ask moderators for a look at what somebody else wrote."""
    CHANGE_OWN = "change-own"
    """Edit, withdraw and look behind one's own comments."""
    ACCOUNT = "account"
    """See and change one's own account."""
    MODERATE = "moderate"
    """See what waits and who wrote it, decide on comments."""
    PEOPLE = "people"
    """See who has an account, give roles, end sessions."""
    POLICY = "policy"
    """See and change the site's policy."""
    SITE = "site"
    """Change the site's name, language and origins."""


ROLES: Final[Mapping[Act, frozenset[Role]]] = {
    Act.READ: frozenset(Role),
    Act.WRITE: frozenset(Role),
    Act.FLAG: frozenset(Role),
    Act.CHANGE_OWN: frozenset(Role),
    Act.ACCOUNT: frozenset(Role),
    Act.MODERATE: frozenset({Role.MODERATOR, Role.EDITOR, Role.OWNER}),
    Act.PEOPLE: frozenset({Role.EDITOR, Role.OWNER}),
    Act.POLICY: frozenset({Role.EDITOR, Role.OWNER}),
    Act.SITE: frozenset({Role.OWNER}),
}
"""Which roles an account needs for what. `docs/reference/permissions.md` shows this table."""
GUESTS: Final = frozenset({Act.READ, Act.WRITE, Act.FLAG, Act.CHANGE_OWN})
"""What needs no account; writing and flagging only where the site's policy takes guests."""
GIVES: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.EDITOR: (Role.READER, Role.TRUSTED, Role.STAFF, Role.MODERATOR),
    Role.OWNER: tuple(Role),
}
"""Which roles each role may give. Only people who have one of these can be given another."""


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
    session_kind: str = ""
    """Which kind of session it must be, where how somebody comes does not say it."""
    account: Account | None = None
    author: Author | None = None
    name: str = ""
    """Name of a moderator, as decisions record it."""

    @property
    def account_id(self) -> AccountId | None:
        """The account that acts, for events; None for guests, commands and links of the command line."""
        return None if self.account is None else self.account.id


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


def may_flag(actor: Actor, policy: Policy) -> bool:
    """Whether this actor may flag what others wrote: accounts, and guests where they may write and flag."""
    is_guest = actor.account is None and actor.kind is ActorKind.GUEST
    return not is_guest or (policy.guest_flags and policy.guests is GuestPolicy.ALLOWED)


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


def may_see(actor: Actor, comment: Comment, *, section: str) -> bool:
    """Whether the actor may see that the comment exists: listed ones everybody, others author and moderators."""
    return comment.is_listed or is_own(actor, comment) or may_moderate(actor, section)


def with_powers(account: Account, policy: Policy) -> Account:
    """Give an account found by its session with the powers of its role, or with these at rest.

    They rest where the site asks staff for a second factor and none was shown in this session.
    """
    has_second = account.second_at is not None or account.role not in STAFF
    return account if has_second or not policy.staff_need_second else replace(account, rests=True)


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor may do something at all, by their role; where and to whom is asked besides."""
    if actor.account is not None:
        return actor.account.powers in ROLES[act]
    if actor.kind is ActorKind.MODERATOR:
        return act in GUESTS or act is Act.MODERATE
    return act in GUESTS or actor.kind is ActorKind.SYSTEM


def may_moderate(actor: Actor, section: str) -> bool:
    """Whether the actor may decide on comments under the stories of a section; empty for those without one."""
    own = sections_of(actor)
    return may(actor, Act.MODERATE) and (not own or section_key(section) in own)


def sections_of(actor: Actor) -> frozenset[str]:
    """Give the keys of the sections that an actor moderates; empty for all."""
    account = actor.account
    if account is None or account.role is not Role.MODERATOR:
        return frozenset()
    return frozenset(section_key(each) for each in account.sections)


def may_sanction(actor: Actor, kind: SanctionKind) -> bool:
    """Whether the actor may do this to authors at all.

    Moderators of sections write to authors and warn them: what an author may not do any more holds on the whole site.
    """
    return may(actor, Act.MODERATE) and (kind not in RESTRICTIONS or not sections_of(actor))


def is_within_reach(actor: Actor, author: Author, account: Account | None) -> bool:
    """Whether the actor may act on this author, whose account is given: not themselves, nor staff of their own role."""
    if actor.author is not None and actor.author.id == author.id:
        return False
    if account is None or account.role not in STAFF or actor.kind is ActorKind.SYSTEM:
        return True
    own = Role.MODERATOR if actor.account is None else actor.account.powers
    return is_above(own, account.role)


def may_ban_everywhere(actor: Actor) -> bool:
    """Whether the actor may keep somebody out of all sites of this server, or let them in again."""
    return may(actor, Act.PEOPLE)


def gives(actor: Actor) -> tuple[Role, ...]:
    """Give the roles that an actor may give; none for most."""
    if actor.kind is ActorKind.SYSTEM:
        return tuple(Role)
    return GIVES.get(actor.account.powers, ()) if actor.account is not None else ()


def may_rule(actor: Actor, account: Account) -> bool:
    """Whether the actor may give this account another role or end its sessions: never their own."""
    is_self = actor.account is not None and actor.account.id == account.id
    return account.role in gives(actor) and not is_self
