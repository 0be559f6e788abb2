"""Whose comments a reader wants folded, for themselves alone. Nobody learns that they are muted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tertulia.domain.authors import Author
from tertulia.domain.errors import Conflict, Invalid

MOST: Final = 500
"""Authors that one account mutes. All of them go along with each story that it opens."""


class OwnAuthor(Invalid):
    """Nobody mutes themselves."""

    code = "own-author"


class TooManyMuted(Conflict):
    """The account mutes as many authors as it may."""

    code = "too-many-muted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Muted:
    """An author whom somebody mutes, as they are called now."""

    author: Author
    muted_at: datetime
