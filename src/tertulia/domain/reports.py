"""A report: a formal notice of illegal content, by anybody, with a case number.

Regulation (EU) 2022/2065, article 16, says what it holds, and what becomes of it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from urllib.parse import urlsplit

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Invalid, NotFound
from tertulia.domain.ids import CommentId

ReportId = NewType("ReportId", int)

LONGEST_ADDRESS: Final = 2_000
LONGEST_WORDS: Final = 10_000
"""Characters of why something is illegal."""
LONGEST_LAW: Final = 500
LONGEST_NAME: Final = 200
LONGEST_ANSWER: Final = 5_000
TAKEN_FOR: Final = timedelta(minutes=30)
"""How long a report is somebody's who took it. It is free again after that, whatever became of them."""
_ID: Final = r"[0-7][0-9a-hjkmnp-tv-z]{12}"
_IN_PATH: Final = re.compile(rf"/c/({_ID})(?:/|$)")
_IN_FRAGMENT: Final = re.compile(rf"comment-({_ID})$")


class ReportIncomplete(Invalid):
    """A notice lacks something that the law asks for."""

    code = "report-incomplete"


class ReportTooLong(Invalid):
    """A field of a notice is longer than anybody would read."""

    code = "report-too-long"


class ReportTaken(Conflict):
    """Somebody else looks at the report just now."""

    code = "report-taken"


class ReportClosed(Conflict):
    """The report was decided already."""

    code = "report-closed"


class BadReportResult(Invalid):
    """A word that is no answer to a report."""

    code = "bad-report-result"


class Kind(StrEnum):
    """What somebody holds to be illegal: the categories of the Commission's database of statements."""

    CHILD_ABUSE = "child-abuse"
    """Offences of articles 3 to 7 of Directive 2011/93/EU, for which a notifier need not say who they are."""
    SPEECH = "speech"
    VIOLENCE = "violence"
    CYBER_VIOLENCE = "cyber-violence"
    CYBER_VIOLENCE_WOMEN = "cyber-violence-women"
    PRIVACY = "privacy"
    MINORS = "minors"
    SELF_HARM = "self-harm"
    SCAMS = "scams"
    SECURITY = "security"
    ELECTIONS = "elections"
    PROPERTY = "property"
    CONSUMERS = "consumers"
    PRODUCTS = "products"
    ANIMALS = "animals"
    OTHER = "other"


class State(StrEnum):
    """How a report stands."""

    RECEIVED = "received"
    IN_REVIEW = "in-review"
    REMOVED = "removed"
    NO_ACTION = "no-action"
    NOT_OURS = "not-ours"
    """What was reported is not on this site."""


RESULTS: Final = (State.REMOVED, State.NO_ACTION, State.NOT_OURS)
"""How a report can be decided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDraft:
    """What a notifier hands in."""

    url: str
    kind: str
    words: str
    law: str = ""
    name: str = ""
    email: str = ""
    is_in_good_faith: bool = False
    language: str = ""
    network: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A notice that was received."""

    id: ReportId
    number: int
    comment_id: CommentId | None
    url: str
    kind: Kind
    law: str
    words: str
    name: str
    email: str
    language: str
    created_at: datetime
    state: State
    taken_by: AccountId | None = None
    taken_name: str = ""
    taken_until: datetime | None = None
    decision_id: int | None = None
    answer: str = ""
    decided_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def case(self) -> str:
        """The case number as people write it: year and number."""
        return f"{self.created_at.year}-{self.number}"


def needs_name(kind: Kind) -> bool:
    """Whether a notice of this kind needs a name and an address (article 16(2)(c))."""
    return kind is not Kind.CHILD_ABUSE


def checked(draft: ReportDraft) -> Kind:
    """Give the kind of a notice that has all that the law asks for; raise `ReportIncomplete` or `ReportTooLong`."""
    if draft.kind not in set(Kind):
        raise ReportIncomplete(field="kind")
    kind = Kind(draft.kind)
    needed = ["url", "words", *(["name", "email"] if needs_name(kind) else [])]
    for name in needed:
        if not getattr(draft, name):
            raise ReportIncomplete(field=name)
    if not draft.is_in_good_faith:
        raise ReportIncomplete(field="good_faith")
    limits = {"url": LONGEST_ADDRESS, "words": LONGEST_WORDS, "law": LONGEST_LAW, "name": LONGEST_NAME}
    for name, limit in limits.items():
        if len(getattr(draft, name)) > limit:
            raise ReportTooLong(field=name, limit=limit)
    return kind


def comment_at(url: str, *, root: str, origins: Collection[str]) -> CommentId | None:
    """Read which comment an address may mean: one of our own pages, or a place in a page of the publication."""
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
    except ValueError:
        return None
    is_ours = url.startswith(f"{root}/")
    found = _IN_FRAGMENT.search(parts.fragment) if is_ours or origin in origins else None
    if found is None and is_ours:
        found = _IN_PATH.search(parts.path)
    try:
        return CommentId(ids.decode(found[1])) if found else None
    except NotFound:
        return None
