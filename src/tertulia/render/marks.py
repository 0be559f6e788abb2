"""Marks in a comment where rules found something: in its HTML where their places can be found there, else in its text.

Places count the characters of the plain text. HTML and text say the same but for blanks, so that the place of a
character is how many stand before it that are not blank. Only `<mark>` is put in, and only within one stretch of text
between two tags: whatever HTML was safe before is as safe and as well nested after.
"""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup, escape

from tertulia.domain.moderation import Finding

LONGEST: Final = 20_000
"""Characters of a comment in which places are looked for."""
_PIECES: Final = re.compile(r'(<(?:"[^"]*"|[^">])*>)')
_CHARACTERS: Final = re.compile(r"&[#0-9A-Za-z]{1,32};|\S")
_OPEN: Final = '<mark class="desk-mark">'
_CLOSE: Final = "</mark>"


def in_html(safe: str, text: str, findings: Sequence[Finding]) -> str | None:
    """Mark findings in HTML that was made here; None where it does not say what the text says."""
    if len(safe) > LONGEST:
        return None
    pieces = _PIECES.split(safe)
    said = [_inked(html.unescape(piece)) if _is_text(piece) else "" for piece in pieces]
    if "".join(said) != _inked(text):
        return None
    places = [
        (len(_inked(text[:begin])), len(_inked(text[:end]))) for begin, end in _joined(_places(findings))
    ]
    marked, done = [], 0
    for piece, words in zip(pieces, said, strict=True):
        inside = [
            (begin - done, end - done)
            for begin, end in places
            if begin < end and begin < done + len(words) and end > done
        ]
        marked.append(_marked(piece, inside) if inside and words else piece)
        done += len(words)
    return "".join(marked)


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


def _is_text(piece: str) -> bool:
    return not piece.startswith("<")


def _inked(text: str) -> str:
    """Give what of a text is not blank."""
    return "".join(text.split())


def _marked(piece: str, places: Sequence[tuple[int, int]]) -> str:
    """Mark the places in a stretch of text, which count what is not blank in it."""
    spans = [
        found.span()
        for found in _CHARACTERS.finditer(piece)
        # One name of a character may stand for two.
        for _ in _inked(html.unescape(found.group()))
    ]
    marked, done = [], 0
    for begin, end in places:
        first, last = spans[max(begin, 0)][0], spans[min(end, len(spans)) - 1][1]
        marked += [piece[done:first], _OPEN, piece[first:last], _CLOSE]
        done = last
    return "".join([*marked, piece[done:]])


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
