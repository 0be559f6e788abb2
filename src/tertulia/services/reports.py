"""Reports of illegal content: received from anybody, taken and decided by moderators, answered by mail."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain import reports as domain
from tertulia.domain.accounts import clean_address, section_key
from tertulia.domain.audit import AuditEntry
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.events import ReportDecided, ReportReceived
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import SYSTEM_NAME, Outcome, Reason, Ruling, Source
from tertulia.domain.permissions import Act, may, may_moderate, sections_of
from tertulia.domain.reports import (
    RESULTS,
    TAKEN_FOR,
    BadReportResult,
    Report,
    ReportClosed,
    ReportDraft,
    ReportId,
    ReportIncomplete,
    ReportTaken,
    ReportTooLong,
    State,
)
from tertulia.services import comments, moderation
from tertulia.services.unit import Unit
from tertulia.store import comments as comment_store
from tertulia.store import decisions
from tertulia.store import reports as store
from tertulia.store import stories as story_store
from tertulia.store import threads as thread_store

SENT_TWICE: Final = timedelta(hours=1)
"""Within this time the same notice by the same sender is the same notice."""
MOST_TOGETHER: Final = 200
"""Notices about one comment that one removal answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How a moderator decides a report."""

    result: str
    words: str = ""
    """For the notifier."""
    law: str = ""
    """What is broken, for the author; a removal needs one."""
    facts: str = ""
    """What happened, for the author."""
    seen_revision: int = 0
    """Of the comment, when it was looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a mail to a notifier says."""

    report: Report
    token: str


def check(draft: ReportDraft) -> ReportDraft:
    """Give a notice that has all that the law asks for; raise `ReportIncomplete`, `ReportTooLong` or `BadAddress`."""
    domain.checked(draft)
    return replace(draft, email=clean_address(draft.email) if draft.email else "")


def receive(unit: Unit, draft: ReportDraft, *, root: str) -> Report:
    """Take a notice and give it a case number; the same notice sent twice is one. `root`: where our pages are."""
    if not unit.policy.reports:
        raise NotFound("report")
    draft, kind = check(draft), domain.checked(draft)
    comment = _comment_at(unit, draft.url, root)
    new = Report(
        id=ReportId(unit.new_id()),
        number=store.next_number(unit.db, unit.site.id),
        comment_id=comment.id if comment else None,
        url=draft.url,
        kind=kind,
        law=draft.law,
        words=draft.words,
        name=draft.name,
        email=draft.email,
        language=draft.language,
        created_at=unit.now,
        state=State.RECEIVED,
    )
    since = ids.at(unit.now - SENT_TWICE, 0)
    same = store.find_same(unit.db, unit.site.id, new, network=draft.network, since=since)
    if same is not None:
        return same
    store.append(unit.db, unit.site.id, new, network=draft.network)
    unit.audit(_entry("report.received", new, comment, kind=kind.value))
    unit.record(ReportReceived(report_id=new.id, comment_id=new.comment_id))
    return new


def by_token(unit: Unit, report_id: ReportId, token: str, *, key: str) -> Report:
    """Give a report to whoever has the link of its mail; raise `NotFound` for everybody else."""
    found = store.find(unit.db, unit.site.id, report_id)
    expected = token_of(unit, report_id, key=key)
    # Compared in any case: how long it takes says nothing of whether there is such a report.
    if not hmac.compare_digest(expected.encode(), token.encode()) or found is None:
        raise NotFound("report")
    return found


def token_of(unit: Unit, report_id: ReportId, *, key: str) -> str:
    """Give the secret of a report's link. It follows from the operator's key and lies nowhere."""
    told = f"report\0{unit.site.key}\0{report_id}".encode()
    digest = hmac.digest(key.encode(), told, hashlib.sha256)
    return urlsafe_b64encode(digest[:24]).decode()


def list_open(unit: Unit, *, after: ReportId | None = None, most: int) -> list[Report]:
    """List what waits for the acting moderator, the oldest first."""
    return store.list_open(unit.db, unit.site.id, after=after, most=most, sections=_sections(unit))


def list_decided(unit: Unit, *, before: ReportId | None = None, most: int) -> list[Report]:
    """List what was decided in the acting moderator's sections, the newest notice first."""
    return store.list_decided(unit.db, unit.site.id, before=before, most=most, sections=_sections(unit))


def comments_of(unit: Unit, found: Sequence[Report]) -> dict[CommentId, Comment]:
    """Give the comments that reports are about."""
    wanted = {each.comment_id for each in found if each.comment_id is not None}
    return {each.id: each for each in thread_store.list_by_ids(unit.db, unit.site.id, sorted(wanted))}


def take(unit: Unit, report_id: ReportId) -> Report:
    """Look at a report, so that nobody else decides it meanwhile; raise `ReportTaken` or `ReportClosed`."""
    found = _mine(unit, report_id)
    until = unit.now + TAKEN_FOR
    taken = replace(
        found,
        state=State.IN_REVIEW,
        taken_by=unit.actor.account_id,
        taken_name=unit.actor.name or SYSTEM_NAME,
        taken_until=until,
    )
    _save_taken(unit, taken)
    return taken


