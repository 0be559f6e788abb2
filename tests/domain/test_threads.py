"""Trees of comments: nothing lost, nothing doubled, nobody before whom they answer."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId
from tertulia.domain.threads import build, fitting, preorder
from tests.domain.samples import comment


@st.composite
def discussions(draw: st.DrawFn) -> list[Comment]:
    """Any forest: every comment answers nobody or an earlier one. In any order, as rows come."""
    size = draw(st.integers(0, 40))
    made = [
        comment(number, parent=draw(st.one_of(st.none(), st.integers(1, number - 1))) if number > 1 else None)
        for number in range(1, size + 1)
    ]
    children = Counter(each.parent_id for each in made)
    counted = [replace(each, child_count=children[each.id]) for each in made]
    return draw(st.permutations(counted))


def roots_of(comments: list[Comment]) -> list[CommentId]:
    return [each.id for each in comments if each.parent_id is None]


@given(discussions())
def test_every_comment_stands_once_behind_whom_it_answers(comments):
    listed = preorder(build(comments, roots=roots_of(comments)))

    assert sorted(each.id for each in listed) == sorted(each.id for each in comments)
    place = {each.id: number for number, each in enumerate(listed)}
    assert all(place[each.parent_id] < place[each.id] for each in listed if each.parent_id is not None)


@given(discussions())
def test_roots_keep_their_order_and_replies_are_oldest_first(comments):
    roots = roots_of(comments)

    trees = build(comments, roots=roots)

    assert [tree.comment.id for tree in trees] == roots
    nodes = list(trees)
    for node in nodes:
        replies = [reply.comment.id for reply in node.replies]
        assert replies == sorted(replies)
        nodes.extend(node.replies)


@given(discussions(), st.integers(1, 45))
def test_what_is_cut_off_is_counted_and_can_be_asked_for(comments, most):
    roots, kept = fitting(comments, roots=roots_of(comments), most=most)

    nodes = list(build(kept, roots=roots))
    for node in nodes:
        assert len(node.replies) + node.hidden_replies == node.comment.child_count
        assert node.more_after == (node.replies[-1].comment.id if node.replies else None)
        nodes.extend(node.replies)


@given(discussions(), st.integers(1, 45))
def test_a_cut_keeps_whole_trees_from_the_front(comments, most):
    wanted = roots_of(comments)

    roots, kept = fitting(comments, roots=wanted, most=most)

    assert roots == wanted[: len(roots)]
    assert len(roots) > 0 or not wanted
    assert len(kept) <= max(most, 1)
    assert len({each.id for each in kept}) == len(kept)
    if len(roots) > 1:
        whole = preorder(build(comments, roots=roots))
        assert [each.id for each in kept] == [each.id for each in whole]


@given(discussions())
def test_a_page_that_holds_all_cuts_nothing(comments):
    roots, kept = fitting(comments, roots=roots_of(comments), most=100)

    assert roots == roots_of(comments)
    assert len(kept) == len(comments)


def test_a_comment_whose_parent_is_not_there_is_left_out():
    assert build([comment(2, parent=1)], roots=[CommentId(1)]) == ()


@pytest.mark.parametrize("length", [5_000])
def test_a_chain_deeper_than_the_stack_is_built_and_read(length):
    chain = [comment(number, parent=number - 1 if number > 1 else None) for number in range(1, length + 1)]

    trees = build(chain, roots=[CommentId(1)])

    assert [each.id for each in preorder(trees)] == list(range(1, length + 1))


def test_a_chain_is_cut_at_its_end():
    chain = [comment(number, parent=number - 1 if number > 1 else None) for number in range(1, 200)]

    roots, kept = fitting(chain, roots=[CommentId(1)], most=50)

    assert roots == [1]
    assert [each.id for each in kept] == list(range(1, 51))
