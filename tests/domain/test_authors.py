"""Names as they are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.authors import BadName, clean_name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Anna   Berg ", "Anna Berg"),
        ("Anna\nBerg\t", "Anna Berg"),
        ("Anna\u202eBerg\u2066", "AnnaBerg"),
        ("An\u200bna", "Anna"),
        ("A \u200b B", "A B"),
        ("e\u0301va", "éva"),
        ("e\u200b\u0301va", "éva"),
        ("فاطمة", "فاطمة"),
        ("Ann\x00a\x1b[0m", "Anna[0m"),
        ("李小龙", "李小龙"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_name_is_one_line_without_tricks(typed, shown):
    assert clean_name(typed, longest=60) == shown


@pytest.mark.parametrize("typed", ["", " \n", "\u202e\u200b", "...", "😀", "x" * 61, "\ue000", "\ud800"])
def test_what_names_nobody_is_refused(typed):
    with pytest.raises(BadName):
        clean_name(typed, longest=60)


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(typed):
    try:
        shown = clean_name(typed, longest=60)
    except BadName:
        return

    assert clean_name(shown, longest=60) == shown
    assert "\n" not in shown
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
