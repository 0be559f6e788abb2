"""Marks in a comment where rules found something: in its HTML where their places can be found there, else in its text.

Places count the characters of the plain text. HTML and text say the same but for blanks, so that the place of a
character is how many stand before it that are not blank. Only `<mark>` is put in, and only within one stretch of text
between two tags: whatever HTML was safe before is as safe and as well nested after.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from tertulia.domain.moderation import Finding

LONGEST: Final = 20_000
"""Characters of a comment in which places are looked for."""
_PIECES: Final = re.compile(r'<(?:"[^"]*"|[^">])*>|&[#0-9A-Za-z]{1,32};|[^<&]+|[<&]')
_OPEN: Final = '<mark class="desk-mark">'
_CLOSE: Final = "</mark>"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a character that is not blank stands in the HTML, and in which stretch of text between two tags."""

    begin: int
    end: int
    within: int


def has_places(findings: Iterable[Finding]) -> bool:
    """Whether any finding says where it is."""
    return any(finding.start is not None and finding.end is not None for finding in findings)


def in_html(safe: str, text: str, findings: Sequence[Finding]) -> str | None:
    """Mark findings in HTML that was made here; None where it does not say what the text says."""
    if len(safe) > LONGEST:
        return None
    seen = [(at, character) for at, character in enumerate(text) if not character.isspace()]
    shown, characters = _read(safe)
    if characters != [character for _, character in seen]:
        return None
    ends = [number for place in _joined(_places(findings)) for number in place]
    # Beginnings and ends take turns, so that behind an odd number of them one is inside.
    wanted = [index for index, (at, _) in enumerate(seen) if bisect_right(ends, at) % 2]
    return _put(safe, _runs(shown, wanted))


def in_text(text: str, findings: Sequence[Finding]) -> Markup:
    """Mark findings in plain text, and escape it."""
    marked, done = Markup(""), 0
    for begin, end in _joined(_places(findings)):
        begin, end = max(begin, done), min(end, len(text))  # noqa: PLW2901  # what is behind the text is not there
        if begin < end:
            marked += escape(text[done:begin]) + Markup('<mark class="desk-mark">{}</mark>').format(
                text[begin:end]
            )
            done = end
    return marked + escape(text[done:])


def _read(safe: str) -> tuple[list[_Stretch], list[str]]:
    shown: list[_Stretch] = []
    characters: list[str] = []
    within = 0
    for found in _PIECES.finditer(safe):
        piece = found.group()
        if piece.startswith("<") and len(piece) > 1:
            within += 1
        elif piece.startswith("&") and len(piece) > 1:
            for character in html.unescape(piece):
                if not character.isspace():
                    shown.append(_Stretch(found.start(), found.end(), within))
                    characters.append(character)
        else:
            for at, character in enumerate(piece, found.start()):
                if not character.isspace():
                    shown.append(_Stretch(at, at + 1, within))
                    characters.append(character)
    return shown, characters


def _runs(shown: Sequence[_Stretch], wanted: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbours to runs, none of which goes over a tag."""
    runs: list[tuple[int, int]] = []
    last = -2
    for index in wanted:
        is_next = index == last + 1 and shown[index].within == shown[last].within
        if is_next:
            runs[-1] = (runs[-1][0], shown[index].end)
        else:
            runs.append((shown[index].begin, shown[index].end))
        last = index
    return runs


def _put(safe: str, runs: Iterable[tuple[int, int]]) -> str:
    pieces, done = [], 0
    for begin, end in runs:
        pieces += [safe[done:begin], _OPEN, safe[begin:end], _CLOSE]
        done = end
    return "".join([*pieces, safe[done:]])


def _places(findings: Iterable[Finding]) -> list[tuple[int, int]]:
    return sorted(
        (finding.start, finding.end)
        for finding in findings
        if finding.start is not None and finding.end is not None and 0 <= finding.start < finding.end
    )


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join places that overlap."""
    joined: list[tuple[int, int]] = []
    for begin, end in places:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
