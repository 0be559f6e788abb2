"""One's own comments: edit within the window, withdraw at any time, see what waits."""

from datetime import timedelta

import pytest

from tertulia.domain import ids
from tertulia.domain.comments import EditWindowOver, Empty, NotAnswerable, PostState, TooLong
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import NOBODY
from tertulia.domain.stories import StoryClosed
from tertulia.services import comments, stories, threads
from tests.services.looking import happened, names_of_events

WINDOW = timedelta(minutes=5)


def edit(make, guest, comment, body="Better words."):
    with make.write(guest.actor) as unit:
        return comments.edit(unit, comment.id, body)


def withdraw(make, guest, comment):
    with make.write(guest.actor) as unit:
        return comments.withdraw(unit, comment.id)


def edits_of(make, comment, actor):
    with make.read(actor) as unit:
        return [(each.source, each.replaced_at) for each in comments.list_edits(unit, comment.id)]


def story_of(make, comment):
    with make.read() as unit:
        return stories.get(unit, comment.story_id)


@pytest.fixture
def guest(make):
    return make.guest("Ann")


@pytest.fixture
def own(make, guest):
    return make.comment("First words.", guest=guest)


def test_an_edit_shows_and_says_so(make, guest, own):
    make.clock.advance(timedelta(seconds=10))
    edited = edit(make, guest, own).comment

    assert edited.html == "<p>Better words.</p>"
    assert edited.edited_at == make.clock()
    assert edited.revision == own.revision + 1
    assert story_of(make, own).revision == 2
    assert happened(make)[-1] == (
        "comment.edited",
        {"comment_id": own.id, "comment_revision": 2, "revision": 2},
    )


def test_every_earlier_wording_is_kept_for_author_and_staff(make, guest, own):
    first = make.clock.advance(timedelta(seconds=10))
    edit(make, guest, own, "Second words.")
    second = make.clock.advance(timedelta(seconds=10))
    edit(make, guest, own, "Third words.")

    kept = [("First words.", first), ("Second words.", second)]
    assert edits_of(make, own, guest.actor) == kept
    assert edits_of(make, own, make.moderator) == kept
    for actor in (NOBODY, make.guest().actor):
        with pytest.raises(Forbidden):
            edits_of(make, own, actor)


@pytest.mark.parametrize("beyond", [False, True])
def test_the_edit_window_at_its_end(make, guest, own, beyond):
    make.clock.advance(WINDOW + timedelta(microseconds=beyond))

    if not beyond:
        assert edit(make, guest, own).comment.edited_at == make.clock()
        return
    with pytest.raises(EditWindowOver):
        edit(make, guest, own)


def test_the_same_words_again_are_no_edit(make, guest, own):
    edited = edit(make, guest, own, "First words.\n")

    assert edited.comment == own
    assert names_of_events(make)[-1] == "comment.posted"


def test_somebody_elses_words_are_not_edited(make, own):
    for actor in (make.guest(), make.guest("Ann")):
        with pytest.raises(Forbidden):
            edit(make, actor, own)
    with pytest.raises(Forbidden), make.write(make.moderator) as unit:
        comments.edit(unit, own.id, "Moderated words.")


def test_an_edit_is_screened_like_a_draft(make, guest, own):
    with pytest.raises(Empty):
        edit(make, guest, own, " ")
    with pytest.raises(TooLong):
        edit(make, guest, own, "x" * 10_001)

    assert edits_of(make, own, guest.actor) == []


def test_an_edit_under_a_closed_story_is_refused(make, guest, own):
    with make.write(make.moderator) as unit:
        stories.set_open(unit, own.story_id, is_open=False)

    with pytest.raises(StoryClosed):
        edit(make, guest, own)


def test_an_edit_is_no_new_comment_to_the_limit_of_speed(make, guest, own):
    make.policy(comments_per_minute=1)

    assert edit(make, guest, own).state is PostState.POSTED


def test_an_edit_that_wants_a_look_is_held_and_keeps_its_place(make, guest, own):
    make.policy(most_links=0)
    edited = edit(make, guest, own, "See https://a.example")

    assert edited.state is PostState.HELD
    assert edited.comment.is_listed
    assert story_of(make, own).comment_count == 0
    assert names_of_events(make)[-2:] == ["comment.held", "comment.edited"]
    with make.read() as unit:
        assert threads.one(unit, own.id).status is Status.HELD


