"""Records of restrictions in the fields of the Commission's transparency database, with the values of July 2025.

Derived from statements of reasons, and from nothing that anybody wrote: a record holds no personal data.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from tertulia.domain import ids
from tertulia.domain.moderation import Reason, Source
from tertulia.domain.statements import Effect, Ground, Statement

_OTHER: Final = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
CATEGORIES: Final = {
    "": _OTHER,
    Reason.ABUSE: "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    Reason.HATE: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    Reason.SPAM: "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    Reason.ILLEGAL: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    Reason.OFF_TOPIC: _OTHER,
    Reason.PRIVACY: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    Reason.OTHER: _OTHER,
}
"""For each reason class the Commission's category; insults, advertising and what is off topic have no own one."""
KEYWORDS: Final = {
    Reason.ABUSE: "KEYWORD_CYBER_HARASSMENT",
    Reason.HATE: "KEYWORD_HATE_SPEECH",
}
"""Closer words, where there is one that fits."""
_SOURCES: Final = {
    Source.REPORT: "SOURCE_ARTICLE_16",
    Source.FLAG: "SOURCE_TYPE_OTHER_NOTIFICATION",
}
_VISIBILITY: Final = {
    Effect.REMOVAL: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Effect.HOLD: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Effect.DELAY: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Effect.AUTHOR_HOLD: "DECISION_VISIBILITY_OTHER",
}
_DONE: Final = {
    Effect.REMOVAL: "The comment was removed.",
    Effect.HOLD: "The comment was hidden until a moderator has looked at it.",
    Effect.DELAY: "The comment waits for a moderator before it appears.",
    Effect.AUTHOR_HOLD: "All further comments of the author wait for a moderator before they appear.",
    Effect.AUTHOR_SILENCE: "The author cannot write comments for some time.",
    Effect.AUTHOR_BAN: "The author cannot write comments.",
}
_UNNAMED: Final = "Not named by the moderator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record. The names of the fields are the Commission's; what does not apply is None."""

    decision_visibility: list[str] | None
    decision_visibility_other: str | None
    decision_provision: str | None
    decision_ground: str
    illegal_content_legal_ground: str | None
    illegal_content_explanation: str | None
    incompatible_content_ground: str | None
    incompatible_content_explanation: str | None
    content_type: list[str]
    content_type_other: str | None
    category: str
    category_specification: list[str] | None
    content_language: str | None
    content_date: str
    application_date: str
    end_date_visibility_restriction: str | None
    end_date_service_restriction: str | None
    decision_facts: str
    source_type: str
    automated_detection: str
    automated_decision: str
    puid: str


FIELDS: Final = tuple(each.name for each in fields(Record))


def record_of(of: Statement, *, site_key: str) -> Record:
    """Give the record of a statement. What a moderator wrote in their own words is not in it."""
    cause, visibility = of.cause, _VISIBILITY.get(of.effect)
    is_unlawful, is_about_comment = cause.ground is Ground.LAW, of.comment_id is not None
    end, explained = _day(of.lifted_at or of.ends_at), _explained(of)
    return Record(
        decision_visibility=[visibility] if visibility else None,
        decision_visibility_other=_DONE[of.effect] if of.effect is Effect.AUTHOR_HOLD else None,
        decision_provision=None if visibility else _provision(of),
        decision_ground=f"DECISION_GROUND_{'ILLEGAL' if is_unlawful else 'INCOMPATIBLE'}_CONTENT",
        illegal_content_legal_ground=(cause.law or _UNNAMED) if is_unlawful else None,
        illegal_content_explanation=explained if is_unlawful else None,
        incompatible_content_ground=None if is_unlawful else "The rules of the site",
        incompatible_content_explanation=None if is_unlawful else explained,
        content_type=["CONTENT_TYPE_TEXT" if is_about_comment else "CONTENT_TYPE_OTHER"],
        content_type_other=None if is_about_comment else "What an author may write",
        category=CATEGORIES[cause.reason],
        category_specification=[KEYWORDS[Reason(cause.reason)]] if cause.reason in KEYWORDS else None,
        content_language=_language(of.language),
        content_date=_day(of.content_at) or f"{of.starts_at:%Y-%m-%d}",
        application_date=f"{of.starts_at:%Y-%m-%d}",
        end_date_visibility_restriction=end if visibility else None,
        end_date_service_restriction=None if visibility else end,
        decision_facts=f"{_DONE[of.effect]} {explained}",
        source_type=_SOURCES.get(cause.source, "SOURCE_VOLUNTARY"),
        automated_detection="Yes" if cause.is_detected_by_machine else "No",
        automated_decision="AUTOMATED_DECISION_FULLY"
        if cause.is_decided_by_machine
        else "AUTOMATED_DECISION_NOT_AUTOMATED",
        puid=f"{site_key}-{ids.encode(of.id)}",
    )


def _provision(of: Statement) -> str:
    """Say what is taken from an author: they may read on, so a part of the service."""
    return f"DECISION_PROVISION_PARTIAL_{'SUSPENSION' if of.ends_at else 'TERMINATION'}"


def _explained(of: Statement) -> str:
    """Say in codes why: the class of the reason, and what rules noticed."""
    cause = of.cause
    said = [f"Reason class: {cause.reason}." if cause.reason else "Not decided on yet."]
    if cause.findings:
        codes = ", ".join(sorted({finding.code for finding in cause.findings}))
        said.append(f"Noticed by a program: {codes}."[:1_000])
    return " ".join(said)


def _language(code: str) -> str | None:
    primary = code.partition("-")[0].upper()
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else None


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"
