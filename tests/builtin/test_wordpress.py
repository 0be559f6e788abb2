"""WordPress exports: the traps of real ones, in a file written for it."""

import gzip
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tertulia.builtin.importers import wordpress
from tertulia.domain.transfer import (
    BodyKind,
    EntryKind,
    EntryState,
    PortableAuthor,
    PortableEntry,
    PortableStory,
    Remark,
    UnreadableFile,
)
from tertulia.plugins.contracts import Importer, ImportOptions
from tertulia.plugins.opening import opened_stream
from tertulia.testing.contracts import ImporterContract, Sample

FIXTURE = Path(__file__).parent / "fixtures" / "harbour.xml"
WHOLE = FIXTURE.read_bytes()
HEAD = (
    b'<rss version="2.0" xmlns:wp="https://wordpress.org/export/1.1/"><channel><link>https://h.example</link>'
)
TAIL = b"</channel></rss>"


def item(inside, *, post_id=b"5"):
    return (
        b"<item><link>https://h.example/a/</link><wp:post_id>"
        + post_id
        + b"</wp:post_id>"
        + inside
        + b"</item>"
    )


def comment(text=b"Text", *, number=b"1", more=b""):
    return (
        b"<wp:comment><wp:comment_id>" + number + b"</wp:comment_id><wp:comment_content><![CDATA[" + text
        + b"]]></wp:comment_content>" + more + b"</wp:comment>"
    )  # fmt: skip


def file(*items):
    return HEAD + b"".join(items) + TAIL


def read(data, options=ImportOptions()):  # noqa: B008  # frozen
    return list(wordpress.make({}).read(io.BytesIO(data), options))


def entries(data):
    return [record for record in read(data) if isinstance(record, PortableEntry)]


def remarks(data):
    return [record for record in read(data) if isinstance(record, Remark)]


def one(number, data=WHOLE):
    return next(entry for entry in entries(data) if entry.source_id == number)


class TestImporter(ImporterContract):
    def importer(self) -> Importer:
        return wordpress.make({})

    def samples(self) -> Sequence[Sample]:
        return [
            Sample(data=WHOLE, stories=2, entries=6),
            Sample(
                data=WHOLE.replace(b"http://wordpress.org/export/1.2/", b"https://wordpress.org/export/1.0/"),
                stories=2,
                entries=6,
            ),
            Sample(
                data=WHOLE.decode().replace('encoding="UTF-8" ', "").encode("utf-16"), stories=2, entries=6
            ),
            Sample(data=b"\xef\xbb\xbf" + WHOLE.replace(b"\n", b"\r\n"), stories=2, entries=6),
            Sample(data=file(), stories=0, entries=0),
        ]

    def hostile(self) -> Sequence[bytes]:
        entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
        bomb = b'<!DOCTYPE rss [<!ENTITY l0 "lol">' + entities + b"]>"
        outside = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        return [
            bomb + file(item(comment(more=b"<wp:comment_author>&l11;</wp:comment_author>"))),
            outside + file(item(comment(more=b"<wp:comment_author>&x;</wp:comment_author>"))),
            b'<!DOCTYPE rss SYSTEM "http://dtd.example/x.dtd">' + file(item(b"<title>&nbsp;</title>")),
            file(b"<a>" * 100_000 + b"</a>" * 100_000),
            HEAD + b'<item about="' + b"a" * 10_000_000 + b'"></item>' + TAIL,
            HEAD + b"<!-- " + b"a" * 10_000_000 + b" -->" + TAIL,
            file(item(comment(text=b"word " * 4_000_000))),
            file(item(b"<wp:comment>" + b"<a/>" * 1_000_000 + b"</wp:comment>")),
            file(item(comment(text=b"\xff\xfe broken"))),
            b'<?xml version="1.0" encoding="zlib_codec"?>' + file(),
            b'<?xml version="1.0" encoding="utf-16"?>' + file(),
            WHOLE.replace(b"</channel>", b"</chanel>"),
        ]


def test_a_story_is_read_with_what_the_file_says_of_it():
    story = next(record for record in read(WHOLE) if isinstance(record, PortableStory))

    assert story == PortableStory(
        source_id="101",
        url="https://harbour.example/2024/05/quay/",
        title="Who pays for the quay & the crane?",
        section="City & Port",
        author="Mara Braun",
        published_at=datetime(2024, 5, 6, 6, 0, tzinfo=UTC),
        is_closed=True,
        text="The council voted on Monday.\n\nThe old crane\n\nNobody [sic] counted the cost.\nA second line.",
        language="en",
    )


