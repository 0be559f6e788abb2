"""Many at once: one result for one key, one face for one guest, right counts, nobody waiting for each other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Conflict, TertuliaError
from tertulia.domain.flags import NEW_FOR
from tertulia.domain.ids import EventId
from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.domain.permissions import NOBODY
from tertulia.domain.reports import ReportDraft
from tertulia.domain.takeouts import TakeoutAsked
from tertulia.domain.transfer import PortableEntry, PortableStory
from tertulia.services import audit, comments, flags, moderation, my_data, reports, stories, transfer
from tertulia.store import engine, events
from tertulia.testing.builders import ORIGIN, Make, opened, units_of
from tests.services.looking import count_rows, counted_anew, counters, names_of_events
from tests.services.test_flags import waiting
from tests.services.test_sign_in import signed_in

AT_ONCE = 6


@pytest.fixture
def make(database):
    with opened(database, threads=AT_ONCE + 2) as made:
        made.site(comments_per_minute=1000)
        yield made


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Begin everything at the same moment; give the results, and refusals as values."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait(20)
        try:
            return work()
        except TertuliaError as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def poster(make: Make, guest: Any, **draft: Any) -> Callable[[], Any]:
    def work() -> Any:
        with make.write(guest.actor) as unit:
            return comments.post(unit, CommentDraft(name=guest.name, **draft))

    return work


@pytest.mark.parametrize("attempt", range(5))
def test_of_equal_submits_at_once_one_is_written_and_all_get_it(make, attempt):
    guest = make.guest()
    make.comment(guest=guest)
    submit = poster(make, guest, body="Once.", story_url=f"{ORIGIN}/a", key="k")

    results = at_once(*[submit] * AT_ONCE)

    assert len({result.comment.id for result in results}) == 1
    assert [result.is_repeat for result in results].count(False) == 1
    assert names_of_events(make).count("comment.posted") == 2


def test_first_comments_of_one_guest_at_once_make_one_face(make):
    guest = make.guest()
    story = make.story()

    results = at_once(
        *[poster(make, guest, body=f"This is sentence {n}.", story_id=story.id) for n in range(AT_ONCE)]
    )

    assert len({result.comment.author.id for result in results}) == 1
    assert count_rows(make) == {"comment": AT_ONCE, "author": 1}


def test_first_comments_under_one_address_at_once_open_one_story(make):
    works = [poster(make, make.guest(), body="First!", story_url=f"{ORIGIN}/new") for _ in range(AT_ONCE)]

    results = at_once(*works)

    assert len({result.comment.story_id for result in results}) == 1
    assert names_of_events(make).count("story.opened") == 1
    with make.read() as unit:
        assert stories.get(unit, results[0].comment.story_id).comment_count == AT_ONCE


def test_of_two_moderators_at_once_one_decides(make):
    comment = make.comment()

    def decide() -> Any:
        with make.write(make.moderator) as unit:
            return moderation.decide(
                unit,
                comment.id,
                Ruling(outcome=Outcome.REMOVE, reason=Reason.SPAM),
                seen_revision=comment.revision,
            )

    results = at_once(decide, decide)

    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    assert names_of_events(make).count("decision.made") == 1


def test_a_guest_takes_another_name_while_a_moderator_decides_on_them(make):
    guest, story = make.guest("Ann"), make.story()
    comment = make.comment(story=story, guest=guest)

    def write_under_names() -> None:
        for number in range(15):
            draft = CommentDraft(body=f"Number {number}.", story_id=story.id, name=f"Ann the {number}th")
            with make.write(guest.actor) as unit:
                policy = replace(unit.policy, comments_per_minute=100)
                comments.post(replace(unit, policy=policy), draft)

    assert at_once(write_under_names, decider(make, comment)) == [None, None]


def test_what_many_decide_at_once_is_one_chain_in_the_audit_trail(make):
    shown = [make.comment() for _ in range(AT_ONCE)]

    def decider_of(comment: Any) -> Callable[[], Any]:
        def decide() -> Any:
            with make.write(make.moderator) as unit:
                return moderation.decide(
                    unit, comment.id, Ruling(outcome=Outcome.HOLD), seen_revision=comment.revision
                )

        return decide

    at_once(*(decider_of(comment) for comment in shown))

    verdict = audit.verify(make.units, make.key)
    assert (verdict.entries, verdict.broken_at) == (AT_ONCE, None)


def editor(make: Make, guest: Any, comment: Any) -> Callable[[], None]:
    def work() -> None:
        for number in range(15):
            with make.write(guest.actor) as unit:
                comments.edit(unit, comment.id, f"Wording {number}.")

    return work


def decider(make: Make, comment: Any) -> Callable[[], None]:
    """Change one's mind again and again, looking anew when somebody was faster."""

    def work() -> None:
        decided = 0
        while decided < 10:
            outcome = Outcome.RESTORE if decided % 2 else Outcome.HOLD
            with make.read(make.moderator) as unit:
                seen = comments.access(unit, comment.id).revision
            with suppress(Conflict), make.write(make.moderator) as unit:
                moderation.decide(unit, comment.id, Ruling(outcome=outcome), seen_revision=seen)
                decided += 1

    return work


