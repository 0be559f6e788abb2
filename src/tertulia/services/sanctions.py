"""Sanctions: message, warn, hold, silence and ban an author, lift it; and what they may still do, asked in one place.

Nothing needs to run for a restriction to end: its end stands beside it with the author's face, and is compared with
now. Where a milder one lasts longer, it takes its place the next time somebody asks.
"""

from dataclasses import dataclass, replace
from typing import Final

from tertulia.domain.accounts import Account
from tertulia.domain.authors import Author, Restriction
from tertulia.domain.errors import Conflict, Forbidden, NotFound
from tertulia.domain.events import SanctionImposed, SanctionLifted
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import SYSTEM_NAME
from tertulia.domain.permissions import SYSTEM, is_within_reach, may_ban_everywhere, may_sanction
from tertulia.domain.sanctions import (
    AboveYou,
    AuthorBanned,
    AuthorSilenced,
    Measure,
    Sanction,
    SanctionId,
    SanctionKind,
    SanctionOver,
    check,
    ends_at,
    has_run_out,
    restriction_of,
    strongest,
)
from tertulia.services import audit, jobs, statements, traces
from tertulia.services.unit import Unit
from tertulia.store import accounts as account_store
from tertulia.store import authors, merging, people
from tertulia.store import sanctions as store

MOST_SHOWN: Final = 100
MOST_UNREAD: Final = 20
REMOVE_TASK: Final = "remove_banned"
RESTORE_TASK: Final = "restore_banned"
SPREAD_TASK: Final = "spread_ban"
LIFT_TASK: Final = "lift_followers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """An author that somebody wants to act on, and their account where they have one."""

    author: Author
    account: Account | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a mail to an author says, and where it goes."""

    sanction: Sanction
    address: str
    language: str


def impose(unit: Unit, author_id: AuthorId, measure: Measure, *, seen: SanctionId | None) -> Sanction:
    """Message, warn, hold, silence or ban an author. `seen` is the last sanction on them that the moderator saw.

    Raises `Forbidden`, `AboveYou`, `BadSanction`, or `Conflict` where somebody else did something meanwhile.
    """
    reached = reach(unit, author_id)
    require_may(unit, reached, measure.kind)
    if measure.is_everywhere and not may_ban_everywhere(unit.actor):
        raise Forbidden
    check(measure)
    store.lock_author(unit.db, unit.site.id, reached.author.id)
    newest = store.list_of_author(unit.db, unit.site.id, reached.author.id, most=1)
    if (newest[0].id if newest else None) != seen:
        raise Conflict
    new = _imposed(unit, reached.author.id, measure)
    _take_effect(unit, new, reached)
    return new


def lift(unit: Unit, sanction_id: SanctionId, *, restores_comments: bool) -> Sanction:
    """Take a restriction back before its end, with the comments that it removed or without.

    Raises `NotFound`, `Forbidden`, `AboveYou` or `SanctionOver`.
    """
    standing = get(unit, sanction_id)
    require_may(unit, reach(unit, standing.author_id), standing.kind)
    if standing.is_everywhere and not may_ban_everywhere(unit.actor):
        raise Forbidden
    store.lock_author(unit.db, unit.site.id, standing.author_id)
    # It was loaded before: somebody else may have lifted it, or its author become another.
    lifted = _lifted(unit, get(unit, sanction_id))
    if restores_comments and lifted.removes_comments:
        jobs.defer(
            unit, RESTORE_TASK, {"sanction": lifted.id, "slot": lifted.id, "by": unit.actor.account_id}
        )
    return lifted


def arrive(unit: Unit, new: Sanction) -> None:
    """Let a ban take effect that followed its person here; no moderator of this site made it."""
    store.lock_author(unit.db, unit.site.id, new.author_id)
    # Whoever acts here is the banned person: it is not they who decide it.
    _take_effect(replace(unit, actor=SYSTEM), new, reach(unit, new.author_id))


