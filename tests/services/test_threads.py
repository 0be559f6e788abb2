"""Reading: every comment can be reached, each once, however many are written meanwhile."""

from collections import Counter
from random import Random

import pytest

from tertulia.domain.errors import NotFound
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Outcome, Ruling, Status
from tertulia.domain.ranking import BadCursor, Sort
from tertulia.domain.threads import ANCESTORS, MORE_REPLIES, PAGE_COMMENTS, PAGE_LEVELS, Node, preorder
from tertulia.services import comments, moderation, stories, threads
from tests.services import bulk


def page(make, story, sort=Sort.OLDEST, after=""):
    with make.read() as unit:
        return threads.page(unit, story.id, sort=sort, after=after)


def roots_of(found):
    return [node.comment.id for node in found.nodes]


def walk(make, story, sort, *, between=lambda: None):
    """Turn every page and give the top comments in the order in which they were seen."""
    found = page(make, story, sort)
    seen = roots_of(found)
    while found.next_after:
        between()
        found = page(make, story, sort, found.next_after)
        seen += roots_of(found)
    return seen


def top_ids(ids, parents):
    return {own for own, parent in zip(ids, parents, strict=True) if parent is None}


@pytest.mark.parametrize("sort", Sort)
def test_a_quiet_discussion_is_read_in_order_each_comment_once(make, sort):
    story = make.story()
    parents = bulk.usual(400)
    ids = bulk.fill(make, story, parents)
    with make.read() as unit:
        known = {own: threads.one(unit, own) for own in top_ids(ids, parents)}

    seen = walk(make, story, sort)

    orders = {
        Sort.NEWEST: lambda each: -each.id,
        Sort.OLDEST: lambda each: each.id,
        Sort.REPLIED: lambda each: (-each.reply_count, -each.id),
    }
    assert seen == [each.id for each in sorted(known.values(), key=orders[sort])]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sort", Sort)
def test_a_walk_among_writers_sees_each_thread_once(make, sort, seed):
    random = Random(seed)
    story = make.story()
    parents = bulk.usual(150, seed=seed)
    ids = bulk.fill(make, story, parents)
    with make.read() as unit:
        all_comments = [threads.one(unit, own) for own in ids]

    def write_some() -> None:
        for _ in range(random.randint(0, 8)):
            parent = random.choice([None, *random.choices(all_comments, k=3)])
            all_comments.append(make.comment(story=story, parent=parent))

    seen = walk(make, story, sort, between=write_some)

    assert max(Counter(seen).values()) == 1
    assert set(seen) >= top_ids(ids, parents)


def test_many_threads_that_overtake_the_reader_at_once_are_all_seen(make):
    story = make.story()
    ids = bulk.fill(make, story, [None] * 90)
    with make.read() as unit:
        behind = [threads.one(unit, own) for own in ids[:45]]

    def overtake() -> None:
        while behind:
            make.comment(parent=behind.pop())

    seen = walk(make, story, Sort.REPLIED, between=overtake)

    assert max(Counter(seen).values()) == 1
    assert set(seen) == set(ids)


def test_what_waited_and_is_published_between_pages_hides_nothing(make):
    story = make.story()
    ids = bulk.fill(make, story, [None] * 50)
    with make.read() as unit:
        first = threads.one(unit, ids[0])
    held = make.comment(parent=first, status="held")

    def publish() -> None:
        with make.write(make.moderator) as unit:
            if comments.access(unit, held.id).status is Status.HELD:
                moderation.decide(unit, held.id, Ruling(outcome=Outcome.PUBLISH), seen_revision=held.revision)

    seen = walk(make, story, Sort.REPLIED, between=publish)

    assert sorted(seen) == sorted(ids)


def crawl(make, story):
    """Follow everything a page offers: pages, *show more replies*, *continue this thread*."""
    found = page(make, story)
    nodes: list[Node] = list(found.nodes)
    while found.next_after:
        found = page(make, story, after=found.next_after)
        nodes.extend(found.nodes)
    seen = []
    for node in nodes:
        seen.append(node.comment.id)
        nodes.extend(node.replies)
        hidden, after = node.hidden_replies, node.more_after
        while hidden:
            with make.read() as unit:
                more = threads.replies(unit, node.comment.id, after=after)
            assert len(more.nodes) + more.hidden_replies == hidden
            nodes.extend(more.nodes)
            hidden, after = more.hidden_replies, more.more_after
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_every_comment_can_be_reached_once(make, seed):
    story = make.story()
    random = Random(seed)
    parents = [None, *[random.choice([None, *range(number)]) for number in range(1, 120)]]
    ids = bulk.fill(make, story, [*parents, *range(119, 140)])

    assert sorted(crawl(make, story)) == ids


