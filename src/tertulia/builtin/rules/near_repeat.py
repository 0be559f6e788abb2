"""Notices texts that are nearly one the author, or anybody, wrote a short while ago.

Texts are compared by MinHash (Broder, 1997): of all rows of five letters, those with the smallest numbers stand for the
text. The libraries that do it bring numpy, thirty megabytes; for some hundred texts these few lines are enough.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from zlib import crc32

from tertulia.domain.moderation import Finding, Screening
from tertulia.plugins import confusables

ROW: Final = 5
"""Letters of a row."""
KEPT: Final = 64
"""Rows that stand for a text: the share of common ones is right within some six per cent."""
FEWEST_LETTERS: Final = 60
"""Below this people honestly say the same."""
SHARE: Final = 0.6
"""So many rows in common, of all that two texts have, is nearly the same text: one word in eight was changed."""
MOST_KNOWN: Final = 2_000
"""Texts whose rows are kept: some six megabytes, in processes where the rule is on."""
# What is put for a letter; capital and small ones, i, l and one are alike in the table of look-alikes already.
_SIGNS: Final = str.maketrans(
    {"i": "l", "1": "l", "!": "l", "|": "l", "0": "o", "3": "e", "4": "a", "5": "s"}
)

Rows = frozenset[int]


class NearRepeat:
    """Finds `near-repeat` (percent, of: `own` or `others`); its strength is the share."""

    name = "near-repeat"

    def __init__(self) -> None:
        self._rows = lru_cache(maxsize=MOST_KNOWN)(_rows)

    def screen(self, screening: Screening) -> list[Finding]:
        """Compare with the author's latest texts, and then with everybody's."""
        rows = _rows(screening.text)
        if not rows:
            return []
        own = self._nearest(rows, screening.recent_texts)
        if own >= SHARE:
            return [_finding(own, "own")]
        others = self._nearest(rows, screening.others())
        return [_finding(others, "others")] if others >= SHARE else []

    def _nearest(self, rows: Rows, texts: Iterable[str]) -> float:
        return max((_common(rows, self._rows(text)) for text in texts), default=0.0)


def _finding(share: float, of: str) -> Finding:
    return Finding(
        code="near-repeat", strength=round(share, 2), parameters={"percent": round(share * 100), "of": of}
    )


def _rows(text: str) -> Rows:
    """Give the rows that stand for a text; none for a short one."""
    letters = _letters(text)
    if len(letters) < FEWEST_LETTERS:
        return frozenset()
    numbers = {crc32(letters[at : at + ROW].encode()) for at in range(len(letters) - ROW + 1)}
    return frozenset(sorted(numbers)[:KEPT])


def _letters(text: str) -> str:
    """Give a text without what changes nothing: case, accents, gaps, punctuation, look-alikes, signs for letters."""
    shown = text.casefold() if text.isascii() else unicodedata.normalize("NFKD", text).casefold()
    if not shown.isascii():
        shown = unicodedata.normalize("NFD", shown.translate(confusables.table()))
    return "".join(filter(str.isalnum, shown.translate(_SIGNS)))


def _common(one: Rows, other: Rows) -> float:
    if not other:
        return 0.0
    smallest = set(sorted(one | other)[:KEPT])
    return len(smallest & one & other) / len(smallest)


def make(_settings: Mapping[str, object]) -> NearRepeat:
    """Make the rule; it has no settings."""
    return NearRepeat()
