"""Public ids: what is written is read back, order is kept, and anything else is unknown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import ids
from tertulia.domain.errors import NotFound

numbers = st.integers(min_value=0, max_value=ids.LARGEST)
# Seventy years on both sides of 2039: from 1970 to 2109.
moments = st.timedeltas(timedelta(days=-25_200), timedelta(days=25_200)).map(
    lambda distance: datetime(2039, 6, 1, tzinfo=UTC) + distance
)


@given(numbers)
def test_an_id_survives_the_way_out_and_in(number):
    text = ids.encode(number)

    assert len(text) == ids.PUBLIC_LENGTH
    assert ids.decode(text) == number


@given(numbers)
def test_an_id_is_written_in_base_32(number):
    digits = str.maketrans("abcdefghjkmnpqrstvwxyz", "abcdefghijklmnopqrstuv")

    assert int(ids.encode(number).translate(digits), 32) == number


@given(numbers, numbers)
def test_public_ids_sort_as_their_numbers_do(one, other):
    assert (ids.encode(one) < ids.encode(other)) == (one < other)


@given(moments, moments, numbers, numbers)
def test_what_is_a_millisecond_later_has_a_larger_id(one, other, low, other_low):
    earlier, later = sorted((one, other))

    if later - earlier >= timedelta(milliseconds=1):
        assert ids.at(earlier, low) < ids.at(later, other_low)


@given(moments, numbers)
def test_an_id_tells_its_time_to_the_millisecond(moment, low):
    assert timedelta(0) <= moment - ids.moment_of(ids.at(moment, low)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("year", [1, 1969, 2109, 9999])
def test_times_beyond_the_range_stay_at_its_ends(year):
    number = ids.at(datetime(year, 12, 31, tzinfo=UTC), 5)

    assert 0 <= number <= ids.LARGEST
    assert ids.moment_of(number).year in {1970, 2109}


@given(st.text(max_size=20))
def test_text_that_was_never_written_is_unknown(text):
    try:
        number = ids.decode(text)
    except NotFound:
        return

    assert ids.encode(number) == text


@pytest.mark.parametrize(
    "text", ["", "0" * 12, "0" * 14, "8" + "0" * 12, "Z" * 13, "i" * 13, "٠" * 13, "0" * 12 + "\n", "-" * 13]
)
def test_hostile_ids_are_unknown(text):
    with pytest.raises(NotFound):
        ids.decode(text)
