"""Phrases that an editor wants noticed in drafts, and the lines in which lists of them are written."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tertulia.domain.errors import Conflict, Invalid
from tertulia.domain.ids import PhraseId

LONGEST_PHRASE: Final = 100
FEWEST_LETTERS: Final = 2
"""A phrase has so many characters beside its stars: of one alone there is some in every text."""
MOST_PHRASES: Final = 30_000
"""The most phrases of a site: some twenty megabytes in each process."""
STAR: Final = "*"
LONGEST_LANGUAGE: Final = 3
"""Characters of the first part of a language's code, which alone counts here."""
FIELDS: Final = 4


class BadPhrase(Invalid):
    """A line is no phrase."""

    code = "bad-phrase"


class TooManyPhrases(Conflict):
    """A site has as many phrases as it may have."""

    code = "too-many-phrases"


class PhraseKind(StrEnum):
    """What follows where a phrase is found is the policy's; the lists are two so that it can be two things."""

    BANNED = "banned"
    SUSPECT = "suspect"


class Matching(StrEnum):
    """Where a phrase is found."""

    WORD = "word"
    """Where it stands as it is."""
    STEM = "stem"
    """Where words begin with it."""
    WILDCARD = "wildcard"
    """Where a star may be any letters, or none, within the word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """Words that are looked for, in discussions of one language or, where that is empty, of all."""

    words: str
    kind: PhraseKind = PhraseKind.BANNED
    matching: Matching = Matching.WORD
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A phrase as the list has it."""

    id: PhraseId
    phrase: Phrase


def _no_phrases() -> Sequence[Phrase]:
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseBook:
    """A site's phrases, read only by whoever does not have this edition of them yet."""

    owner: int = 0
    """Whose they are: what is known of one site's is not asked for another's."""
    edition: str = ""
    """Another one after each change; empty where there never was a phrase."""
    read: Callable[[], Sequence[Phrase]] = _no_phrases


NO_PHRASES: Final = PhraseBook()


def read_line(line: str, *, otherwise: Phrase) -> Phrase:
    """Read the words, or words, kind, matching and language with tabs between them; raise `BadPhrase`.

    What a line does not say is as in `otherwise`; a star stands for all languages.
    """
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) > FIELDS:
        raise BadPhrase(line=line[:LONGEST_PHRASE])
    words, kind, matching, language = fields + [""] * (FIELDS - len(fields))
    try:
        found = Phrase(
            words=clean(words),
            kind=PhraseKind(kind or otherwise.kind),
            matching=Matching(matching or otherwise.matching),
            language=_language(language or otherwise.language),
        )
    except ValueError:
        raise BadPhrase(line=line[:LONGEST_PHRASE]) from None
    if not _can_be_found(found):
        raise BadPhrase(line=line[:LONGEST_PHRASE])
    return found


def write_line(phrase: Phrase) -> str:
    """Write a phrase as `read_line` reads it."""
    return "\t".join((phrase.words, phrase.kind, phrase.matching, phrase.language or STAR))


def clean(words: str) -> str:
    """Give words as lists keep them: small letters, single spaces, one way to write each character."""
    shown = "".join(
        each for each in words if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Cn", "Co")
    )
    return " ".join(unicodedata.normalize("NFC", shown.lower()).split())


def _can_be_found(phrase: Phrase) -> bool:
    words = phrase.words
    if len(words) > LONGEST_PHRASE:
        return False
    if phrase.matching is not Matching.WILDCARD:
        return STAR not in words and _is_enough(words)
    # Within one word: a star that reached over spaces would find what nobody meant.
    return STAR in words and " " not in words and any(_is_enough(piece) for piece in words.split(STAR))


def _is_enough(words: str) -> bool:
    """A sign that is no letter, as an emoji, or one of a script that writes words with one, is enough alone."""
    seen = [each for each in words if not unicodedata.category(each).startswith(("Z", "M", "P"))]
    return len(seen) >= FEWEST_LETTERS or any(not each.isalpha() or each >= "\u2e80" for each in seen)


def _language(code: str) -> str:
    first = "" if code == STAR else code.partition("-")[0].lower()
    if first and not (first.isascii() and first.isalpha() and 2 <= len(first) <= LONGEST_LANGUAGE):
        raise ValueError(code)
    return first
