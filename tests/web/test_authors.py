"""Authors' public pages and pictures over HTTP: the same for everybody, off where the policy says so."""

from typing import Any

import pytest

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, comments
from tests.web.browsing import BASE, Web, one, said, tree
from tests.web.test_conversations import article, enter, reader, wrote


def path(comment: Comment) -> str:
    return f"/gazette/authors/{ids.encode(comment.author.id)}"


def switch(web: Web, **choices: object) -> None:
    """Choose, and look after the moment for which pages may be older."""
    web.make.policy(**choices)
    forget(web)


def forget(web: Web) -> None:
    web.parts.cache._entries.clear()  # noqa: SLF001 - what a quarter of a second does
    web.parts.known._known.clear()  # noqa: SLF001


def hrefs(page: Any) -> list[str]:
    return [str(each.attributes.get("href", "")) for each in tree(page).css("a")]


def test_a_page_names_its_author_and_leads_to_comments_and_stories(web: Web) -> None:
    web.make.policy(author_pages=True)
    story = web.make.story("harbour", title="The harbour")
    own = web.make.comment("My *words*.", story=story, guest=reader(web))
    with web.make.write(SYSTEM) as unit:
        accounts.wear(unit, accounts.find(unit, "ann@reader.example"), ("expert",))

    page = web.get(path(own))

    assert said(page, "h1") == "Ann"
    assert said(page, ".tt-badge") == "Expert"
    assert "1 comment" in said(page, ".tt-who > header")
    assert "since" in said(page, ".tt-who > header")
    assert said(page, ".tt-body") == "Mywords."
    assert {f"{BASE}{web.path(story)}", f"{BASE}{web.path(own)}#comment-{ids.encode(own.id)}"} <= set(
        hrefs(page)
    )
    assert one(page, "meta[name=robots]").attributes["content"] == "noindex"


def test_names_lead_to_it_where_there_is_one(sqlite_web: Web) -> None:
    web, story = sqlite_web, sqlite_web.make.story("harbour")
    web.make.policy(author_pages=True)
    own, guest = web.make.comment(story=story, guest=reader(web)), web.make.comment(story=story)

    page = web.get(web.path(story))

    assert article(page, own).css_first("a.tt-author").attributes["href"] == f"{BASE}{path(own)}"
    assert article(page, guest).css_first("span.tt-author") is not None
    assert web.get(path(guest)).status_code == 404


def test_where_the_policy_is_off_there_is_neither_page_nor_link(sqlite_web: Web) -> None:
    web = sqlite_web
    own = wrote(web)
    enter(web)

    assert web.get(path(own)).status_code == 404
    assert [
        href
        for where in (web.path(own), "/gazette/me")
        for href in hrefs(web.get(where))
        if "/authors/" in href
    ] == []


def test_turned_off_it_is_gone(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    own = wrote(web)
    before = web.get(path(own)).status_code
    switch(web, author_pages=False)

    assert (before, web.get(path(own)).status_code) == (200, 404)


def test_it_is_the_same_for_everybody_and_may_be_kept_as_other_pages(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    own = wrote(web)
    before = web.get(path(own))
    enter(web)

    after = web.get(path(own))
    again = web.get(path(own), headers={"If-None-Match": after.headers["etag"]})

    assert after.text == before.text
    assert "set-cookie" not in after.headers
    assert after.headers["cache-control"] == web.get(web.path(own)).headers["cache-control"]
    assert again.status_code == 304


def test_it_follows_what_its_author_does(web: Web) -> None:
    web.make.policy(author_pages=True)
    first = wrote(web)
    web.get(path(first))
    second = wrote(web, body="Another.")
    after_post = web.get(path(first), headers={"Cache-Control": "no-cache"})
    with web.make.write(reader(web).actor) as unit:
        comments.withdraw(unit, second.id)
    web.parts.cache._entries.clear()  # noqa: SLF001 - a quarter of a second of calm
    after = web.get(path(first))

    assert after_post.status_code == 200
    assert "Another." not in after.text
    assert said(after, ".tt-body")


@pytest.mark.parametrize(
    "wrong", ["x", "0" * 13, "7zzzzzzzzzzzz", "z" * 13, "ن" * 13, "%00" * 13, "..%2fme", "a" * 3000]
)
def test_what_is_no_author_is_not_there(sqlite_web: Web, wrong: str) -> None:
    sqlite_web.make.policy(author_pages=True)
    wrote(sqlite_web)

    assert sqlite_web.get(f"/gazette/authors/{wrong}").status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "%00", "ن"])