def release(unit: Unit, report_id: ReportId) -> Report:
    """Leave a report to others."""
    found = _mine(unit, report_id)
    free = replace(found, state=State.RECEIVED, taken_by=None, taken_name="", taken_until=None)
    _save_taken(unit, free)
    return free


def is_anothers(unit: Unit, report: Report) -> bool:
    """Whether somebody else looks at a report just now."""
    if report.taken_until is None or report.taken_until <= unit.now:
        return False
    return (report.taken_by, report.taken_name) != (unit.actor.account_id, unit.actor.name or SYSTEM_NAME)


def decide(unit: Unit, report_id: ReportId, answer: Answer) -> Report:
    """Decide a report. A removal is a decision on the comment, and answers all that is open about it."""
    found = _mine(unit, report_id)
    result, words = _result(answer, found), answer.words.strip()
    decided = replace(found, state=result, answer=words, decided_at=unit.now)
    if result is not State.REMOVED or found.comment_id is None:
        _settle(unit, decided)
        return decided
    decision_id = _remove(unit, found.comment_id, answer)
    for each in store.list_open_on(unit.db, unit.site.id, found.comment_id, most=MOST_TOGETHER):
        _settle(unit, replace(each, state=result, answer=words, decision_id=decision_id, decided_at=unit.now))
    return replace(decided, decision_id=decision_id)


def letter(unit: Unit, report_id: ReportId, *, key: str) -> Letter | None:
    """Give what a mail to a notifier says; None for who gave no address, or whose was forgotten."""
    found = store.find(unit.db, unit.site.id, report_id)
    if found is None or not found.email:
        return None
    return Letter(report=found, token=token_of(unit, report_id, key=key))


def mark_told(unit: Unit, report_id: ReportId) -> None:
    """Remember that the notifier was told the outcome."""
    store.save_told(unit.db, unit.site.id, report_id, now=unit.now)


def _result(answer: Answer, found: Report) -> State:
    is_possible = answer.result != State.REMOVED or found.comment_id is not None
    if answer.result not in set(RESULTS) or not is_possible:
        raise BadReportResult(result=answer.result[:40])
    if len(answer.words) > domain.LONGEST_ANSWER:
        raise ReportTooLong(field="answer", limit=domain.LONGEST_ANSWER)
    result = State(answer.result)
    if result is State.REMOVED and not answer.law.strip():
        raise ReportIncomplete(field="law")
    if result is State.NO_ACTION and not answer.words.strip():
        raise ReportIncomplete(field="answer")
    return result


def _remove(unit: Unit, comment_id: CommentId, answer: Answer) -> int:
    ruling = Ruling(
        outcome=Outcome.REMOVE,
        reason=Reason.ILLEGAL,
        words=answer.facts,
        law=answer.law.strip(),
        source=Source.REPORT,
    )
    moderation.decide(unit, comment_id, ruling, seen_revision=answer.seen_revision)
    return decisions.for_comment(unit.db, unit.site.id, comment_id)[-1].id


def _settle(unit: Unit, decided: Report) -> None:
    store.save_decided(unit.db, unit.site.id, decided, by=unit.actor.account_id)
    comment, result = _comment(unit, decided.comment_id), decided.state.value
    unit.audit(_entry("report.decided", decided, comment, result=result, decision=decided.decision_id))
    unit.record(ReportDecided(report_id=decided.id, comment_id=decided.comment_id, result=result))


def _mine(unit: Unit, report_id: ReportId) -> Report:
    """Give an open report that the acting moderator may decide, and keep others from it until commit."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    store.lock(unit.db, unit.site.id, report_id)
    found = store.find(unit.db, unit.site.id, report_id)
    if found is None:
        raise NotFound("report")
    _require_section(unit, found)
    if found.decided_at is not None:
        raise ReportClosed
    if is_anothers(unit, found):
        raise ReportTaken(name=found.taken_name)
    return found


def _require_section(unit: Unit, report: Report) -> None:
    if not sections_of(unit.actor):
        return
    comment = _comment(unit, report.comment_id)
    if comment is None or not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise NotFound("report")


def _sections(unit: Unit) -> Sequence[str] | None:
    """Give the acting moderator's sections as the publication spells them; None for all, reports about nothing too."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    own = sections_of(unit.actor)
    spelled = story_store.list_sections(unit.db, unit.site.id) if own else []
    return [each for each in spelled if section_key(each) in own] if own else None


def _save_taken(unit: Unit, report: Report) -> None:
    store.save_taken(
        unit.db,
        unit.site.id,
        report.id,
        state=report.state,
        by=report.taken_by,
        name=report.taken_name,
        until=report.taken_until,
    )


def _comment_at(unit: Unit, url: str, root: str) -> Comment | None:
    origins = {each.lower() for each in unit.site.origins}
    return _comment(unit, domain.comment_at(url, root=root, origins=origins))


def _comment(unit: Unit, comment_id: CommentId | None) -> Comment | None:
    return None if comment_id is None else comment_store.find(unit.db, unit.site.id, comment_id)


def _entry(act: str, report: Report, comment: Comment | None, **facts: str | int | None) -> AuditEntry:
    return AuditEntry(
        act=act,
        comment_id=report.comment_id,
        author_id=comment.author.id if comment else None,
        facts={"report": report.id, "case": report.case, **facts},
    )
