"""An author is the public face of a person on one site. How they sign in is an account, elsewhere."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.errors import Conflict, Forbidden, Invalid, TooMany
from tertulia.domain.ids import AuthorId

_SPACES: Final = re.compile(r"\s+")
# Control, surrogate, private-use and unassigned characters, and the ones that turn text around.
_BAD_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")
# Letters of Hangul that show nothing: a name of these would be none.
_UNSEEN: Final = _TURNING | frozenset("\u115f\u1160\u3164\uffa0")


class BadName(Invalid):
    """A name is empty or too long."""

    code = "bad-name"


class NameTaken(Conflict):
    """A name is that of somebody's account, or looks like it."""

    code = "name-taken"


class NameReserved(Forbidden):
    """A name is kept for those who work for the publication, or looks like one that is."""

    code = "name-reserved"


class TooManyNames(TooMany):
    """An account changed its name as often within a month as the site allows."""

    code = "too-many-names"


class AuthorKind(StrEnum):
    """How an author came to be."""

    GUEST = "guest"
    ACCOUNT = "account"
    IMPORTED = "imported"


class Restriction(StrEnum):
    """What an author may not do any more, the mildest first."""

    HOLD = "hold"
    """Whatever they write waits for a moderator."""
    SILENCE = "silence"
    """They cannot write until a time."""
    BAN = "ban"
    """They cannot write, until a time or ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """The public face. An empty name means that it is not known (recovered text) or withheld."""

    id: AuthorId
    name: str
    kind: AuthorKind
    badges: tuple[str, ...] = ()
    restriction: Restriction | None = None
    """Of an author who acts: the strongest that was imposed and not lifted, which may be over by now."""
    restricted_until: datetime | None = None
    """When that ends by itself; None for never."""
    approved_count: int = 0
    """Of an author who acts: how many of their comments stand because a moderator said so."""
    removed_count: int = 0
    """Of an author who acts: how many of their comments moderators removed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """An imported author as whoever it may be sees them: how much they wrote, and since when where that is known."""

    author: Author
    comment_count: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormerName:
    """A name that a face had, and until when."""

    name: str
    replaced_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What an author did here, in one line: how much they wrote, and what moderators decided about it."""

    comments: int
    since: datetime | None
    """When the first comment was written; None where an import did not know."""
    approved: int
    removed: int


def _is_seen(character: str) -> bool:
    return character not in _UNSEEN and unicodedata.category(character) not in _BAD_CATEGORIES


def clean_name(text: str, *, longest: int) -> str:
    """Give a name as it is shown: one line, no invisible or direction-changing characters; or `BadName`."""
    spaced = _SPACES.sub(" ", text)
    # What Python calls printable is of none of the bad categories; nearly every name is.
    is_seen = spaced.isprintable() and _UNSEEN.isdisjoint(spaced)
    seen = spaced if is_seen else "".join(filter(_is_seen, spaced))
    # Composed last: what stood between a letter and its accent is gone now.
    shown = unicodedata.normalize("NFC", _SPACES.sub(" ", seen)).strip()
    if not shown or len(shown) > longest or not any(character.isalnum() for character in shown):
        raise BadName(limit=longest)
    return shown