def test_a_comment_keeps_paragraphs_breaks_and_struck_words():
    assert one("11") == PortableEntry(
        source_id="11",
        story_id="101",
        author=PortableAuthor(name="O’Brien", source_id="2:O’Brien", url="https://obrien.example/"),
        created_at=datetime(2024, 5, 6, 7, 0, tzinfo=UTC),
        body="<p>They <del>told</del> <s>begged</s> asked us.</p><p>Twice,<br>in “writing”.</p>",
        body_kind=BodyKind.HTML,
    )


def test_a_parent_may_stand_behind_its_reply_and_an_orphan_keeps_the_parent_it_states():
    assert [(entry.source_id, entry.parent_id) for entry in entries(WHOLE)][:4] == [
        ("12", "11"),
        ("11", None),
        ("13", "11"),
        ("14", "999"),
    ]


def test_states_and_pingbacks_are_told_apart():
    assert [(entry.state, entry.kind) for entry in entries(WHOLE)] == [
        (EntryState.VISIBLE, EntryKind.COMMENT),
        (EntryState.VISIBLE, EntryKind.COMMENT),
        (EntryState.PENDING, EntryKind.COMMENT),
        (EntryState.SPAM, EntryKind.COMMENT),
        (EntryState.REMOVED, EntryKind.COMMENT),
        (EntryState.VISIBLE, EntryKind.PINGBACK),
    ]


def test_a_missing_utc_time_comes_from_the_local_one_and_the_sites_offset():
    assert one("13").created_at == datetime(2024, 5, 6, 8, 0, tzinfo=UTC)
    assert Remark(code="derived-date", where="13") in remarks(WHOLE)


def test_a_wrong_date_loses_no_comment():
    assert one("14").created_at is None
    assert Remark(code="bad-date", where="14") in remarks(WHOLE)


def test_without_a_known_offset_a_local_time_is_no_time():
    local = b"<wp:comment_date>2024-05-06 10:00:00</wp:comment_date>"
    data = file(item(comment(more=local)))

    assert entries(data)[0].created_at is None
    assert remarks(data) == [Remark(code="bad-date", where="1")]


def test_a_site_on_utc_has_an_offset_too():
    moment = b"2024-05-06 10:00:00"
    both = b"<wp:comment_date>%b</wp:comment_date><wp:comment_date_gmt>%b</wp:comment_date_gmt>" % (
        moment,
        moment,
    )
    local = b"<wp:comment_date>2024-05-06 11:00:00</wp:comment_date>"
    data = file(item(comment(more=both) + comment(number=b"2", more=local)))

    assert one("2", data).created_at == datetime(2024, 5, 6, 11, 0, tzinfo=UTC)


def test_addresses_and_metadata_stay_behind():
    records = read(WHOLE)

    assert "192.0.2.7" not in repr(records)
    assert "stdClass" not in repr(records)
    assert "javascript" not in repr(records)
    assert Remark(code="ignored-field", where="wp:commentmeta akismet_result (1 times)") in records
    assert one("12").author.email == "nils@example.org"


def test_unpublished_texts_stay_secret():
    assert Remark(code="skipped-unpublished", where="103", is_skip=True) in remarks(WHOLE)
    assert "Secret" not in repr(read(WHOLE))


@pytest.mark.parametrize("status", [b"private", b"draft", b"trash"])
def test_comments_under_an_unpublished_story_are_kept_with_the_story_marked_deleted(status):
    data = file(
        item(b"<wp:status>" + status + b"</wp:status><content:encoded>Secret</content:encoded>" + comment())
    )

    story = next(record for record in read(data) if isinstance(record, PortableStory))

    assert (story.is_deleted, story.text) == (True, None)
    assert len(entries(data)) == 1


def test_a_text_behind_a_password_is_not_taken():
    inside = b"<content:encoded>Secret</content:encoded><wp:post_password>x</wp:post_password>"

    assert read(file(item(inside)))[-1].text is None


def test_fields_behind_the_comments_count_too():
    data = file(item(comment() + b"<title>Late</title><wp:comment_status>closed</wp:comment_status>"))

    story = read(data)[0]

    assert (story.title, story.is_closed) == ("Late", True)


def test_attachments_are_stories_only_when_discussed():
    kind = b"<wp:post_type>attachment</wp:post_type>"

    assert read(file(item(kind))) == []
    assert len(read(file(item(kind + comment())))) == 3


