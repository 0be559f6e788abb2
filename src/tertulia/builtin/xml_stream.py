"""Streamed reading of XML that other systems wrote, with three repairs, each reported as a remark:
bytes before the first tag, control characters, and prefixes that nobody declared.

Built on expat without namespaces: an undeclared prefix then breaks nothing, and no tree grows that must be
cleared. No entity is expanded, no network asked; tags, depth and gathered elements have limits. What is broken
beyond the repairs raises `UnreadableFile` with its line.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from tertulia.domain.transfer import Remark, UnreadableFile

CHUNK: Final = 64 * 1024
DEEPEST: Final = 100
LONGEST_TAG: Final = 1024 * 1024
LARGEST_ELEMENT: Final = 16 * 1024 * 1024
"""In characters, for an element that is gathered whole (a comment, a story's text)."""

_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r")
# References to the same characters, and the two code points that XML forbids though UTF-8 can write them.
_FORBIDDEN: Final = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));|\xef\xbf[\xbe\xbf]", re.IGNORECASE
)
_DECLARATION: Final = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# Python has codecs that unpack or execute; only character sets that a site may have used are let in.
_CHARACTER_SETS: Final = re.compile(
    r"utf-?(8|16|16le|16be)|us-ascii|latin-?1|iso-?8859-\d+|(windows|cp)-?125\d|koi8-[ru]|gb2312|gbk|gb18030"
    r"|big5|shift[_-]jis|euc-(jp|kr)"
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A container begins."""

    name: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """A container ends."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """An element gathered whole. Names keep their prefix; `local` has none."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str
    """Its own characters, the children's left out."""
    children: tuple["Node", ...]

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    def child(self, local: str) -> str:
        """Give the stripped text of the first child of that local name, or nothing."""
        return next((node.text.strip() for node in self.children if node.local == local), "")


Part = Opened | Closed | Node | Remark


def parts(file: BinaryIO, containers: frozenset[str]) -> Iterator[Part]:
    """Walk through the file: containers (by local name) open and close, everything else comes whole."""
    source = _Source(file)
    walk = _Walk(containers)
    for chunk in source:
        yield from walk.feed(chunk)
    yield from walk.close()
    yield from source.remarks()


class _Source:
    """The file's bytes as UTF-8 that XML can hold, and what was repaired on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lines = 1
        self._before = ""
        self._controls = 0
        self._first_control_line = 0

    def __iter__(self) -> Iterator[bytes]:
        head = self._file.read(CHUNK)
        encoding, head = _encoding(head)
        decode = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        chunk, carry, is_first = head, b"", True
        while chunk:
            text = carry + (self._decoded(decode, chunk) if decode else chunk)
            if is_first:
                text, is_first = self._from_first_tag(text), False
            # A reference or character may lie across the edge of two chunks.
            cut = max(len(text) - 12, 0)
            edge = max(text.rfind(b"&", cut), text.rfind(b"\xef", cut))
            text, carry = (text[:edge], text[edge:]) if edge >= 0 else (text, b"")
            yield self._without_controls(text)
            chunk = self._file.read(CHUNK)
        yield self._without_controls(carry)

    def _decoded(self, decoder: codecs.IncrementalDecoder, chunk: bytes) -> bytes:
        try:
            return decoder.decode(chunk).encode()
        except UnicodeError as error:
            reason = f"the text is not in the encoding that the file names: {error.reason}"  # type: ignore[attr-defined]
            raise UnreadableFile(reason, line=self._lines) from error

    def _from_first_tag(self, text: bytes) -> bytes:
        start = text.find(b"<")
        if start < 0:
            reason = "there is no XML tag in it"
            raise UnreadableFile(reason, line=1)
        if start > 0:
            self._before = f"line 1 ({start} bytes)"
        # Line feeds stay, so that the lines named later are the file's own; before a declaration none may.
        feeds = b"\n" * text[:start].count(b"\n")
        if text.startswith(b"<?xml", start):
            end = text.find(b"?>", start) + 2
            return feeds + text[end:] if end > 1 else text[start:]
        return feeds + text[start:]

    def _without_controls(self, text: bytes) -> bytes:
        cleaned = _FORBIDDEN.sub(b"", text.translate(None, _CONTROLS))
        if len(cleaned) != len(text):
            self._controls += 1
            self._first_control_line = self._first_control_line or self._lines
        self._lines += text.count(b"\n")
        return cleaned

    def remarks(self) -> Iterator[Remark]:
        """Say what was repaired."""
        if self._before:
            yield Remark(code="repaired-leading-bytes", where=self._before)
        if self._controls:
            yield Remark(code="repaired-control-characters", where=f"from line {self._first_control_line} on")


def _encoding(head: bytes) -> tuple[str, bytes]:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, head[len(bom) :]
    if head.startswith((b"<\0", b"\0<")):
        return ("utf-16le" if head[0] else "utf-16be"), head
    declared = _DECLARATION.search(head[:1024])
    name = declared[1].decode().lower() if declared else "utf-8"
    if not _CHARACTER_SETS.fullmatch(name) or name.startswith(("utf-16", "utf16")):
        reason = f"the encoding {name} is not one that can be read"
        raise UnreadableFile(reason, line=1)
    return ("utf-8" if name in {"utf-8", "utf8"} else name), head


@dataclass(slots=True)
class _Open:
    """An element being gathered."""

    name: str
    line: int
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def node(self) -> Node:
        return Node(
            name=self.name,
            line=self.line,
            attributes=self.attributes,
            text="".join(self.pieces),
            children=tuple(self.children),
        )


class _Walk:
    """Turns expat's callbacks into parts; lives as long as one file is read."""

    def __init__(self, containers: frozenset[str]) -> None:
        self._containers = containers
        self._ready: list[Part] = []
        self._open: list[_Open] = []
        self._size = 0
        self._scopes: list[frozenset[str]] = []
        self._undeclared: set[str] = set()
        self._unanswered = 0
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.DefaultHandler = self._other

    def feed(self, chunk: bytes) -> Iterator[Part]:
        """Give the parts that this chunk completes."""
        self._unanswered += len(chunk)
        self._parse(chunk, is_last=False)
        if self._unanswered > LONGEST_TAG:
            self._refuse(f"a tag or comment is longer than {LONGEST_TAG} bytes")
        ready, self._ready = self._ready, []
        yield from ready

    def close(self) -> Iterator[Part]:
        """Give the rest; raise `UnreadableFile` when something is still open."""
        self._parse(b"", is_last=True)
        yield from self._ready

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            reason = f"not well-formed XML: {expat.ErrorString(error.code)}"
            raise UnreadableFile(reason, line=error.lineno) from error

    def _refuse(self, reason: str) -> None:
        raise UnreadableFile(reason, line=self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._unanswered = 0
        if len(self._scopes) >= DEEPEST:
            self._refuse(f"tags are nested more than {DEEPEST} levels deep")
        self._scope(name, attributes)
        line = self._parser.CurrentLineNumber
        if not self._open and name.rpartition(":")[2] in self._containers:
            self._ready.append(Opened(name=name, line=line))
            return
        self._open.append(_Open(name=name, line=line, attributes=attributes))
        self._grow(sum(len(value) for value in attributes.values()))

    def _end(self, name: str) -> None:
        self._unanswered = 0
        self._scopes.pop()
        if not self._open:
            self._ready.append(Closed(name=name))
            return
        node = self._open.pop().node()
        if self._open:
            self._open[-1].children.append(node)
            return
        self._size = 0
        self._ready.append(node)

    def _characters(self, text: str) -> None:
        self._unanswered = 0
        if self._open:
            self._open[-1].pieces.append(text)
            self._grow(len(text))

    def _grow(self, characters: int) -> None:
        # An empty element costs memory too.
        self._size += characters + 100
        if self._size > LARGEST_ELEMENT:
            self._refuse(f"<{self._open[0].name}> holds more than {LARGEST_ELEMENT} characters")

    def _other(self, data: str) -> None:
        self._unanswered = 0
        # With a document type that points elsewhere, expat leaves unknown entities out instead of complaining.
        if data.startswith("&"):
            self._refuse(f"it uses the entity {data}, which nobody declared")

    def _entity(self, name: str, *_definition: object) -> None:
        self._refuse(f"it declares the entity {name}; no export of comments needs one")

    def _scope(self, name: str, attributes: dict[str, str]) -> None:
        """Remember the prefixes declared here, and notice the first use of one that never was."""
        known = self._scopes[-1] if self._scopes else frozenset({"xml", "xmlns"})
        declared = [key[6:] for key in attributes if key.startswith("xmlns:")]
        known = known.union(declared) if declared else known
        self._scopes.append(known)
        for used in (name, *attributes):
            prefix = used.partition(":")[0] if ":" in used else ""
            if prefix and prefix not in known and prefix not in self._undeclared:
                self._undeclared.add(prefix)
                where = f"{prefix} (line {self._parser.CurrentLineNumber})"
                self._ready.append(Remark(code="repaired-prefix", where=where))
