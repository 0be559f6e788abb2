"""What every importer keeps."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO, Final

from tertulia.domain.transfer import (
    LinkKind,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import Importer, ImportOptions
from tertulia.testing.contracts.names import NAME

_FOREIGN: Final = (
    b"",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    b"PK\x03\x04\x14\x00",
    b"\x00" * 64,
    b"<!doctype html><html><title>x</title>",
    b'{"unheard": "of"}\n',
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file for an importer, and how much a correct one finds in it."""

    data: bytes
    stories: int
    entries: int
    options: ImportOptions = field(default_factory=ImportOptions)
    filename: str = "export"


class ImporterContract:
    """What every importer keeps. Say `importer` and `samples`; `hostile` lists files it must refuse."""

    def importer(self) -> Importer:
        """Make the importer under test."""
        raise NotImplementedError

    def samples(self) -> Sequence[Sample]:
        """Give whole and well-formed files, one of them with replies."""
        raise NotImplementedError

    def hostile(self) -> Sequence[bytes]:
        """Give files that must be refused."""
        return ()

    def read(self, sample: Sample) -> list[PortableRecord]:
        """Read a sample whole."""
        return list(self.importer().read(io.BytesIO(sample.data), sample.options))

    def test_is_an_importer_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand after `--format`."""
        importer = self.importer()

        assert isinstance(importer, Importer)
        assert NAME.fullmatch(importer.name)

    def test_recognises_its_own_files_by_content(self) -> None:
        """It says yes to the head of each sample, whatever the file is called."""
        for sample in self.samples():
            for name in (sample.filename, "", "x.bin"):
                assert self.importer().recognises(sample.data[: 64 * 1024], name)

    def test_recognises_nothing_foreign(self) -> None:
        """It says no to nothing, binaries, HTML and other people's JSON."""
        for head in _FOREIGN:
            assert not self.importer().recognises(head, "export")

    def test_finds_every_story_and_entry(self) -> None:
        """It gives as many as the sample holds, and nothing but records."""
        for sample in self.samples():
            records = self.read(sample)

            assert all(isinstance(record, PortableRecord) for record in records)
            assert len(_stories(records)) == sample.stories
            assert len(_entries(records)) == sample.entries

    def test_stories_come_before_their_entries(self) -> None:
        """No entry names a story that was not yielded yet."""
        for sample in self.samples():
            seen: set[str] = set()
            for record in self.read(sample):
                if isinstance(record, PortableStory):
                    seen.add(record.source_id)
                elif isinstance(record, PortableEntry):
                    assert record.story_id in seen

    def test_ids_are_texts_and_unique(self) -> None:
        """Source ids are never empty, never numbers, never used twice; nothing answers itself."""
        for sample in self.samples():
            records = self.read(sample)
            for ids in (
                [story.source_id for story in _stories(records)],
                [entry.source_id for entry in _entries(records)],
            ):
                assert all(type(found) is str and found != "" for found in ids)
                assert len(set(ids)) == len(ids)
            assert all(entry.parent_id not in {entry.source_id, ""} for entry in _entries(records))

    def test_times_are_utc(self) -> None:
        """A time is aware and in UTC, or None."""
        for sample in self.samples():
            for moment in _moments(self.read(sample)):
                assert moment is None or moment.utcoffset() == timedelta(0)

    def test_says_how_sure_it_is_only_of_what_it_inferred(self) -> None:
        """A confidence is a share, and stands with inferred links alone."""
        for sample in self.samples():
            for entry in _entries(self.read(sample)):
                assert (entry.link is LinkKind.INFERRED) == (entry.confidence is not None)
                assert 0 <= (entry.confidence or 0) <= 1

    def test_remarks_have_stable_codes(self) -> None:
        """A remark's code is a word that a program can count."""
        for sample in self.samples():
            for record in self.read(sample):
                assert not isinstance(record, Remark) or NAME.fullmatch(record.code)

    def test_reading_twice_gives_the_same(self) -> None:
        """Nothing is invented anew: ids above all, or a second import would double the first."""
        for sample in self.samples():
            assert self.read(sample) == self.read(sample)

    def test_needs_no_more_than_a_stream(self) -> None:
        """It reads forward only; pipes and compressed files cannot seek."""
        for sample in self.samples():
            stream = io.BufferedReader(_Stream(sample.data), 1024)

            assert list(self.importer().read(stream, sample.options)) == self.read(sample)

    def test_a_cut_file_is_read_or_refused(self) -> None:
        """A file that ends early gives `UnreadableFile` or what it held, never another error."""
        for sample in self.samples():
            for share in range(1, 20):
                _drain(
                    self.importer(), io.BytesIO(sample.data[: len(sample.data) * share // 20]), sample.options
                )

    def test_what_is_not_its_format_is_refused(self) -> None:
        """Binaries end in `UnreadableFile`, with a reason."""
        options = replace(self.samples()[0].options, url="https://example.org/story")
        for data in (b"", b"\x00\x01\x02\xff" * 500, b"\x89PNG\r\n\x1a\n\x00\x00"):
            refusal = _drain(self.importer(), io.BytesIO(data), options)
            assert refusal is not None, data[:10]
            assert refusal.reason

    def test_hostile_files_are_refused(self) -> None:
        """Each of `hostile` is refused; what takes long meets the time limit of your test runner."""
        for data in self.hostile():
            refusal = _drain(self.importer(), io.BytesIO(data), self.samples()[0].options)
            assert refusal is not None, data[:80]


class _Stream(io.RawIOBase):
    """Bytes that can only be read forward, a few at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands over
        return self._data.readinto(memoryview(buffer)[:700])


def _drain(importer: Importer, file: BinaryIO, options: ImportOptions) -> UnreadableFile | None:
    try:
        for _record in importer.read(file, options):
            pass
    except UnreadableFile as refusal:
        return refusal
    return None


def _stories(records: Sequence[PortableRecord]) -> list[PortableStory]:
    return [record for record in records if isinstance(record, PortableStory)]


def _entries(records: Sequence[PortableRecord]) -> list[PortableEntry]:
    return [record for record in records if isinstance(record, PortableEntry)]


def _moments(records: Sequence[PortableRecord]) -> Iterator[datetime | None]:
    yield from (story.published_at for story in _stories(records))
    for entry in _entries(records):
        yield from (entry.created_at, entry.edited_at, *(edit.replaced_at for edit in entry.edits))
