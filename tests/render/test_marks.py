"""Marks of findings: at the right characters, and never a way for a text to become anything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.moderation import Finding
from tertulia.render import marks
from tertulia.services import markup


def found(start: int, end: int) -> Finding:
    return Finding(code="x", start=start, end=end)


def shown(source: str, *places: tuple[int, int]) -> str:
    wording = markup.prepare(source)
    marked = marks.in_html(wording.html, wording.text, [found(*place) for place in places])
    assert marked is not None
    return marked.replace(' class="desk-mark"', "")


@pytest.mark.parametrize(
    ("source", "places", "marked"),
    [
        ("A bad word.", [(2, 5)], "<p>A <mark>bad</mark> word.</p>"),
        ("A bad word.", [(2, 10)], "<p>A <mark>bad word</mark>.</p>"),
        ("A **bad** word.", [(2, 10)], "<p>A <strong><mark>bad</mark></strong> <mark>word</mark>.</p>"),
        ("a & b < c", [(2, 7)], "<p>a <mark>&amp; b &lt;</mark> c</p>"),
        ("one\n\ntwo", [(0, 8)], "<p><mark>one</mark></p>\n<p><mark>two</mark></p>"),
        ("overlap", [(0, 4), (2, 7)], "<p><mark>overlap</mark></p>"),
        ("two in one", [(0, 3), (7, 10)], "<p><mark>two</mark> in <mark>one</mark></p>"),
        ("short", [(2, 99), (7, 3), (-4, 2)], "<p>sh<mark>ort</mark></p>"),
        ("nothing", [], "<p>nothing</p>"),
        ("a blank", [(1, 2)], "<p>a blank</p>"),
    ],
)
def test_places_are_found_in_html(source: str, places: list[tuple[int, int]], marked: str) -> None:
    assert shown(source, *places) == marked


def test_a_link_is_marked_within_its_words() -> None:
    text = markup.prepare("see https://a.example/x").text

    marked = shown("see https://a.example/x", (4, len(text)))

    assert re.search(r'<a href="https://a\.example/x"[^>]*><mark>https://a\.example/x</mark></a>', marked)


def test_where_html_says_something_else_there_is_no_place() -> None:
    assert marks.in_html("<p>Other words</p>", "Words", [found(0, 3)]) is None
    assert marks.in_html(f"<p>{'x' * marks.LONGEST}</p>", "x", [found(0, 1)]) is None


def test_plain_text_is_escaped_around_its_marks() -> None:
    marked = marks.in_text("<b>bad</b> & <i>", [found(3, 6), found(4, 8), found(13, 99)])

    assert marked.replace(' class="desk-mark"', "") == (
        "&lt;b&gt;<mark>bad&lt;/</mark>b&gt; &amp; <mark>&lt;i&gt;</mark>"
    )


@given(
    st.text(alphabet="ab <>&\"'*_`[](){}\n-1.:/h t#;é\u0301😀", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_without_its_marks_the_html_is_what_it_was(source: str, places: list[tuple[int, int]]) -> None:
    wording = markup.prepare(markup.clean_source(source))

    marked = marks.in_html(wording.html, wording.text, [found(*place) for place in places])

    assert marked is None or re.sub(r'<mark class="desk-mark">|</mark>', "", marked) == wording.html
    if marked is not None:
        # No mark holds a tag: whatever was nested well is still.
        assert all("<" not in inner for inner in re.findall(r'<mark class="desk-mark">(.*?)</mark>', marked))
