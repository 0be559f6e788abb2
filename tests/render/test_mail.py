"""The mail with a way in: both ways in both forms, in every language, safe whatever the site is called."""

from collections.abc import Callable
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tertulia.domain.accounts import SignInId
from tertulia.domain.ids import SiteId
from tertulia.domain.sites import Site
from tertulia.render import addresses, environment, mail
from tertulia.render.mail import Rendered
from tests.render.samples import look

LINK = "https://comments.example/gazette/sign-in/abc/open?token=T0-_ken&lang=de"
CODE = "01234567"


def sign_in(minutes: int = 15, **changes: Any) -> Rendered:
    return mail.sign_in(look(**changes), link=LINK, code=CODE, minutes=minutes)


def password(minutes: int = 15, **changes: Any) -> Rendered:
    return mail.password(look(**changes), link=LINK, code=CODE, minutes=minutes)


@pytest.mark.parametrize("language", environment.LANGUAGES)
@pytest.mark.parametrize("write", [sign_in, password])
def test_both_forms_hold_both_ways_in(write: Callable[..., Rendered], language: str) -> None:
    written = write(language=language)
    page = LexborHTMLParser(written.html)

    assert LINK in written.text.splitlines()
    assert CODE in written.text.splitlines()
    assert [link.attributes["href"] for link in page.css("a")] == [LINK]
    shown = page.body.text() if page.body else ""
    assert CODE in shown
    assert LINK in shown


@pytest.mark.parametrize("language", environment.LANGUAGES)
@pytest.mark.parametrize("write", [sign_in, password])
def test_it_says_where_the_code_belongs_how_long_and_what_if_one_did_not_ask(
    write: Callable[..., Rendered], language: str
) -> None:
    written = write(language=language)

    for form in (written.text, written.html):
        assert "comments.example" in form.replace(LINK, "")
        assert environment.number(language, 15) in form
    assert len(written.text.strip().split("\n\n")) == 7


def test_every_language_has_words_of_its_own() -> None:
    written = [sign_in(language=language) for language in environment.LANGUAGES]

    assert len({each.subject for each in written}) == len({each.text for each in written}) == len(written)


def test_arabic_runs_from_right_to_left_and_its_code_does_not() -> None:
    page = LexborHTMLParser(sign_in(language="ar").html)

    assert [part.attributes["dir"] for part in page.css("html, body > div")] == ["rtl", "rtl"]
    assert [part.attributes["dir"] for part in page.css("bdi")] == ["ltr", "ltr"]


def test_html_needs_nothing_from_elsewhere() -> None:
    html = sign_in().html

    assert LexborHTMLParser(html).css("img, script, link, style, iframe, object, form") == []
    assert "url(" not in html


def test_the_name_of_a_site_is_a_word_in_both_forms() -> None:
    named = Site(id=SiteId(1), key="gazette", name="Law & <b>Order</b>'s", origins=())

    written = sign_in(site=named)

    assert written.subject == "Sign in to Law & <b>Order</b>'s"
    assert written.text.startswith("Sign in to Law & <b>Order</b>'s\n")
    assert LexborHTMLParser(written.html).css("b") == []
    assert "Law &amp; &lt;b&gt;Order&lt;/b&gt;" in written.html


@pytest.mark.parametrize(("minutes", "words"), [(1, "for 1 minute."), (2, "for 2 minutes.")])
def test_minutes_are_counted_as_people_do(minutes: int, words: str) -> None:
    assert words in sign_in(minutes).text


def test_nothing_of_it_shows_in_its_representation() -> None:
    assert repr(sign_in()) == "Rendered()"


def test_link_leads_to_the_site_and_keeps_the_language() -> None:
    here = addresses.sign_in_link(look(), SignInId(5), "T0-_ken")
    there = addresses.sign_in_link(look(language="de"), SignInId(5), "T0-_ken")

    assert here == "https://comments.example/gazette/sign-in/0000000000005/open?token=T0-_ken"
    assert there == f"{here}&lang=de"
