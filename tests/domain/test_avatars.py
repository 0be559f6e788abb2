"""An author's picture follows from the id: always the same, and spread over all pictures."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import avatars, ids
from tertulia.domain.ids import AuthorId
from tests.domain.samples import NOON

AUTHORS = st.integers(min_value=0, max_value=ids.LARGEST).map(AuthorId)


@given(AUTHORS)
def test_every_id_has_five_strokes_and_always_the_same(author: AuthorId) -> None:
    strokes = avatars.strokes_of(author)

    assert len(strokes) == avatars.ROWS
    assert set(strokes) <= set(range(avatars.STROKES))
    assert avatars.strokes_of(AuthorId(int(author))) == strokes


def test_the_formula_stays_as_it_is() -> None:
    # Another formula would give every reader another picture.
    drawn = [avatars.strokes_of(AuthorId(number)) for number in (0, 1, ids.LARGEST)]

    assert drawn == [(3, 3, 2, 2, 1), (1, 0, 0, 3, 0), (3, 1, 2, 2, 2)]


def test_authors_who_came_one_after_the_other_look_different() -> None:
    crowd = [AuthorId(ids.at(NOON + timedelta(milliseconds=n), 7)) for n in range(20_480)]
    crowd += [AuthorId(ids.at(NOON, low)) for low in range(20_480)]

    for part in (crowd[:20_480], crowd[20_480:]):
        often = Counter(avatars.strokes_of(author) for author in part)
        # Twenty would have each picture if it were even; by chance alone none is far from it.
        assert len(often) == avatars.STROKES**avatars.ROWS
        assert max(often.values()) < 50
