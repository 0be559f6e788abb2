"""The log of decisions: what a publication did, when and why, without saying to whom. Read from the audit trail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tertulia.domain.audit import Audited
from tertulia.domain.errors import Invalid

ACTS: Final = ("decision.made", "sanction.imposed", "sanction.lifted", "appeal.decided")
"""What of the audit trail is in the log."""
KINDS: Final = (
    *("remove", "hold", "publish", "restore"),
    *("author-warning", "author-hold", "author-silence", "author-ban", "author-lifted"),
    *("appeal-upheld", "appeal-reversed", "appeal-changed"),
)
_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")


class BadLogFilter(Invalid):
    """The log cannot be narrowed by this."""

    code = "bad-log-filter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """What of the log somebody wants; empty is all."""

    kind: str = ""
    reason: str = ""
    section: str = ""
    month: str = ""
    """As 2026-11."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """An entry of the log: nobody is named and nothing quoted."""

    number: int
    kind: str
    reason: str
    section: str
    is_unlawful: bool
    is_by_person: bool
    source: str
    made_at: datetime
    ends_at: datetime | None
    policy_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """A page of the log, newest first, and where the next begins; None at the end."""

    entries: tuple[Logged, ...]
    next_before: int | None


def logged(of: Audited, *, section: str) -> Logged | None:
    """Give an entry of the audit trail as the log tells it; None for what it does not tell."""
    facts = of.entry.facts
    kind = _kind(of.entry.act, facts)
    if kind not in KINDS:
        return None
    ends_at = facts.get("ends_at")
    return Logged(
        number=of.number,
        kind=kind,
        reason=str(facts.get("reason") or ""),
        section=section,
        is_unlawful=bool(facts.get("is_unlawful")),
        # Whoever acts on authors and appeals is a person; of decisions it is said.
        is_by_person=bool(facts.get("is_by_person", True)),
        source=str(facts.get("source") or ""),
        made_at=of.made_at,
        ends_at=datetime.fromisoformat(ends_at) if isinstance(ends_at, str) else None,
        policy_version=of.policy_version,
    )


def fits(of: Logged, wanted: Narrowed) -> bool:
    """Whether an entry is one of those wanted; the month is asked elsewhere."""
    pairs = ((wanted.kind, of.kind), (wanted.reason, of.reason), (wanted.section, of.section))
    return all(not wish or wish == has for wish, has in pairs)


def span_of(month: str) -> tuple[datetime, datetime] | None:
    """Give the beginning of a month and of the next; None for no month. Raises `BadLogFilter`."""
    if not month:
        return None
    found = _MONTH.match(month)
    if found is None:
        raise BadLogFilter(filter=month[:20])
    year, number = int(found[1]), int(found[2])
    after = (year + number // 12, number % 12 + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


def _kind(act: str, facts: Mapping[str, object]) -> str:
    if act == "decision.made":
        outcome = str(facts.get("outcome"))
        return "remove" if outcome == "reject" else outcome
    if act == "sanction.imposed":
        return f"author-{facts.get('kind')}"
    if act == "sanction.lifted":
        return "author-lifted"
    return f"appeal-{facts.get('result')}"
