"""An author's picture: an ornament of five strokes, drawn from their id and from nothing else about them.

`docs/decisions` says why. It helps to tell neighbours in a discussion apart, and proves nothing: there are 1,024.
"""

from typing import Final

from tertulia.domain.ids import AuthorId

ROWS: Final = 5
STROKES: Final = 4
"""Each row holds one of them: a long bar, a short one, a dot, two dots apart. All are alike from left and right."""
_WORD: Final = (1 << 64) - 1


def strokes_of(author_id: AuthorId) -> tuple[int, ...]:
    """Say which stroke each row of an author's picture holds, from the top."""
    mixed = _mixed(author_id)
    return tuple(mixed >> 2 * row & STROKES - 1 for row in range(ROWS))


def _mixed(number: int) -> int:
    """Spread ids that follow each other over all numbers: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014)."""
    z = (number + 0x9E3779B97F4A7C15) & _WORD
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & _WORD
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _WORD
    return z ^ z >> 31
