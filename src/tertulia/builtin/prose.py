"""Text as other systems keep it, turned into paragraphs: HTML in which a blank line means a paragraph,
and HTML of a story as plain text. Nothing here makes HTML safe; that is done when it is stored.

Everything runs in time proportional to the text, whatever the text: files come from strangers.
"""

import html
import re
from typing import Final

_BLOCKS: Final = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
# No '<' inside a tag: an unclosed one then ends at the next, and the search stays linear.
_BLOCK_TAG: Final = re.compile(rf"(</?(?:{_BLOCKS})(?:[\s/][^<>]*)?>)", re.IGNORECASE)
_TAG_NAME: Final = re.compile(r"</?([a-z0-9]+)", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACES: Final = re.compile(r"[^\S\n]+")

# In these, text stands by itself and line feeds mean nothing.
_STRUCTURE: Final = frozenset({"dl", "ol", "table", "tbody", "tfoot", "thead", "tr", "ul"})
_PARAGRAPHS_WITHIN: Final = frozenset(
    {"article", "aside", "blockquote", "center", "details", "div", "figure", "footer", "header", "main"}
    | {"section"}
)
_DEEPEST: Final = 50

_HIDDEN: Final = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_SHORTCODE: Final = re.compile(r"\[(/?)([a-z][a-z0-9_-]{0,40})(\s[^\[\]]{0,2000})?\]")
# Without attributes a word in brackets may be the writer's own ("[sic]"), so only these go.
_BARE_SHORTCODES: Final = frozenset({"audio", "caption", "code", "embed", "gallery", "playlist", "video"})


def paragraphs(text: str) -> str:
    """Give HTML in which blank lines are paragraphs and single line feeds breaks, tags kept as they are."""
    written: list[str] = []
    inside: list[str] = []
    for piece in _BLOCK_TAG.split(_with_line_feeds(text).strip()):
        if _BLOCK_TAG.fullmatch(piece):
            written.append(piece)
            _step(inside, piece)
        elif piece.strip():
            written.append(_flowing(piece, inside))
    return "".join(written)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _step(inside: list[str], tag: str) -> None:
    named = _TAG_NAME.match(tag)
    name = named[1].lower() if named else ""
    if name == "hr" or tag.endswith("/>"):
        return
    if not tag.startswith("</"):
        if len(inside) < _DEEPEST:
            inside.append(name)
    elif name in inside:
        while inside.pop() != name:
            pass


def _flowing(piece: str, inside: list[str]) -> str:
    if "pre" in inside:
        return piece
    around = inside[-1] if inside else ""
    if around in _STRUCTURE:
        return piece.strip()
    # A break that the writer typed before a line feed is the same break.
    blocks = ["<br>".join(_unbroken(line) for line in block) for block in _blocks(piece)]
    if around and around not in _PARAGRAPHS_WITHIN:
        return "<br><br>".join(blocks)
    return "".join(f"<p>{block}</p>" for block in blocks)


def _unbroken(line: str) -> str:
    found = _BREAK.search(line, max(len(line) - 8, 0))
    return line[: found.start()].rstrip() if found and found.end() == len(line) else line


def _blocks(text: str) -> list[list[str]]:
    """Lines, trimmed, in groups that blank lines separate."""
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def plain_paragraphs(text: str) -> str:
    """Give a story's HTML as plain paragraphs, a blank line between two, editor's marks left out."""
    text = _with_line_feeds(text)
    for start, end in _HIDDEN:
        text = _without(text, start, end)
    text = _SHORTCODE.sub(_shortcode, text)
    text = _BLOCK_TAG.sub("\n\n", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _SPACES.sub(" ", html.unescape(text))
    return "\n\n".join("\n".join(block) for block in _blocks(text))


def _without(text: str, start: str, end: str) -> str:
    """Cut every stretch between two marks; what is never closed runs to the end."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = text
    kept: list[str] = []
    here = 0
    while (found := folded.find(start, here)) >= 0:
        kept.append(text[here:found])
        closed = folded.find(end, found + len(start))
        if closed < 0:
            return "".join(kept)
        here = closed + len(end)
    kept.append(text[here:])
    return "".join(kept)


def _shortcode(found: re.Match[str]) -> str:
    closing, name, attributes = found.groups()
    is_shortcode = closing or name in _BARE_SHORTCODES or (attributes and "=" in attributes)
    return "" if is_shortcode else found[0]


def one_line(text: str) -> str:
    """Give a title or name as plain text on one line."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())
