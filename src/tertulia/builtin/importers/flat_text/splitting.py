"""Sentences glued without a space: where a line holds the end of one comment and the start of the next.

A glue is a sentence end followed at once by a capital. Addresses, abbreviations, initials, numbers and dotted names
are none. A line with several of them was written by somebody who leaves out spaces, or lost its own line breaks when
the page was flattened: its sentences stay together.
"""

import itertools
import re

from tertulia.builtin.importers.flat_text import language, links, pieces
from tertulia.builtin.importers.flat_text.pieces import Piece

_GLUE = re.compile(r"[.!?…][”»’)\]]?(?=[^\W\d_])|[a-zà-ÿ][.!?…]?[”»)\]](?=[^\W\d_])|[。！？](?=@)")
_WORD_BEFORE = re.compile(r"[\w.’'-]{1,40}\Z")
_WORD_AFTER = re.compile(r"[\w’']{1,40}")
_MOST_GLUES = 1
"""More than this many in one line: the line's own breaks were lost, or its writer leaves out spaces."""


def split_line(number: int, text: str) -> list[Piece]:
    """Cut one line at the glue it holds; a line with none or with many comes back whole."""
    cuts = glues(text)
    if not cuts or len(cuts) > _MOST_GLUES or _spaces_left_out(text) > 1:
        return [Piece(line=number, text=text)]
    edges = [0, *cuts, len(text)]
    return [
        Piece(line=number, text=text[start:end].strip(), is_glued=start > 0)
        for start, end in itertools.pairwise(edges)
    ]


def glues(text: str) -> list[int]:
    """Return the positions at which a new sentence begins without a space before it."""
    protected = links.spans(text)
    found: list[int] = []
    index = 0
    for match in _GLUE.finditer(text):
        while index < len(protected) and protected[index][1] <= match.end():
            index += 1
        inside = index < len(protected) and protected[index][0] < match.end()
        if not inside and _is_glue(text, match):
            found.append(match.end())
    return found


def _is_glue(text: str, match: re.Match[str]) -> bool:
    position = match.end()
    if match.group() in "。！？":
        return True
    if not text[position].isupper():
        return False
    found_after = _WORD_AFTER.match(text, position)
    found_before = _WORD_BEFORE.search(
        text[max(0, match.start() - 40) : match.start() + 1].rstrip(".!?…”»’)]")
    )
    after = found_after.group() if found_after else ""
    before = found_before.group() if found_before else ""
    if not before or not _is_sentence_word(before):
        return False
    return not _is_code(text, position, after) and not (
        match.group().startswith(".") and links.is_dotted_name(before.rpartition(".")[2], after)
    )


def _is_sentence_word(before: str) -> bool:
    """Tell whether a sentence may end with this word: no initial, no abbreviation, no "U.S"."""
    last = before.rpartition(".")[2]
    if "." in before and len(last) <= 2:
        return False
    return len(last) > 1 and last.lower() not in language.ABBREVIATIONS


def _is_code(text: str, position: int, after: str) -> bool:
    """Tell whether what follows is no sentence: an initial ("Yahoo!X"), an all-capital name, a call or a key."""
    following = text[position + len(after) : position + len(after) + 1]
    beyond = text[position + len(after) + 1 : position + len(after) + 2]
    if following == "." and (beyond.islower() or beyond.isdigit()):
        return True
    if following in ("(", "_", "=", "[", "\\", "/"):
        return True
    return len(after) == 1 and after not in "IAYÀЯВИ" and following not in {"’", "'"}


def _spaces_left_out(text: str) -> int:
    """Count the places where a writer left out the space after a comma, in a bounded part of the line."""
    sample = text[:_SAMPLE]
    return len(_TIGHT_COMMA.findall(sample))


_SAMPLE = 20_000
_TIGHT_COMMA = re.compile(r"[a-zà-ÿ],[a-zà-ÿ]")


def read_pieces(text: str) -> list[Piece]:
    """Return the text's pieces in order: its lines, cut at the glues that part two comments."""
    return [piece for number, line in pieces.lines(text) for piece in split_line(number, line)]
