"""A recovered comment as Markdown: quotations become block quotes, everything else is shown as it was typed."""

import re

from tertulia.builtin.importers.flat_text import links

_INLINE = re.compile(r"[\\`*_\[\]<>&~|]")
_INSIDE_ADDRESS = re.compile(r"[\\`*\[\]<>~|]")
_LINE_START = re.compile(r"(?:[#+=-]|\d{1,9}(?=[.)]))")


def escape(paragraph: str) -> str:
    """Return one paragraph so that Markdown shows each of its characters literally; addresses stay links."""
    return _escape_start(escape_inline(paragraph))


def escape_inline(paragraph: str) -> str:
    """Return text that stands inside a line, with what Markdown would read as markup escaped."""
    parts: list[str] = []
    position = 0
    for start, end in links.spans(paragraph):
        parts.append(_INLINE.sub(r"\\\g<0>", paragraph[position:start]))
        parts.append(_INSIDE_ADDRESS.sub(r"\\\g<0>", paragraph[start:end]))
        position = end
    parts.append(_INLINE.sub(r"\\\g<0>", paragraph[position:]))
    return "".join(parts)


def quote(paragraph: str) -> str:
    """Return one paragraph as a block quote."""
    return "> " + escape(paragraph)


def _escape_start(text: str) -> str:
    """Escape what would make this line a heading, a list item or a rule."""
    match = _LINE_START.match(text)
    if match is None:
        return text
    if text[0].isdigit():
        return f"{text[: match.end()]}\\{text[match.end() :]}"
    return "\\" + text
