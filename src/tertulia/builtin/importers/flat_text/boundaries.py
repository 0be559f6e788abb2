"""How likely each piece opens a new comment, and which ones are taken to.

A logistic score over the features; the weights were fitted on real discussions of several systems and rounded.
On nested pages most comments have one paragraph, and a border left out costs two comments; so borders are chosen for
the best expected F1, which asks for less than even odds.
"""

import math
from collections.abc import Sequence

from tertulia.builtin.importers.flat_text import features, language
from tertulia.builtin.importers.flat_text.features import Evidence

_WEIGHTS = {
    "bias": 0.35,
    "chronological": -1.67,
    "chronological_length": -0.27,
    "length": 0.07,
    "short": 0.24,
    "greets": 0.75,
    "closes": -0.83,
    "names": 0.70,
    "thanks": 1.25,
    "answers": 0.34,
    "continues": -1.15,
    "contrasts": -0.75,
    "list": -0.71,
    "link": -0.75,
    "second_person": 0.08,
    "question": 0.62,
    "quotes_story": 0.28,
    "before_closing": -0.88,
    "cites": 0.51,
    "deleted": 0.80,
    "before_length": 0.25,
    "before_short": 0.54,
    "before_colon": -1.15,
    "before_comma": -0.88,
    "before_question": 0.79,
    "before_greets_only": -0.80,
    "before_closes": 0.30,
    "before_quote": -1.02,
    "before_link": -0.08,
    "before_thanks": 0.07,
    "before_cites": -0.53,
    "before_deleted": 0.70,
    "list_run": -0.28,
    "after_list": -0.77,
    "repeat": 0.56,
    "repeat_chronological": 0.98,
    "after_repeat": -1.28,
    "repeat_further": -0.42,
    "after_refrain": 0.45,
    "alike": -0.69,
    "lower_open": -1.00,
    "answer_to_question": -0.34,
}
_SURE_JOIN = 0.05
_SURE_SPLIT = 0.75
_JOINED_QUOTE = 0.25


def probabilities(evidence: Sequence[Evidence], order: str) -> list[float]:
    """Return for every piece the probability that a comment begins at it; the first one surely does."""
    habit = features.read_habit(evidence, order)
    found = [1.0] if evidence else []
    for position in range(1, len(evidence)):
        before, one = evidence[position - 1], evidence[position]
        after = evidence[position + 1] if position + 1 < len(evidence) else None
        sure = _sure(before, one)
        if sure is None:
            measured = features.measure(before, one, after, habit)
            score = sum(_WEIGHTS[name] * value for name, value in measured.items())
            sure = 1 / (1 + math.exp(-score))
        found.append(sure)
    return found


def choose(chances: Sequence[float]) -> list[bool]:
    """Choose the borders whose expected F1 is best: the most likely ones, as many as raise it."""
    total = sum(chances)
    best, threshold, hits = -1.0, 1.0, 0.0
    for count, chance in enumerate(sorted(chances, reverse=True), start=1):
        hits += chance
        expected = 2 * hits / (count + total)
        if expected > best:
            best, threshold = expected, chance
    return [chance >= threshold for chance in chances]


def is_broken_sentence(before: Evidence, one: Evidence) -> bool:
    """Tell whether the piece carries on the sentence the one before left open, as a lost strike-out leaves it."""
    open_end = not (before.signs.ends_sentence or before.signs.ends_comma or before.signs.is_link)
    return open_end and before.signs.length > 5 and one.signs.starts_lower and not one.signs.is_list_item


def _sure(before: Evidence, one: Evidence) -> float | None:
    """Return the probability where one cue settles the matter, else None."""
    if one.piece.is_glued:
        return _JOINED_QUOTE if one.signs.continues or one.signs.closes else _SURE_SPLIT
    if (one.signs.signs or one.signs.parts) and not before.signs.ends_colon:
        return _SURE_JOIN
    if before.signs.ends_colon and (one.signs.is_quoted or one.signs.is_link or one.signs.is_list_item):
        return _SURE_JOIN
    if announces_quote(before.piece.text):
        return _JOINED_QUOTE
    if is_broken_sentence(before, one) and before.signs.first not in language.GREETINGS:
        return _SURE_JOIN * 2
    return None


def announces_quote(text: str) -> bool:
    """Tell whether this line is nothing but the announcement of a quotation."""
    return (
        len(text) <= 60
        and text.endswith((":", "："))
        and not language.ANNOUNCEMENTS.isdisjoint(_bare_words(text))
    )


def _bare_words(text: str) -> list[str]:
    return text.lower().strip(":： ").split()
