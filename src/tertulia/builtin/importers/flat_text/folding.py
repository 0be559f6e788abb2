"""Folding text so that typographic variants compare equal, and cutting it into words.

Folding is one character for one character, so an offset in the folded text is an offset in the original.
"""

import re
import sys
from array import array
from dataclasses import dataclass

_SINGLE = "‘’‚‛`´′‹›"
_DOUBLE = "“”„‟«»″〝〞「」『』"
_DASHES = "‐‑‒–—―−"
_SPACES = "\u00a0\u2007\u2009\u200a\u202f\u3000\t"
_FOLDED = str.maketrans(
    {
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SPACES, " "),
    }
)
# Scripts written without spaces: every character counts as a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The folded words of a text and where each one stands; arrays, because a page may hold a million words."""

    texts: list[str]
    starts: "array[int]"
    ends: "array[int]"


def fold(text: str) -> str:
    """Return the text in lower case with quotes, dashes and spaces made plain; same length, same offsets."""
    folded = text.translate(_FOLDED)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    # A few capitals (as the dotted capital I) grow when lowered; they stay as they are.
    return "".join(low if len(low := character.lower()) == 1 else character for character in folded)


def words(text: str) -> Words:
    """Return the words of the text, folded, in order."""
    found = Words(texts=[], starts=array("L"), ends=array("L"))
    for match in _WORD.finditer(fold(text)):
        found.texts.append(sys.intern(match.group()))
        found.starts.append(match.start())
        found.ends.append(match.end())
    return found


def length_in_words(text: str) -> float:
    """Count words; in scripts without spaces two characters make about one word."""
    return sum(0.5 if _UNSPACED_CHARACTER.match(match.group()) else 1.0 for match in _WORD.finditer(text))


def is_unspaced(word: str) -> bool:
    """Tell whether this word is one character of a script that has no spaces."""
    return _UNSPACED_CHARACTER.match(word) is not None
