"""What a character stands for in a search: case, width, accents and invisible characters put aside; which Latin letter
it looks like; which letter a digit or a sign stands for.
"""

import unicodedata
from typing import Final

from tertulia.plugins import confusables

# Letters that show nothing, and a stroke that stretches an Arabic word.
_UNSEEN: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u0640")
_LEFT_OUT: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cn", "Cs"})
# First characters of alphabets on discs and in boxes, which are no letters to Unicode.
_ALPHABETS: Final = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
_ALPHABET: Final = 26

_FROM_THE_RIGHT: Final = frozenset({"R", "AL", "AN"})

DOUBTFUL: Final = "\ue000"
"""Stands for what looks like an i, an l or a one alike."""
SIGNS: Final = {
    "0": "o",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "@": "a",
    "$": "s",
    "+": "t",
    "€": "e",
}
DOUBTFUL_SIGNS: Final = "1!|"


class Plain(dict[str, str]):
    """By character what it stands for; made when it is first asked for, and never more than Unicode has."""

    def __missing__(self, character: str) -> str:
        made = _plain(character)
        self[character] = made
        return made


class Looks(dict[str, str]):
    """The same, but as the Latin letters that it looks like, where it does."""

    def __init__(self, plain: Plain) -> None:
        super().__init__()
        self._plain = plain

    def __missing__(self, character: str) -> str:
        plain = self._plain[character]
        made = plain if plain.isascii() else _look(character, plain)
        self[character] = made
        return made


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    point = ord(character)
    for first in _ALPHABETS:
        if first <= point < first + _ALPHABET:
            return chr(ord("a") + point - first)
    if character in _UNSEEN:
        return ""
    folded = unicodedata.normalize("NFKC", character).casefold()
    apart = unicodedata.normalize("NFD", folded)
    return "".join(each for each in apart if unicodedata.category(each) not in _LEFT_OUT)


def _look(character: str, plain: str) -> str:
    """Give the Latin letters that it looks like; `DOUBTFUL` where that may be an i or an l."""
    if unicodedata.bidirectional(character) in _FROM_THE_RIGHT:
        return plain  # an alef looks like an l, but no word of these scripts looks like a Latin one
    look = confusables.table().get(ord(character)) or confusables.table().get(ord(plain[0])) or plain
    letters = "".join(map(_latin, unicodedata.normalize("NFD", look)))
    if not letters.isascii() or not letters.isalnum():
        return plain
    return letters.replace("l", DOUBTFUL).replace("1", DOUBTFUL)


def _latin(character: str) -> str:
    """Give the letter that a small capital or a struck-through letter is a form of."""
    if unicodedata.category(character) in _LEFT_OUT:
        return ""
    words = unicodedata.name(character, "").partition(" WITH ")[0].split()
    is_form = words[:1] == ["LATIN"] and len(words[-1]) == 1
    return words[-1].lower() if is_form else character
