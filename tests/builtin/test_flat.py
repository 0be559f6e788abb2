"""A saved page as flat text: what the importer adds around the recovery."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from tertulia.builtin.importers import flat
from tertulia.domain.transfer import (
    BodyKind,
    LinkKind,
    PortableEntry,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import Importer, ImportOptions
from tertulia.testing.contracts import ImporterContract, Sample

FIXTURE = Path(__file__).parent / "fixtures" / "harbour.txt"
WHOLE = FIXTURE.read_bytes()
OPTIONS = ImportOptions(
    url="https://harbour.example/quay", article="\n".join(WHOLE.decode().splitlines()[:4])
)


def read(data=WHOLE, options=OPTIONS):
    return list(flat.make({}).read(io.BytesIO(data), options))


def entries(data=WHOLE, options=OPTIONS):
    return [record for record in read(data, options) if isinstance(record, PortableEntry)]


class TestImporter(ImporterContract):
    def importer(self) -> Importer:
        return flat.make({})

    def samples(self) -> Sequence[Sample]:
        return [
            Sample(data=WHOLE, stories=1, entries=5, options=OPTIONS),
            Sample(
                data=b"\xef\xbb\xbf" + WHOLE.replace(b"\n", b"\r\n"), stories=1, entries=5, options=OPTIONS
            ),
        ]

    def hostile(self) -> Sequence[bytes]:
        return [WHOLE + b"\x00", b"a" * (flat.MOST_BYTES + 1), WHOLE.decode().encode() + b"\x81\x8d"]


def test_the_story_is_the_operators_and_its_text_the_report():
    story = next(record for record in read() if isinstance(record, PortableStory))

    assert (story.url, story.title) == ("https://harbour.example/quay", "Council votes on the quay")
    assert story.text == OPTIONS.article


def test_comments_are_in_order_anonymous_undated_and_marked_as_inferred():
    found = entries()

    assert [entry.position for entry in found] == [0, 1, 2, 3, 4]
    assert {entry.link for entry in found} == {LinkKind.INFERRED}
    assert {entry.created_at for entry in found} == {None}
    assert {(entry.author.name, entry.author.is_anonymous) for entry in found} == {("", True)}
    assert {entry.body_kind for entry in found} == {BodyKind.MARKDOWN}


def test_a_later_copy_of_the_page_keeps_the_ids_of_what_was_there():
    earlier = b"".join(WHOLE.splitlines(keepends=True)[:-1])

    assert [entry.source_id for entry in entries()][:4] == [entry.source_id for entry in entries(earlier)]


def test_the_same_words_twice_are_two_comments_and_other_stories_others():
    line = b"I agree with everything that was said here today.\n"

    ids = {entry.source_id for entry in entries(WHOLE + line + line)}
    elsewhere = ImportOptions(url="https://harbour.example/other", article=OPTIONS.article)

    assert len(ids) == 7
    assert not ids & {entry.source_id for entry in entries(options=elsewhere)}


def test_a_story_must_be_named():
    with pytest.raises(UnreadableFile, match="needs --url"):
        read(options=ImportOptions())


def test_windows_text_is_read_and_said():
    data = WHOLE.replace("“".encode(), b"\x93").replace("”".encode(), b"\x94")

    assert Remark(code="decoded-cp1252", where="line 1") in read(data)
    assert entries(data) == entries()


def test_utf_16_is_read_and_said():
    data = WHOLE.decode().encode("utf-16")

    assert flat.make({}).recognises(data, "page.txt")
    assert Remark(code="decoded-utf-16", where="line 1") in read(data)
    assert entries(data) == entries()


def test_a_binary_file_is_refused_with_its_line():
    with pytest.raises(UnreadableFile, match="not plain text") as refusal:
        read(WHOLE.replace(b"Shame", b"\x01hame"))

    assert refusal.value.line == 5


@pytest.mark.parametrize(
    "head",
    [
        b"e<?xml version='1.0'?>\n" + b"<a>one two three four</a>\n" * 5,
        b"<p>one two three four</p>\n" * 5,
        b'{"a": "one two three four"}\n' * 5,
        b"[1]\n",
        b"a,b\n1,2\n3,4\n",
        b" ",
    ],
)
def test_markup_and_data_are_left_to_others(head):
    assert not flat.make({}).recognises(head, "page.txt")


def test_a_head_that_ends_within_a_character_is_still_text():
    data = ("Wörter über Wörter über Wörter\n" * 10).encode()

    assert flat.make({}).recognises(data[: data.rindex("ö".encode()) + 1], "page.txt")
