"""Reports of illegal content as rows: numbered within the site, taken, decided, and their notifiers forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.reports import Kind, Report, ReportId, State
from tertulia.store import dialect
from tertulia.store.queue import in_sections
from tertulia.store.schema import comment, report

_LATELY_LOOKED_AT = 20


def append(db: Connection, site_id: SiteId, new: Report, *, network: str) -> Report:
    """Keep a notice under the next number of the site."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "number": new.number,
        "comment_id": new.comment_id,
        "url": new.url,
        "kind": new.kind.value,
        "law": new.law,
        "words": new.words,
        "name": new.name,
        "email": new.email,
        "language": new.language,
        "network": network,
        "created_at": new.created_at,
        "state": new.state.value,
    }
    db.execute(insert(report).values(**row))
    return new


def next_number(db: Connection, site_id: SiteId) -> int:
    """Give the next case number; others who ask wait until commit."""
    dialect.lock_word(db, site_id, "report.number")
    newest = db.execute(select(func.max(report.c.number)).where(report.c.site_id == site_id)).scalar_one()
    return int(newest or 0) + 1


def find_same(db: Connection, site_id: SiteId, like: Report, *, network: str, since: int) -> Report | None:
    """Give a notice of the same words by the same sender from an id on: a form that was sent twice."""
    query = (
        _select(site_id)
        .where(report.c.id >= since, report.c.decided_at.is_(None))
        .order_by(report.c.id.desc())
        .limit(_LATELY_LOOKED_AT)
    ).add_columns(report.c.network)
    told = (like.url, like.words, like.email, like.kind.value, network)
    for row in db.execute(query):
        if (row.url, row.words, row.email, row.kind, row.network) == told:
            return _report(row)
    return None


def find(db: Connection, site_id: SiteId, report_id: ReportId) -> Report | None:
    row = db.execute(_select(site_id).where(report.c.id == report_id)).one_or_none()
    return None if row is None else _report(row)


def lock(db: Connection, site_id: SiteId, report_id: ReportId) -> None:
    """Keep others from a report until commit."""
    query = select(report.c.id).where(
        report.c.site_id == bindparam("b_site"), report.c.id == bindparam("b_id")
    )
    dialect.lock(db, query, {"b_site": site_id, "b_id": report_id})


def list_open(
    db: Connection, site_id: SiteId, *, after: ReportId | None, most: int, sections: Sequence[str] | None
) -> list[Report]:
    """List what is not decided, the oldest first; None is for all sections."""
    query = _select(site_id).where(report.c.decided_at.is_(None), *_within(sections))
    if after is not None:
        query = query.where(report.c.id > after)
    return [_report(row) for row in db.execute(query.order_by(report.c.id).limit(most))]


def list_decided(
    db: Connection, site_id: SiteId, *, before: ReportId | None, most: int, sections: Sequence[str] | None
) -> list[Report]:
    """List what was decided, the newest notice first; None is for all sections."""
    query = _select(site_id).where(report.c.decided_at.is_not(None), *_within(sections))
    if before is not None:
        query = query.where(report.c.id < before)
    return [_report(row) for row in db.execute(query.order_by(report.c.id.desc()).limit(most))]


def list_open_on(db: Connection, site_id: SiteId, comment_id: CommentId, *, most: int) -> list[Report]:
    """List the notices about a comment that are not decided, the oldest first."""
    query = _select(site_id).where(report.c.comment_id == comment_id, report.c.decided_at.is_(None))
    return [_report(row) for row in db.execute(query.order_by(report.c.id).limit(most))]


def save_taken(
    db: Connection,
    site_id: SiteId,
    report_id: ReportId,
    *,
    state: State,
    by: AccountId | None,
    name: str,
    until: datetime | None,
) -> None:
    """Store who looks at a report, and until when; without a name nobody does."""
    db.execute(
        update(report)
        .where(_one(site_id, report_id))
        .values(state=state.value, taken_by=by, taken_name=name, taken_until=until)
    )


def save_decided(
    db: Connection,
    site_id: SiteId,
    decided: Report,
    *,
    by: AccountId | None,
) -> None:
    """Store how a report was decided; nobody has it any more."""
    values: dict[str, Any] = {"taken_by": None, "taken_name": "", "taken_until": None}
    values |= {"state": decided.state.value, "answer": decided.answer, "decision_id": decided.decision_id}
    values |= {"decided_by": by, "decided_at": decided.decided_at}
    db.execute(update(report).where(_one(site_id, decided.id)).values(**values))


def save_told(db: Connection, site_id: SiteId, report_id: ReportId, *, now: datetime) -> None:
    """Store when the notifier was told the outcome."""
    db.execute(update(report).where(_one(site_id, report_id)).values(told_at=now))


def forget_notifiers(db: Connection, site_id: SiteId, *, before: datetime) -> int:
    """Clear names and addresses from reports that were decided before a moment; give how many."""
    return db.execute(
        update(report)
        .where(
            report.c.site_id == site_id,
            report.c.decided_at < before,
            (report.c.name != "") | (report.c.email != ""),
        )
        .values(name="", email="", network="")
    ).rowcount


def clear_networks(db: Connection, site_id: SiteId, *, before: int) -> None:
    """Forget from which networks reports came that are older than an id."""
    db.execute(
        update(report)
        .where(report.c.site_id == site_id, report.c.id < before, report.c.network != "")
        .values(network="")
    )


def _within(sections: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """Say that a report is about a comment of these sections; one about none is for those who see all."""
    if sections is None:
        return []
    of_report = (comment.c.site_id == report.c.site_id) & (comment.c.id == report.c.comment_id)
    return [select(comment.c.id).where(of_report, in_sections(sections)).exists()]


def _one(site_id: SiteId, report_id: ReportId) -> ColumnElement[bool]:
    return (report.c.site_id == site_id) & (report.c.id == report_id)


def _select(site_id: SiteId) -> Select[Any]:
    left_out = {"site_id", "network", "decided_by"}
    columns = [column for column in report.c if column.name not in left_out]
    return select(*columns).where(report.c.site_id == site_id)


def _report(row: Row[Any]) -> Report:
    return Report(
        id=ReportId(row.id),
        number=row.number,
        comment_id=None if row.comment_id is None else CommentId(row.comment_id),
        url=row.url,
        kind=Kind(row.kind),
        law=row.law,
        words=row.words,
        name=row.name,
        email=row.email,
        language=row.language,
        created_at=row.created_at,
        state=State(row.state),
        taken_by=None if row.taken_by is None else AccountId(row.taken_by),
        taken_name=row.taken_name,
        taken_until=row.taken_until,
        decision_id=row.decision_id,
        answer=row.answer,
        decided_at=row.decided_at,
        told_at=row.told_at,
    )
