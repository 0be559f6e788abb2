"""Import and export: nothing twice, nothing lost, in whatever order it comes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId
from tertulia.domain.import_report import ImportReport
from tertulia.domain.moderation import Status
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
    Remark,
)
from tertulia.services import comments, stories, threads, transfer
from tertulia.store.schema import author, comment
from tertulia.testing.builders import ORIGIN, Make
from tests.services.looking import count_rows, counted_anew, counters, happened, names_of_events

MORNING = datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)
STORY = PortableStory(source_id="s1", url=f"{ORIGIN}/harbour", title="Harbour", published_at=MORNING)


def entry(number: int, parent: int | str | None = None, **changes: Any) -> PortableEntry:
    values: dict[str, Any] = {
        "source_id": str(number),
        "story_id": "s1",
        "parent_id": None if parent is None else str(parent),
        "author": PortableAuthor(name=f"Author {number % 5}", source_id=f"a{number % 5}"),
        "created_at": MORNING + timedelta(minutes=number),
        "body": f"Comment {number}.",
    }
    return PortableEntry(**{**values, **changes})


def bring(make: Make, records: Iterable[PortableRecord], source: str = "wordpress") -> ImportReport:
    """Import and give the last report."""
    *_, report = transfer.import_records(make.units, make.key, records, source=source, secret="s")
    return report


def listed(make: Make) -> list[Comment]:
    with make.read() as unit:
        story = stories.find_by_url(unit, STORY.url)
        assert story is not None
        return threads.in_order(unit, story.id, most=1000)


def bodies(make: Make) -> list[str]:
    return [each.html.removeprefix("<p>").removesuffix("</p>") for each in listed(make)]


def tree(make: Make) -> dict[str, str | None]:
    """Who answers whom, told by what they say."""
    with make.read() as unit:
        rows = unit.db.execute(
            select(comment.c.id, comment.c.parent_id, comment.c.text).where(comment.c.site_id == unit.site.id)
        ).all()
    said = {row.id: row.text for row in rows}
    return {row.text: None if row.parent_id is None else said[row.parent_id] for row in rows}


def exported(make: Make, story_url: str | None = None) -> list[PortableRecord]:
    return list(transfer.export_records(make.units, make.key, story_url=story_url))


def random_records(seed: int, size: int = 120) -> list[PortableRecord]:
    """A discussion as other systems write it: any states, any depth, some parents that never come."""
    random = Random(seed)
    states = [EntryState.VISIBLE] * 5 + list(EntryState)
    entries = []
    for number in range(size):
        parent = random.choice([None, *range(number), "gone"]) if number else None
        entries.append(entry(number, parent, state=random.choice(states)))
    return [STORY, *entries]


def test_an_import_is_read_as_if_it_had_been_written_here(make):
    report = bring(make, [STORY, entry(1, body="<p>One <b>b</b></p>", body_kind=BodyKind.HTML), entry(2, 1)])

    one, two = listed(make)
    assert (report.written, report.already_there, report.replies) == (2, 0, 1)
    assert one.html == "<p>One <b>b</b></p>"
    assert (one.author.name, one.created_at, one.origin) == (
        "Author 1",
        MORNING + timedelta(minutes=1),
        "wordpress",
    )
    assert (two.parent_id, two.parent_name, two.depth) == (one.id, "Author 1", 1)
    assert (one.child_count, one.reply_count) == (1, 1)
    with make.read() as unit:
        story = stories.find_by_url(unit, STORY.url)
    assert (story.title, story.comment_count, story.published_at) == ("Harbour", 2, MORNING)


def test_an_import_is_told_as_one_event_a_story(make):
    bring(make, [STORY, entry(1), entry(2, 1)])

    assert names_of_events(make) == ["story.opened", "discussion.imported"]
    assert happened(make)[-1][1] == {"source": "wordpress", "written": 2, "revision": 1, "comment_count": 2}


@pytest.mark.parametrize("seed", range(2))
def test_importing_twice_changes_nothing(make, seed):
    records = random_records(seed)
    bring(make, records)
    before = exported(make), counters(make), count_rows(make), happened(make)

    report = bring(make, records)

    assert (report.written, report.already_there, report.linked_later) == (0, 120, 0)
    assert (exported(make), counters(make), count_rows(make), happened(make)) == before


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_right_whatever_came(make, seed):
    bring(make, random_records(seed, size=900))

    assert counters(make) == counted_anew(make)
    with make.read() as unit:
        story = stories.find_by_url(unit, STORY.url)
        statuses = unit.db.execute(select(comment.c.status)).scalars().all()
    assert story.comment_count == statuses.count("visible")


@pytest.mark.parametrize("seed", range(3))
def test_two_files_in_either_order_give_the_same_whole(make, seed):
    head, *entries = random_records(seed)
    random = Random(seed)
    random.shuffle(entries)
    files = entries[:60], entries[60:]
    whole, one_way, other_way = (Make(make.units, make.clock, key=key) for key in ("whole", "one", "other"))
    for each in (whole, one_way, other_way):
        each.site()

    bring(whole, [head, *entries])
    for way, ordered in ((one_way, files), (other_way, files[::-1])):
        for file in ordered:
            bring(way, [head, *file])

    assert tree(one_way) == tree(other_way) == tree(whole)
    for each in (whole, one_way, other_way):
        assert counters(each) == counted_anew(each)
    assert bodies(one_way) == bodies(other_way) == bodies(whole)


def test_a_file_that_begins_with_the_last_reply_is_put_in_order(make):
    entries = [entry(number, number - 1 if number else None) for number in range(1000)]

    report = bring(make, [STORY, *reversed(entries)])

    assert report.written == 1000
    assert tree(make) == {f"Comment {n}.": f"Comment {n - 1}." if n else None for n in range(1000)}
    assert counters(make) == counted_anew(make)
    assert max(each.depth for each in listed(make)) == 999


def test_a_reply_waits_at_the_top_until_its_parent_comes(make):
    bring(make, [STORY, entry(2, 1), entry(3, 2)])
    waiting = listed(make)[0]
    assert (waiting.depth, waiting.stated_parent) == (0, "1")

    report = bring(make, [STORY, entry(1)])

    assert report.linked_later == 1
    assert tree(make) == {"Comment 1.": None, "Comment 2.": "Comment 1.", "Comment 3.": "Comment 2."}
    assert [each.depth for each in listed(make)] == [0, 1, 2]
    assert [each.stated_parent for each in listed(make)] == [None, None, None]
    assert counters(make) == counted_anew(make)


def test_parents_of_another_source_are_strangers(make):
    bring(make, [STORY, entry(1)], source="wordpress")
    bring(make, [STORY, entry(2, 1)], source="disqus")

    assert tree(make) == {"Comment 1.": None, "Comment 2.": None}


def test_a_circle_is_cut_and_reported(make):
    report = bring(make, [STORY, entry(1, 2), entry(2, 1), entry(3, 3)])

    assert sorted(tree(make)) == ["Comment 1.", "Comment 2.", "Comment 3."]
    assert report.remarks["impossible-parent"] == 2
    assert counters(make) == counted_anew(make)


def test_a_reply_to_another_story_stays_with_its_own(make):
    other = replace(STORY, source_id="s2", url=f"{ORIGIN}/other")

    report = bring(make, [STORY, other, entry(1), entry(2, 1, story_id="s2")])

    assert tree(make) == {"Comment 1.": None, "Comment 2.": None}
    assert report.remarks["impossible-parent"] == 1


@pytest.mark.parametrize(
    ("state", "status", "is_listed"),
    [
        (EntryState.VISIBLE, Status.VISIBLE, True),
        (EntryState.REMOVED, Status.REMOVED, True),
        (EntryState.WITHDRAWN, Status.WITHDRAWN, True),
        (EntryState.PENDING, Status.HELD, False),
        (EntryState.SPAM, Status.REMOVED, False),
    ],
)
def test_what_the_source_had_hidden_stays_hidden(make, state, status, is_listed):
    bring(make, [STORY, entry(1, state=state)])

    with make.read(make.moderator) as unit:
        row = unit.db.execute(select(comment.c.id)).scalar_one()
        found = comments.access(unit, CommentId(row))
    assert (found.status, found.is_listed) == (status, is_listed)
    assert found.reason == ({EntryState.REMOVED: "other", EntryState.SPAM: "spam"}.get(state, ""))


@pytest.mark.parametrize("state", [EntryState.PENDING, EntryState.SPAM])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_public_reply_gives_its_hidden_parents_a_place(make, state, is_late):
    records = [entry(1), entry(2, 1, state=state), entry(3, 2, state=state), entry(4, 3)]

    bring(make, [STORY, *(reversed(records) if is_late else records)])

    assert [each.status for each in listed(make)][::3] == [Status.VISIBLE, Status.VISIBLE]
    assert [each.depth for each in listed(make)] == [0, 1, 2, 3]
    assert counters(make) == counted_anew(make)


@pytest.mark.parametrize("kind", [EntryKind.PINGBACK, EntryKind.SYSTEM])
def test_what_is_no_comment_is_counted_and_left_out(make, kind):
    report = bring(make, [STORY, entry(1, kind=kind), entry(2)])

    assert (report.written, report.skipped) == (1, {f"skipped-{kind}": 1})


def test_what_cannot_be_kept_is_reported(make):
    report = bring(
        make,
        [
            replace(STORY, source_id="bad", url="nowhere"),
            replace(STORY, source_id="draft", url=f"{ORIGIN}/draft", is_deleted=True),
            STORY,
            entry(1, story_id="bad"),
            entry(2, body="x" * 200_001),
            entry(3),
            entry(3),
            Remark(code="bad-date", where="9"),
        ],
    )

    assert (report.written, report.already_there) == (1, 1)
    assert report.skipped == {
        "skipped-bad-url": 1,
        "skipped-unpublished-story": 1,
        "skipped-unknown-story": 1,
        "skipped-too-long": 1,
    }
    assert report.remarks == {"bad-date": 1}


def test_comments_of_one_second_keep_the_order_of_the_file(make):
    order = [5, 3, 9, 1, 7]

    bring(make, [STORY, *[entry(number, created_at=MORNING) for number in order]])

    assert bodies(make) == [f"Comment {number}." for number in order]


def test_comments_of_one_second_keep_the_order_of_each_of_two_files(make):
    for first in (0, 50):
        bring(make, [STORY, *[entry(first + n, created_at=MORNING) for n in range(50)]])

    assert bodies(make) == [f"Comment {number}." for number in range(100)]


def test_comments_of_unknown_time_stand_by_their_position(make):
    positions = [4, 2, 0, 3, 1]

    bring(make, [STORY, *[entry(n, created_at=None, position=n) for n in positions]])

    assert bodies(make) == [f"Comment {n}." for n in range(5)]
    assert [each.created_at for each in listed(make)] == [None] * 5


def test_comments_of_unknown_time_and_position_keep_the_order_of_the_file(make):
    bring(make, [replace(STORY, published_at=None), *[entry(n, created_at=None) for n in range(900)]])

    assert bodies(make) == [f"Comment {n}." for n in range(900)]


def test_inferred_comments_mark_their_story(make):
    bring(make, [STORY, entry(1, link=LinkKind.INFERRED, confidence=0.6)])

    with make.read() as unit:
        assert stories.find_by_url(unit, STORY.url).is_recovered
    assert listed(make)[0].confidence == pytest.approx(0.6)


def test_one_person_is_one_author_and_names_alone_tell_apart(make):
    people = [
        PortableAuthor(name="Ann", source_id="1"),
        PortableAuthor(name="Ann B.", source_id="1"),
        PortableAuthor(name="Ann", email="ann@example.org"),
        PortableAuthor(name="Ann", email=" ANN@example.org"),
        PortableAuthor(name="Ann"),
        PortableAuthor(),
    ]
    bring(make, [STORY, *[entry(n, author=person) for n, person in enumerate(people)]])

    assert count_rows(make)["author"] == 4
    assert [each.author.name for each in listed(make)][-1] == ""


def test_no_address_is_kept(make):
    bring(make, [STORY, entry(1, author=PortableAuthor(name="Ann", email="ann@example.org"))])

    with make.read() as unit:
        row = unit.db.execute(select(author)).one()
    assert "ann@example.org" not in str(row)
    assert len(row.claim_hash) == 64


def test_a_name_too_long_is_cut_and_not_lost(make):
    bring(make, [STORY, entry(1, author=PortableAuthor(name="Ann " * 100))])

    assert listed(make)[0].author.name.startswith("Ann Ann")


def test_an_import_into_a_living_discussion_moves_nothing_back(make):
    story = make.story("harbour")
    now = make.comment(story=story)

    bring(make, [STORY, entry(1)])

    assert [each.id for each in listed(make)][-1] == now.id
    with make.read() as unit:
        assert stories.list_latest(unit)[0][1] == now.created_at
        assert stories.get(unit, story.id).title == "A story"


def test_two_stories_of_a_file_that_are_one_here_are_reported(make):
    report = bring(
        make, [STORY, replace(STORY, source_id="s2", url=f"{STORY.url}/?ref=b"), entry(1, story_id="s2")]
    )

    assert report.merged == [("s2", STORY.url)]
    assert len(listed(make)) == 1


def test_a_dry_run_reports_and_writes_nothing(make):
    report = transfer.dry_run([STORY, entry(1), entry(2, 1), entry(3, "gone")], source="wordpress")

    assert (report.comments, report.replies, report.orphans, report.max_depth) == (3, 1, 1, 2)
    assert report.is_dry_run
    assert count_rows(make) == {"comment": 0, "author": 0}


FULL = [
    replace(STORY, text="One.\n\nTwo.", section="Local", author="Desk", is_closed=True, language="de"),
    replace(STORY, source_id="s2", url=f"{ORIGIN}/other"),
    entry(1, body="They ~~told~~ asked “us”.", body_kind=BodyKind.MARKDOWN, language="he"),
    entry(2, 1, body="<p>a <b>b</b></p>", body_kind=BodyKind.HTML, state=EntryState.REMOVED, reason="abuse"),
    entry(3, 2, state=EntryState.WITHDRAWN, body="", created_at=None),
    entry(4, "gone", edited_at=MORNING, edits=(PortableEdit(body="Before", replaced_at=MORNING),)),
    entry(5, 1, link=LinkKind.INFERRED, confidence=0.25, extra={"votes": "3"}),
    entry(6, state=EntryState.PENDING),
    entry(7, state=EntryState.SPAM, reason="spam"),
    entry(8, story_id="s2", author=PortableAuthor()),
]


def test_export_into_another_site_and_out_again_is_the_same(make):
    bring(make, [*FULL, *random_records(7)[1:60]])
    guest = make.guest("Ann")
    make.comment("Written *here*.", guest=guest, parent=make.comment("Top.", story=make.story("here")))
    first = exported(make)
    other = Make(make.units, make.clock, key="other")
    other.site()

    report = bring(other, first, source="native")

    assert exported(other) == first
    assert report.already_there == 0
    assert counters(other) == counters(make)


def test_what_was_removed_before_anybody_saw_it_gets_no_place_elsewhere(make):
    bring(
        make,
        [FULL[0], entry(1, state=EntryState.REMOVED, was_public=False), entry(2, state=EntryState.REMOVED)],
    )
    other = Make(make.units, make.clock, key="other")
    other.site()

    bring(other, exported(make), source="native")

    assert exported(other) == exported(make)
    with other.read() as unit:
        story = stories.find_by_url(unit, FULL[0].url)
        listed = threads.in_order(unit, story.id)
    assert [each.created_at for each in listed] == [entry(2).created_at]


def test_ones_own_export_is_already_here(make):
    make.comment(parent=make.comment())
    bring(make, FULL)
    before = exported(make), counters(make), count_rows(make)

    report = bring(make, exported(make), source="native")

    assert report.written == 0
    assert (exported(make), counters(make), count_rows(make)) == before


def test_a_comment_added_to_ones_own_export_comes_back_under_its_author(make):
    guest = make.guest("Ann")
    written = make.comment(guest=guest)
    records = exported(make)
    added = replace(
        records[-1], source_id=ids.encode(ids.at(MORNING, 1)), body="Added.", parent_id=ids.encode(written.id)
    )

    report = bring(make, [*records, added], source="native")

    assert report.written == 1
    assert count_rows(make) == {"comment": 2, "author": 1}
    assert counters(make)[written.id] == (1, 1)


def test_one_story_is_exported_alone(make):
    bring(make, FULL)

    records = exported(make, f"{ORIGIN}/other/?utm_source=x")

    assert [type(record).__name__ for record in records] == ["PortableStory", "PortableEntry"]
    assert exported(make, f"{ORIGIN}/nowhere") == []


def test_an_export_holds_every_comment_of_many_pages(make):
    bring(make, [STORY, *[entry(n) for n in range(1000)]])

    records = exported(make)

    assert [record.body for record in records[1:]] == [f"Comment {n}." for n in range(1000)]
