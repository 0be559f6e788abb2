"""Our own JSON Lines, both ways."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.builtin.exporters import native as native_exporter
from tertulia.builtin.importers import native as native_importer
from tertulia.builtin.native_format import LONGEST_LINE
from tertulia.domain.transfer import (
    BodyKind,
    EntryKind,
    EntryState,
    LinkKind,
    PortableAuthor,
    PortableEdit,
    PortableEntry,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import Exporter, Importer, ImportOptions
from tertulia.testing.contracts import ExporterContract, ImporterContract, Sample

FIXTURE = Path(__file__).parent / "fixtures" / "harbour.jsonl"
HEADER = b'{"record":"tertulia","version":1,"site":"harbour"}\n'
STORY = b'{"record":"story","id":"s","url":"https://harbour.example/a"}\n'


def read(data):
    return list(native_importer.make({}).read(io.BytesIO(data), ImportOptions()))


def written(*records):
    return b"".join(native_exporter.make({}).write(records, {"site": "harbour"}))


class TestImporter(ImporterContract):
    def importer(self) -> Importer:
        return native_importer.make({})

    def samples(self) -> Sequence[Sample]:
        return [
            Sample(data=FIXTURE.read_bytes(), stories=1, entries=5),
            Sample(data=HEADER, stories=0, entries=0),
            Sample(
                data=b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + STORY.rstrip(), stories=1, entries=0
            ),
        ]

    def hostile(self) -> Sequence[bytes]:
        return [
            HEADER + b"[" * 500_000,
            HEADER + b'{"record":"comment","extra":' * 100_000,
            HEADER + STORY.replace(b'"s"', b'"' + b"s" * 10_000_000 + b'"'),
            b"x" * 50_000_000,
        ]


class TestExporter(ExporterContract):
    def exporter(self) -> Exporter:
        return native_exporter.make({})

    def importer(self) -> Importer:
        return native_importer.make({})


def test_every_field_of_a_comment_is_read():
    entry = next(record for record in read(FIXTURE.read_bytes()) if getattr(record, "source_id", "") == "c1")

    assert entry == PortableEntry(
        source_id="c1",
        story_id="s1",
        author=PortableAuthor(
            name="O’Brien", source_id="u1", url="https://obrien.example/", badges=("resident",)
        ),
        created_at=datetime(2024, 5, 6, 7, 0, tzinfo=UTC),
        edited_at=datetime(2024, 5, 6, 7, 5, tzinfo=UTC),
        body="They ~~told~~ asked us.\n\n> Nobody counted the cost.",
        body_kind=BodyKind.MARKDOWN,
        edits=(PortableEdit(body="They told us.", replaced_at=datetime(2024, 5, 6, 7, 5, tzinfo=UTC)),),
        extra={"votes": "3"},
    )


def test_states_kinds_and_doubts_are_read():
    entries = {
        entry.source_id: entry for entry in read(FIXTURE.read_bytes()) if isinstance(entry, PortableEntry)
    }

    assert (entries["c3"].state, entries["c3"].reason) == (EntryState.REMOVED, "abuse")
    assert entries["c3"].author.is_anonymous
    assert (entries["c4"].parent_id, entries["c4"].link, entries["c4"].confidence) == (
        "lost",
        LinkKind.INFERRED,
        0.4,
    )
    assert (entries["c4"].body_kind, entries["c5"].kind) == (BodyKind.HTML, EntryKind.PINGBACK)


def test_what_has_its_default_is_left_out_and_text_is_written_as_it_is():
    lines = written(
        PortableStory(source_id="s", url="https://harbour.example/a"),
        PortableEntry(source_id="1", story_id="s", body="“שלום”", body_kind=BodyKind.MARKDOWN),
    ).splitlines()

    assert lines[1:] == [
        b'{"record":"story","id":"s","url":"https://harbour.example/a"}',
        '{"record":"comment","id":"1","story":"s","body":"“שלום”"}'.encode(),
    ]


def test_remarks_are_not_exported():
    assert written(Remark(code="bad-date")).count(b"\n") == 1


def test_unknown_fields_are_counted_wherever_they_stand():
    comment = {"record": "comment", "id": "1", "story": "s", "mood": "x", "author": {"name": "A", "shoe": 1}}
    lines = [json.dumps(comment | {"id": str(number)}).encode() for number in range(3)]

    records = read(HEADER + STORY + b"\n".join(lines))

    assert sum(isinstance(record, PortableEntry) for record in records) == 3
    assert [record for record in records if isinstance(record, Remark)] == [
        Remark(code="unknown-field", where="author.shoe (3 times)"),
        Remark(code="unknown-field", where="mood (3 times)"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "malformed|truncated"),
        (b"[1]", "no JSON object"),
        (b'{"record":"song"}', "'record'"),
        (b'{"id":"1"}', "'record'"),
        (b'{"record":["story"]}', "'record'"),
        (b'{"record":"comment","id":7,"story":"s"}', r"\$\.id"),
        (b'{"record":"comment","id":"7"}', "story"),
        (b'{"record":"comment","id":"","story":"s"}', r"\$\.id"),
        (b'{"record":"comment","id":"7","story":"elsewhere"}', "elsewhere"),
        (b'{"record":"comment","id":"7","story":"s","created_at":"yesterday"}', "created_at"),
        (b'{"record":"comment","id":"7","story":"s","created_at":"2024-05-06T07:00:00"}', "created_at"),
        (b'{"record":"comment","id":"7","story":"s","confidence":2}', "confidence"),
        (b'{"record":"comment","id":"7","story":"s","state":"lovely"}', "state"),
        (b'{"record":"comment","id":"7","story":"s","extra":{"n":1}}', "extra"),
        (b'{"record":"comment","id":"7","story":"s","body":"\xff"}', "UTF-8|utf-8"),
        (HEADER.strip(), "second header"),
        (b'"' + b"x" * LONGEST_LINE + b'"', "longer than"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number(line, reason):
    with pytest.raises(UnreadableFile, match=reason) as refusal:
        read(HEADER + STORY + line + b"\n")

    assert refusal.value.line == 3


@pytest.mark.parametrize("first", [STORY, b"\n", b'{"record":"tertulia","version":2}\n'])
def test_a_file_without_a_header_we_know_is_refused(first):
    with pytest.raises(UnreadableFile) as refusal:
        read(first + STORY)

    assert refusal.value.line == 1


TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40)
IDS = TEXTS.filter(bool)
MOMENTS = st.none() | st.integers(0, 4 * 10**15).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since)
)
ENTRIES = st.builds(
    PortableEntry,
    source_id=IDS,
    story_id=st.just("s"),
    parent_id=st.none() | IDS,
    author=st.builds(
        PortableAuthor,
        name=TEXTS,
        source_id=st.none() | TEXTS,
        url=TEXTS,
        email=st.none(),
        badges=st.lists(TEXTS, max_size=2).map(tuple),
        is_anonymous=st.booleans(),
    ),
    created_at=MOMENTS,
    edited_at=MOMENTS,
    body=TEXTS,
    body_kind=st.sampled_from(BodyKind),
    state=st.sampled_from(EntryState),
    reason=TEXTS,
    kind=st.sampled_from(EntryKind),
    position=st.none() | st.integers(0, 10**6),
    link=st.sampled_from(LinkKind),
    confidence=st.none() | st.floats(0, 1),
    language=TEXTS,
    edits=st.lists(st.builds(PortableEdit, body=TEXTS, replaced_at=MOMENTS), max_size=2).map(tuple),
    extra=st.dictionaries(TEXTS, TEXTS, max_size=2),
)


@given(st.lists(ENTRIES, max_size=5))
def test_export_then_import_is_the_identity(entries):
    story = PortableStory(source_id="s", url="https://harbour.example/a")

    assert read(written(story, *entries)) == [story, *entries]