def test_a_held_comment_may_be_edited_and_stays_held_in_silence(make, guest):
    held = make.comment(guest=guest, status="held")
    before = names_of_events(make)

    assert edit(make, guest, held).state is PostState.HELD
    assert names_of_events(make) == before


@pytest.mark.parametrize("status", ["removed", "withdrawn"])
def test_what_is_gone_is_not_edited(make, guest, status):
    gone = make.comment(guest=guest, status=status)

    with pytest.raises(Forbidden):
        edit(make, guest, gone)


def test_a_withdrawn_comment_leaves_a_tombstone_with_its_replies(make, guest, own):
    reply = make.comment(parent=own)
    make.clock.advance(timedelta(days=400))
    gone = withdraw(make, guest, own)

    assert (gone.status, gone.is_listed, gone.revision) == (Status.WITHDRAWN, True, own.revision + 1)
    assert (gone.child_count, gone.reply_count) == (1, 1)
    assert story_of(make, own).comment_count == 1
    assert happened(make)[-1] == (
        "comment.withdrawn",
        {"comment_id": own.id, "comment_revision": 2, "revision": 3},
    )
    with make.read() as unit:
        assert [each.id for each in threads.context(unit, reply.id).ancestors] == [own.id]


def test_withdrawing_twice_is_withdrawing_once(make, guest, own):
    first = withdraw(make, guest, own)

    assert withdraw(make, guest, own) == first
    assert names_of_events(make).count("comment.withdrawn") == 1


def test_a_held_comment_is_withdrawn_without_a_trace(make, guest):
    held = make.comment(guest=guest, status="held")
    gone = withdraw(make, guest, held)

    assert (gone.status, gone.is_listed) == (Status.WITHDRAWN, False)
    with make.read() as unit, pytest.raises(NotFound):
        comments.access(unit, held.id)
    assert "comment.withdrawn" not in names_of_events(make)


def test_others_do_not_withdraw(make, own):
    for actor in (make.guest().actor, NOBODY, make.moderator):
        with pytest.raises(Forbidden), make.write(actor) as unit:
            comments.withdraw(unit, own.id)


def test_a_removed_comment_is_not_withdrawn(make, guest):
    removed = make.comment(guest=guest, status="removed")

    with pytest.raises(Forbidden):
        withdraw(make, guest, removed)


def test_ones_own_source_comes_back_as_written(make, guest):
    own = make.comment('They ~~told~~ asked "us".', guest=guest)

    with make.read(guest.actor) as unit:
        assert comments.source_of(unit, own.id) == 'They ~~told~~ asked "us".'
    with make.read() as unit, pytest.raises(Forbidden):
        comments.source_of(unit, own.id)


def test_a_quote_names_and_links_whom_it_quotes(make, guest):
    own = make.comment("One.\n\nTwo.", guest=guest)

    with make.read() as unit:
        quote = comments.quoted(unit, own.id)

    assert quote == f"> One.\n>\n> Two.\n>\n> [Ann](#comment-{ids.encode(own.id)})\n\n"


@pytest.mark.parametrize("status", ["removed", "withdrawn"])
def test_what_is_gone_is_not_quoted(make, status):
    gone = make.comment(status=status)

    with make.read() as unit, pytest.raises(NotAnswerable):
        comments.quoted(unit, gone.id)


def test_own_comments_under_a_story_are_listed_newest_first(make, guest):
    story = make.story()
    first = make.comment(story=story, guest=guest)
    held = make.comment(story=story, guest=guest, status="held")
    make.comment(story=story)
    make.comment(guest=guest)

    with make.read(guest.actor) as unit:
        assert [each.id for each in comments.list_own(unit, story.id)] == [held.id, first.id]
    with make.read() as unit:
        assert comments.list_own(unit, story.id) == []


def test_the_end_of_the_window_is_told_to_its_author_alone(make, guest, own):
    with make.read(guest.actor) as unit:
        assert comments.editable_until(unit, own) == (make.clock() + WINDOW).isoformat()
    with make.read() as unit:
        assert comments.editable_until(unit, own) is None
