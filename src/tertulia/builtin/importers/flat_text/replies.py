"""Which earlier comment a comment answers, where the text itself shows it; everything else stays without a parent."""

from collections.abc import Sequence

from tertulia.builtin.importers.flat_text import folding
from tertulia.builtin.importers.flat_text.features import Evidence, repeats
from tertulia.builtin.importers.flat_text.quotes import Run

_LONG_RUN = 90
"""Characters: a repeat this long is nobody's set phrase."""
_WHOLE_PIECE = 0.9
BY_NAME = 0.8
_FROM_LIST, _FROM_NESTED = 0.75, 0.55
"""In lists by time a quote names its parent in three of four cases; nested pages repeat formulas as well."""


def parent_of(
    comment: Sequence[Evidence], number: int, owners: Sequence[int], order: str
) -> tuple[int | None, float | None]:
    """Return the earlier comment that this one opens by quoting, and how sure that is."""
    run = _opening_run(comment[0])
    if run is None or not _says_more(comment, run):
        return None, None
    parent = owners[run.source]
    if parent >= number:
        return None, None
    certainty = _FROM_LIST if order == "chrono" else _FROM_NESTED
    if run.end - run.start >= _LONG_RUN:
        certainty += 0.1
    return parent, certainty


def _says_more(comment: Sequence[Evidence], run: Run) -> bool:
    """Tell whether anything stands after the quote; a comment that only repeats was posted twice."""
    return len(comment) > 1 or run.end + 10 < len(comment[0].piece.text)


def signature_parent(text: str, signatures: dict[str, int]) -> int | None:
    """Return the comment signed with the name that this text addresses ("@Name", "Name,")."""
    head = folding.fold(text[:60]).lstrip("@ ")
    for separator in (",", ":", " "):
        name = head.partition(separator)[0].strip()
        if len(name) > 2 and name in signatures and (separator != " " or text.startswith("@")):
            return signatures[name]
    return None


def signature_of(comment: Sequence[Evidence]) -> str | None:
    """Return the folded name with which a comment is signed ("-Name" as its last line)."""
    last = comment[-1]
    if len(comment) < 2 or not last.signs.signs:
        return None
    return folding.fold(last.piece.text).lstrip("-~ ").strip() or None


def _opening_run(opening: Evidence) -> Run | None:
    """Return the run that opens the comment: the whole first piece, or a marked quote at its start."""
    if opening.is_refrain or not opening.piece_runs:
        return None
    first = opening.piece_runs[0]
    whole = repeats(opening) and first.end - first.start >= _WHOLE_PIECE * (len(opening.piece.text) - 4)
    marked = opening.signs.starts_quoted and first.start <= 2
    return first if whole or marked else None
