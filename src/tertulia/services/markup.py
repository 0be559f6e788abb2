"""Turns what people write into safe HTML, plain text and links. Done once, when it is written.

Markdown without raw HTML, images, headings and tables, then a sanitiser that knows a dozen tags. Two nets:
neither alone would have to be perfect.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image

from tertulia.domain.comments import Wording
from tertulia.domain.transfer import BodyKind

RENDERER: Final = 1
"""Version of these rules; comments of an older one are rendered again by a job."""

_TAGS: Final = frozenset(
    {"p", "br", "em", "strong", "s", "del", "blockquote", "ul", "ol", "li", "code", "pre", "a", "b", "i"}
    | {"strike", "u", "sub", "sup", "q", "cite"}
)
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_REL: Final = "ugc nofollow noopener"

# Quotation marks as each language prints them; others get the English ones.
_QUOTES: Final = {"de": "„“‚‘", "ar": "«»‹›", "fr": ["«\u202f", "\u202f»", "‹\u202f", "\u202f›"]}
_OUR_COMMENT: Final = re.compile(r"#comment-[0-9a-z]{13}\Z")
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s]+\Z", re.IGNORECASE)
_HREF: Final = re.compile(r'<a href="([^"]*)"')
_BLOCK_END: Final = re.compile(r"</(?:p|li|blockquote|pre)>|<br>")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
# Every address that becomes a link has a colon, and something behind it.
_ADDRESS: Final = re.compile(r":\S")
# What may mean something wherever it stands, or is written in another way in HTML.
_MARKED: Final = re.compile('[\x00-\x09\x0b-\x1f\x7f\xa0"&*<>\\[\\\\_`~]')
# Words between asterisks that can only be meant so: blank or a bracket before them, blank or a mark behind them.
_EMPHASIS: Final = re.compile(r"(?<![^ \n(])\*([^\W_]+(?: [^\W_]+)*)\*(?![^ \n.,;:!?)])")
_ITEMS: Final = frozenset("-+0123456789")
_APOSTROPHE: Final = re.compile(r"(?<=[^\W_])'(?=[^\W_])")
# With what stands between them: there it may matter how much is blank.
_PARAGRAPH_END: Final = re.compile(r"(\n{2,})")
_END: Final = "\n"
_BREAK: Final = "<br>\n"
# Everything below space but tab and line feed, and the marks that turn the direction of what follows.
_UNWANTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_source(text: str) -> str:
    """Give the source as it is kept: composed characters, one kind of line end, no control characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", unified)).strip("\n ")


def prepare(source: str, *, language: str = "en") -> Wording:
    """Render Markdown. `source` should have come through `clean_source`.

    Paragraphs that nobody marked up, as most are, or that have *words* and whole quotes alone, go without the parser
    where they come first or last: it would give the same, and takes a hundred microseconds.
    """
    pieces = _PARAGRAPH_END.split(source)
    simple = [_simple(paragraph) for paragraph in pieces[::2]]
    marked = [at for at, each in enumerate(simple) if each is None]
    if not marked:
        return Wording(source=source, html="\n".join(_shown(simple)), text="\n\n".join(_said(simple)))
    # A fence may take in all that follows.
    is_fenced = "```" in source or "~~~" in source
    begin, end = (0, len(simple)) if is_fenced else (marked[0], marked[-1] + 1)
    rest = _CLEANER.clean(_rendered("".join(pieces[2 * begin : 2 * end - 1]), language)).strip()
    before, behind = simple[:begin], simple[end:]
    return Wording(
        source=source,
        html="\n".join(filter(None, [*_shown(before), rest, *_shown(behind)])),
        text="\n\n".join(filter(None, [*_said(before), _words(rest), *_said(behind)])).strip(),
        links=_links(rest),
    )


class _Simple(NamedTuple):
    """A paragraph that needs no parser: as it is shown, and its lines as they are said."""

    html: str
    lines: list[str]


def _simple(paragraph: str) -> _Simple | None:
    """Read a paragraph in which nothing means anything but a *word* or that it is quoted; give None for others."""
    if paragraph.startswith("> "):
        quoted = paragraph[2:].split("\n> ")
        inner = None if any("\n" in line for line in quoted) else _unmarked("\n".join(quoted))
        return inner and _Simple(f"<blockquote>\n{inner.html}\n</blockquote>", inner.lines)
    return _unmarked(paragraph)


def _unmarked(paragraph: str) -> _Simple | None:
    shown = _APOSTROPHE.sub("\u2019", paragraph) if "'" in paragraph else paragraph
    said = _EMPHASIS.sub(r"\1", shown) if "*" in paragraph else shown
    if _MARKED.search(said) or (":" in said and _ADDRESS.search(said)):
        return None
    lines = said.split("\n")
    # Spaces at an end go; a hyphen, a plus or a number may begin a list; other apostrophes may be quotation marks.
    if "'" in said or any(not line or line != line.strip() or line[0] in _ITEMS for line in lines):
        return None
    if said is not shown:
        shown = _EMPHASIS.sub(r"<em>\1</em>", shown)
    return _Simple(f"<p>{shown.replace(_END, _BREAK)}</p>", lines)


