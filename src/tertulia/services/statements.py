"""Statements of reasons: written with each restriction, lifted with its end, shown to the one they are for."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain.appeals import Appeal, Ended, Result
from tertulia.domain.audit import AuditEntry
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment
from tertulia.domain.errors import NotFound
from tertulia.domain.events import AppealDecided
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Reason, Source
from tertulia.domain.permissions import ActorKind
from tertulia.domain.statements import (
    OF_SANCTIONS,
    Cause,
    Effect,
    Ground,
    Statement,
    StatementId,
    cause_of,
    effect_of,
    is_exempt,
)
from tertulia.services import jobs
from tertulia.services.unit import Unit
from tertulia.store import accounts, authors
from tertulia.store import appeals as appeal_store
from tertulia.store import statements as store

TASK: Final = "mail_statement"
LIFTED_TASK: Final = "mail_statement_lifted"
ACCESS_BYTES: Final = 18
"""Of what opens one statement: 144 bits."""
SHOWN: Final = 20
"""Statements of one comment or author that are shown at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a mail about a statement says, and to whom."""

    address: str
    language: str
    statement: Statement
    access: str
    """What opens it without signing in."""


def of_decision(unit: Unit, comment: Comment, made: Decision, earlier: Sequence[Decision]) -> None:
    """Write the reasons of a decision that restricts a comment, and lift what it ends or replaces."""
    standing = store.list_standing(unit.db, unit.site.id, comment_id=comment.id)
    status = made.status_after or comment.status
    effect = effect_of(status, is_listed=comment.is_listed)
    if effect is not None and _says_the_same(standing, effect, made):
        return
    _lift(unit, standing)
    result = Result.REVERSED if effect is None else Result.CHANGED
    settle_appeals(unit, [each.id for each in standing], result)
    if effect is not None:
        first = standing[-1].cause.source if standing else Source.OWN
        _write(unit, comment, made, effect, earlier=earlier, first=first)
        return
    for each in standing:
        _tell_lifted(unit, each)


def of_rules(unit: Unit, comment: Comment, made: Decision) -> None:
    """Write the reasons of a decision of the rules on a comment that nothing restricts yet."""
    effect = effect_of(made.status_after or comment.status, is_listed=comment.is_listed)
    if effect is not None:
        _write(unit, comment, made, effect)


def of_sanction(
    unit: Unit,
    author: Author,
    *,
    sanction_id: int,
    kind: str,
    reason: str,
    words: str = "",
    ends_at: datetime | None = None,
) -> None:
    """Write the reasons of a sanction: `hold`, `silence` or `ban`. Other kinds restrict nothing."""
    effect = OF_SANCTIONS.get(kind)
    if effect is None or not unit.policy.statements:
        return
    is_unlawful = reason == Reason.ILLEGAL
    cause = Cause(
        ground=Ground.LAW if is_unlawful else Ground.RULES,
        reason=reason or Reason.OTHER.value,
        law="",
        facts=words,
        findings=(),
        is_detected_by_machine=False,
        is_decided_by_machine=unit.actor.kind is ActorKind.SYSTEM,
        source=Source.OWN,
    )
    new = Statement(
        id=StatementId(unit.new_id()),
        author_id=author.id,
        effect=effect,
        cause=cause,
        language=unit.site.language,
        starts_at=unit.now,
        policy_version=unit.policy.version,
        sanction_id=sanction_id,
        ends_at=ends_at,
    )
    _keep(unit, new, author)


def lift_sanction(unit: Unit, sanction_id: int) -> None:
    """Lift what a sanction restricted, and tell whom a mail told of it."""
    standing = store.list_standing(unit.db, unit.site.id, sanction_id=sanction_id)
    _lift(unit, standing)
    settle_appeals(unit, [each.id for each in standing], Result.REVERSED)
    for each in standing:
        _tell_lifted(unit, each)


def settle_appeals(
    unit: Unit, found: Sequence[StatementId], result: Result, *, answer: str = ""
) -> list[Appeal]:
    """End what appeals are open against statements; give which those were."""
    if not found:
        return []
    ended = Ended(result=result, answer=answer, by=unit.actor.account_id, name=unit.actor.name, at=unit.now)
    settled = appeal_store.decide(unit.db, unit.site.id, found, ended)
    for each in settled:
        unit.audit(
            AuditEntry(
                act="appeal.decided",
                comment_id=each.comment_id,
                author_id=each.author_id,
                facts={"appeal": each.id, "statement": each.statement_id, "result": result.value},
            )
        )
        unit.record(AppealDecided(appeal_id=each.id, statement_id=each.statement_id, result=result.value))
    return settled


def lift_silently(unit: Unit, comment_id: CommentId) -> None:
    """Lift what restricts a comment that its author takes back: they know."""
    _lift(unit, store.list_standing(unit.db, unit.site.id, comment_id=comment_id))


def list_for_comment(unit: Unit, comment: Comment) -> list[Statement]:
    """List what the acting author is told about their comment, the newest first."""
    if unit.actor.author is None or unit.actor.author.id != comment.author.id:
        return []
    found = store.list_of_comment(unit.db, unit.site.id, comment.id, most=SHOWN)
    return [each for each in found if each.is_told]


def standing_of(unit: Unit, found: Sequence[CommentId]) -> dict[CommentId, Statement]:
    """Give what the acting author is told about comments of theirs that are restricted now."""
    if unit.actor.author is None or not found:
        return {}
    told = store.list_standing_of(unit.db, unit.site.id, unit.actor.author.id, found)
    return {each.comment_id: each for each in told if each.comment_id is not None and each.is_told}


def list_own(unit: Unit) -> list[Statement]:
    """List what the acting author was told lately, the newest first."""
    if unit.actor.author is None:
        return []
    found = store.list_of_author(unit.db, unit.site.id, unit.actor.author.id, most=SHOWN)
    return [each for each in found if each.is_told]


def get(unit: Unit, statement_id: StatementId, *, access: str = "", key: str = "") -> Statement:
    """Give a statement to the author whom it is for, or who was given access; raise `NotFound` for others."""
    found = store.find(unit.db, unit.site.id, statement_id)
    if found is None or not found.is_told:
        raise NotFound("statement")
    own = None if unit.actor.author is None else unit.actor.author.id
    if found.author_id != own and not _is_access(unit, found, access, key=key):
        raise NotFound("statement")
    return found


def access_to(unit: Unit, statement_id: StatementId, *, key: str) -> str:
    """Give what opens this one statement wherever its author cannot show who they are.

    From a mail in another browser, and for guests from the page of a publication, whose secret is for that page alone.
    """
    told = f"statement\0{unit.site.key}\0{statement_id}"
    digest = hmac.digest(key.encode(), told.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:ACCESS_BYTES]).decode().rstrip("=")


def _is_access(unit: Unit, of: Statement, access: str, *, key: str) -> bool:
    """Whether this opens a statement: not for an author who left, whose link somebody may have kept."""
    right = access_to(unit, of.id, key=key)
    if not key or not hmac.compare_digest(access.encode(), right.encode()):
        return False
    face = authors.find(unit.db, unit.site.id, of.author_id)
    return face is not None and bool(face.name or face.kind is not AuthorKind.ACCOUNT)


def letter(unit: Unit, statement_id: StatementId, *, key: str) -> Letter | None:
    """Give what the mail says about a statement; None where nobody need be told by mail, or nobody can."""
    found = store.find(unit.db, unit.site.id, statement_id)
    if found is None or not found.is_told or found.mailed_at is not None or not found.is_standing:
        return None
    return _letter(unit, found, key)


def letter_lifted(unit: Unit, statement_id: StatementId, *, key: str) -> Letter | None:
    """Give what the mail says when a restriction was taken back; None where nobody was told of it by mail."""
    found = store.find(unit.db, unit.site.id, statement_id)
    if found is None or found.mailed_at is None or found.is_standing:
        return None
    appealed = appeal_store.for_statements(unit.db, unit.site.id, [found.id]).get(found.id)
    if appealed is not None and appealed.answer:
        # The mail with the answer tells of it.
        return None
    return _letter(unit, found, key)


def mark_mailed(unit: Unit, statement_id: StatementId) -> None:
    """Remember that the mail is on its way."""
    store.mark_mailed(unit.db, unit.site.id, statement_id, now=unit.now)


def _letter(unit: Unit, statement: Statement, key: str) -> Letter | None:
    account = accounts.find_by_author(unit.db, unit.site.id, statement.author_id)
    if account is None or not account.email or not unit.policy.statements_by_mail:
        return None
    access = access_to(unit, statement.id, key=key)
    return Letter(address=account.email, language=account.language, statement=statement, access=access)


def _says_the_same(standing: Sequence[Statement], effect: Effect, made: Decision) -> bool:
    """Whether what stands says this already: somebody decided the same once more."""
    cause = cause_of(made)
    return any(
        each.effect is effect
        and (each.cause.reason, each.cause.law, each.cause.facts) == (cause.reason, cause.law, cause.facts)
        for each in standing
    )


def _write(
    unit: Unit,
    comment: Comment,
    made: Decision,
    effect: Effect,
    *,
    earlier: Sequence[Decision] = (),
    first: Source = Source.OWN,
) -> None:
    if not unit.policy.statements:
        return
    cause = cause_of(made, earlier, first=first)
    new = Statement(
        id=StatementId(unit.new_id()),
        author_id=comment.author.id,
        effect=effect,
        cause=cause,
        language=comment.language or unit.site.language,
        starts_at=made.made_at,
        policy_version=made.policy_version,
        decision_id=made.id,
        comment_id=comment.id,
        content_at=comment.created_at,
        is_told=not (unit.policy.spam_untold and is_exempt(cause)),
    )
    _keep(unit, new, comment.author)


def _lift(unit: Unit, standing: Sequence[Statement]) -> None:
    if standing:
        store.lift(unit.db, unit.site.id, [each.id for each in standing], now=unit.now)


def _tell_lifted(unit: Unit, lifted: Statement) -> None:
    """Let a mail follow a mail; nobody else need hear of the end of what they may never have seen."""
    if lifted.mailed_at is not None:
        jobs.defer(unit, LIFTED_TASK, {"statement": lifted.id})


def _keep(unit: Unit, new: Statement, author: Author) -> None:
    """Append a statement, and let a mail follow where there may be an address to write to."""
    store.append(unit.db, unit.site.id, new)
    if not new.is_told or author.kind is not AuthorKind.ACCOUNT or not unit.policy.statements_by_mail:
        return
    if new.comment_id is not None and new.cause.source is Source.SANCTION:
        # Whoever was banned with all their comments got one mail, about that.
        return
    # What waits before it appears is mostly looked at soon: then one mail less says more.
    patience = unit.policy.hold_mail_after_hours if new.effect is Effect.DELAY else 0
    run_at = unit.now + timedelta(hours=patience)
    jobs.defer(unit, TASK, {"statement": new.id}, run_at=run_at)
