"""Where the report ends and the readers begin.

With the story known, the head of the text is aligned with it. Without it, every line is scored for being reported or
being said by a reader, and the cut is put where the two parts are told apart best.
"""

import math
from collections.abc import Sequence

from tertulia.builtin.importers.flat_text import folding, language
from tertulia.builtin.importers.flat_text.features import Evidence
from tertulia.builtin.importers.flat_text.pieces import Piece, lines

_SHINGLE = 5
_ENOUGH = 0.6
_UNMATCHED_COST = 0.5
_STRONGEST = 1.6
_HEADING_SCORE = 40.0
_WEIGHTS = {
    "bias": -0.06,
    "length": 0.51,
    "very_short": 0.80,
    "reports": 0.68,
    "reported_quote": 0.47,
    "first_person": -0.31,
    "second_person": -0.76,
    "question": -0.46,
    "emoticons": -0.83,
    "careless": -0.73,
    "shouts": -1.20,
    "judges": -0.35,
    "greets": -0.86,
    "closes": -0.43,
    "thanks": -0.66,
    "answers": -0.86,
    "contrasts": -0.54,
    "lower": -0.48,
    "starts_quoted": 0.03,
    "list": 0.59,
    "repeats": -0.87,
    "heading": 0.18,
}


def align(pieces: Sequence[Piece], story: str) -> tuple[list[Piece], int]:
    """Return the pieces and how many of them are the story's; the last one is cut where a comment is glued to it.

    The story's lines are followed in order, so a reader's later quote of it is not taken for the report.
    """
    follower = _Follower(story)
    best, balance, end = 0.0, 0.0, 0
    checked = list(pieces)
    for position, piece in enumerate(pieces):
        if follower.is_done():
            break
        matched = follower.follow(piece.text)
        balance += matched if matched else -_UNMATCHED_COST * len(piece.text)
        if matched and balance >= best:
            best, end = balance, position + 1
    rest = follower.cut(checked[end - 1].text) if end else 0
    if rest:
        last = checked[end - 1]
        checked[end - 1 : end] = [
            Piece(line=last.line, text=last.text[:rest].strip(), is_glued=last.is_glued),
            Piece(line=last.line, text=last.text[rest:].strip(), is_glued=True),
        ]
    return checked, end


class _Follower:
    """Walks along the story while the text's head is read; it lives for one alignment."""

    def __init__(self, story: str) -> None:
        self._lines = [folding.fold(line) for _, line in lines(story)]
        self._places: dict[str, list[int]] = {}
        self._shingles: dict[int, int] = {}
        for number, line in enumerate(self._lines):
            self._places.setdefault(line, []).append(number)
            for shingle in _shingles(line):
                self._shingles[shingle] = number
        self._next = 0

    def is_done(self) -> bool:
        return self._next >= len(self._lines)

    def follow(self, text: str) -> int:
        """Return how many characters of this line are the story's from here on, and step past them."""
        folded = folding.fold(text)
        for number in self._places.get(folded, ()):
            if number >= self._next:
                self._next = number + 1
                return len(text)
        if folded.startswith(self._lines[self._next]) or self._lines[self._next].startswith(folded):
            # The story's line may be broken in two here, so a mere beginning of it does not use it up.
            used = len(self._lines[self._next])
            self._next += folded.startswith(self._lines[self._next])
            return min(used, len(text))
        numbers = [self._shingles.get(shingle, -1) for shingle in _shingles(folded)]
        ahead = [number for number in numbers if number >= self._next - 1]
        if not numbers or len(ahead) < _ENOUGH * len(numbers):
            return 0
        self._next = max(self._next, sorted(ahead)[len(ahead) // 2] + 1)
        return len(text)

    def cut(self, text: str) -> int:
        """Return where the story's last line ends in this longer line; 0 when nothing follows it."""
        folded = folding.fold(text)
        last = self._lines[-1] if self._lines else ""
        found = folded.startswith(last) and len(folded) > len(last) > 0
        return len(last) if found else 0


def _shingles(folded: str) -> list[int]:
    texts = folding.words(folded).texts
    return [hash(tuple(texts[start : start + _SHINGLE])) for start in range(len(texts) - _SHINGLE + 1)]


def guess(evidence: Sequence[Evidence]) -> int:
    """Return how many of the first pieces are the report, by what they look like; 0 when readers come at once."""
    best, balance, end = 0.0, 0.0, 0
    for position, one in enumerate(evidence, start=1):
        balance += _HEADING_SCORE if is_comment_heading(one.piece.text) else score(one)
        if balance > best:
            best, end = balance, position
    return end


def score(one: Evidence) -> float:
    """Return the bounded log odds that a piece is a report's line."""
    value = sum(_WEIGHTS[name] * measured for name, measured in measure(one).items())
    return max(-_STRONGEST, min(_STRONGEST, value))


def measure(one: Evidence) -> dict[str, float]:
    """Return what speaks for a report and for a reader in one piece."""
    signs = one.signs
    return {
        "bias": 1.0,
        "length": math.log1p(signs.length) - 3.0,
        "very_short": signs.length <= 4 and not folding.is_unspaced(one.piece.text[0]),
        "reports": signs.reports,
        "reported_quote": signs.reports and any(mark in one.piece.text for mark in '“„"«'),
        "first_person": signs.first_person,
        "second_person": signs.second_person,
        "question": signs.has_question,
        "emoticons": signs.emoticons,
        "careless": signs.careless,
        "judges": signs.judges,
        "shouts": signs.shouts,
        "greets": signs.greets or signs.names,
        "closes": signs.closes or signs.signs,
        "thanks": signs.thanks,
        "answers": signs.answers,
        "contrasts": signs.contrasts,
        "lower": signs.starts_lower,
        "starts_quoted": signs.starts_quoted,
        "list": signs.is_list_item,
        "repeats": bool(one.piece_runs),
        "heading": not signs.ends_sentence and not signs.starts_lower and 2 <= signs.length <= 12,
    }


def is_comment_heading(text: str) -> bool:
    """Tell whether this line is the heading over the comments ("12 comments", "Kommentare (3)")."""
    return (
        len(text) <= 40
        and " ".join(text.lower().strip("0123456789()[]:.# ").split()) in language.COMMENT_HEADINGS
    )
