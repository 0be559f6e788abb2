"""Notices shouting: mostly capitals, in scripts that have them, and long rows of exclamation and question marks."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from tertulia.domain.moderation import Finding, Screening

FEWEST_LETTERS: Final = 20
"""Below this many letters with a case, capitals may be a name or an abbreviation."""
SHARE: Final = 0.7
"""This share of capitals reads as shouting."""
MARKS: Final = 5
"""So many marks in a row read as shouting; three are an exclamation."""
# One class and nothing after it: however long the text, each character is looked at once.
_MARK: Final = re.compile("[!?¡¿؟‼⁇⁈⁉❓❔❕❗！？﹗﹖]")
_MARKS: Final = re.compile(f"{_MARK.pattern}{{{MARKS},}}")
_CAPITALS: Final = bytes(range(ord("A"), ord("Z") + 1))
_SMALL: Final = bytes(range(ord("a"), ord("z") + 1))


class Shouting:
    """Finds `shouting` (capitals in per cent, marks in a row)."""

    name = "shouting"

    def screen(self, screening: Screening) -> list[Finding]:
        """Count capitals and marks; what cannot be seen between them separates nothing."""
        text = screening.text
        capitals, cased = _counted(text)
        share = capitals / cased if cased >= FEWEST_LETTERS else 0.0
        marks = _longest_row(text)
        if share < SHARE and not marks:
            return []
        strength = max(share if share >= SHARE else 0.0, min(1.0, marks / (2 * MARKS)))
        return [
            Finding(
                code="shouting",
                strength=round(strength, 2),
                parameters={"capitals": round(share * 100), "marks": marks},
            )
        ]


def _counted(text: str) -> tuple[int, int]:
    """Give the number of capitals, and of all letters that have a case; nothing where few can be capitals."""
    letters = text.encode("ascii", "ignore")
    small = len(letters) - len(letters.translate(None, _SMALL))
    if text.isascii():
        capitals = len(letters) - len(letters.translate(None, _CAPITALS))
        return capitals, capitals + small
    if len(text) - small < SHARE * len(text) or (text.upper() == text.lower() and not text.isupper()):
        return 0, 0
    capitals = sum(map(str.isupper, text))
    return capitals, capitals + sum(map(str.islower, text))


def _longest_row(text: str) -> int:
    """Give the length of the longest row of marks; what cannot be seen between them parts none."""
    if len(_MARK.findall(text)) < MARKS:
        return 0
    if not text.isascii():
        text = "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Mn"))
    return max(map(len, _MARKS.findall(text)), default=0)


def make(_settings: Mapping[str, object]) -> Shouting:
    """Make the rule; it has no settings."""
    return Shouting()