def _shown(simple: Sequence[_Simple | None]) -> list[str]:
    return [each.html for each in simple if each]


def _said(simple: Sequence[_Simple | None]) -> list[str]:
    return [line for each in simple if each for line in each.lines]


def _rendered(source: str, language: str) -> str:
    # Looking for addresses takes an eighth of the rendering.
    rendered: str = _markdown(language[:2], finds_links=bool(_ADDRESS.search(source))).render(source)
    return rendered


def prepare_html(source: str) -> Wording:
    """Make foreign HTML safe; what is not text formatting goes, its words stay."""
    return _wording(source, source, BodyKind.HTML)


def prepare_plain(source: str) -> Wording:
    """Show plain text as it stands: paragraphs at blank lines, every other line end a break."""
    paragraphs = re.split(r"\n\s*\n", source.strip())
    shown = "".join(
        f"<p>{html.escape(paragraph, quote=False).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs
    )
    return _wording(shown, source, BodyKind.PLAIN)


def prepare_as(kind: BodyKind, source: str, *, language: str = "en") -> Wording:
    """Render a source of any kind."""
    if kind is BodyKind.HTML:
        return prepare_html(source)
    if kind is BodyKind.PLAIN:
        return prepare_plain(source)
    return prepare(source, language=language)


def _wording(rendered: str, source: str, kind: BodyKind) -> Wording:
    safe = _CLEANER.clean(rendered).strip()
    return Wording(source=source, html=safe, text=plain_of(safe), kind=kind, links=_links(safe))


def _links(safe: str) -> tuple[str, ...]:
    found = (html.unescape(target) for target in _HREF.findall(safe))
    return tuple(target for target in found if not target.startswith("#comment-"))


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Keep absolute links and links to our comments; nothing else may lead somewhere."""
    if name == "href":
        return value if _is_good_link(value) else None
    if name == "start":
        return value if value.isdigit() else None
    # The sanitiser lets `title` and `lang` through on every tag, asked or not; `rel` is its own.
    return value if name == "rel" else None


def _is_good_link(target: str) -> bool:
    return bool(_OUR_COMMENT.match(target) or _LINK.match(target))


# Made once: making one costs five times what using it does.
_CLEANER: Final = nh3.Cleaner(
    tags=set(_TAGS),
    attributes={name: set(allowed) for name, allowed in _ATTRIBUTES.items()},
    url_schemes=set(_SCHEMES),
    link_rel=_REL,
    attribute_filter=_keep_attribute,
    clean_content_tags={"script", "style", "template", "iframe", "object", "noscript", "title"},
)
_BARE: Final = nh3.Cleaner(tags=set())


def plain_of(safe: str) -> str:
    """Give the words of HTML that was made here."""
    return _words(safe).strip()


def _words(safe: str) -> str:
    with_ends = _BLOCK_END.sub(lambda match: f"{match.group()}\n", safe)
    bare = html.unescape(_BARE.clean(with_ends))
    return _BLANK_LINES.sub("\n\n", bare).strip("\n")


@lru_cache(maxsize=32)
def _markdown(language: str, *, finds_links: bool) -> MarkdownIt:
    """Make the parser of a language: it differs in its quotation marks."""
    parser = MarkdownIt(
        "commonmark",
        {
            "html": False,
            "linkify": finds_links,
            "breaks": True,
            "typographer": True,
            "quotes": _QUOTES.get(language, "“”‘’"),
            # Deeper than people nest, shallow enough for hostile brackets.
            "maxNesting": 30,
        },
    )
    parser.enable(["strikethrough", "smartquotes"])
    if finds_links:
        parser.enable("linkify")
    # Shown as written: what people type by accident (`#1`, four spaces) or what would hide words.
    parser.disable(["heading", "lheading", "code", "reference", "hr", "html_block", "html_inline"])
    parser.inline.ruler.at("image", _image_as_text)
    parser.validateLink = _is_good_link  # type: ignore[method-assign,assignment]  # the documented way to narrow links
    if parser.linkify is not None:
        # "say.no" is a slip of the space bar, not an address.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser


def _image_as_text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's own signature
    """Show an image's Markdown as the text it is."""
    start = state.pos
    tokens = len(state.tokens)
    pending = state.pending
    if not image(state, silent):
        return False
    if not silent:
        del state.tokens[tokens:]
        state.pending = pending + state.src[start : state.pos]
    return True
