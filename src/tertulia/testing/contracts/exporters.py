"""What every exporter keeps."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tertulia.domain.transfer import (
    BodyKind,
    EntryKind,
    EntryState,
    LinkKind,
    PortableAuthor,
    PortableEdit,
    PortableEntry,
    PortableRecord,
    PortableStory,
)
from tertulia.plugins.contracts import Exporter, Importer, ImportOptions
from tertulia.testing.contracts.names import NAME


class ExporterContract:
    """What every exporter keeps. Say `exporter`; with `importer`, that nothing is lost on the way back too."""

    def exporter(self) -> Exporter:
        """Make the exporter under test."""
        raise NotImplementedError

    def importer(self) -> Importer | None:
        """Make the importer that reads the same format without loss, if there is one."""
        return None

    def header(self) -> Mapping[str, str]:
        """Give the facts about the export that the exporter is handed."""
        return {"site": "harbour", "name": "Harbour News", "exported_at": "2024-05-06T07:08:09Z"}

    def write(self, records: Sequence[PortableRecord]) -> bytes:
        """Write records to one piece of bytes."""
        return b"".join(self.exporter().write(records, self.header()))

    def test_is_an_exporter_with_a_plain_name(self) -> None:
        """It satisfies the protocol, and its name can stand after `--format`."""
        exporter = self.exporter()

        assert isinstance(exporter, Exporter)
        assert NAME.fullmatch(exporter.name)

    def test_writes_while_it_reads(self) -> None:
        """The first bytes leave before the last record was asked for."""
        asked = 0

        def endless() -> Iterator[PortableRecord]:
            nonlocal asked
            yield _RECORDS[0]
            for number in range(1_000_000):
                asked = number
                yield replace(_FIRST, source_id=str(number))

        pieces = self.exporter().write(endless(), self.header())
        for _ in range(5):
            assert isinstance(next(pieces), bytes)

        assert asked < 10_000

    def test_the_same_records_give_the_same_bytes(self) -> None:
        """Nothing depends on the clock or on chance."""
        assert self.write(_RECORDS) == self.write(_RECORDS)

    def test_nothing_can_be_exported(self) -> None:
        """A site without stories is no error."""
        self.write([])

    def test_addresses_of_people_stay(self) -> None:
        """No e-mail address leaves, even where a record carries one."""
        assert b"private@example.org" not in self.write(_RECORDS)

    def test_export_then_import_is_the_identity(self) -> None:
        """What was written is read back, field by field."""
        importer = self.importer()
        if importer is None:
            return

        read = list(importer.read(io.BytesIO(self.write(_RECORDS)), ImportOptions()))

        assert read == [_without_email(record) for record in _RECORDS]


def _without_email(record: PortableRecord) -> PortableRecord:
    if isinstance(record, PortableEntry):
        return replace(record, author=replace(record.author, email=None))
    return record


_MOMENT: Final = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
_FIRST: Final = PortableEntry(
    source_id="7",
    story_id="s1",
    author=PortableAuthor(name="Ana", source_id="u1", email="private@example.org"),
    created_at=_MOMENT,
    body="They ~~told~~ asked us.\n\n> Quoted\n\n“So.” שלום",
    body_kind=BodyKind.MARKDOWN,
)
_RECORDS: Final[Sequence[PortableRecord]] = (
    PortableStory(
        source_id="s1",
        url="https://example.org/a?b=c&d=é",
        title="A title\nwith “marks”",
        section="Local",
        author="Desk",
        published_at=_MOMENT,
        is_closed=True,
        text="One.\n\nTwo.",
        language="en",
    ),
    PortableStory(source_id="s2", url="https://example.org/b", is_deleted=True),
    replace(_FIRST, source_id="8", parent_id="7", state=EntryState.REMOVED, reason="abuse"),
    _FIRST,
    replace(_FIRST, source_id="9", parent_id="gone", state=EntryState.WITHDRAWN, body="", created_at=None),
    replace(
        _FIRST,
        source_id="10",
        author=PortableAuthor(is_anonymous=True, badges=("editor", "ünï"), url="https://example.org/~ana"),
        edited_at=_MOMENT,
        edits=(PortableEdit(body="Before", replaced_at=_MOMENT), PortableEdit(body="First")),
        extra={"votes": "3", "pin": "yes"},
        language="he",
    ),
    replace(_FIRST, source_id="11", story_id="s2", kind=EntryKind.PINGBACK, body_kind=BodyKind.HTML),
    replace(_FIRST, source_id="12", story_id="s2", kind=EntryKind.SYSTEM, body_kind=BodyKind.PLAIN),
    replace(_FIRST, source_id="13", link=LinkKind.INFERRED, confidence=0.25, position=3, parent_id="7"),
    replace(_FIRST, source_id="14", state=EntryState.PENDING),
    replace(_FIRST, source_id="15", state=EntryState.SPAM, reason="spam"),
)
