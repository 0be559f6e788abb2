"""Sorts of a discussion and the cursors that page through them.

A cursor is opaque to everybody but this file. It names the last thing seen by its sort key, never by a
number of rows, so that what is written between two pages makes no comment appear twice or not at all.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tertulia.domain import ids
from tertulia.domain.errors import Invalid, NotFound

_COUNT: Final = re.compile(r"[0-9]{1,9}\Z")
_HORIZON: Final = re.compile(r"[0-9a-f]{1,13}\Z")


class BadCursor(Invalid):
    """A cursor that we did not write."""

    code = "bad-cursor"


class Sort(StrEnum):
    """Orders of top comments. Replies below them are always oldest first: a conversation reads forward."""

    NEWEST = "newest"
    OLDEST = "oldest"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after one top comment. `count` and `horizon` are used by the sort *replied* only:
    how many replies it had, and the newest publication (microseconds since 1970) that the page before knew."""

    last: int
    count: int = 0
    horizon: int = 0


def write_cursor(cursor: Cursor) -> str:
    """Write a cursor for an address."""
    if not cursor.horizon:
        return ids.encode(cursor.last)
    return f"{ids.encode(cursor.last)}.{cursor.count}.{cursor.horizon:x}"


def read_cursor(text: str) -> Cursor:
    """Read a cursor; raise `BadCursor`."""
    last, *rest = text[:80].split(".")
    try:
        number = ids.decode(last)
        if not rest:
            return Cursor(number)
        count, horizon = rest
        if not (_COUNT.match(count) and _HORIZON.match(horizon)):
            raise BadCursor(cursor=text[:80])
        return Cursor(number, int(count), int(horizon, 16))
    except (NotFound, ValueError):
        raise BadCursor(cursor=text[:80]) from None
