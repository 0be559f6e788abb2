"""The plug points: one protocol per kind. A plug-in is found through an entry point in the group
`tertulia.<kind>` that names a factory taking the plug-in's settings (a mapping) and giving an object
that satisfies the protocol here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from tertulia.domain.moderation import Finding, Screening
from tertulia.domain.transfer import PortableRecord

KINDS = ("rule", "importer", "exporter")


@runtime_checkable
class Rule(Protocol):
    """Notices things about a draft. Gives findings, changes nothing, needs no network, takes no time."""

    name: str

    def screen(self, screening: Screening) -> list[Finding]:
        """Say what is noticed about the text and its circumstances."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What the operator said about a file."""

    url: str | None = None
    """URL of the story, for files that hold one story and do not name it."""
    title: str | None = None
    article: str | None = None
    """The story's own text, where the operator has it."""
    order: str = "unknown"
    """Display order of flat text: nested, time or unknown."""


@runtime_checkable
class Importer(Protocol):
    """Reads one format. Streams: a million entries never stand in memory together."""

    name: str
    """The word for `--format`; also the source under which ids are kept."""

    def recognises(self, head: bytes, filename: str) -> bool:
        """Say from the file's first 64 KiB (decompressed) whether this format wrote it."""
        ...

    def read(self, file: BinaryIO, options: ImportOptions) -> Iterator[PortableRecord]:
        """Yield stories before their entries, in any order otherwise; raise `UnreadableFile` when broken.

        Parents may come after children. Remarks say what was repaired or left out.
        """
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes one format."""

    name: str

    def write(self, records: Iterable[PortableRecord], header: Mapping[str, str]) -> Iterator[bytes]:
        """Give the file's bytes piece by piece."""
        ...


__all__ = ["KINDS", "Exporter", "ImportOptions", "Importer", "Rule"]
