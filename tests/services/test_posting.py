"""Posting: what is taken, what is held, what is refused, and what is told about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.domain.authors import BadName
from tertulia.domain.comments import (
    CommentDraft,
    Empty,
    GuestsRefused,
    NotAnswerable,
    Posted,
    PostState,
    Repeated,
    SiteReadOnly,
    TooDeep,
    TooFast,
    TooLong,
)
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Outcome, Status
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.domain.stories import BadUrl, StoryClosed
from tertulia.services import comments, stories
from tertulia.services.stories import ForeignStory
from tertulia.store import decisions
from tertulia.testing.builders import ORIGIN, Guest, Make
from tests.services.looking import count_rows, happened, names_of_events

URL = f"{ORIGIN}/harbour/ferry"


def post(make: Make, guest: Guest, body: str = "They ~~told~~ asked us.", **draft: object) -> Posted:
    draft = {"name": guest.name, **draft}
    if not {"story_id", "story_url", "parent_id"} & set(draft):
        draft["story_url"] = URL
    with make.write(guest.actor) as unit:
        return comments.post(unit, CommentDraft(body=body, **draft))


def test_a_guest_posts_and_everybody_sees_it(make):
    posted = post(make, make.guest("Ann"))

    assert posted.state is PostState.POSTED
    assert not posted.is_repeat
    assert posted.edit_until == make.clock() + timedelta(minutes=5)
    with make.read() as unit:
        found = comments.access(unit, posted.comment.id)
        story = stories.get(unit, posted.comment.story_id)
    assert found == posted.comment
    assert (found.status, found.author.name, found.depth) == (Status.VISIBLE, "Ann", 0)
    assert found.html == "<p>They <s>told</s> asked us.</p>"
    assert found.created_at == found.published_at == make.clock()
    assert (story.comment_count, story.revision) == (1, 1)


def test_posting_tells_what_happened_and_no_words(make):
    posted = post(make, make.guest()).comment

    assert names_of_events(make) == ["story.opened", "comment.posted"]
    _, facts = happened(make)[-1]
    assert facts == {
        "comment_id": posted.id,
        "parent_id": None,
        "root_id": posted.id,
        "revision": 1,
        "comment_count": 1,
    }


def test_the_decision_is_kept_with_the_version_of_the_policy(make):
    make.policy(most_links=0)
    posted = post(make, make.guest(), "See https://a.example").comment

    with make.read() as unit:
        made = decisions.for_comment(unit.db, unit.site.id, posted.id)

    assert [(each.outcome, each.made_by, each.policy_version) for each in made] == [
        (Outcome.HOLD, "system", 2)
    ]
    assert made[0].findings[0].parameters == {"limit": 0, "count": 1}


def test_a_reply_stands_below_its_parent_and_is_counted(make):
    top = make.comment()
    reply = make.comment(parent=top)
    below = make.comment(parent=reply)

    with make.read() as unit:
        top, reply, below = (comments.access(unit, each.id) for each in (top, reply, below))
    assert (top.child_count, top.reply_count) == (1, 2)
    assert (reply.child_count, reply.parent_id, reply.root_id, reply.depth) == (1, top.id, top.id, 1)
    assert (below.parent_name, below.root_id, below.depth) == (reply.author.name, top.id, 2)


def test_a_reply_needs_no_story_and_refuses_a_wrong_one(make):
    top = make.comment()
    other = make.story()

    assert post(make, make.guest(), parent_id=top.id).comment.story_id == top.story_id
    with pytest.raises(NotFound):
        post(make, make.guest(), parent_id=top.id, story_id=other.id)


@pytest.mark.parametrize("status", ["held", "removed", "withdrawn"])
def test_what_nobody_reads_takes_no_replies(make, status):
    parent = make.comment(status=status)

    # To others, what was never listed is not there at all.
    with pytest.raises(NotFound if status == "held" else NotAnswerable):
        post(make, make.guest(), parent_id=parent.id)


def test_ones_own_held_comment_takes_no_reply_yet(make):
    guest = make.guest()
    parent = make.comment(guest=guest, status="held")

    with pytest.raises(NotAnswerable):
        post(make, guest, parent_id=parent.id)


def test_unknown_parents_and_stories_are_refused(make):
    with pytest.raises(NotFound):
        post(make, make.guest(), parent_id=CommentId(5))
    with pytest.raises(NotFound):
        post(make, make.guest(), story_id=StoryId(5))


def test_a_refused_draft_leaves_nothing(make):
    with pytest.raises(TooLong):
        post(make, make.guest(), "x" * 10_001)

    assert count_rows(make) == {"comment": 0, "author": 0}
    assert happened(make) == []


def test_length_at_its_limit_and_beyond(make):
    make.policy(longest_comment=20)

    assert post(make, make.guest(), "x" * 20).state is PostState.POSTED
    with pytest.raises(TooLong) as refusal:
        post(make, make.guest(), "x" * 21)
    assert refusal.value.parameters["limit"] == 20


def test_a_body_beyond_all_reason_is_refused_and_not_cut(make):
    make.policy(longest_comment=150_000)

    with pytest.raises(TooLong):
        post(make, make.guest(), "x" * 150_001)


@pytest.mark.parametrize("body", ["", " \n", "\u200b", "\x00", "&nbsp;"])
def test_an_empty_comment_is_refused(make, body):
    with pytest.raises(Empty):
        post(make, make.guest(), body)


def test_links_beyond_the_limit_are_held_and_told(make):
    make.policy(most_links=2)
    links = "https://a.example https://b.example"

    assert post(make, make.guest(), links).state is PostState.POSTED
    held = post(make, make.guest(), f"{links} https://c.example")

    assert held.state is PostState.HELD
    assert [finding.code for finding in held.findings] == ["many-links"]
    assert happened(make)[-1] == (
        "comment.held",
        {"comment_id": held.comment.id, "findings": ["many-links"]},
    )


def test_a_held_comment_is_for_its_author_and_staff(make):
    guest = make.guest()
    held = make.comment(guest=guest, status="held")

    for actor in (guest.actor, make.moderator):
        with make.read(actor) as unit:
            assert comments.access(unit, held.id).status is Status.HELD
    for actor in (NOBODY, make.guest().actor):
        with make.read(actor) as unit, pytest.raises(NotFound):
            comments.access(unit, held.id)


def test_a_held_comment_is_not_counted(make):
    top = make.comment()
    make.comment(parent=top, status="held")

    with make.read() as unit:
        assert comments.access(unit, top.id).child_count == 0
        assert stories.get(unit, top.story_id).comment_count == 1
        assert stories.get(unit, top.story_id).revision == 1


def test_a_site_that_reads_first_holds_everything(make):
    make.policy(hold_first=True)

    assert post(make, make.guest()).state is PostState.HELD


def test_the_same_text_twice_is_refused_to_one_and_free_to_others(make):
    guest = make.guest()
    post(make, guest, "The quay belongs to all of us.")

    with pytest.raises(Repeated):
        post(make, guest, "The quay  BELONGS to all of us.")
    assert post(make, make.guest(), "The quay belongs to all of us.").state is PostState.POSTED


@pytest.mark.parametrize("limit", [3, 25])
def test_too_many_in_a_minute_are_refused_until_the_minute_is_over(make, limit):
    make.policy(comments_per_minute=limit)
    guest = make.guest()
    for number in range(limit):
        post(make, guest, f"This is sentence number {number}.")

    with pytest.raises(TooFast) as refusal:
        post(make, guest, "One too many.")
    assert refusal.value.retry_after == 60
    assert post(make, make.guest(), "Somebody else.").state is PostState.POSTED
    make.clock.advance(timedelta(minutes=1))
    assert post(make, guest, "A minute later.").state is PostState.POSTED


def test_a_closed_story_takes_nothing(make):
    top = make.comment()
    with make.write(make.moderator) as unit:
        stories.set_open(unit, top.story_id, is_open=False)

    for where in ({"story_id": top.story_id}, {"parent_id": top.id}):
        with pytest.raises(StoryClosed):
            post(make, make.guest(), **where)


def test_a_read_only_site_takes_nothing(make):
    make.policy(is_read_only=True)

    with pytest.raises(SiteReadOnly):
        post(make, make.guest())


def test_a_site_without_guests_refuses_them(make):
    make.policy(guests="refused")

    with pytest.raises(GuestsRefused):
        post(make, make.guest())


def test_replies_beyond_the_sites_depth_are_refused(make):
    make.policy(deepest_reply=2)
    top = make.comment()
    first = make.comment(parent=top)
    second = make.comment(parent=first)

    with pytest.raises(TooDeep) as refusal:
        post(make, make.guest(), parent_id=second.id)
    assert refusal.value.parameters == {"limit": 2}


@pytest.mark.parametrize("name", ["", "   ", "...", "x" * 61])
def test_a_guest_needs_a_name(make, name):
    with pytest.raises(BadName):
        post(make, make.guest(), name=name)


def test_a_guest_stays_one_author_and_may_leave_the_name_out(make):
    guest = make.guest("Ann")
    first = post(make, guest, "This is the first.").comment
    second = post(make, guest, "This is the second.", name="").comment

    assert first.author == second.author
    assert count_rows(make)["author"] == 1


def test_a_guest_who_takes_another_name_bears_it_everywhere(make):
    guest = make.guest("Ann")
    first = post(make, guest, "This is the first.").comment
    post(make, guest, "This is the second.", name="  Anna   Berg ")

    with make.read() as unit:
        assert comments.access(unit, first.id).author.name == "Anna Berg"


def test_the_name_alone_makes_nobody_the_same(make):
    first = post(make, make.guest("Ann")).comment
    second = post(make, make.guest("Ann")).comment

    assert first.author.id != second.author.id


def test_writers_without_a_secret_are_strangers_to_each_other(make):
    stranger = Guest(name="Ann", actor=Actor(kind=ActorKind.GUEST))

    first = post(make, stranger).comment
    second = post(make, stranger).comment

    assert first.author.id != second.author.id


def test_a_repeated_submit_gives_the_first_result(make):
    guest = make.guest()
    first = post(make, guest, key="k")
    again = post(make, guest, "Something else entirely.", key="k")

    assert again.is_repeat
    assert again == replace(first, is_repeat=True)
    assert count_rows(make)["comment"] == 1
    assert names_of_events(make).count("comment.posted") == 1


def test_a_repeated_submit_of_what_was_held_is_held(make):
    guest = make.guest()
    make.policy(hold_first=True)
    post(make, guest, key="k")

    assert post(make, guest, key="k").state is PostState.HELD


def test_a_key_belongs_to_its_writer(make):
    first = post(make, make.guest(), key="k")
    other = post(make, make.guest(), key="k")

    assert not other.is_repeat
    assert other.comment.id != first.comment.id


def test_a_refused_submit_frees_its_key(make):
    guest = make.guest()
    with pytest.raises(Empty):
        post(make, guest, "", key="k")

    assert not post(make, guest, key="k").is_repeat


VARIANTS = [f"{URL}/", f"{URL}#x", f"{URL}?utm_source=a&fbclid=b", URL.replace("https", "http")]


@pytest.mark.parametrize("variant", [*VARIANTS, "https://GAZETTE.example:443/harbour/ferry"])
def test_variants_of_an_address_are_one_story(make, variant):
    first = post(make, make.guest()).comment
    second = post(make, make.guest(), story_url=variant).comment

    assert first.story_id == second.story_id
    assert names_of_events(make).count("story.opened") == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/a", "http://gazette.example/new", "https://gazette.example:8443/a"]
)
def test_a_story_on_a_foreign_origin_is_refused(make, url):
    with pytest.raises(ForeignStory):
        post(make, make.guest(), story_url=url)
    assert happened(make) == []


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "/harbour"])
def test_what_is_no_address_is_refused(make, url):
    with pytest.raises(BadUrl):
        post(make, make.guest(), story_url=url)


def test_each_comment_is_listed_later_than_the_one_before_whatever_the_clock_says(make):
    listed = []
    for _ in range(3):
        listed.append(post(make, make.guest()).comment.published_at)
        make.clock.advance(timedelta(seconds=-1))

    assert listed == sorted(set(listed))
