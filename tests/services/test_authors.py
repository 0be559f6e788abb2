"""Authors' public pages: who has one, what stands on it, and what it costs."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tertulia.domain import author_pages as domain
from tertulia.domain.author_pages import AuthorPage
from tertulia.domain.authors import AuthorKind
from tertulia.domain.comments import Comment
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.ranking import BadCursor
from tertulia.services import authors, comments, erasure
from tertulia.store.schema import author
from tertulia.testing.builders import Guest, Make
from tests.services.costs import Cost, cost_of
from tests.services.test_adoption import adopt, old, with_face
from tests.services.test_conversations import busy, reader
from tests.services.test_erasure import ask, work, write
from tests.services.test_sign_in import signed_in
from tests.services.test_transfer import STORY, bring

MOST_STATEMENTS = 8
MOST_ROWS = 260
"""The comments looked through, twenty comments, their stories, and a few rows about the author."""


@pytest.fixture
def make(make: Make) -> Make:
    make.policy(author_pages=True)
    return make


def shown(make: Make, author_id: AuthorId, after: str = "") -> AuthorPage:
    with make.read() as unit:
        return authors.page(unit, author_id, after=after)


def has_page(make: Make, author_id: AuthorId) -> bool:
    try:
        shown(make, author_id)
    except NotFound:
        return False
    return True


def by_ann(make: Make, status: str = "visible") -> Comment:
    return make.comment(guest=reader(make), status=status)


def test_it_shows_what_stands_newest_first_with_its_stories(make: Make) -> None:
    first = by_ann(make)
    for status in ("held", "removed"):
        by_ann(make, status=status)
    taken_back = by_ann(make)
    with make.write(reader(make).actor) as unit:
        comments.withdraw(unit, taken_back.id)
    last = by_ann(make)
    make.comment()

    page = shown(make, first.author.id)

    assert [each.id for each in page.comments] == [last.id, first.id]
    assert page.stories.keys() == {first.story_id, last.story_id}
    assert (page.author.name, page.count, page.since, page.next_after) == ("Ann", 2, first.created_at, "")


def test_it_is_off_by_policy(make: Make) -> None:
    own = by_ann(make)
    before = has_page(make, own.author.id)
    make.policy(author_pages=False)

    assert (before, has_page(make, own.author.id)) == (True, False)


def test_a_guest_has_none(make: Make) -> None:
    assert not has_page(make, make.comment().author.id)


def test_who_has_nothing_that_stands_has_none(make: Make) -> None:
    held = by_ann(make, status="held")
    nobody = AuthorId(1)

    assert [has_page(make, each) for each in (held.author.id, nobody)] == [False, False]


def test_an_author_of_another_site_has_none_here(make: Make) -> None:
    other = Make(make.units, make.clock, key="tribune")
    other.site(name="The Tribune", author_pages=True)
    stranger = by_ann(other)

    assert (has_page(other, stranger.author.id), has_page(make, stranger.author.id)) == (True, False)


def test_who_left_without_their_name_has_none_any_more(make: Make) -> None:
    ann = signed_in(make)
    own = write(make, ann, make.story("a"), "Words that stay.")
    ask(make, ann, "keep")
    before = has_page(make, own.author.id)
    make.clock.advance(erasure.GRACE)
    work(make)

    assert (before, has_page(make, own.author.id)) == (True, False)


def test_an_imported_author_has_one(make: Make) -> None:
    old = make.comment(guest=make.guest("Ben"))
    with make.write(SYSTEM) as unit:
        unit.db.execute(
            update(author).where(author.c.id == old.author.id).values(kind=AuthorKind.IMPORTED.value)
        )

    assert [each.id for each in shown(make, old.author.id).comments] == [old.id]


def test_where_an_adopted_author_stood_stands_who_they_are_now(make: Make) -> None:
    bring(make, [STORY, old(1), old(2)])
    ann = with_face(make)
    with make.read() as unit:
        [before] = unit.db.execute(
            select(author.c.id).where(author.c.kind == AuthorKind.IMPORTED.value)
        ).scalars()
    assert shown(make, before).author.name == "Ann of Old"

    adopt(make, ann)

    page = shown(make, before)
    assert (page.author.name, len(page.comments)) == ("Ann", 3)
    assert page.author.id != before


def test_pages_show_each_comment_once(make: Make) -> None:
    own = [by_ann(make) for _ in range(45)]

    walked, after = [], ""
    while True:
        page = shown(make, own[0].author.id, after)
        walked.append([each.id for each in page.comments])
        after = page.next_after
        if not after:
            break

    assert [len(each) for each in walked] == [20, 20, 5]
    assert [each for part in walked for each in part] == [each.id for each in reversed(own)]
    assert (page.count, page.since) == (None, None)


def test_a_full_last_page_leads_nowhere(make: Make) -> None:
    own = [by_ann(make) for _ in range(domain.PAGE_COMMENTS)]

    assert shown(make, own[0].author.id).next_after == ""


def test_behind_many_that_do_not_stand_it_goes_on(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "LOOKED_AT", 4)
    early = by_ann(make)
    for _ in range(3):
        by_ann(make, status="removed")
    late = by_ann(make)

    first = shown(make, early.author.id)
    second = shown(make, early.author.id, first.next_after)

    assert [each.id for each in first.comments] == [late.id]
    assert [each.id for each in second.comments] == [early.id]
    assert second.next_after == ""


def test_a_cursor_that_nobody_wrote_is_refused(make: Make) -> None:
    own = by_ann(make)

    with pytest.raises(BadCursor):
        shown(make, own.author.id, "nowhere")


def test_one_s_own_page_is_told_of_once_it_is_there(make: Make) -> None:
    held = by_ann(make, status="held")
    with make.read(reader(make).actor) as unit:
        before = authors.has_page(unit, held.author)
    by_ann(make)
    with make.read(reader(make).actor) as unit:
        after = authors.has_page(unit, held.author)
        off = authors.has_page(replace(unit, policy=replace(unit.policy, author_pages=False)), held.author)

    assert (before, after, off) == (False, True, False)


@pytest.mark.timeout(120)
def test_an_author_of_thousands_costs_what_one_of_hundreds_does(make: Make) -> None:
    few = busy(make, "few@reader.example", 1_200, crowd=30)
    many = busy(make, "many@reader.example", 6_000, crowd=30)

    first, large = page_cost(make, few), page_cost(make, many)
    deep = page_cost(make, many, turned(make, many, 60))

    assert is_within(large, of=first), (first, large)
    assert is_within(deep, of=first), (first, deep)
    assert large.walks == deep.walks == []


def page_cost(make: Make, who: Guest, after: str = "") -> Cost:
    face = who.actor.author
    assert face is not None
    return cost_of(make, lambda unit: authors.page(unit, face.id, after=after))


def turned(make: Make, who: Guest, times: int) -> str:
    face = who.actor.author
    assert face is not None
    after = ""
    for _ in range(times):
        after = shown(make, face.id, after).next_after
    return after


def is_within(cost: Cost, *, of: Cost) -> bool:
    """Whether a page cost about as much as another; what it holds differs a little."""
    allowed = max(2 * of.looked_at, of.looked_at + 300)
    return cost.rows <= MOST_ROWS and cost.statements <= MOST_STATEMENTS and cost.looked_at <= allowed
