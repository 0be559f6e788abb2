"""A discussion out of a saved page's flat text: the report, the comments, and what was noticed on the way.

Authors, times and nesting are lost and are not invented: a parent is given only where a comment's own words show it,
and every border carries its probability. No character that is not white space is ever lost.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tertulia.builtin.importers.flat_text import (
    article_end,
    boundaries,
    features,
    folding,
    markdown,
    noticing,
    replies,
    splitting,
)
from tertulia.builtin.importers.flat_text.features import Evidence
from tertulia.builtin.importers.flat_text.pieces import Piece
from tertulia.builtin.importers.flat_text.quotes import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words a comment repeats: of the story (offsets in it), or of an earlier comment (offsets in its text)."""

    exact: str
    start: int
    end: int
    of: Literal["article"] | int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredComment:
    """One comment as plain text and as Markdown; line counts from 1, parent is a position among the comments."""

    text: str
    markdown: str
    line: int
    parent: int | None
    parent_confidence: float | None
    boundary_confidence: float
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a flat text held; notes are lines for the person who checks the import."""

    title: str | None
    article: tuple[str, ...]
    comments: tuple[RecoveredComment, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The pieces of one comment, where each one stands in its text, and the paragraphs they make."""

    evidence: tuple[Evidence, ...]
    offsets: tuple[int, ...]
    paragraphs: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where each piece went: the comment that owns it and its offset there; the comments' texts and the story's."""

    owners: Sequence[int]
    offsets: Sequence[int]
    texts: Sequence[str]
    story: str


def recover(text: str, *, article: str | None = None, order: str = "unknown") -> Recovery:
    """Recover report and comments from flat text.

    Give the story's own text as `article` where it is known; offsets of quotes then count in it, else in the recovered
    article's paragraphs joined by one line feed. `order` is "dfs" (a nested page read from top to bottom), "chrono"
    (a plain list by time) or "unknown".
    """
    report, rest = _part(splitting.read_pieces(text), article)
    paragraphs = _paragraphs(report)
    story = article if article is not None else "\n".join(paragraphs)
    evidence = features.gather(rest, folding.words(story))
    groups = _groups(evidence, order)
    return Recovery(
        title=_title(paragraphs),
        article=paragraphs,
        comments=_comments(groups, story, order),
        notes=tuple(noticing.notes([group.evidence for group in groups])),
    )


def _part(pieces: list[Piece], article: str | None) -> tuple[list[Piece], list[Piece]]:
    if article is not None and article.strip():
        pieces, end = article_end.align(pieces, article)
    else:
        end = article_end.guess(features.gather(pieces, folding.words("")))
    return pieces[:end], pieces[end:]


def _paragraphs(report: Sequence[Piece]) -> tuple[str, ...]:
    """Return the report's lines; a glue inside the report is the report's own and is taken back."""
    found: list[str] = []
    for piece in report:
        if piece.is_glued and found:
            found[-1] += piece.text
        else:
            found.append(piece.text)
    return tuple(found)


def _title(paragraphs: Sequence[str]) -> str | None:
    """Return the first line when it looks like a headline: short, without a sentence's end, above longer lines."""
    if len(paragraphs) < 2:
        return None
    first = paragraphs[0]
    is_short = len(first) <= 140 and folding.length_in_words(first) <= 20
    return first if is_short and first[-1] not in ".:;,…" and len(paragraphs[1]) > len(first) else None


def _groups(evidence: Sequence[Evidence], order: str) -> list[_Group]:
    chances = boundaries.probabilities(evidence, order)
    opened = boundaries.choose(chances)
    starts = [position for position, opens in enumerate(opened) if opens]
    return [
        _group(evidence[start:end], chances[start])
        for start, end in itertools.pairwise([*starts, len(evidence)])
    ]


def _group(evidence: Sequence[Evidence], confidence: float) -> _Group:
    paragraphs: list[str] = []
    offsets: list[int] = []
    length = 0
    for position, one in enumerate(evidence):
        joint = _joint(evidence[position - 1], one) if position else ""
        if joint == "\n\n" or not paragraphs:
            paragraphs.append(one.piece.text)
        else:
            paragraphs[-1] += joint + one.piece.text
        offsets.append(length + len(joint))
        length = offsets[-1] + len(one.piece.text)
    return _Group(
        evidence=tuple(evidence),
        offsets=tuple(offsets),
        paragraphs=tuple(paragraphs),
        confidence=round(confidence, 3),
    )


def _joint(before: Evidence, one: Evidence) -> str:
    return " " if boundaries.is_broken_sentence(before, one) else "\n\n"


def _comments(groups: Sequence[_Group], story: str, order: str) -> tuple[RecoveredComment, ...]:
    layout = _Layout(
        owners=[number for number, group in enumerate(groups) for _ in group.evidence],
        offsets=[offset for group in groups for offset in group.offsets],
        texts=["\n\n".join(group.paragraphs) for group in groups],
        story=story,
    )
    signatures: dict[str, int] = {}
    found: list[RecoveredComment] = []
    for number, group in enumerate(groups):
        parent, certainty = _parent(group, number, layout, signatures, order)
        if (name := replies.signature_of(group.evidence)) is not None:
            signatures[name] = number
        found.append(
            RecoveredComment(
                text=layout.texts[number],
                markdown=_markdown(group),
                line=group.evidence[0].piece.line,
                parent=parent,
                parent_confidence=certainty,
                boundary_confidence=group.confidence,
                quotes=_quotes(group, number, layout),
            )
        )
    return tuple(found)


def _parent(
    group: _Group, number: int, layout: _Layout, signatures: dict[str, int], order: str
) -> tuple[int | None, float | None]:
    parent, certainty = replies.parent_of(group.evidence, number, layout.owners, order)
    if parent is not None:
        return parent, certainty
    named = replies.signature_parent(layout.texts[number], signatures)
    return (None, None) if named is None else (named, replies.BY_NAME)


def _quotes(group: _Group, number: int, layout: _Layout) -> tuple[Quote, ...]:
    found: list[Quote] = []
    for one in group.evidence:
        for run in one.story_runs:
            start, end = run.source_start, run.source_end
            found.append(Quote(exact=layout.story[start:end], start=start, end=end, of="article"))
        for run in () if one.is_refrain else one.piece_runs:
            owner, offset = layout.owners[run.source], layout.offsets[run.source]
            start, end = run.source_start + offset, run.source_end + offset
            if owner < number:
                found.append(Quote(exact=layout.texts[owner][start:end], start=start, end=end, of=owner))
    return tuple(found)


def _markdown(group: _Group) -> str:
    """Write the comment's pieces as Markdown; a piece that is a quotation as a whole becomes a block quote."""
    parts: list[str] = []
    for position, one in enumerate(group.evidence):
        joined = position > 0 and _joint(group.evidence[position - 1], one) == " "
        if joined:
            parts[-1] = f"{parts[-1]} {markdown.escape_inline(one.piece.text)}"
            continue
        is_quote = not one.is_refrain and _is_quotation(one)
        parts.append(markdown.quote(one.piece.text) if is_quote else markdown.escape(one.piece.text))
    return "\n\n".join(parts)


def _is_quotation(one: Evidence) -> bool:
    """Tell whether the piece is a quotation and nothing else, marks and a last full stop aside."""
    runs: tuple[Run, ...] = one.story_runs or one.piece_runs
    if not runs:
        return False
    outside = one.piece.text[: runs[0].start] + one.piece.text[runs[-1].end :]
    inside = sum(run.end - run.start for run in runs)
    return not any(character.isalnum() for character in outside) and inside > 0.9 * (
        runs[-1].end - runs[0].start
    )