def test_five_hundred_replies_are_paged_each_once(make):
    story = make.story()
    ids = bulk.fill(make, story, bulk.fan(500))

    seen, after, hidden = [], None, 500
    while hidden:
        with make.read() as unit:
            more = threads.replies(unit, ids[0], after=after)
        assert len(more.nodes) <= MORE_REPLIES
        seen += [node.comment.id for node in more.nodes]
        hidden, after = more.hidden_replies, more.more_after

    assert seen == ids[1:]
    assert after is None


def test_a_page_is_bounded_in_comments_and_levels(make):
    story = make.story()
    wide = [None, *[number // 3 for number in range(600)]]
    bulk.fill(make, story, wide)

    found = page(make, story)

    listed = preorder(found.nodes)
    assert len(listed) == PAGE_COMMENTS
    assert max(each.depth for each in listed) <= PAGE_LEVELS


def test_a_long_chain_is_read_by_continuing_and_leads_back(make):
    story = make.story()
    ids = bulk.fill(make, story, bulk.chain(300))

    tree = page(make, story).nodes[0]
    seen = []
    while True:
        listed = preorder([tree])
        seen += [each.id for each in listed if each.id not in seen]
        if not listed[-1].child_count:
            break
        with make.read() as unit:
            found = threads.context(unit, listed[-1].id)
        assert [each.id for each in found.ancestors] == ids[max(0, len(seen) - 1 - ANCESTORS) : len(seen) - 1]
        assert found.ancestors_left_out + len(found.ancestors) == found.node.comment.depth
        tree = found.node

    assert seen == ids


def test_the_context_of_a_top_comment_has_nothing_above(make):
    top = make.comment()

    with make.read() as unit:
        found = threads.context(unit, top.id)

    assert (found.ancestors, found.ancestors_left_out, found.node.comment) == ((), 0, top)


def test_what_is_gone_keeps_its_place_and_what_waits_has_none(make):
    story = make.story()
    shown = [make.comment(story=story, status=status) for status in ("visible", "removed", "withdrawn")]
    held = make.comment(story=story, status="held")
    reply = make.comment(story=story, parent=shown[0], status="held")

    with make.read() as unit:
        found = threads.page(unit, story.id, sort=Sort.OLDEST)
        assert roots_of(found) == [each.id for each in shown]
        assert found.nodes[0].replies == ()
        assert threads.in_order(unit, story.id) == [node.comment for node in found.nodes]
        for each in (held, reply):
            for use in (threads.one, threads.context):
                with pytest.raises(NotFound):
                    use(unit, each.id)


def test_even_its_author_finds_a_waiting_comment_on_no_public_page(make):
    guest = make.guest()
    held = make.comment(guest=guest, status="held")

    with make.read(guest.actor) as unit:
        assert threads.page(unit, held.story_id, sort=Sort.NEWEST).nodes == ()
        with pytest.raises(NotFound):
            threads.context(unit, held.id)


def test_a_story_nobody_wrote_under_is_an_empty_page(make):
    found = page(make, make.story())

    assert (found.nodes, found.next_after) == ((), "")


def test_all_comments_come_flat_oldest_first_and_piece_by_piece(make):
    story = make.story()
    ids = bulk.fill(make, story, bulk.usual(50))

    with make.read() as unit:
        first = threads.in_order(unit, story.id, most=30)
        rest = threads.in_order(unit, story.id, after=first[-1].id, most=30)

    assert [each.id for each in first + rest] == ids


def test_what_is_not_there_is_not_found(make):
    with make.read() as unit:
        for use in (
            lambda: threads.page(unit, StoryId(5), sort=Sort.NEWEST),
            lambda: threads.in_order(unit, StoryId(5)),
            lambda: threads.context(unit, CommentId(5)),
            lambda: threads.replies(unit, CommentId(5), after=None),
        ):
            with pytest.raises(NotFound):
                use()


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("cursor", ["x", "0000000000000.1", "0000000000000.999999999.fffffffffffff.1"])
def test_a_made_up_cursor_is_refused(make, sort, cursor):
    with pytest.raises(BadCursor):
        page(make, make.story(), sort, cursor)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(
    "cursor", ["0" * 13, "7zzzzzzzzzzzz", "7zzzzzzzzzzzz.999999999.fffffffffffff", f"{'0' * 13}.0.1"]
)
def test_a_cursor_of_another_sort_or_at_the_ends_is_a_page(make, sort, cursor):
    top = make.comment()

    with make.read() as unit:
        found = threads.page(unit, top.story_id, sort=sort, after=cursor)

    assert set(roots_of(found)) <= {top.id}


def test_a_page_is_of_one_revision(make):
    top = make.comment()
    make.comment(parent=top)

    assert page(make, stories_of(make, top)).story.revision == 2


def stories_of(make, comment):
    with make.read() as unit:
        return stories.get(unit, comment.story_id)
