"""The Unit: rows and events together or not at all, one instant, told after the commit."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import NOBODY, SYSTEM
from tertulia.domain.stories import StoryClosed
from tertulia.services import comments, sites, stories
from tertulia.services.unit import IdMaker
from tertulia.testing.builders import ORIGIN, Make, units_of
from tertulia.testing.clocks import NOON, Clock
from tests.services.looking import count_rows, happened


class ChangedMyMind(Exception):
    pass


def post_and_fail(make, guest):
    with make.write(guest.actor) as unit:
        comments.post(unit, CommentDraft(body="Words.", story_url=f"{ORIGIN}/a", name=guest.name))
        raise ChangedMyMind


@pytest.fixture
def told():
    return []


@pytest.fixture
def telling(make, told):
    """The same site, whose commits are told to a list."""

    def tell(site, events):
        told.append((site.key, [type(event).__name__ for event in events]))

    units = units_of(make.units.database, make.clock, after_commit=tell)
    return Make(units, make.clock, key=make.key)


def test_a_unit_that_fails_at_its_end_leaves_neither_rows_nor_events(telling, told):
    with pytest.raises(ChangedMyMind):
        post_and_fail(telling, telling.guest("Ann"))

    assert count_rows(telling) == {"comment": 0, "author": 0}
    assert happened(telling) == []
    assert told == []


def test_what_happened_is_told_once_and_when_others_can_read_it(make):
    seen = []

    def look(_site, _events):
        with make.read() as unit:
            seen.append(stories.find_by_url(unit, f"{ORIGIN}/a") is not None)

    Make(units_of(make.units.database, make.clock, after_commit=look), make.clock, key=make.key).story("a")

    assert seen == [True]


def test_events_of_one_unit_are_told_together_in_their_order(telling, told):
    with telling.write(telling.guest().actor) as unit:
        comments.post(unit, CommentDraft(body="Words.", story_url=f"{ORIGIN}/a", name="Ann"))

    assert told == [("gazette", ["StoryOpened", "CommentPosted"])]


def test_a_unit_in_which_nothing_happened_tells_nothing(telling, told):
    with telling.write(SYSTEM) as unit:
        assert unit.happened() == ()

    assert told == []


def change_and_fail(make):
    with make.write(SYSTEM) as unit:
        sites.change_policy(unit, {"longest_comment": 500})
        raise ChangedMyMind


def close_and_fail(make, story):
    with make.write(make.moderator) as unit:
        stories.set_open(unit, story.id, is_open=False)
        raise ChangedMyMind


def longest(make):
    with make.write(SYSTEM) as unit:
        return unit.policy.longest_comment


def test_units_of_one_batch_see_what_one_of_them_changed(make):
    with make.units.batch():
        make.comment("Words.")
        make.policy(longest_comment=500)
        changed = longest(make)

    make.policy(longest_comment=600)
    with make.units.batch():
        assert (changed, longest(make), longest(make)) == (500, 600, 600)


def test_units_of_one_batch_do_not_see_a_change_that_failed(make):
    with make.units.batch():
        before = longest(make)
        with pytest.raises(ChangedMyMind):
            change_and_fail(make)

        assert longest(make) == before


def test_a_comment_of_a_batch_sees_a_story_that_was_closed_before_it(make):
    story = make.story()
    with make.units.batch():
        make.comment(story=story)
        with make.write(make.moderator) as unit:
            stories.set_open(unit, story.id, is_open=False)

        with pytest.raises(StoryClosed):
            make.comment(story=story)


def test_a_comment_of_a_batch_sees_no_closing_that_failed(make):
    story = make.story()
    with make.units.batch():
        with pytest.raises(ChangedMyMind):
            close_and_fail(make, story)

        assert make.comment(story=story).is_listed


def test_comments_of_one_batch_are_listed_one_after_the_other_whatever_the_clock_says(make):
    story = make.story()
    with make.units.batch():
        listed = []
        for _ in range(3):
            listed.append(make.comment(story=story).published_at)
            make.clock.advance(timedelta(seconds=-5))
    listed.append(make.comment(story=story).published_at)

    assert listed == sorted(set(listed))


def test_comments_of_one_batch_ask_once_for_what_nobody_else_can_change(sqlite_make):
    make, story = sqlite_make, sqlite_make.story()
    asked = []
    event.listen(
        make.units.database.engine,
        "after_cursor_execute",
        lambda _db, _cursor, statement, *_: asked.append(statement),
    )

    with make.units.batch():
        make.comment(story=story)
        first, asked[:] = len(asked), []
        make.comment(story=story)
        second = len(asked)

    # The transaction's beginning, the site, the story, and what was listed last.
    assert second == first - 4


def test_a_unit_has_one_instant(make):
    with make.write() as unit:
        before = unit.now
        make.clock.advance(timedelta(hours=1))

        assert unit.now == before == NOON


def test_a_guest_is_known_again_by_the_secret(make):
    guest = make.guest("Ann")
    written = make.comment(guest=guest)

    with make.read(guest.actor) as unit:
        assert unit.actor.author == written.author
    with make.read(make.guest().actor) as unit:
        assert unit.actor.author is None


def test_events_count_up_within_their_site(make):
    other = Make(make.units, make.clock, key="other")
    other.site()
    for each in (make, other, make):
        each.story()

    assert len(happened(make)) == 2
    assert len(happened(other)) == 1
    with make.read() as unit:
        ids = unit.db.exec_driver_sql("SELECT id FROM event ORDER BY site_id, id").scalars().all()
    assert ids == [1, 2, 1]


def test_an_unknown_site_opens_no_unit(make):
    for opening in (make.units.read, make.units.write):
        with pytest.raises(NotFound), opening("nowhere", NOBODY):
            pass


def test_a_failed_unit_does_not_stand_in_the_way(make):
    for _ in range(20):
        with pytest.raises(ChangedMyMind):
            post_and_fail(make, make.guest("Ann"))

    assert make.comment().is_listed


@pytest.mark.parametrize("step", [0, -3600, 1])
def test_ids_grow_even_when_the_clock_does_not(step):
    clock, made = Clock(), IdMaker()

    given = []
    for _ in range(5000):
        given.append(made.next(clock()))
        clock.advance(timedelta(seconds=step))

    assert given == sorted(set(given))
