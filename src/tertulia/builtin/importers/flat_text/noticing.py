"""What recovery noticed and cannot mend: cut glues, quotations that are gone, struck words run into the next."""

from collections.abc import Iterator, Sequence

from tertulia.builtin.importers.flat_text import boundaries, language
from tertulia.builtin.importers.flat_text.features import Evidence

_SHORTEST_WORD, _LONGEST_WORD = 3, 40


def notes(comments: Sequence[Sequence[Evidence]]) -> Iterator[str]:
    """Yield one line for each thing noticed, in the order of the text."""
    for comment in comments:
        for position, one in enumerate(comment):
            if one.piece.is_glued:
                kind = "sentence" if position else "comment"
                yield f"glued {kind} split at line {one.piece.line}"
            yield from _struck(one)
        last = comment[-1].piece
        if boundaries.announces_quote(last.text):
            yield f"lost quotation after '{last.text}' at line {last.line}"


def _struck(one: Evidence) -> Iterator[str]:
    for word in sorted(one.signs.vocabulary):
        if len(word) <= _LONGEST_WORD and _is_run_together(word):
            yield f"struck word run together at line {one.piece.line}: '{word}'"


def _is_run_together(word: str) -> bool:
    """Tell whether this is two different words of one kind: the struck one and the one that replaces it."""
    for cut in range(_SHORTEST_WORD, len(word) - _SHORTEST_WORD + 1):
        first, second = word[:cut], word[cut:]
        if first != second and any(first in kind and second in kind for kind in language.SAME_KIND):
            return True
    return False
