"""What an import report counts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tertulia.domain.import_report import MOST_NAMED, SAMPLES, ImportReport
from tertulia.domain.transfer import (
    EntryKind,
    EntryState,
    PortableAuthor,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
)

NOON = datetime(2020, 5, 6, 12, tzinfo=timezone(timedelta(hours=2)))


def entry(number: int, parent: int | None = None, **changes: object) -> PortableEntry:
    values = {"source_id": str(number), "story_id": "s", "parent_id": None if parent is None else str(parent)}
    return PortableEntry(**{**values, **changes})


def report_of(*records: PortableRecord) -> ImportReport:
    report = ImportReport(source="test")
    for record in records:
        report.see(record)
    return report


@pytest.mark.parametrize(
    ("links", "depth"),
    [
        ([], 0),
        ([(1, None)], 1),
        ([(1, None), (2, 1), (3, 2), (4, 1)], 3),
        ([(3, 2), (2, 1), (1, None)], 3),
        ([(2, 9)], 1),
        ([(1, 2), (2, 1)], 2),
        ([(1, 1)], 1),
        ([(number, number - 1 or None) for number in range(1, 5001)], 5000),
    ],
)
def test_the_depth_is_that_of_the_longest_chain(links, depth):
    assert report_of(*[entry(number, parent) for number, parent in links]).max_depth == depth


def test_replies_have_their_parent_in_the_file_and_orphans_have_not():
    report = report_of(entry(2, 1), entry(1), entry(3, 9))

    assert (report.comments, report.replies, report.orphans) == (3, 1, 1)


def test_states_and_kinds_are_counted():
    report = report_of(
        PortableStory(source_id="s", url="https://x.example/"),
        entry(1, state=EntryState.REMOVED),
        entry(2, state=EntryState.WITHDRAWN),
        entry(3, state=EntryState.SPAM),
        entry(4, state=EntryState.PENDING),
        entry(5, kind=EntryKind.PINGBACK),
        entry(6, confidence=0.5),
    ).as_json()

    assert {
        name: report[name] for name in ("deleted", "spam", "pending", "pingbacks", "inferred", "stories")
    } == {
        "deleted": 2,
        "spam": 1,
        "pending": 1,
        "pingbacks": 1,
        "inferred": 1,
        "stories": 1,
    }
    assert report["threads"] == 1


def test_people_are_counted_by_name_and_the_unnamed_by_their_source_id():
    people = [
        PortableAuthor(name="Ann", source_id="1"),
        PortableAuthor(name="Ann", source_id="2"),
        PortableAuthor(name="Bo"),
        PortableAuthor(source_id="3"),
        PortableAuthor(),
    ]

    assert report_of(*[entry(n, author=person) for n, person in enumerate(people)]).authors == 3


def test_times_are_told_in_utc():
    report = report_of(
        entry(1, created_at=NOON), entry(2, created_at=NOON.astimezone(UTC) + timedelta(days=1))
    )

    assert report.as_json()["first_utc"] == "2020-05-06T10:00:00Z"
    assert report.as_json()["last_utc"] == "2020-05-07T10:00:00Z"


def test_every_remark_is_counted_and_the_first_are_named():
    report = report_of(*[Remark(code="bad-date", where=str(n), is_skip=bool(n % 2)) for n in range(300)])

    assert (report.remarks["bad-date"], report.skipped["bad-date"]) == (150, 150)
    assert len(report.named) == MOST_NAMED


def test_the_first_entries_are_shown_shortened():
    report = report_of(*[entry(n, body="One\n two  " + "x" * 200) for n in range(10)])

    assert len(report.samples) == SAMPLES
    assert report.samples[0]["text_prefix"].startswith("One two xxx")
    assert len(report.samples[0]["text_prefix"]) == 80
