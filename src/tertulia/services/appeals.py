"""Appeals: an author makes one, another moderator than the first decides it, both see what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tertulia.domain.appeals import (
    LONGEST_WORDS,
    TAKEN_FOR,
    Appeal,
    AppealDecided,
    AppealId,
    AppealTaken,
    AppealThere,
    BadResult,
    Case,
    NoAppeal,
    NoWords,
    Open,
    OwnDecision,
    Result,
    Results,
    Verdict,
    has_taken,
    is_first,
    is_taken,
    may_appeal,
    may_decide,
)
from tertulia.domain.audit import AuditEntry
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.events import AppealMade
from tertulia.domain.moderation import Outcome, Reason, Ruling, Source
from tertulia.domain.permissions import Act, may, may_moderate, sections_of
from tertulia.domain.sanctions import SanctionId, SanctionOver
from tertulia.domain.statements import Statement, StatementId
from tertulia.services import comments, moderation, queue, sanctions, statements
from tertulia.services.moderation import BadReason, TooManyWords
from tertulia.services.unit import Unit
from tertulia.store import accounts, decisions
from tertulia.store import appeals as store
from tertulia.store import comments as comment_store
from tertulia.store import statements as statement_store

COUNTED_BACK: Final = timedelta(days=365)
"""How far back results are counted."""
MOST_LISTED: Final = 200
"""Open appeals on the desk; who decided some sees the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What the mail says about the end of an appeal."""

    address: str
    language: str
    appeal: Appeal
    access: str
    """What opens the statement without signing in."""


def make(unit: Unit, statement: Statement, words: str) -> Appeal:
    """Appeal against a statement; raise `NoAppeal`, `AppealThere`, `NoWords` or `TooManyWords`.

    Whoever has the statement may: it is given to its author alone.
    """
    if not may_appeal(statement, unit.policy, now=unit.now):
        raise NoAppeal
    first = statement_store.find_first(unit.db, unit.site.id, statement)
    new = Appeal(
        id=AppealId(unit.new_id()),
        statement_id=statement.id,
        comment_id=statement.comment_id,
        author_id=statement.author_id,
        words=_said(words),
        made_at=unit.now,
        due_at=unit.now + timedelta(days=unit.policy.appeal_answer_days),
        first_by=first.account_id,
        first_name=first.name,
    )
    if not store.insert_new(unit.db, unit.site.id, new):
        raise AppealThere
    unit.audit(
        AuditEntry(
            act="appeal.made",
            comment_id=new.comment_id,
            author_id=new.author_id,
            facts={"appeal": new.id, "statement": statement.id},
        )
    )
    unit.record(AppealMade(appeal_id=new.id, statement_id=statement.id))
    return new


def list_open(unit: Unit) -> Open:
    """List open appeals that the acting moderator may decide, the first due first."""
    within = queue.sections(unit)
    found = store.list_open(unit.db, unit.site.id, most=MOST_LISTED, sections=within)
    mine = tuple(each for each in found if may_decide(unit.actor, each, unit.policy))
    return Open(appeals=mine, own=sum(is_first(unit.actor, each) for each in found))


def get(unit: Unit, appeal_id: AppealId) -> Case:
    """Give the whole case; raise `NotFound` also to whoever decided first, unless the site lets them decide."""
    found = _require(unit, appeal_id)
    statement = statement_store.find(unit.db, unit.site.id, found.statement_id)
    if statement is None or not may_decide(unit.actor, found, unit.policy):
        raise NotFound("appeal")
    comment = (
        None if found.comment_id is None else comment_store.find(unit.db, unit.site.id, found.comment_id)
    )
    made = [] if comment is None else decisions.for_comment(unit.db, unit.site.id, comment.id)
    return Case(
        appeal=found,
        statement=statement,
        comment=comment,
        decision=next((each for each in made if each.id == statement.decision_id), None),
        may_decide=found.is_open and not is_taken(unit.actor, found, now=unit.now),
        is_taken=is_taken(unit.actor, found, now=unit.now),
        is_mine=has_taken(unit.actor, found),
    )


def take(unit: Unit, appeal_id: AppealId) -> None:
    """Have an appeal for half an hour; raise `AppealTaken` where another moderator has it."""
    found = _require_decidable(unit, appeal_id)
    store.take(
        unit.db,
        unit.site.id,
        found.id,
        by=unit.actor.account_id,
        name=unit.actor.name,
        until=unit.now + TAKEN_FOR,
    )


def release(unit: Unit, appeal_id: AppealId) -> None:
    """Let others have an appeal again."""
    found = _require_decidable(unit, appeal_id)
    store.take(unit.db, unit.site.id, found.id, by=None, name="", until=None)


def decide(unit: Unit, appeal_id: AppealId, verdict: Verdict, *, seen_revision: int = 0) -> None:
    """Uphold, reverse or change what was decided first, and answer the author.

    Raises `OwnDecision`, `AppealTaken`, `AppealDecided`, `BadResult`, `BadReason`, and `Stale` when the comment is not
    as it was seen.
    """
    found = _require_decidable(unit, appeal_id)
    statement = statement_store.find(unit.db, unit.site.id, found.statement_id)
    if statement is None:
        raise NotFound("statement")
    result, answer = _result(verdict), _said(verdict.answer)
    statements.settle_appeals(unit, [statement.id], result, answer=answer)
    if result is Result.UPHELD:
        return
    if statement.comment_id is None:
        _lift(unit, statement, result)
        return
    ruling = _ruling(statement, result, verdict.reason)
    moderation.decide(unit, statement.comment_id, ruling, seen_revision=seen_revision)


def for_statements(unit: Unit, found: Collection[Statement]) -> dict[StatementId, Appeal]:
    """Give the appeals against statements that somebody may read."""
    return store.for_statements(unit.db, unit.site.id, [each.id for each in found])


def count_results(unit: Unit) -> Results:
    """Count what became of the appeals of the last year."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    since = unit.now - COUNTED_BACK
    counted = store.count_results(unit.db, unit.site.id, since=since, now=unit.now)
    return Results(**counted)


