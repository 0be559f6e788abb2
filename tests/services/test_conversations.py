"""A reader's own conversations: what stands first, what is new, what it costs, and whose feed a secret opens."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from tertulia.domain.accounts import Role, SessionOver
from tertulia.domain.comments import Comment
from tertulia.domain.conversations import Conversation, Conversations
from tertulia.domain.errors import NotFound
from tertulia.domain.moderation import Outcome, Ruling, Status
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.domain.ranking import BadCursor
from tertulia.services import accounts, conversations, moderation
from tertulia.services.unit import Unit
from tertulia.store import transfer
from tertulia.store.schema import comment
from tertulia.testing.builders import Guest, Make
from tests.services import bulk
from tests.services.costs import Cost, cost_of

ANN = "ann@reader.example"
MOST_STATEMENTS = 10
MOST_ROWS = 350
"""Twenty comments with ten replies each, their parents, their stories, and the comments that are watched."""


def reader(make: Make, address: str = ANN, name: str = "Ann") -> Guest:
    """Somebody with an account, as they are now."""
    with make.write(SYSTEM) as unit:
        account = accounts.set_role(unit, address, Role.READER)
    return Guest(name=name, actor=Actor(kind=ActorKind.AUTHOR, account=account, author=account.author))


def shown(make: Make, who: Guest | None = None, after: str = "") -> Conversations:
    with make.read((who or reader(make)).actor) as unit:
        return conversations.page(unit, after=after)


def ids_of(found: tuple[Conversation, ...]) -> list[int]:
    return [each.comment.id for each in found]


def read_all(make: Make) -> None:
    newest = shown(make).newest_unread
    assert newest is not None
    with make.write(reader(make).actor) as unit:
        conversations.mark_read(unit, newest.id)


def wrote(make: Make, number: int = 1) -> list[Comment]:
    return [make.comment(guest=reader(make)) for _ in range(number)]


def test_who_never_wrote_has_no_conversations(make: Make) -> None:
    assert shown(make) == Conversations()


def test_comments_with_unread_replies_stand_first_by_their_newest_reply(make: Make) -> None:
    old, quiet, young = wrote(make, 3)
    make.comment(parent=young)
    answer = make.comment(parent=old)

    found = shown(make)

    assert ids_of(found.unread) == [old.id, young.id]
    assert ids_of(found.listed) == [quiet.id]
    assert [each.id for each in found.unread[0].replies] == [answer.id]
    assert found.unread[0].unread == {answer.id}
    assert found.newest_unread is not None
    assert found.newest_unread.id == answer.id


def test_what_was_marked_as_read_stands_in_its_place_by_time(make: Make) -> None:
    first, second = wrote(make, 2)
    make.comment(parent=first)
    read_all(make)
    answer = make.comment(parent=first)

    found = shown(make)
    read_all(make)
    after = shown(make)

    assert [each.id for each in found.unread[0].replies] == [answer.id]
    assert after.unread == ()
    assert ids_of(after.listed) == [second.id, first.id]
    assert len(after.listed[1].replies) == 2
    assert after.listed[1].unread == frozenset()


def test_a_reply_that_came_after_the_page_is_not_marked_with_it(make: Make) -> None:
    (own,) = wrote(make)
    make.comment(parent=own)
    seen = shown(make).newest_unread
    assert seen is not None
    later = make.comment(parent=own)

    with make.write(reader(make).actor) as unit:
        conversations.mark_read(unit, seen.id)

    assert [each.id for each in shown(make).unread[0].replies] == [later.id]


def test_marking_an_older_reply_in_another_window_takes_nothing_back(make: Make) -> None:
    (own,) = wrote(make)
    older = make.comment(parent=own)
    make.comment(parent=own)
    read_all(make)

    with make.write(reader(make).actor) as unit:
        conversations.mark_read(unit, older.id)

    assert shown(make).unread == ()


def test_only_a_reply_to_oneself_can_be_marked(make: Make) -> None:
    (own,) = wrote(make)
    strange = make.comment()
    elsewhere = make.comment(parent=strange)
    held = make.comment(parent=own, status="held")

    for wrong in (own, strange, elsewhere, held):
        with pytest.raises(NotFound), make.write(reader(make).actor) as unit:
            conversations.mark_read(unit, wrong.id)


def test_a_reply_of_ones_own_is_not_unread(make: Make) -> None:
    (own,) = wrote(make)
    added = make.comment(parent=own, guest=reader(make))

    found = shown(make)

    assert found.unread == ()
    assert [each.id for each in found.listed[1].replies] == [added.id]


def test_what_is_gone_keeps_its_place_and_is_not_unread(make: Make) -> None:
    (own,) = wrote(make)
    gone = [make.comment(parent=own, status=status) for status in ("removed", "withdrawn")]

    (found,) = shown(make).listed

    assert [each.id for each in found.replies] == [each.id for each in gone]
    assert [each.status for each in found.replies] == [Status.REMOVED, Status.WITHDRAWN]
    assert found.unread == frozenset()


def test_a_held_reply_is_not_there_until_it_is_published_and_is_unread_then(make: Make) -> None:
    (own,) = wrote(make)
    held = make.comment(parent=own, status="held")
    make.comment(parent=own)
    read_all(make)
    before = shown(make)

    make.clock.advance(timedelta(hours=1))
    with make.write(make.moderator) as unit:
        moderation.decide(unit, held.id, Ruling(outcome=Outcome.PUBLISH), seen_revision=held.revision)

    assert held.id not in {reply.id for each in before.listed for reply in each.replies}
    assert [each.id for each in shown(make).unread[0].replies] == [held.id]


def test_ones_own_held_comment_is_there(make: Make) -> None:
    own = make.comment(guest=reader(make), status="held")

    assert ids_of(shown(make).listed) == [own.id]


def test_of_many_replies_the_newest_ten_are_shown(make: Make) -> None:
    (own,) = wrote(make)
    replies = [make.comment(parent=own) for _ in range(12)]

    (found,) = shown(make).unread

    assert [each.id for each in found.replies] == [each.id for each in replies[2:]]
    assert found.comment.child_count == 12


def test_pages_show_each_comment_once(make: Make) -> None:
    own = wrote(make, 45)

    walked, after = [], ""
    while True:
        found = shown(make, after=after)
        walked.append(ids_of(found.listed))
        after = found.next_after
        if not after:
            break

    assert [len(page) for page in walked] == [20, 20, 5]
    assert [each for page in walked for each in page] == [each.id for each in reversed(own)]


def test_a_page_after_the_first_has_nothing_that_stands_first(make: Make) -> None:
    own = wrote(make, 25)
    answer = make.comment(parent=own[0])

    second = shown(make, after=shown(make).next_after)

    assert second.unread == ()
    assert second.listed[-1].unread == {answer.id}


def test_a_cursor_that_nobody_wrote_is_refused(make: Make) -> None:
    with pytest.raises(BadCursor):
        shown(make, after="nowhere")


def test_nothing_of_another_account_is_shown(make: Make) -> None:
    bob = reader(make, "bob@reader.example", "Bob")
    theirs = make.comment(guest=bob)
    make.comment(parent=theirs)
    wrote(make)

    found = shown(make)

    assert {each.comment.author.name for each in (*found.unread, *found.listed)} == {"Ann"}


def test_a_guest_has_no_conversations_and_no_feed(make: Make) -> None:
    for use in (conversations.page, conversations.open_feed, conversations.close_feed):
        with pytest.raises(SessionOver), make.write(make.guest().actor) as unit:
            use(unit)


def test_a_feed_holds_words_of_others_newest_first(make: Make) -> None:
    own, other = wrote(make, 2)
    first = make.comment(parent=own)
    make.comment(parent=own, guest=reader(make))
    for status in ("removed", "withdrawn", "held"):
        make.comment(parent=own, status=status)
    second = make.comment(parent=other)
    token = opened_feed(make)

    with make.read() as unit:
        found = conversations.feed(unit, token)

    assert [each.reply.id for each in found.answers] == [second.id, first.id]
    assert found.updated_at == second.published_at


def test_a_feed_holds_the_newest_fifty(make: Make) -> None:
    own, other = wrote(make, 2)
    replies = [make.comment(parent=own if number % 2 else other) for number in range(55)]
    token = opened_feed(make)

    with make.read() as unit:
        found = conversations.feed(unit, token)

    assert [each.reply.id for each in found.answers] == [each.id for each in replies[:4:-1]]


def test_a_new_secret_ends_the_old_and_removing_ends_both(make: Make) -> None:
    old, new = opened_feed(make), opened_feed(make)
    has_feed = shown(make).has_feed

    with make.read() as unit:
        conversations.feed(unit, new)
    assert has_feed
    assert is_unknown(make, old)

    with make.write(reader(make).actor) as unit:
        conversations.close_feed(unit)
    assert is_unknown(make, new)
    assert not shown(make).has_feed


def opened_feed(make: Make, who: Guest | None = None) -> str:
    with make.write((who or reader(make)).actor) as unit:
        return conversations.open_feed(unit)


def is_unknown(make: Make, token: str) -> bool:
    with pytest.raises(NotFound), make.read() as unit:
        conversations.feed(unit, token)
    return True


def busy(make: Make, address: str, size: int, *, crowd: int) -> Guest:
    """Make a reader who wrote so many comments; every third has four replies, and the last a crowd of them."""
    make.comment(guest=reader(make, address, name=address.partition("@")[0]))
    who = reader(make, address)
    face, story = who.actor.author, make.story()
    assert face is not None
    answered = [number for number in range(0, size, 3) for _ in range(4)]
    bulk.fill(make, story, [*[None] * size, *answered, *[size - 1] * crowd])
    with make.write(SYSTEM) as unit:
        of_story = (comment.c.site_id == unit.site.id) & (comment.c.story_id == story.id)
        own = update(comment).where(of_story, comment.c.parent_id.is_(None))
        unit.db.execute(own.values(author_id=face.id))
    with make.write(SYSTEM) as unit:
        transfer.settle(unit.db)
    return who


@pytest.mark.timeout(120)
def test_an_author_of_thousands_costs_what_one_of_hundreds_does(make: Make) -> None:
    few = busy(make, "few@reader.example", 300, crowd=30)
    many = busy(make, "many@reader.example", 3_000, crowd=3_000)

    first, large = page_cost(make, few), page_cost(make, many)
    deep = page_cost(make, many, turned(make, many, 60))

    assert is_within(large, of=first), (first, large)
    assert is_within(deep, of=first), (first, deep)
    assert large.walks == deep.walks == []


@pytest.mark.timeout(120)
def test_the_feed_of_an_author_of_thousands_costs_what_that_of_one_of_hundreds_does(make: Make) -> None:
    tokens = [
        opened_feed(make, busy(make, "few@reader.example", 300, crowd=60)),
        opened_feed(make, busy(make, "many@reader.example", 3_000, crowd=3_000)),
    ]

    small, large = (cost_of(make, partial(conversations.feed, token=token)) for token in tokens)

    assert is_within(large, of=small), (small, large)
    assert large.walks == []


def page_cost(make: Make, who: Guest, after: str = "") -> Cost:
    def use(unit: Unit) -> Conversations:
        return conversations.page(replace(unit, actor=who.actor), after=after)

    return cost_of(make, use)


def turned(make: Make, who: Guest, times: int) -> str:
    """The cursor after so many pages."""
    after = ""
    for _ in range(times):
        after = shown(make, who, after).next_after
    return after


def is_within(cost: Cost, *, of: Cost) -> bool:
    """Whether a page cost about as much as another; what it holds differs a little."""
    allowed = max(2 * of.looked_at, of.looked_at + 300)
    return cost.rows <= MOST_ROWS and cost.statements <= MOST_STATEMENTS and cost.looked_at <= allowed