def answerer(make: Make, comment: Any) -> Callable[[], None]:
    writer = make.guest()

    def work() -> None:
        for number in range(15):
            poster(make, writer, body=f"Answer number {number}.", parent_id=comment.id)()

    return work


def test_one_thread_written_edited_decided_and_imported_at_once_counts_right(make):
    guest = make.guest()
    story = make.story("busy")
    top = make.comment(story=story, guest=guest)
    reply = make.comment(parent=top)
    entries = [
        PortableEntry(source_id=str(n), story_id="s", body="Old.", parent_id=str(n - 1)) for n in range(30)
    ]
    records = [PortableStory(source_id="s", url=story.url), *entries]

    def bring() -> None:
        list(transfer.import_records(make.units, make.key, records, source="old", secret=""))

    at_once(editor(make, guest, top), decider(make, top), answerer(make, reply), answerer(make, reply), bring)

    assert counters(make) == counted_anew(make)
    assert counters(make)[top.id] == (1, 31)


def test_a_reader_of_events_misses_none(make):
    story = make.story()
    with make.read() as unit:
        site_id = unit.site.id
    before = len(events_of(make, story))
    seen: list[int] = []

    def follow() -> None:
        last, deadline = EventId(0), time.monotonic() + 60
        while len(seen) < 60 + before:
            assert time.monotonic() < deadline, f"{len(seen)} events of {60 + before}"
            with make.read(NOBODY) as unit:
                for each in events.list_after(unit.db, site_id, story.id, after=last, most=500):
                    seen.append(each.id)
                    last = each.id

    def write(writer: int) -> Callable[[], None]:
        def work() -> None:
            guest = make.guest()
            for number in range(15):
                poster(make, guest, body=f"Line {number} by {writer}.", story_id=story.id)()

        return work

    at_once(follow, *[write(writer) for writer in range(4)])

    assert seen == events_of(make, story)


def events_of(make: Make, story: Any) -> list[int]:
    with make.read() as unit:
        found = events.list_after(unit.db, unit.site.id, story.id, after=EventId(0), most=500)
    return [each.id for each in found]


def test_two_processes_on_postgresql_list_each_comment_later_than_the_last(postgresql_database):
    """Each process has its own clock and its own pool, as two machines have."""

    def late_clock() -> datetime:
        return datetime(2026, 3, 14, 11, 0, tzinfo=UTC)

    with opened(postgresql_database) as make:
        make.site()
        first = make.comment()
        other_database = engine.connect(postgresql_database, threads=2)
        other = Make(units_of(other_database, late_clock), make.clock, key=make.key)
        with other.write(make.guest().actor) as unit:
            draft = CommentDraft(body="From the other.", name="Bo", story_id=first.story_id)
            second = comments.post(unit, draft).comment
        other_database.close()

    assert second.published_at > first.published_at


def test_of_those_who_ask_for_their_data_at_once_one_gets_it(make):
    ann = signed_in(make)

    def ask() -> Any:
        with make.write(ann) as unit:
            return my_data.ask(unit)

    results = at_once(*[ask] * AT_ONCE)

    assert [isinstance(result, TakeoutAsked) for result in results].count(False) == 1


def flagger(make: Make, comment: Any, guest: Any, **options: str) -> Callable[[], Any]:
    def work() -> Any:
        with make.write(guest.actor) as unit:
            return flags.make(unit, comment.id, reason="spam", **options)

    return work


@pytest.mark.parametrize("attempt", range(3))
def test_flags_at_once_are_all_counted_and_one_readers_once(make, attempt):
    comment, twice = make.comment(), make.guest()
    readers = [make.guest() for _ in range(AT_ONCE - 2)]
    for each in (*readers, twice):
        make.comment(guest=each)
    make.clock.advance(NEW_FOR)

    results = at_once(*(flagger(make, comment, each) for each in (*readers, twice, twice)))

    assert [getattr(each, "code", "") for each in results].count("already-flagged") == 1
    assert waiting(make, comment) == (AT_ONCE - 1, 0.5 * (AT_ONCE - 1), False)


@pytest.mark.parametrize("attempt", range(3))
def test_flags_at_once_on_many_comments_of_one_author_do_not_wait_for_each_other_for_ever(make, attempt):
    author = make.guest()
    written = [make.comment(guest=author) for _ in range(AT_ONCE)]

    at_once(*(flagger(make, comment, make.guest(), network="one") for comment in written))

    weights = sorted(waiting(make, comment)[1] for comment in written)
    assert weights == [0.0] * (AT_ONCE - 1) + [0.5]


@pytest.mark.parametrize("attempt", range(3))
def test_reports_at_once_get_numbers_of_their_own(make, attempt):
    def reporter(number: int) -> Callable[[], Any]:
        draft = ReportDraft(
            url="https://elsewhere.example", kind="other", words=f"Case {number}.", name="Ann",
            email="ann@example.org", is_in_good_faith=True,
        )  # fmt: skip

        def work() -> Any:
            with make.write(NOBODY) as unit:
                return reports.receive(unit, draft, root="https://talk.example/gazette")

        return work

    results = at_once(*(reporter(number) for number in range(AT_ONCE)))

    assert sorted(each.number for each in results) == list(range(1, AT_ONCE + 1))