def leave(unit: Unit, standing: Sanction) -> None:
    """Lift a ban that followed its person here, because the one it followed from was lifted."""
    store.lock_author(unit.db, unit.site.id, standing.author_id)
    _lifted(replace(unit, actor=SYSTEM), standing)


def get(unit: Unit, sanction_id: SanctionId) -> Sanction:
    """Give a sanction; raise `NotFound`."""
    found = store.find(unit.db, unit.site.id, sanction_id)
    if found is None:
        raise NotFound("sanction")
    return found


def reach(unit: Unit, author_id: AuthorId) -> Reached:
    """Give an author, or who they became, with their account; raise `NotFound`."""
    author_id = merging.find_other(unit.db, unit.site.id, author_id) or author_id
    face = authors.find(unit.db, unit.site.id, author_id)
    if face is None:
        raise NotFound("author")
    owned = people.accounts_of(unit.db, unit.site.id, [author_id]).get(author_id)
    account = None if owned is None else account_store.find(unit.db, unit.site.id, owned)
    return Reached(author=face, account=account)


def require_may(unit: Unit, reached: Reached, kind: SanctionKind) -> None:
    """Raise `Forbidden` for who may not do this to anybody, `AboveYou` for who may not do it to them."""
    if not may_sanction(unit.actor, kind):
        raise Forbidden
    if not is_within_reach(unit.actor, reached.author, reached.account):
        raise AboveYou


def list_of(unit: Unit, author_id: AuthorId) -> list[Sanction]:
    """List what was done to an author, newest first."""
    return store.list_of_author(unit.db, unit.site.id, author_id, most=MOST_SHOWN)


def current(unit: Unit, author: Author | None) -> Sanction | None:
    """Give what restricts an author most at this moment; None, and no query, for who was never restricted."""
    if author is None or author.restriction is None:
        return None
    return strongest(store.list_holding(unit.db, unit.site.id, author.id, now=unit.now), unit.now)


def admit(unit: Unit) -> Unit:
    """Give the Unit with what its actor may not do at this moment; raise `AuthorBanned` or `AuthorSilenced`.

    Asked by everything that people write: comments, edits, flags, names. For nearly everybody it is no query.
    """
    face = unit.actor.author
    if face is None or face.restriction is None:
        return unit
    if has_run_out(face, unit.now):
        face = settle(unit, face)
    if restriction_of(face, unit.now) in (Restriction.SILENCE, Restriction.BAN):
        raise refusal_of(unit, face)
    return replace(unit, actor=replace(unit.actor, author=face))


def admitted(unit: Unit, face: Author) -> Author:
    """Give the face that writes; raise as `admit` does where a ban followed its account to a face just made."""
    if restriction_of(face, unit.now) in (Restriction.SILENCE, Restriction.BAN):
        raise refusal_of(unit, face)
    return face


def refusal_of(unit: Unit, face: Author) -> AuthorBanned | AuthorSilenced:
    """Give the error that tells a restricted author until when they may not write, and why."""
    why = current(unit, face)
    kind = AuthorSilenced if face.restriction is Restriction.SILENCE else AuthorBanned
    until = face.restricted_until
    return kind(
        until=None if until is None else until.isoformat(timespec="seconds"),
        reason="" if why is None else why.reason,
    )


def settle(unit: Unit, face: Author) -> Author:
    """Keep with an author's face what restricts it most now."""
    found = _keep_strongest(unit, face.id)
    return replace(
        face,
        restriction=None if found is None else found.restriction,
        restricted_until=None if found is None else found.ends_at,
    )


def letter(unit: Unit, sanction_id: SanctionId) -> Letter | None:
    """Give what the mail says; None for who has no address, or read it meanwhile, and for a restriction.

    Of a restriction its statement of reasons tells.
    """
    found = store.find(unit.db, unit.site.id, sanction_id)
    if found is None or found.restriction is not None or found.seen_at is not None:
        return None
    account = reach(unit, found.author_id).account
    if account is None or not account.email:
        return None
    return Letter(sanction=found, address=account.email, language=account.language)


