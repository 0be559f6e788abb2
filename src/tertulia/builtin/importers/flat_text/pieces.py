"""The pieces recovery works with: the text's lines, cut where two sentences stand glued, and what each one shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tertulia.builtin.importers.flat_text import folding, language, links

_OPENING_QUOTES = "“„«\"'‘‚»”「『"
_CLOSING_QUOTES = "”“»\"'’‘«」』"
_SENTENCE_END = re.compile(r"[.!?…。！？~～:;)\]]\W{0,6}\Z|[^\w\s,]{1,3}\Z|[:;=]-?[)(DPp]\Z")
_LIST_ITEM = re.compile(r"(?:[-–—*•·‣▪+>]\s|\d{1,3}[.)]\s|\d{1,2},\s|\(?[a-zA-Z\d]\)\s|[-–—•]\w)")
_SIGNATURE = re.compile(r"[-–—~]{1,2}\s?[A-ZÀ-ÞА-Я][\w.’' -]{1,38}\Z")
_NAMED = re.compile(r"@\s?\w")
_VOCATIVE = re.compile(r"[A-ZÀ-Þ][\w.-]{1,20},\s")
_EMOTICON = re.compile(
    r"[:;=]-?[)(DPp]|\bl(?:ol|g)\b|ha(?:ha)+|[\U0001f600-\U0001f64f]|!!|\?\?|\?!|\.\.\.|…", re.IGNORECASE
)
_NO_SPACE = re.compile(r"[a-zà-ÿ][,;][a-zà-ÿ]|\s[,.;!?]|[a-zà-ÿ]\.[a-zà-ÿ]{3}")
_SHOUT = re.compile(r"\b[A-ZÄÖÜ]{4,}\b.{0,40}!|\b[A-ZÄÖÜ]{3,}!")
_CITES = re.compile(
    r"(?:zitat von|quote from|originally posted by|quoting|citation de)\b|[\w. -]{2,30} (?:wrote|schrieb|a écrit):",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"[(\[][^()\[\]]{0,30}\b(?:deleted|removed|withdrawn|gelöscht|entfernt|supprimé|eliminado)\b[^()\[\]]{0,40}[)\]]\Z",
    re.IGNORECASE,
)
_SCANNED = 4_000
"""Cues are looked for in this many first characters (ends in as many last ones): a line may be a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line, or the part of a line that follows a glued sentence end."""

    line: int
    text: str
    is_glued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What one piece shows by itself, before its neighbours are looked at."""

    length: float
    vocabulary: frozenset[str]
    first: str
    starts_lower: bool
    ends_sentence: bool
    ends_colon: bool
    ends_comma: bool
    ends_question: bool
    has_question: bool
    greets: bool
    closes: bool
    parts: bool
    signs: bool
    thanks: bool
    answers: bool
    continues: bool
    contrasts: bool
    names: bool
    is_list_item: bool
    is_link: bool
    is_quoted: bool
    starts_quoted: bool
    first_person: bool
    second_person: bool
    reports: bool
    emoticons: bool
    careless: bool
    shouts: bool
    judges: bool
    cites: bool
    is_deleted: bool


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line that is not empty, inner white space made single spaces."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if clean := " ".join(line.split()):
            yield number, clean


def read_signs(text: str) -> Signs:
    """Read everything a piece shows by itself."""
    head, tail = text[:_SCANNED], text[-_SCANNED:]
    tokens = folding.fold(head).split()
    bare = [token.strip('.,;:!?()[]"-…*@#') for token in tokens]
    vocabulary = frozenset(bare)
    first = bare[0] if bare else ""
    length = folding.length_in_words(text)
    return Signs(
        length=length,
        vocabulary=vocabulary,
        first=first,
        starts_lower=head[:1].islower(),
        ends_sentence=_SENTENCE_END.search(tail[-12:]) is not None,
        ends_colon=tail.endswith((":", "：")),
        ends_comma=tail.endswith((",", "，")),
        ends_question="?" in tail[-3:] or "？" in tail[-3:],
        has_question="?" in head or "？" in head,
        greets=_greets(bare),
        closes=_closes(bare, length),
        parts=_closes(bare, length) and not vocabulary.isdisjoint(language.FAREWELLS),
        signs=_SIGNATURE.match(head) is not None and length <= 5,
        thanks=first in language.THANKS,
        answers=first in language.ANSWERS,
        continues=first in language.CONTINUATIONS,
        contrasts=first in language.CONTRASTS,
        names=_NAMED.match(head) is not None or _VOCATIVE.match(head) is not None,
        is_list_item=_LIST_ITEM.match(head) is not None,
        is_link=links.is_link_line(head),
        is_quoted=_is_quoted(text),
        starts_quoted=head[:1] in _OPENING_QUOTES,
        first_person=not vocabulary.isdisjoint(language.FIRST_PERSON) or "我" in head,
        second_person=not vocabulary.isdisjoint(language.SECOND_PERSON) or "你" in head or "您" in head,
        reports=not vocabulary.isdisjoint(language.REPORTING),
        emoticons=_EMOTICON.search(head) is not None,
        careless=_NO_SPACE.search(head) is not None,
        shouts=_SHOUT.search(head) is not None,
        judges=not vocabulary.isdisjoint(language.JUDGING),
        cites=_CITES.match(head) is not None,
        is_deleted=_DELETED.match(head) is not None,
    )


def _greets(bare: list[str]) -> bool:
    if not bare or bare[0] not in language.GREETINGS:
        return False
    if len(bare) > 1 and bare[1] in language.CLOSINGS:
        return False  # "Liebe Grüße" closes, though "Liebe" alone greets.
    needed = language.GREETING_SECOND.get(bare[0])
    return needed is None or (len(bare) > 1 and bare[1] in needed)


def _closes(bare: list[str], length: float) -> bool:
    return bool(bare) and length <= 4 and bare[0] in language.CLOSINGS


def _is_quoted(text: str) -> bool:
    ending = text.rstrip(" .,;:!?")
    return len(ending) > 2 and text[0] in _OPENING_QUOTES and ending[-1] in _CLOSING_QUOTES
