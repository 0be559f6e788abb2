"""Queues of the desk: which there are, what they can be narrowed to, where a page of one ends, who holds an item."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Invalid, NotFound
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.ranking import BadCursor

TAKEN_FOR: Final = timedelta(minutes=10)
"""How long an item stays with who took it, unless they decide or release it before."""
MOST_TAKEN: Final = 50
"""Items that are taken by one press."""
MOST_AT_ONCE: Final = 100
"""Comments of one selection."""
LONGEST_FILTER: Final = 200
MOST_VIEWS: Final = 30
LONGEST_VIEW: Final = 60
"""Characters of a saved view's name."""


class Queue(StrEnum):
    """What a moderator can walk through."""

    HELD = "held"
    """Wait for a decision, the oldest first."""
    FLAGGED = "flagged"
    """Have open flags, the heaviest first."""
    UNREAD = "unread"
    """Visible, and no moderator has seen them; the newest first."""
    ALL = "all"
    """Every comment, the newest first."""
    DECIDED = "decided"
    """People decided on them lately, the last decision first."""


OF_ITEMS: Final = frozenset({Queue.HELD, Queue.FLAGGED})
"""Queues of what waits: their comments can be taken, and have findings and a score to filter by."""


class Age(StrEnum):
    """How long ago a comment was written: within so long, or longer ago."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    OVER_HOUR = "over-hour"
    OVER_DAY = "over-day"
    OVER_WEEK = "over-week"


_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_PERCENT: Final = re.compile(r"100|[0-9]{1,2}")
_SPANS: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


class BadFilter(Invalid):
    """A queue or filter that there is not, or a value that it does not take."""

    code = "bad-filter"


class BadView(Invalid):
    """A saved view without a name, or one view more than anybody keeps."""

    code = "bad-view"


class ItemTaken(Conflict):
    """A colleague has this item."""

    code = "item-taken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What a queue is narrowed to; empty for all. `least` and `most` are percent of a finding's strength."""

    section: str = ""
    author: AuthorId | None = None
    finding: str = ""
    least: int | None = None
    most: int | None = None
    language: str = ""
    age: Age | None = None


NO_FILTERS: Final = Filters()


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Read filters by the names that they have in addresses; raise `BadFilter` for a value that is none."""
    author, age = asked.get("author", ""), asked.get("age", "")
    try:
        return Filters(
            section=_short(asked, "section"),
            author=AuthorId(ids.decode(author)) if author else None,
            finding=_code(asked, "finding"),
            least=_percent(asked, "least"),
            most=_percent(asked, "most"),
            language=_code(asked, "language").lower(),
            age=Age(age) if age else None,
        )
    except NotFound:
        raise BadFilter(name="author") from None
    except ValueError:
        raise BadFilter(name="age") from None


def write_filters(filters: Filters) -> dict[str, str]:
    """Write filters by their names in addresses; what is not narrowed is not there."""
    words = {
        "section": filters.section,
        "author": "" if filters.author is None else ids.encode(filters.author),
        "finding": filters.finding,
        "least": "" if filters.least is None else str(filters.least),
        "most": "" if filters.most is None else str(filters.most),
        "language": filters.language,
        "age": filters.age or "",
    }
    return {name: str(word) for name, word in words.items() if word}


def read_queue(text: str) -> Queue:
    """Read the name of a queue, of what is held where there is none; raise `BadFilter`."""
    try:
        return Queue(text or Queue.HELD)
    except ValueError:
        raise BadFilter(name="queue") from None


def _short(asked: Mapping[str, str], name: str) -> str:
    text = asked.get(name, "").strip()
    if len(text) > LONGEST_FILTER:
        raise BadFilter(name=name)
    return text


def _code(asked: Mapping[str, str], name: str) -> str:
    text = _short(asked, name)
    if text and not _CODE.fullmatch(text):
        raise BadFilter(name=name)
    return text


def _percent(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    if not _PERCENT.fullmatch(text):
        raise BadFilter(name=name)
    return int(text)


def fitting(filters: Filters, queue: Queue) -> Filters:
    """Give the filters that a queue knows; the others are left out."""
    if queue is Queue.DECIDED:
        return NO_FILTERS
    return filters if queue in OF_ITEMS else replace(filters, finding="", least=None, most=None)


def span_of(age: Age | None, now: datetime) -> tuple[int, int]:
    """Give the ids between which comments of an age lie: from the first on, and below the second."""
    if age is None:
        return 0, ids.LARGEST
    edge = ids.at(now - _SPANS[age.value.removeprefix("over-")], 0)
    return (0, edge) if age.value.startswith("over-") else (edge, ids.LARGEST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a page of a queue ends: the last comment, and in the queue of flags what these weighed."""

    comment_id: CommentId
    weight: float = 0.0


def write_place(place: Place) -> str:
    """Write a place for an address."""
    return (
        f"{ids.encode(place.comment_id)}.{place.weight.hex()}"
        if place.weight
        else ids.encode(place.comment_id)
    )


def read_place(text: str) -> Place | None:
    """Read a place; None when there is none, `BadCursor` for what we did not write."""
    if not text:
        return None
    comment, _, weight = text[:80].partition(".")
    try:
        place = Place(
            comment_id=CommentId(ids.decode(comment)), weight=float.fromhex(weight) if weight else 0.0
        )
    except (NotFound, ValueError, OverflowError):
        raise BadCursor(cursor=text[:80]) from None
    if not 0 <= place.weight < float("inf"):
        raise BadCursor(cursor=text[:80])
    return place


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who looks at an item just now, and until when it is theirs."""

    name: str
    until: datetime
    is_me: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A queue and filters under a name, for one moderator."""

    id: int
    name: str
    queue: Queue
    filters: Filters


def clean_view(text: str) -> str:
    """Give a view's name as it is kept; raise `BadView`."""
    name = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if not name or len(name) > LONGEST_VIEW:
        raise BadView(limit=LONGEST_VIEW)
    return name