def letter(unit: Unit, appeal_id: AppealId, *, key: str) -> Letter | None:
    """Give what the mail says about the end of an appeal; None where nobody can be told by mail."""
    found = store.find(unit.db, unit.site.id, appeal_id)
    if found is None or found.is_open or not found.answer:
        # Without an answer it ended with a decision of its own, of which another mail tells.
        return None
    account = accounts.find_by_author(unit.db, unit.site.id, found.author_id)
    if account is None or not account.email or not unit.policy.statements_by_mail:
        return None
    access = statements.access_to(unit, found.statement_id, key=key)
    return Letter(address=account.email, language=account.language, appeal=found, access=access)


def _said(words: str) -> str:
    said = words.strip()
    if not said:
        raise NoWords
    if len(said) > LONGEST_WORDS:
        raise TooManyWords(limit=LONGEST_WORDS)
    return said


def _result(verdict: Verdict) -> Result:
    if verdict.result not in set(Result):
        raise BadResult(result=verdict.result[:40])
    return Result(verdict.result)


def _ruling(statement: Statement, result: Result, reason: str) -> Ruling:
    if result is Result.REVERSED:
        return Ruling(outcome=Outcome.RESTORE, source=Source.APPEAL)
    if reason not in set(Reason) or reason == statement.cause.reason:
        raise BadReason(reason=reason[:60])
    return Ruling(outcome=Outcome.REMOVE, reason=reason, words=statement.cause.facts, source=Source.APPEAL)


def _lift(unit: Unit, statement: Statement, result: Result) -> None:
    """Lift what restricts an author; to change it, somebody does something else on the author's own page."""
    if result is not Result.REVERSED or statement.sanction_id is None:
        raise BadResult(result=result.value)
    try:
        sanctions.lift(unit, SanctionId(statement.sanction_id), restores_comments=True)
    except SanctionOver:
        # It ended by itself; that it was wrong is said all the same.
        statements.lift_sanction(unit, statement.sanction_id)


def _require(unit: Unit, appeal_id: AppealId) -> Appeal:
    """Give an appeal to who is for its comment; what is about an author is for moderators of the whole site."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    found = store.find(unit.db, unit.site.id, appeal_id)
    if found is None:
        raise NotFound("appeal")
    if found.comment_id is None:
        if sections_of(unit.actor):
            raise Forbidden
        return found
    comment = comment_store.find(unit.db, unit.site.id, found.comment_id)
    if comment is not None and not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
    return found


def _require_decidable(unit: Unit, appeal_id: AppealId) -> Appeal:
    found = _require(unit, appeal_id)
    if not may_decide(unit.actor, found, unit.policy):
        raise OwnDecision
    if not found.is_open:
        raise AppealDecided
    if is_taken(unit.actor, found, now=unit.now):
        raise AppealTaken(name=found.taken_name)
    return found
