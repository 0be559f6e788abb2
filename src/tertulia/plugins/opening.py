"""Opens a file that somebody brings: plain, .gz, .xz or a .zip of one member, found by content.

Lives beside the contracts because whoever calls an importer needs it and may not import our plug-ins.
What comes out is a stream that never gives more than a limit, so that a bomb ends in a refusal.
"""

import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from tertulia.domain.transfer import UnreadableFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES: Final = 64 * 1024
MOST_BYTES: Final = 16 * 2**30
MOST_RATIO: Final = 300
"""Exports are text and shrink ten- to fiftyfold; bombs reach a thousandfold."""
FREE_BYTES: Final = 32 * 2**20
"""Below this size nobody asks for the ratio: a short file of repeated lines is no attack."""

_GZIP: Final = b"\x1f\x8b"
_XZ: Final = b"\xfd7zXZ\x00"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedFile:
    """A file ready to be read: its first bytes after decompression, the whole stream, and its bare name."""

    name: str
    """File name without the ending of the compression."""
    head: bytes
    file: BinaryIO


@contextmanager
def opened(path: Path, *, most_bytes: int = MOST_BYTES) -> Iterator[OpenedFile]:
    """Open a file for an importer; raise `UnreadableFile` for what is damaged, empty or a bomb."""
    with ExitStack() as stack:
        packed = stack.enter_context(path.open("rb"))
        yield _unpacked(stack, packed, path.name, most_bytes=most_bytes)


@contextmanager
def opened_stream(packed: BinaryIO, name: str, *, most_bytes: int = MOST_BYTES) -> Iterator[OpenedFile]:
    """Do the same with a seekable stream, such as an upload; the stream itself stays open."""
    with ExitStack() as stack:
        yield _unpacked(stack, packed, Path(name).name, most_bytes=most_bytes)


def _unpacked(stack: ExitStack, packed: BinaryIO, name: str, *, most_bytes: int) -> OpenedFile:
    magic = packed.read(6)
    packed_bytes = packed.seek(0, os.SEEK_END)
    packed.seek(0)
    inner, name = _decompressor(stack, packed, magic, name)
    is_packed = inner is not packed
    limit = min(most_bytes, max(FREE_BYTES, packed_bytes * MOST_RATIO)) if is_packed else most_bytes
    stream = io.BufferedReader(_Limited(inner, limit), HEAD_BYTES)
    head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    if not head:
        reason = "the file is empty"
        raise UnreadableFile(reason)
    return OpenedFile(name=name, head=head, file=stream)


def _decompressor(stack: ExitStack, packed: BinaryIO, magic: bytes, name: str) -> tuple[_Readable, str]:
    if magic.startswith(_GZIP):
        return stack.enter_context(gzip.GzipFile(fileobj=packed)), name.removesuffix(".gz")
    if magic.startswith(_XZ):
        return stack.enter_context(lzma.LZMAFile(packed)), name.removesuffix(".xz")
    if magic.startswith((_ZIP, _EMPTY_ZIP)):
        return _only_member(stack, packed)
    return packed, name


def _only_member(stack: ExitStack, packed: BinaryIO) -> tuple[_Readable, str]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(packed))
        members = [member for member in archive.infolist() if not _is_litter(member)]
        if len(members) != 1:
            reason = f"the archive holds {len(members)} files; unpack it and name the one to read"
            raise UnreadableFile(reason)
        member = stack.enter_context(archive.open(members[0]))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        reason = f"the archive cannot be read: {error}"
        raise UnreadableFile(reason) from error
    return member, Path(members[0].filename).name


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds to every archive."""
    return member.is_dir() or member.filename.startswith("__MACOSX/") or member.filename.endswith(".DS_Store")


class _Limited(io.RawIOBase):
    """A raw stream that refuses to give more than its limit and names damage in our words."""

    def __init__(self, inner: _Readable, limit: int) -> None:
        self._inner = inner
        self._limit = limit
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            piece = self._inner.read(len(view))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            reason = f"the compressed file is damaged: {error}"
            raise UnreadableFile(reason) from error
        self._given += len(piece)
        if self._given > self._limit:
            reason = f"the file unpacks to more than {self._limit} bytes"
            raise UnreadableFile(reason)
        view[: len(piece)] = piece
        return len(piece)
