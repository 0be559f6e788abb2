"""What speaks for and against a new comment at a piece: its own signs, its neighbour's, and the page's habit."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tertulia.builtin.importers.flat_text import folding
from tertulia.builtin.importers.flat_text.folding import Words
from tertulia.builtin.importers.flat_text.pieces import Piece, Signs, read_signs
from tertulia.builtin.importers.flat_text.quotes import Index, Run, covered

_CLOSE = 3
_NEAR = 25
"""A repeat this close after another, and from this close behind that one's source, is a second quote of one comment."""
_REFRAIN = 3
"""A line that stands at least so often on the page is a signature or a program's mark, not a quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A piece of the comment part with its signs, its runs of the story and of earlier pieces."""

    piece: Piece
    signs: Signs
    story_runs: tuple[Run, ...]
    piece_runs: tuple[Run, ...]
    is_refrain: bool = False
    is_further_quote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How this page is written: its usual length of a line and how it is ordered."""

    log_length: float
    is_chronological: float


def gather(pieces: Sequence[Piece], story: Words) -> list[Evidence]:
    """Read the signs of every piece, and what each one repeats of the story and of the pieces before it."""
    of_story, of_pieces = Index(), Index(stride=4)
    of_story.add(story)
    counts = Counter(folding.fold(piece.text) for piece in pieces)
    gathered: list[Evidence] = []
    last, last_source = -_NEAR, 0
    for position, piece in enumerate(pieces):
        words = folding.words(piece.text)
        one = Evidence(
            piece=piece,
            signs=read_signs(piece.text),
            story_runs=tuple(of_story.find(piece.text, words)),
            piece_runs=tuple(of_pieces.find(piece.text, words)),
            is_refrain=counts[folding.fold(piece.text)] >= _REFRAIN and len(words.texts) > 3,
        )
        of_pieces.add(words)
        if repeats(one):
            source = one.piece_runs[0].source
            further = position - last <= _CLOSE and -1 <= source - last_source <= _NEAR
            one = replace(one, is_further_quote=further)
            last, last_source = position, source
        gathered.append(one)
    return gathered


def read_habit(evidence: Sequence[Evidence], order: str) -> Habit:
    """Measure the habit of a page; order is "dfs", "chrono" or "unknown"."""
    logs = sorted(math.log1p(one.signs.length) for one in evidence)
    return Habit(
        log_length=logs[len(logs) // 2] if logs else 0.0,
        is_chronological={"chrono": 1.0, "dfs": 0.0}.get(order, 0.25),
    )


def quotes_story(one: Evidence) -> bool:
    """Tell whether the piece opens with the story's words."""
    return any(run.start <= 40 for run in one.story_runs)


def repeats(one: Evidence) -> bool:
    """Tell whether the piece is mostly the words of an earlier one."""
    return not one.is_refrain and covered(one.piece_runs) > 0.6 * len(one.piece.text)


def measure(before: Evidence, one: Evidence, after: Evidence | None, habit: Habit) -> dict[str, float]:
    """Return the features of the border between two neighbours; names are the keys of the weights."""
    return {
        "bias": 1.0,
        "chronological": habit.is_chronological,
        "chronological_length": habit.is_chronological * (habit.log_length - 3.0),
        **_own(one, after, habit),
        **_neighbour(before, habit),
        **_between(before, one, habit),
    }


def _own(one: Evidence, after: Evidence | None, habit: Habit) -> dict[str, float]:
    signs = one.signs
    short = signs.length <= 4
    return {
        "length": math.log1p(signs.length) - habit.log_length,
        "short": short,
        "greets": signs.greets,
        "closes": signs.closes or signs.signs,
        "names": signs.names,
        "thanks": signs.thanks and not signs.closes,
        "answers": signs.answers,
        "continues": signs.continues,
        "contrasts": signs.contrasts,
        "list": signs.is_list_item,
        "link": signs.is_link,
        "second_person": signs.second_person,
        "question": signs.has_question,
        "quotes_story": quotes_story(one),
        "before_closing": after is not None and (after.signs.closes or after.signs.signs),
        "cites": signs.cites,
        "deleted": signs.is_deleted,
    }


def _neighbour(before: Evidence, habit: Habit) -> dict[str, float]:
    signs = before.signs
    return {
        "before_length": math.log1p(signs.length) - habit.log_length,
        "before_short": signs.length <= 4,
        "before_colon": signs.ends_colon,
        "before_comma": signs.ends_comma,
        "before_question": signs.ends_question,
        "before_greets_only": (signs.greets or signs.names) and signs.length <= 5,
        "before_closes": signs.closes or signs.signs,
        "before_quote": quotes_story(before) or (signs.is_quoted and not repeats(before)),
        "before_link": signs.is_link,
        "before_thanks": signs.thanks and not signs.closes,
        "before_cites": signs.cites,
        "before_deleted": signs.is_deleted,
    }


def _between(before: Evidence, one: Evidence, habit: Habit) -> dict[str, float]:
    mine, other = one.signs, before.signs
    repeated, repeated_before = repeats(one), repeats(before)
    return {
        "list_run": mine.is_list_item and (other.is_list_item or other.ends_colon),
        "after_list": other.is_list_item and not mine.is_list_item,
        "repeat": repeated and not repeated_before,
        "repeat_chronological": repeated and not repeated_before and habit.is_chronological > 0.5,
        "after_repeat": repeated_before and not repeated,
        "repeat_further": repeated and one.is_further_quote,
        "after_refrain": before.is_refrain and not one.is_refrain,
        "alike": _alike(mine, other),
        "lower_open": mine.starts_lower and not (other.ends_sentence or other.is_list_item),
        "answer_to_question": other.ends_question and mine.answers,
    }


def _alike(mine: Signs, other: Signs) -> float:
    """Return the share of longer words two pieces have in common."""
    here = {word for word in mine.vocabulary if len(word) > 4}
    there = {word for word in other.vocabulary if len(word) > 4}
    return len(here & there) / math.sqrt(len(here) * len(there)) if here and there else 0.0