def list_unread(unit: Unit) -> list[Sanction]:
    """List the messages and warnings that the acting author did not say they had read, oldest first."""
    face = unit.actor.author
    return [] if face is None else store.list_unread(unit.db, unit.site.id, face.id, most=MOST_UNREAD)


def mark_read(unit: Unit, sanction_id: SanctionId) -> None:
    """Remember that the acting author read something; raise `NotFound` for what is not theirs or was read before."""
    face = unit.actor.author
    if face is None or not store.mark_seen(unit.db, unit.site.id, face.id, sanction_id, now=unit.now):
        raise NotFound("sanction")


def _imposed(unit: Unit, author_id: AuthorId, measure: Measure) -> Sanction:
    return Sanction(
        id=SanctionId(unit.new_id()),
        author_id=author_id,
        kind=measure.kind,
        reason=measure.reason,
        words=measure.words.strip(),
        is_everywhere=measure.is_everywhere,
        removes_comments=measure.removes_comments,
        account_id=unit.actor.account_id,
        made_by=unit.actor.name or SYSTEM_NAME,
        made_at=unit.now,
        policy_version=unit.policy.version,
        ends_at=ends_at(measure, unit.now),
    )


def _take_effect(unit: Unit, new: Sanction, reached: Reached) -> None:
    """Store it, keep the strongest, let its jobs follow, and tell."""
    account = reached.account
    store.insert_sanction(unit.db, unit.site.id, new, account_id=None if account is None else account.id)
    if new.restriction is not None:
        _keep_strongest(unit, new.author_id)
    traces.keep(unit, new, account)
    if new.removes_comments:
        jobs.defer(unit, REMOVE_TASK, {"sanction": new.id, "slot": new.id})
    if new.is_everywhere and new.origin_id is None:
        jobs.defer(unit, SPREAD_TASK, {"sanction": new.id})
    unit.audit(audit.of_sanction(new, act="sanction.imposed"))
    statements.of_sanction(
        unit,
        reached.author,
        sanction_id=new.id,
        kind=new.kind,
        reason=new.reason,
        words=new.words,
        ends_at=new.ends_at,
    )
    unit.record(
        SanctionImposed(
            sanction_id=new.id,
            author_id=new.author_id,
            kind=new.kind.value,
            reason=new.reason,
            days=None if new.ends_at is None else (new.ends_at - new.made_at).days,
            is_everywhere=new.is_everywhere,
            made_by=unit.actor.account_id,
        )
    )


def _lifted(unit: Unit, standing: Sanction) -> Sanction:
    if not standing.holds_at(unit.now):
        raise SanctionOver
    by = unit.actor.name or SYSTEM_NAME
    store.save_lifted(unit.db, unit.site.id, standing.id, by=by, now=unit.now)
    traces.forget(unit, standing)
    if standing.kind is SanctionKind.BAN and standing.origin_id is None:
        jobs.defer(unit, LIFT_TASK, {"sanction": standing.id})
    _keep_strongest(unit, standing.author_id)
    lifted = replace(standing, lifted_at=unit.now, lifted_by=by)
    unit.audit(audit.of_sanction(lifted, act="sanction.lifted"))
    statements.lift_sanction(unit, lifted.id)
    unit.record(
        SanctionLifted(
            sanction_id=lifted.id,
            author_id=lifted.author_id,
            kind=lifted.kind.value,
            made_by=unit.actor.account_id,
        )
    )
    return lifted


def _keep_strongest(unit: Unit, author_id: AuthorId) -> Sanction | None:
    found = strongest(store.list_holding(unit.db, unit.site.id, author_id, now=unit.now), unit.now)
    store.save_strongest(unit.db, unit.site.id, author_id, found)
    return found
