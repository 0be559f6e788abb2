"""Identifiers: 63-bit integers inside, thirteen characters of base 32 outside.

An id is `milliseconds since 1970 << 21 | 21 low bits`, so ids sort by time. The caller gives both
parts: this floor has no clock and no randomness.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, NewType

from tertulia.domain.errors import NotFound

SiteId = NewType("SiteId", int)
StoryId = NewType("StoryId", int)
AuthorId = NewType("AuthorId", int)
CommentId = NewType("CommentId", int)
EventId = NewType("EventId", int)
PhraseId = NewType("PhraseId", int)

LOW_BITS: Final = 21
LOW_MASK: Final = (1 << LOW_BITS) - 1
LARGEST: Final = (1 << 63) - 1
PUBLIC_LENGTH: Final = 13
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Crockford's base 32 without I, L, O, U; lower case, in the order of its values, so that public ids
# sort as their integers do.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}


def at(moment: datetime, low: int) -> int:
    """Build the id of `moment` with `low` as its last 21 bits; times outside 1970 to 2109 count as the nearest."""
    since = moment - EPOCH
    milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    return min(max(0, milliseconds), LARGEST >> LOW_BITS) << LOW_BITS | low & LOW_MASK


def moment_of(number: int) -> datetime:
    """Say when the id was made, to the millisecond."""
    return EPOCH + timedelta(milliseconds=number >> LOW_BITS)


def encode(number: int) -> str:
    """Write an id for the outside: thirteen lower-case characters."""
    # Two characters at a time; a comment that is written and told takes a dozen ids.
    return (
        f"{_ALPHABET[number >> 60]}{_PAIRS[number >> 50 & 1023]}{_PAIRS[number >> 40 & 1023]}"
        f"{_PAIRS[number >> 30 & 1023]}{_PAIRS[number >> 20 & 1023]}{_PAIRS[number >> 10 & 1023]}"
        f"{_PAIRS[number & 1023]}"
    )


def decode(text: str) -> int:
    """Read a public id; raise `NotFound` for anything `encode` could not have written."""
    if len(text) != PUBLIC_LENGTH:
        raise NotFound("id", text[:40])
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise NotFound("id", text[:40])
        number = number << 5 | value
    if number > LARGEST:
        raise NotFound("id", text[:40])
    return number
