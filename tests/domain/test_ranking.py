"""Cursors: what is written is read back; what somebody made up is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import ids
from tertulia.domain.ranking import BadCursor, Cursor, read_cursor, write_cursor

places = st.integers(min_value=0, max_value=ids.LARGEST)


@given(places)
def test_a_cursor_by_time_survives_the_address(last):
    assert read_cursor(write_cursor(Cursor(last))) == Cursor(last)


@given(places, st.integers(0, 999_999_999), st.integers(1, 2**51))
def test_a_cursor_by_replies_survives_the_address(last, count, horizon):
    cursor = Cursor(last, count, horizon)

    assert read_cursor(write_cursor(cursor)) == cursor


@given(places, st.integers(0, 999_999_999), st.integers(1, 2**51))
def test_a_cursor_needs_no_escaping(last, count, horizon):
    assert set(write_cursor(Cursor(last, count, horizon))) <= set("0123456789abcdefghijklmnopqrstuvwxyz.")


@given(st.text(max_size=90))
def test_any_text_is_a_cursor_or_refused(text):
    try:
        read_cursor(text)
    except BadCursor:
        return


OK = ids.encode(31)
HOSTILE = ["", ".", "1", "..", ".1.1", "1.1.1", "1.1", "1.-1.1", "1.zz", "1.1.1.1"]
HOSTILE_PARTS = ["", "1", "1.", "-1.1", "1.zz", "1.1.1", "٣.1", "1.-1", "1.0x1", "1.1_0", "1. 1", "1.F"]
TOO_LARGE = ["9999999999.1", f"1.{'f' * 14}"]


@pytest.mark.parametrize(
    "text", [*HOSTILE, OK.upper(), *(f"{OK}.{parts}" for parts in HOSTILE_PARTS + TOO_LARGE)]
)
def test_a_hostile_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        read_cursor(text)