def test_what_is_no_cursor_is_refused(sqlite_web: Web, after: str) -> None:
    sqlite_web.make.policy(author_pages=True)
    own = wrote(sqlite_web)

    assert sqlite_web.get(path(own), params={"after": after}).status_code in (200, 400)
    assert sqlite_web.get(path(own), params={"after": "nowhere"}).status_code == 400


def test_a_name_and_a_title_are_words_there_too(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    story = web.make.story("x", title="<script>alert(1)</script>")
    own = web.make.comment(story=story, guest=reader(web, name="<img src=x>"))

    page = web.get(path(own))

    assert said(page, "h1") == "<img src=x>"
    assert tree(page).css("main script, main img") == []


def test_long_lists_are_paged(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    own = [wrote(web) for _ in range(23)]

    first = web.get(path(own[0]))
    second = web.get(str(one(first, ".tt-pages a.tt-button").attributes["href"]).removeprefix(BASE))

    assert (len(tree(first).css(".tt-item")), len(tree(second).css(".tt-item"))) == (20, 3)
    assert f"{BASE}{path(own[0])}" in hrefs(second)


def test_from_it_its_author_is_muted_without_javascript(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    theirs = web.make.comment(guest=reader(web, "bob@reader.example", "Bob"))
    enter(web)

    link = one(web.get(path(theirs)), "a[rel=nofollow][href*='/me/muted']")
    page = web.get(str(link.attributes["href"]).removeprefix(BASE))

    assert "Bob" in said(page, "form")


def test_one_s_own_page_and_picture_stand_at_me(sqlite_web: Web) -> None:
    web = sqlite_web
    web.make.policy(author_pages=True)
    enter(web)
    before = web.get("/gazette/me")
    own = wrote(web)
    after = web.get("/gazette/me")

    assert tree(before).css(".tt-picture") == []
    assert one(after, ".tt-picture path").attributes["d"] == picture(web, own)
    assert f"{BASE}{path(own)}" in hrefs(after)


def picture(web: Web, comment: Comment) -> str:
    return str(article(web.get(web.path(comment)), comment).css_first("svg path").attributes["d"])


def test_one_author_has_one_picture_wherever_and_others_have_others(sqlite_web: Web) -> None:
    web = sqlite_web
    first, second = (web.make.comment(guest=reader(web)) for _ in range(2))
    others = [web.make.comment() for _ in range(5)]

    assert picture(web, first) == picture(web, second)
    assert len({picture(web, each) for each in (first, *others)}) > 3


def test_a_picture_says_nothing_to_who_listens(sqlite_web: Web) -> None:
    own = wrote(sqlite_web)

    drawn = article(sqlite_web.get(sqlite_web.path(own)), own).css_first("svg")

    assert drawn.attributes["aria-hidden"] == "true"
    assert "style" not in drawn.attributes


def test_a_tombstone_has_no_picture(sqlite_web: Web) -> None:
    for status in ("removed", "withdrawn"):
        gone = sqlite_web.make.comment(status=status)
        assert article(sqlite_web.get(sqlite_web.path(gone)), gone).css("svg") == []


def test_pictures_are_off_where_the_policy_says_so(sqlite_web: Web) -> None:
    web = sqlite_web
    own = wrote(web)
    switch(web, avatars=False)
    enter(web)

    assert article(web.get(web.path(own)), own).css("svg") == []
    assert tree(web.get("/gazette/me")).css("svg") == []
