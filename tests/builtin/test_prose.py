"""Paragraphs out of other systems' text, in time proportional to it."""

import pytest

from tertulia.builtin.prose import one_line, paragraphs, plain_paragraphs


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One", "<p>One</p>"),
        ("One\r\nline\r\n\r\n\r\nTwo", "<p>One<br>line</p><p>Two</p>"),
        ("One<br />\nline", "<p>One<br>line</p>"),
        ("<blockquote>He\n\nsaid</blockquote>So", "<blockquote><p>He</p><p>said</p></blockquote><p>So</p>"),
        ("<p>One\nline</p>\n\n<p>Two</p>", "<p>One<br>line</p><p>Two</p>"),
        ("<ul>\n<li>a\nb</li>\n</ul>after", "<ul><li>a<br>b</li></ul><p>after</p>"),
        ("<pre>a\n\n  b</pre>\nc", "<pre>a\n\n  b</pre><p>c</p>"),
        ("a <hr> b\n\nc", "<p>a</p><hr><p>b</p><p>c</p>"),
        ("<del>told</del> <em>asked</em>", "<p><del>told</del> <em>asked</em></p>"),
        ("a < b and c > d", "<p>a < b and c > d</p>"),
        ("مرحبا\n\nبكم", "<p>مرحبا</p><p>بكم</p>"),
    ],
)
def test_blank_lines_are_paragraphs_and_line_feeds_breaks(text, html):
    assert paragraphs(text) == html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>One <b>two</b></p><p>three</p>", "One two\n\nthree"),
        ("a &amp; b&nbsp;c", "a & b c"),
        ("<!-- wp:x --><h2>Head</h2>\nText<br>line", "Head\n\nText\nline"),
        ("before<script>alert('<p>')</script>after", "beforeafter"),
        ('[gallery ids="1,2"]A [sic] [1] [caption]B[/caption]', "A [sic] [1] B"),
        ("kept <!-- never closed", "kept"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_a_storys_html_becomes_plain_paragraphs(text, plain):
    assert plain_paragraphs(text) == plain


def test_a_title_is_one_line_of_text():
    assert one_line("  Tom &amp;\n <i>Jerry</i> ") == "Tom & Jerry"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<p ",
        "<p>",
        "<!--",
        "<script>",
        "[a b=",
        "[a b='",
        "\n ",
        " \n",
        "<br ",
        "</div>",
        "&",
        "<p></b>",
    ],
)
def test_long_hostile_text_comes_to_an_end(piece):
    text = piece * (400_000 // len(piece))

    # Work that grows with the square of a text this long meets the time limit that every test has.
    assert len(paragraphs(text)) <= 5 * len(text)
    assert len(plain_paragraphs(text)) <= 2 * len(text)
    assert "\n" not in one_line(text)
