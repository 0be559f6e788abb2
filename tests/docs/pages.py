"""Reads the manual's Markdown: tables, code blocks, links, headings. No more of the language than the manual uses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

_FENCE = re.compile(r"^( *)```(\{?[\w-]*\}?)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A code block: where it stands, what it is written in."""

    page: Path
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.splitlines()[0][:60]}"


def all_pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)]


def reference(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row, without heads and rules."""
    for head, body in re.findall(r"^(\|.+\|)\n\|[-|]+\|\n((?:\|.*\|\n?)+)", text, re.MULTILINE):
        width = head.count("|")
        for line in body.splitlines():
            assert line.count("|") == width, f"a row of another width: {line}"
            yield [cell.strip() for cell in line.strip("|").split("|")]


def tables(text: str) -> Iterator[list[str]]:
    """The first cells of each table, where they name something."""
    for body in re.findall(r"^\|.+\|\n\|[-|]+\|\n((?:\|.*\|\n?)+)", text, re.MULTILINE):
        first = [line.strip("|").split("|")[0].strip() for line in body.splitlines()]
        yield [cell for cell in first if cell.startswith("`")]


def codes(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def entries(name: str) -> dict[str, list[str]]:
    """Table rows of a reference page by each name in their first cell."""
    return {code: row for row in rows(reference(name)) for code in codes(row[0])}


def blocks(*languages: str) -> list[Block]:
    return [
        Block(page=page, language=language, text=text)
        for page in all_pages()
        for _, language, text in _FENCE.findall(page.read_text(encoding="utf-8"))
        if language in languages
    ]


def links(page: Path) -> list[str]:
    """Targets of links and pictures outside of code."""
    text = re.sub(r"`[^`\n]+`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return _LINK.findall(text)


def anchors(page: Path) -> set[str]:
    """Anchors of headings, as GitHub and the manual's builder make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in _HEADING.findall(text)
    }