def test_one_id_for_two_comments_is_told_apart_and_replies_follow_their_own():
    parent = b"<wp:comment_parent>1</wp:comment_parent>"
    data = file(
        item(comment(b"First")),
        item(comment(b"Second") + comment(b"Reply", number=b"2", more=parent), post_id=b"6"),
    )

    first, second, reply = entries(data)

    assert first.source_id == "1"
    assert second.source_id.startswith("1-")
    assert reply.parent_id == second.source_id
    assert Remark(code="repeated-id", where=second.source_id) in remarks(data)


def test_the_same_comment_twice_is_one():
    data = file(item(comment()), item(comment()))

    assert len(entries(data)) == 1
    assert Remark(code="skipped-repeated", where="1", is_skip=True) in remarks(data)


def test_a_comment_without_an_id_gets_one_from_its_words():
    data = file(item(comment(b"A", number=b"") + comment(b"B", number=b"")))

    ids = [entry.source_id for entry in entries(data)]

    assert len(set(ids)) == 2
    assert {remark.code for remark in remarks(data)} >= {"made-id"}


def test_a_comment_that_answers_itself_answers_nobody():
    data = file(item(comment(more=b"<wp:comment_parent>1</wp:comment_parent>")))

    assert entries(data)[0].parent_id is None
    assert Remark(code="own-parent", where="1") in remarks(data)


def test_what_plugins_keep_among_the_comments_is_no_comment():
    data = file(item(comment(more=b"<wp:comment_type>order_note</wp:comment_type>")))

    assert entries(data)[0].kind is EntryKind.SYSTEM
    assert Remark(code="unknown-kind", where="1") in remarks(data)


def test_a_story_without_an_address_takes_the_operators():
    nameless = b"<rss><channel><item><title>T</title>" + comment() + b"</item></channel></rss>"

    assert [record.code for record in read(nameless) if isinstance(record, Remark)][:2] == [
        "repaired-prefix",
        "skipped-no-url",
    ]
    assert not entries(nameless)
    assert read(nameless, ImportOptions(url="https://h.example/z"))[1].url == "https://h.example/z"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (b"\xa7junk\n" + WHOLE, "repaired-leading-bytes"),
        (b"\n\n" + WHOLE, "repaired-leading-bytes"),
        (WHOLE.replace(b"Twice", b"Tw\x0bice\x01"), "repaired-control-characters"),
        (WHOLE.replace(b"City &amp; Port", b"City &amp; Port\xef\xbf\xbe"), "repaired-control-characters"),
        (WHOLE.replace(b"<language>", b'<atom:link href="x"/><language>'), "repaired-prefix"),
        (WHOLE.replace(b"\txmlns:dc=", b"\tdata-dc="), "repaired-prefix"),
    ],
)
def test_a_repaired_file_gives_the_same_and_says_so(broken, code):
    assert [remark.code for remark in remarks(broken)].count(code) == 1
    assert [replace(entry) for entry in entries(broken)] == entries(WHOLE)


def test_references_to_control_characters_are_repaired():
    data = file(item(b"<title>A&#11;B&#x1F;C&#10;D</title>"))

    assert read(data)[0].title == "ABC D"


def test_a_repair_does_not_shift_lines():
    broken = b"\n\n" + WHOLE.replace(b"</channel>", b"</chanel>")

    with pytest.raises(UnreadableFile, match="mismatched tag") as refusal:
        read(broken)

    assert refusal.value.line == broken[: broken.index(b"</chanel>")].count(b"\n") + 1


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "koi8-r", "gbk"])
def test_other_encodings_are_read_as_the_file_names_them(encoding):
    words = {"koi8-r": "мостовая", "gbk": "码头"}.get(encoding, "Kai für Schiffe")
    data = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + file(item(b"<title>@</title>"))

    assert read(data.replace(b"@", words.encode(encoding)))[0].title == words


def test_xml_that_is_no_rss_is_refused():
    with pytest.raises(UnreadableFile, match="<html>"):
        read(b"<html><body/></html>")


def test_a_compressed_export_is_read_as_it_is():
    with opened_stream(io.BytesIO(gzip.compress(WHOLE)), "export.xml.gz") as file_:
        assert wordpress.make({}).recognises(file_.head, file_.name)
        assert list(wordpress.make({}).read(file_.file, ImportOptions())) == read(WHOLE)


def test_entries_leave_while_the_file_is_read():
    many = (comment(number=b"%d" % number) for number in range(2, 3000))
    stream = io.BytesIO(file(item(b"".join(many)), item(comment(b"x" * 1_000_000))))

    records = wordpress.make({}).read(stream, ImportOptions())
    for _ in range(10):
        next(records)

    assert stream.tell() < 500_000
