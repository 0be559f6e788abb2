"""What people write: shown as they mean it, harmless whatever they write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.transfer import BodyKind
from tertulia.services import markup

REL = 'rel="ugc nofollow noopener"'
HERE = "#comment-0123456789abc"


QUOTED = "<blockquote>\n<p>It’s <em>so</em><br>\nand so</p>\n</blockquote>"


def shown(source, language="en"):
    return markup.prepare(markup.clean_source(source), language=language).html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One\ntwo", "<p>One<br>\ntwo</p>"),
        ("*a* **b** ~~told~~ asked", "<p><em>a</em> <strong>b</strong> <s>told</s> asked</p>"),
        ("> Quoted\n\nSo.", "<blockquote>\n<p>Quoted</p>\n</blockquote>\n<p>So.</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```\n*a*\n```", "<pre><code>*a*\n</code></pre>"),
        ("# 1 of us", "<p># 1 of us</p>"),
        ("    four spaces", "<p>four spaces</p>"),
        ("a\n---", "<p>a<br>\n---</p>"),
        ("5 * 3 * 2_a_b", "<p>5 * 3 * 2_a_b</p>"),
        ("At 5 o'clock: it's\nAnn's.\n\n\nNo", "<p>At 5 o’clock: it’s<br>\nAnn’s.</p>\n<p>No</p>"),
        ("So.\n2026. A year", "<p>So.<br>\n2026. A year</p>"),
        ("Not *it*, *that one*!\n(*so*)", "<p>Not <em>it</em>, <em>that one</em>!<br>\n(<em>so</em>)</p>"),
        ("> It's *so*\n> and so\n\nIs it?", QUOTED + "\n<p>Is it?</p>"),
        ("> It's *so*\nand so", QUOTED),
        ("2*3*4 *a*b * c * *d", "<p>2<em>3</em>4 <em>a</em>b * c * *d</p>"),
        ("*a\nb* *'c'* **d*", "<p><em>a<br>\nb</em> <em>‘c’</em> *<em>d</em></p>"),
    ],
)
def test_text_is_shown_as_people_write_it(source, html):
    assert shown(source) == html


@pytest.mark.parametrize(
    ("language", "html"),
    [
        ("en", "<p>“a ‘b’ c” it’s</p>"),
        ("de", "<p>„a ‚b‘ c“ it’s</p>"),
        ("de-AT", "<p>„a ‚b‘ c“ it’s</p>"),
        ("ar", "<p>«a ‹b› c» it’s</p>"),
        ("xx", "<p>“a ‘b’ c” it’s</p>"),
        ("", "<p>“a ‘b’ c” it’s</p>"),
    ],
)
def test_quotes_are_those_of_the_language(language, html):
    assert shown("\"a 'b' c\" it's", language) == html


def test_quotes_in_code_stay_as_typed():
    assert shown('`"a"`') == '<p><code>"a"</code></p>'


@pytest.mark.parametrize("words", ["مرحبا بكم في الميناء", "שלום עולם", "第一条评论", "ไม่เห็นด้วย", "🧵 ok"])
def test_any_script_stays(words):
    assert shown(words) == f"<p>{words}</p>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<b>bold</b>",
        "<div>\nblock\n</div>",
        "<!-- comment -->",
        "a <a href='https://x.example'>b</a>",
    ],
)
def test_html_is_shown_as_text(source):
    assert "".join(re.findall(r"<(\w+)", shown(source).replace("<br>", ""))) in {"p", "pa"}
    assert markup.prepare(source).text.split()[0] == source.split()[0].replace('"', "“")


def test_an_image_is_shown_as_text():
    wording = markup.prepare("Look: ![a *b*](https://x.example/a.png) there")

    assert wording.text == "Look: ![a *b*](https://x.example/a.png) there"
    assert "<img" not in wording.html
    assert "<em>" not in wording.html


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("[a](https://x.example/b?c=d&e=f)", "https://x.example/b?c=d&e=f"),
        ("see https://x.example/b.", "https://x.example/b"),
        ("<https://x.example/>", "https://x.example/"),
        ("[a](mailto:a@x.example)", "mailto:a@x.example"),
        ("HTTPS://X.example/", "HTTPS://X.example/"),
        ("[a](https://x.example 'title')", "https://x.example"),
    ],
)
def test_links_lead_out_and_say_that_we_do_not_vouch(source, target):
    wording = markup.prepare(source)

    assert [link.lower() for link in wording.links] == [target.lower()]
    assert wording.html.count("<a ") == wording.html.count(REL) == 1
    assert "title=" not in wording.html


def test_a_link_to_a_comment_stays_here_and_is_not_counted():
    wording = markup.prepare(f"[Ann]({HERE})")

    assert f'href="{HERE}"' in wording.html
    assert wording.links == ()


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x09;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/path",
        "#elsewhere",
        "#comment-ABC",
        "&#106;avascript:alert(1)",
    ],
)
def test_other_targets_are_no_links(target):
    for wording in (markup.prepare(f"[a]({target})"), markup.prepare_html(f'<a href="{target}">a</a>')):
        assert "href" not in wording.html
        assert wording.links == ()


@pytest.mark.parametrize("source", ["say.no to this", "a.example", "write to a@x.example", "www.x.example"])
def test_only_what_begins_as_an_address_becomes_a_link(source):
    assert "<a" not in shown(source)


def test_plain_text_is_the_words():
    wording = markup.prepare("> *Quoted* &amp; `<b>`\n\n- one\n- [two](https://x.example)\n\nlast\nline")

    assert [line for line in wording.text.split("\n") if line] == [
        "Quoted & <b>",
        "one",
        "two",
        "last",
        "line",
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n\n a\n", "a"),
        ("a\x00b\x1bc\ufeff", "abc"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c", "abc"),
        ("a\tb", "a\tb"),
        ("\u200fשלום", "\u200fשלום"),
    ],
)
def test_the_source_is_kept_clean(typed, kept):
    assert markup.clean_source(typed) == kept


def test_foreign_html_loses_what_is_not_text():
    wording = markup.prepare_html(
        "<p onclick=x>One <font color=red>two</font><script>three</script><img src=x>"
        "<del>four</del> <a href='https://x.example' target=_top>five</a></p>"
    )

    assert wording.html == f'<p>One two<del>four</del> <a href="https://x.example" {REL}>five</a></p>'
    assert wording.kind is BodyKind.HTML


def test_plain_text_keeps_lines_and_shows_no_markup():
    wording = markup.prepare_plain("One *a*\n<b>two</b>\n\n\nthree & four")

    assert wording.html == "<p>One *a*<br>&lt;b&gt;two&lt;/b&gt;</p><p>three &amp; four</p>"
    assert wording.text == "One *a*\n<b>two</b>\nthree & four"
    assert wording.kind is BodyKind.PLAIN


MARKS = [
    "*",
    "**",
    "~~",
    "_",
    "`",
    "```\n",
    "> ",
    "- ",
    "1. ",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "&",
    "&lt;",
    '"',
    "'",
]
ODDS = [
    "https://x.example/",
    "javascript:",
    "\n",
    "\n\n",
    " ",
    "\\",
    "#",
    "<script>",
    "<a href=",
    "</p>",
    "<b>",
    HERE,
]
pieces = st.sampled_from([*MARKS, *ODDS, "a", "é", "م", "\u0301", "\x00"])
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=25).map("".join))


UNMARKED = [
    "Ann's",
    "it's",
    "'tis",
    "2026. ",
    "1) ",
    "- ",
    "+",
    "--",
    "…",
    ": ",
    ":",
    "=",
    "#",
    "(no)",
    "!",
    "]",
]
SPACES = [" ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\xa0", "\u3000", "\u2028", "\x85", "\u200d"]
words = st.sampled_from([*UNMARKED, *SPACES, "a", "é", "م", "\u0301", "½", "😀"])
unfenced = st.one_of(st.lists(words, max_size=20).map("".join), texts).filter(
    lambda text: "```" not in text and "~~~" not in text
)


def lines_of(text):
    return re.sub(r"[^\S\n]", "", text).strip("\n").split("\n")


@given(unfenced.map(markup.clean_source), st.sampled_from(["en", "de", "ar", "fr"]))
def test_a_text_looks_alone_as_it_does_before_a_marked_paragraph(source, language):
    alone, beside = (markup.prepare(each, language=language) for each in (source, f"{source}\n\n`so`"))

    assert beside.html == f"{alone.html}\n<p><code>so</code></p>".lstrip("\n")
    # Spaces at the ends of a whole text are cut.
    assert lines_of(beside.text) == lines_of(f"{alone.text}\n\nso")
    assert beside.links == alone.links


EMPHASISED = ["*a*", "*b c*", "(*é*)", "*م*", "*1*", "*'d*", "*e*f", "*", " *", "* ", "**"]
QUOTING = ["> ", "\n> ", "\n>", "> > "]
emphasised = st.lists(
    st.sampled_from([*EMPHASISED, *QUOTING, *UNMARKED, *SPACES, "a", "_", "."]), max_size=12
).map("".join)


@given(emphasised.map(markup.clean_source), st.sampled_from(["en", "de", "ar", "fr"]))
def test_emphasis_and_quotes_look_alone_as_they_do_among_marked_paragraphs(source, language):
    alone, beside = (markup.prepare(each, language=language) for each in (source, f"`x`\n\n{source}\n\n`x`"))

    around = "<p><code>x</code></p>"
    assert beside.html == "\n".join(filter(None, [around, alone.html, around]))
    # How much is blank between paragraphs is another test's affair.
    assert list(filter(None, lines_of(beside.text))) == ["x", *filter(None, lines_of(alone.text)), "x"]


@given(texts, st.sampled_from(["en", "de", "ar", "fr"]))
def test_making_safe_twice_changes_nothing(source, language):
    once = markup.prepare(markup.clean_source(source), language=language).html

    assert markup.prepare_html(once).html == once


@given(texts)
def test_making_foreign_html_safe_twice_changes_nothing(source):
    once = markup.prepare_html(source).html

    assert markup.prepare_html(once).html == once


ALLOWED = re.compile(
    r'</?(?:p|em|strong|s|del|blockquote|ul|li|code|pre|b|i|strike|u|sub|sup|q|cite|a|ol)>|<br>|<ol start="\d+">'
    r'|<a href="(?:https?://|mailto:|#comment-)[^"<>]*" rel="ugc nofollow noopener">'
    r'|<a rel="ugc nofollow noopener">',
    re.IGNORECASE,
)


@given(texts, st.sampled_from(BodyKind))
def test_nothing_but_the_allowed_tags_comes_out(source, kind):
    html = markup.prepare_as(kind, markup.clean_source(source)).html

    assert "<" not in ALLOWED.sub("", html)


@given(texts)
def test_cleaning_the_source_twice_changes_nothing(source):
    once = markup.clean_source(source)

    assert markup.clean_source(once) == once


HOSTILE = ["[", "![", ">", "> ", "*", "*a ", "*a_ ", '"', "'a\" ", "`", "<", "&", "~~a ", "[a](", "- ", "1. "]
HOSTILE += [
    "http://",
    "<http://",
    "\\",
    "* a\n",
    "<div>",
    "<!--",
    "&#0;",
    "a\u0301",
    "```\n",
    "http://a ",
    "[a](",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_stays_in_proportion(piece):
    source = markup.clean_source((piece * 10_000)[:10_000])

    wording = markup.prepare(source)

    assert len(wording.html) <= 8 * len(source) + 200
    assert len(wording.text) <= 2 * len(source) + 200


@pytest.mark.parametrize("piece", ["<div>", "<b>", "<p>", "<blockquote>", "<a href='http://x'>", "<", "&"])
def test_hostile_foreign_html_stays_in_proportion(piece):
    source = (piece * 20_000)[:50_000]

    assert len(markup.prepare_html(source).html) <= 8 * len(source) + 200


def test_nesting_has_an_end():
    assert markup.prepare("> " * 1000 + "a").html.count("<blockquote>") <= 30
