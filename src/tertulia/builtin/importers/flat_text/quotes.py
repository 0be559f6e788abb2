"""Repeated passages: where a piece repeats the story or an earlier piece word by word.

Runs of words are found through an index of word groups, so the cost grows with the text and not with its square.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tertulia.builtin.importers.flat_text import folding
from tertulia.builtin.importers.flat_text.folding import Words

_GROUP = 4
_MOST_PLACES = 12
"""Places remembered for one group of words; a refrain that stands a thousand times must not cost a thousand looks."""
SHORTEST_RUN = 7
SHORTEST_QUOTED_RUN = 4
_MARKS = frozenset("\"'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words of a piece (start, end: offsets in it) that stand in a source (offsets there) as well."""

    start: int
    end: int
    source: int
    source_start: int
    source_end: int


@dataclass(slots=True, kw_only=True)
class Index:
    """Texts that may be quoted, by groups of words. It lives while one page is recovered and only grows.

    `stride` is the distance between two indexed groups: 1 finds every run of four words, 4 every run of seven
    at a quarter of the memory.
    """

    stride: int = 1
    sources: list[Words] = field(default_factory=list)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, words: Words) -> None:
        """Add the next source; its number is the count of sources before it."""
        number = len(self.sources)
        self.sources.append(words)
        for position in range(0, len(words.texts) - _GROUP + 1, self.stride):
            places = self.places.setdefault(_group(words, position), [])
            if len(places) < _MOST_PLACES:
                places.append((number, position))

    def find(self, text: str, words: Words) -> list[Run]:
        """Return the runs of this text that stand in a source, the longest at each place, none overlapping."""
        found: list[Run] = []
        position, floor = 0, 0
        while position + _GROUP <= len(words.texts):
            best = self._longest(words, position, floor)
            if best is None or not _is_quote(text, words, best):
                position += 1
                continue
            found.append(self._run(words, best))
            position = floor = best.end
        return found

    def _longest(self, words: Words, position: int, floor: int) -> "_Match | None":
        best: _Match | None = None
        for source, place in self.places.get(_group(words, position), ()):
            match = _extend(
                words,
                position,
                floor,
                self.sources[source],
                _Match(start=0, end=0, source=source, place=place),
            )
            if match is not None and (best is None or match.end - match.start > best.end - best.start):
                best = match
        return best

    def _run(self, words: Words, match: "_Match") -> Run:
        there = self.sources[match.source]
        last = match.place + match.end - match.start - 1
        return Run(
            start=words.starts[match.start],
            end=words.ends[match.end - 1],
            source=match.source,
            source_start=there.starts[match.place],
            source_end=there.ends[last],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A run counted in words: from start to end here, from place on in the source."""

    start: int
    end: int
    source: int
    place: int


def covered(runs: Iterable[Run]) -> int:
    """Count the characters of a piece that its runs cover."""
    return sum(run.end - run.start for run in runs)


def _extend(words: Words, position: int, floor: int, there: Words, found: _Match) -> _Match | None:
    """Widen a hit of one group to both sides; None when the hash promised more than the words hold."""
    here, other, place = words.texts, there.texts, found.place
    end, other_end = position, place
    while end < len(here) and other_end < len(other) and here[end] == other[other_end]:
        end, other_end = end + 1, other_end + 1
    if end - position < _GROUP:
        return None
    while position > floor and place > 0 and here[position - 1] == other[place - 1]:
        position, place = position - 1, place - 1
    return replace(found, start=position, end=end, place=place)


def _group(words: Words, position: int) -> int:
    return hash(tuple(words.texts[position : position + _GROUP]))


def _is_quote(text: str, words: Words, match: _Match) -> bool:
    run = words.texts[match.start : match.end]
    length = sum(0.5 if folding.is_unspaced(word) else 1.0 for word in run[: 2 * SHORTEST_RUN])
    if length >= SHORTEST_RUN:
        return True
    return length >= SHORTEST_QUOTED_RUN and _is_marked(
        text, words.starts[match.start], words.ends[match.end - 1]
    )


def _is_marked(text: str, start: int, end: int) -> bool:
    """Tell whether quotation marks stand close around these characters."""
    before = folding.fold(text[max(0, start - 3) : start]).strip(" .…(")
    after = folding.fold(text[end : end + 4]).strip(" .…,!?)")
    return before[-1:] in _MARKS and after[:1] in _MARKS
