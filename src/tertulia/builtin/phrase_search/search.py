"""All phrases of a site in one automaton, and every place of a text where one of them is.

The automaton finds letters in a row; what stands beside them decides whether that is the phrase.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from tertulia.builtin.phrase_search.forms import Form, Letters
from tertulia.domain.phrases import STAR, Matching, Phrase

MOST_SEEN: Final = 50_000
"""Rows of letters that are looked at in one form: more are found in no text that anybody wrote to be read."""
LONGEST_WORD: Final = 60
"""Letters of a word on each side of what is found, where a star may reach."""
FEWEST_LOOSE: Final = 4
"""A phrase of fewer letters is not looked for within single letters: A, B, C, D is a list."""
_WITHOUT_SPACES: Final = (
    ("\u0e00", "\u0eff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\U00020000", "\U0003ffff"),
)
"""Scripts that put no spaces between words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A phrase, and where in the text it is."""

    phrase: Phrase
    start: int
    end: int


class Search:
    """A list of phrases, ready to be looked for. Never changed: several threads may ask it."""

    def __init__(self, phrases: Sequence[Phrase], letters: Letters) -> None:
        self._letters = letters
        self._phrases = tuple(phrases)
        self._pieces: dict[int, list[list[str]]] = {}
        owners: dict[str, list[int]] = {}
        for number, phrase in enumerate(self._phrases):
            forms = [form.split(STAR) for form in letters.of_phrase(phrase.words)]
            if phrase.matching is Matching.WILDCARD:
                self._pieces[number] = forms
            for row in dict.fromkeys(max(form, key=len) for form in forms):
                if row:
                    owners.setdefault(row, []).append(number)
        self._owners = tuple(map(tuple, owners.values()))
        self._accents = {
            number: accents
            for number, each in enumerate(self._phrases)
            if (accents := _accents_of(each.words))
        }
        # Neither the table of all states nor the widest lists: three megabytes for 20,000 phrases, and fast enough.
        self._automaton = AhoCorasick(
            owners,
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def hits(self, text: str, *, language: str) -> list[Hit]:
        """Give every place where a phrase is, in the order of the text, each once."""
        found: dict[tuple[int, int, int], Hit] = {}
        for form in self._letters.forms(text):
            for number, start, end in self._seen(form):
                phrase = self._phrases[number]
                if phrase.language and phrase.language != language:
                    continue
                place = form.place(start, end)
                if not self._is_written(number, text[place[0] : place[1]]):
                    continue
                found.setdefault((*place, number), Hit(phrase=phrase, start=place[0], end=place[1]))
        return [found[key] for key in sorted(found)]

    def _is_written(self, number: int, found: str) -> bool:
        """Whether what was found has a letter where the phrase has one, and the accents that the phrase has.

        A number alone is no word, and who lists schön does not mean schon; the other way round an accent is a disguise.
        """
        accents = self._accents.get(number, "")
        if accents and not set(accents) <= set(unicodedata.normalize("NFD", found)):
            return False
        has_letters = not found.isascii() or any(map(str.isalpha, found))
        return has_letters or not any(map(str.isalpha, self._phrases[number].words))

    def _seen(self, form: Form) -> Iterator[tuple[int, int, int]]:
        rows = self._automaton.find_matches_as_indexes(form.text, overlapping=True)
        for pattern, start, end in rows[:MOST_SEEN]:
            for number in self._owners[pattern]:
                span = self._span(number, form, start, end)
                if span is not None:
                    yield number, *span

    def _span(self, number: int, form: Form, start: int, end: int) -> tuple[int, int] | None:
        """Give what the phrase takes up, or None where what stands beside makes it another word."""
        text, matching = form.text, self._phrases[number].matching
        if start >= form.loose_from:
            return (start, end) if end - start >= FEWEST_LOOSE else None
        if matching is Matching.WILDCARD:
            word = _word_around(text, start, end)
            return word if any(_fits(text[slice(*word)], each) for each in self._pieces[number]) else None
        if not _is_edge(text, start):
            return None
        if matching is Matching.WORD and not _is_edge(text, end):
            return None
        return start, end


def _accents_of(words: str) -> str:
    """Give the accents of Latin, Greek and Cyrillic letters; vowel signs of other scripts may be left out."""
    return "".join(each for each in unicodedata.normalize("NFD", words) if "\u0300" <= each <= "\u036f")


def _is_edge(text: str, index: int) -> bool:
    """Whether a word may begin or end here: between letters and something else, digits included."""
    if index in (0, len(text)):
        return True
    before, after = text[index - 1], text[index]
    if not (before.isalnum() and after.isalnum()):
        return True
    return before.isdigit() != after.isdigit() or _has_no_spaces(before) or _has_no_spaces(after)


def _has_no_spaces(letter: str) -> bool:
    return letter >= "\u0e00" and any(first <= letter <= last for first, last in _WITHOUT_SPACES)


def _word_around(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    while start > first and text[start - 1] != " ":
        start -= 1
    while end < last and text[end] != " ":
        end += 1
    return start, end


def _fits(word: str, pieces: Sequence[str]) -> bool:
    """Whether a word is these pieces with any letters between them: each piece at its first place, once forward."""
    first, *between, last = pieces
    if len(word) < sum(map(len, pieces)) or not word.startswith(first) or not word.endswith(last):
        return False
    at, end = len(first), len(word) - len(last)
    for piece in between:
        found = word.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
