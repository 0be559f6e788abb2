"""The cost of reading depends on the page, never on the discussion."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tertulia.domain.ids import CommentId
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import Story
from tertulia.services import threads
from tertulia.store import migrate
from tertulia.testing.builders import Make, opened
from tests import parts
from tests.services import bulk
from tests.services.costs import Cost, cost_of

MOST_STATEMENTS = 12
MOST_ROWS = 250
DEEP = 5
"""Pages turned before the cost of another one is counted."""

pytestmark = pytest.mark.timeout(180)  # whoever comes first builds the large discussions


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A discussion of a hundred comments, and a large one of the same shape."""

    small: Story
    large: Story
    small_ids: list[CommentId]
    large_ids: list[CommentId]


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    make: Make
    usual: Shape
    chain: Shape
    fan: Shape


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Built once a module: a hundred thousand comments take seconds."""
    if request.param == "postgresql":
        url = parts.postgres_url()
        migrate.upgrade(url)
    else:
        file: Path = tmp_path_factory.mktemp("library") / "library.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
    with opened(url) as make:
        make.site()
        yield Library(
            make=make,
            usual=shape(make, bulk.usual(100), bulk.usual(100_000)),
            chain=shape(make, bulk.chain(100), bulk.chain(2_000)),
            fan=shape(make, bulk.fan(100), bulk.fan(8_000)),
        )
    if request.param == "postgresql":
        parts.drop_database(url)


def shape(make: Make, small: list[int | None], large: list[int | None]) -> Shape:
    stories = make.story(), make.story()
    return Shape(
        small=stories[0],
        large=stories[1],
        small_ids=bulk.fill(make, stories[0], small),
        large_ids=bulk.fill(make, stories[1], large),
    )


def page_cost(library: Library, story: Story, sort: Sort, after: str = "") -> Cost:
    return cost_of(library.make, lambda unit: threads.page(unit, story.id, sort=sort, after=after))


def turned(library: Library, story: Story, sort: Sort, times: int) -> str:
    """The cursor after so many pages."""
    after = ""
    for _ in range(times):
        with library.make.read() as unit:
            after = threads.page(unit, story.id, sort=sort, after=after).next_after
    return after


def is_within(cost: Cost, *, of: Cost) -> bool:
    """Whether a page cost about as much as another; what it holds differs a little."""
    allowed = max(2 * of.looked_at, of.looked_at + 300)
    return cost.rows <= MOST_ROWS and cost.statements <= MOST_STATEMENTS and cost.looked_at <= allowed


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_the_first_page_of_many_costs_what_the_first_of_few_does(library, sort):
    small = page_cost(library, library.usual.small, sort)
    large = page_cost(library, library.usual.large, sort)

    assert is_within(large, of=small), (small, large)
    assert large.walks == []


@pytest.mark.parametrize("sort", Sort)
def test_a_page_deep_in_the_discussion_costs_what_the_first_does(library, sort):
    first = page_cost(library, library.usual.large, sort)
    after = turned(library, library.usual.large, sort, DEEP)
    deep = page_cost(library, library.usual.large, sort, after)

    assert is_within(deep, of=first), (first, deep)
    assert deep.walks == []


def test_the_most_replied_of_many_cost_a_fixed_number_of_rows(library):
    # The most replied threads of a large discussion have more replies to show: twice the rows, not a thousand times.
    small = page_cost(library, library.usual.small, Sort.REPLIED)
    large = page_cost(library, library.usual.large, Sort.REPLIED)

    assert large.rows <= MOST_ROWS
    assert large.statements <= MOST_STATEMENTS
    assert large.looked_at <= 4 * small.looked_at
    assert large.walks == []


def test_turning_the_sixtieth_page_costs_no_more(library):
    first = page_cost(library, library.usual.large, Sort.REPLIED)
    after = turned(library, library.usual.large, Sort.REPLIED, 60)

    assert is_within(page_cost(library, library.usual.large, Sort.REPLIED, after), of=first)


@pytest.mark.parametrize("kind", ["chain", "fan"])
def test_one_extreme_thread_costs_what_a_modest_one_does(library, kind):
    extreme: Shape = getattr(library, kind)
    small = page_cost(library, extreme.small, Sort.OLDEST)
    large = page_cost(library, extreme.large, Sort.OLDEST)

    assert is_within(large, of=small), (small, large)
    assert large.walks == []


def test_the_place_of_a_deep_reply_costs_what_that_of_a_shallow_one_does(library):
    chain = library.chain
    small = cost_of(library.make, lambda unit: threads.context(unit, chain.small_ids[50]))
    large = cost_of(library.make, lambda unit: threads.context(unit, chain.large_ids[1_900]))

    assert is_within(large, of=small), (small, large)
    assert large.walks == []


def test_more_of_many_replies_cost_what_more_of_few_do(library):
    fan = library.fan
    small = cost_of(
        library.make, lambda unit: threads.replies(unit, fan.small_ids[0], after=fan.small_ids[50])
    )
    large = cost_of(
        library.make, lambda unit: threads.replies(unit, fan.large_ids[0], after=fan.large_ids[-50])
    )

    assert is_within(large, of=small), (small, large)
    assert large.walks == []


def test_the_plain_walk_of_programs_costs_what_a_short_one_does(library):
    usual = library.usual
    small = cost_of(library.make, lambda unit: threads.in_order(unit, usual.small.id))
    large = cost_of(
        library.make, lambda unit: threads.in_order(unit, usual.large.id, after=usual.large_ids[50_000])
    )

    assert is_within(large, of=small), (small, large)
    assert large.walks == []
