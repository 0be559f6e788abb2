"""One's own conversations over HTTP, without JavaScript, and the feed that needs an address and no cookie."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from httpx2 import Response
from selectolax.lexbor import LexborNode as Node

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.comments import Comment
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.services import accounts, sign_in
from tertulia.testing.builders import ORIGIN, Guest
from tests.web import browsing
from tests.web.browsing import BASE, Web, action_of, fields_of, one, said, tree

ANN = "ann@reader.example"
PAGE = "/gazette/me/conversations"
ATOM = {"": "http://www.w3.org/2005/Atom"}
READ_FORM = "form[action*='/conversations/read']"
FEED_FORM = "form[action*='/me/feed']"


def reader(web: Web, address: str = ANN, name: str = "Ann") -> Guest:
    """Somebody with an account, as they are now."""
    with web.make.write(SYSTEM) as unit:
        account = accounts.set_role(unit, address, Role.READER)
    return Guest(name=name, actor=Actor(kind=ActorKind.AUTHOR, account=account, author=account.author))


def enter(web: Web, address: str = ANN) -> None:
    """Sign the browser in."""
    with web.make.write(SYSTEM) as unit:
        token = sign_in.open_session(
            unit, accounts.set_role(unit, address, Role.READER), way="email", device=""
        )
    web.client.cookies.set("tertulia_account_gazette", token, domain="testserver.local", path="/")


def wrote(web: Web, **options: str) -> Comment:
    return web.make.comment(guest=reader(web), **options)


def article(page: Response, comment: Comment) -> Node:
    found = tree(page).css(f"article[data-comment='{ids.encode(comment.id)}']")
    assert len(found) == 1, f"there {len(found)} times"
    return found[0]


def makes_feed(web: Web) -> str:
    """Press the button; give the path of the address that is told."""
    made = web.send("/gazette/me/feed")
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    return str(one(made, "input[readonly]").attributes["value"]).removeprefix(BASE)


def entries(feed: Response) -> list[ET.Element]:
    assert feed.status_code == 200
    return ET.fromstring(feed.content).findall("entry", ATOM)


def text_of(element: ET.Element, path: str) -> str:
    found = element.find(path, ATOM)
    assert found is not None
    return found.text or ""


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(web: Web) -> None:
    response = web.get(PAGE)

    assert response.status_code == 303
    assert response.headers["location"] == f"{BASE}/gazette/sign-in?next={BASE}{PAGE}"


def test_the_page_is_empty_before_the_first_comment(web: Web) -> None:
    enter(web)

    page = web.get(PAGE)

    assert page.headers["cache-control"] == "no-store"
    assert "You have not written here yet" in said(page, "main")
    assert not tree(page).css(READ_FORM)
    assert one(web.get("/gazette/me"), f"a[href='{BASE}{PAGE}']")


def test_unread_replies_stand_first_and_are_marked_by_a_word(web: Web) -> None:
    own, quiet = wrote(web), wrote(web)
    answer = web.make.comment(parent=own, body="I *doubt* it.")
    enter(web)

    page = web.get(PAGE)

    headings = [each.text(strip=True) for each in tree(page).css("h2")]
    assert headings == ["New replies", "Your other comments", "Replies as a feed"]
    first, second = tree(page).css("ol.tt-comments")
    assert [each.attributes["data-comment"] for each in first.css("article")] == [
        ids.encode(own.id),
        ids.encode(answer.id),
    ]
    assert [each.attributes["data-comment"] for each in second.css("article")] == [ids.encode(quiet.id)]
    assert [each.text() for each in article(page, answer).css(".tt-badge")] == ["New"]
    assert not article(page, own).css(".tt-badge")
    assert article(page, answer).css(f"a[href='{BASE}{web.path(answer)}#comment-{ids.encode(answer.id)}']")


def test_the_button_marks_what_was_shown_and_nothing_newer(web: Web) -> None:
    own = wrote(web)
    web.make.comment(parent=own)
    enter(web)
    page = web.get(PAGE)
    later = web.make.comment(parent=own)

    done = web.follow(web.send(action_of(page, READ_FORM), fields_of(page, READ_FORM)))

    assert "marked as read" in said(done, "[role=status]")
    assert [each.text() for each in tree(done).css("article .tt-badge")] == ["New"]
    assert article(done, later).css(".tt-badge")

    web.send(action_of(done, READ_FORM), fields_of(done, READ_FORM))
    assert not tree(web.get(PAGE)).css(READ_FORM)


@pytest.mark.parametrize("newest", ["", "nonsense", "0000000000000"])
def test_marking_something_that_is_no_reply_to_oneself_is_refused(web: Web, newest: str) -> None:
    wrote(web)
    enter(web)

    assert web.send(f"{PAGE}/read", {"newest": newest}).status_code == 404


def test_marking_a_reply_to_somebody_else_is_refused(web: Web) -> None:
    strange = web.make.comment(parent=web.make.comment())
    wrote(web)
    enter(web)

    assert web.send(f"{PAGE}/read", {"newest": ids.encode(strange.id)}).status_code == 404


@pytest.mark.parametrize("path", [f"{PAGE}/read", "/gazette/me/feed"])
def test_strangers_and_foreign_pages_change_nothing(web: Web, path: str) -> None:
    own = wrote(web)
    answer = web.make.comment(parent=own)
    fields = {"newest": ids.encode(answer.id)}
    refused = web.send(path, fields)
    unreadable = web.send(path, {"newest": "x"})
    enter(web)
    foreign = web.send(path, fields, headers={"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == unreadable.status_code == 401
    assert foreign.status_code == 403
    page = web.get(PAGE)
    assert said(page, f"{FEED_FORM} button") == "Make the address of a feed"
    assert article(page, answer).css(".tt-badge")


def test_a_token_of_an_embed_makes_no_address_that_lasts(web: Web) -> None:
    enter(web)
    with web.make.write(session_actor(web)) as unit:
        code = sign_in.make_handover(unit, ORIGIN)
    with web.make.write() as unit:
        token = sign_in.exchange(unit, code, origin=ORIGIN).token
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {token}"}

    assert web.someone_else().send("/gazette/me/feed", headers=headers).status_code == 403


def session_actor(web: Web) -> Actor:
    token = web.client.cookies["tertulia_account_gazette"]
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def test_nothing_of_another_account_is_shown(web: Web) -> None:
    bob = reader(web, "bob@reader.example", "Bob")
    theirs = web.make.comment("Bob wrote this.", guest=bob)
    web.make.comment("Somebody told Bob.", parent=theirs)
    enter(web)

    page = web.get(PAGE)

    assert not tree(page).css("article")
    assert "Bob" not in page.text


def test_what_is_held_does_not_show_and_who_withdrew_is_not_named(web: Web) -> None:
    own = wrote(web)
    held = web.make.comment("A held word.", parent=own, guest=web.make.guest("Harry"), status="held")
    gone = web.make.comment(
        "A word taken back.", parent=own, guest=web.make.guest("Wilma"), status="withdrawn"
    )
    enter(web)

    page, feed = web.get(PAGE), web.get(makes_feed(web))

    assert said(page, f"article[data-comment='{ids.encode(gone.id)}'] .tt-gone") == "Withdrawn by its author."
    assert not tree(page).css(f"article[data-comment='{ids.encode(held.id)}']")
    for text in (page.text, feed.text):
        assert not re.search("Harry|Wilma|held word|taken back", text)


def test_ones_own_held_comment_is_shown_to_be_changed(web: Web) -> None:
    own = wrote(web, body="Wait for me.", status="held")
    enter(web)

    page = web.get(PAGE)

    assert "Wait for me." in said(page, "ol.tt-comments")
    assert "Only you see it" in said(page, "ol.tt-comments .tt-state")
    (link,) = tree(page).css("ol.tt-comments a[href*='/edit']")
    assert web.get(str(link.attributes["href"]).removeprefix(BASE)).status_code == 200
    assert f"/c/{ids.encode(own.id)}" in str(link.attributes["href"])


def test_more_replies_than_ten_are_behind_a_link_to_the_discussion(web: Web) -> None:
    own = wrote(web)
    for _ in range(12):
        web.make.comment(parent=own)
    enter(web)

    page = web.get(PAGE)

    assert len(tree(page).css(".tt-replies article")) == 10
    more = one(page, "a.tt-more")
    assert more.text() == "Show all 12 replies in the discussion"
    assert str(more.attributes["href"]).startswith(f"{BASE}{web.path(own)}#")


def test_pages_lead_to_earlier_comments_and_back(sqlite_web: Web) -> None:
    web = sqlite_web
    for _ in range(25):
        wrote(web)
    enter(web)

    first = web.get(PAGE)
    earlier = one(first, ".tt-pages a.tt-button")
    second = web.get(str(earlier.attributes["href"]).removeprefix(BASE))

    assert [len(tree(page).css("article")) for page in (first, second)] == [20, 5]
    assert tree(second).css(f".tt-pages a[href='{BASE}{PAGE}']")
    assert web.get(f"{PAGE}?after=nowhere").status_code == 400


def test_ids_on_the_page_are_unique(web: Web) -> None:
    own = wrote(web)
    for _ in range(2):
        web.make.comment(parent=own)
    web.make.comment(parent=own, guest=reader(web))
    enter(web)

    found = [each.attributes["id"] for each in tree(web.get(PAGE)).css("[id]")]

    assert len(found) == len(set(found))


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_the_page_keeps_its_language(web: Web, language: str, direction: str) -> None:
    web.make.comment(parent=wrote(web))
    enter(web)

    page = web.get(f"{PAGE}?lang={language}")

    assert one(page, "html").attributes["dir"] == direction
    assert "My conversations" not in page.text
    for form in (READ_FORM, FEED_FORM):
        assert action_of(page, form).endswith(f"?lang={language}")


def test_a_feed_is_atom_with_what_a_program_needs(web: Web) -> None:
    own = web.make.comment(guest=reader(web), story=web.make.story(title="The old bridge & the new"))
    answer = web.make.comment("A <b>word</b> & *another*.", parent=own, guest=web.make.guest("Ida < Bo"))
    enter(web)

    feed = web.someone_else().get(makes_feed(web))

    assert feed.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert feed.headers["cache-control"] == "private, max-age=300"
    root = ET.fromstring(feed.content)
    assert root.tag == f"{{{ATOM['']}}}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert moment(text_of(root, "updated")) == answer.published_at
    (entry,) = entries(feed)
    assert text_of(entry, "author/name") == "Ida < Bo"
    assert text_of(entry, "title") == "Ida < Bo replied to you: The old bridge & the new"
    assert moment(text_of(entry, "updated")) == moment(text_of(entry, "published")) == answer.published_at
    content = entry.find("content", ATOM)
    assert content is not None
    assert content.get("type") == "html"
    assert content.text is not None
    assert "<em>another</em>" in content.text
    assert "<b>" not in content.text
    link = entry.find("link", ATOM)
    assert link is not None
    assert link.get("href") == f"{BASE}{web.path(answer)}#comment-{ids.encode(answer.id)}"
    assert web.get(web.path(answer)).status_code == 200


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_ids_of_a_feed_stay_whatever_language_it_is_asked_in(web: Web) -> None:
    own = wrote(web)
    web.make.comment(parent=own)
    web.make.comment(parent=own)
    enter(web)
    address = makes_feed(web)

    english, german = web.get(address), web.get(f"{address}?lang=de")

    def ids_in(feed: Response) -> list[str]:
        return [text_of(each, "id") for each in entries(feed)]

    assert ids_in(english) == ids_in(german)
    assert len(set(ids_in(english))) == 2
    assert all(re.fullmatch("urn:uuid:[0-9a-f-]{36}", each) for each in ids_in(english))
    assert english.content != german.content


def test_a_feed_without_replies_is_a_feed(web: Web) -> None:
    enter(web)

    feed = web.get(makes_feed(web))

    assert entries(feed) == []
    root = ET.fromstring(feed.content)
    assert moment(text_of(root, "updated"))
    assert text_of(root, "author/name") == "The Gazette"


def test_a_feed_holds_no_character_that_xml_cannot(web: Web) -> None:
    web.make.comment("A bell \x07, a form feed \x0c and \ufffe.", parent=wrote(web))
    enter(web)

    (entry,) = entries(web.get(makes_feed(web)))

    assert "A bell" in text_of(entry, "content")


def test_a_feed_is_asked_for_again_at_little_cost(web: Web) -> None:
    own = wrote(web)
    enter(web)
    address = makes_feed(web)
    tag = web.get(address).headers["etag"]

    same = web.get(address, headers={"If-None-Match": tag})
    web.make.comment(parent=own)
    changed = web.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["cache-control"] == "private, max-age=300"
    assert changed.status_code == 200


def test_a_feed_answers_head(web: Web) -> None:
    enter(web)
    address = makes_feed(web)

    head = web.client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == web.get(address).headers["etag"]


def test_a_new_address_ends_the_old_and_removing_it_ends_the_feed(web: Web) -> None:
    enter(web)
    old, new = makes_feed(web), makes_feed(web)
    answers = [web.get(address).status_code for address in (old, new)]

    done = web.follow(web.send("/gazette/me/feed", {"off": "1"}))

    assert answers == [404, 200]
    assert "feed is removed" in said(done, "[role=status]")
    assert web.get(new).status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "x" * 400])
def test_an_address_that_was_never_made_is_unknown(web: Web, token: str) -> None:
    assert web.get(f"/gazette/feed/{token}").status_code == 404


def test_the_secret_of_a_feed_opens_nothing_else_and_is_not_kept(web: Web) -> None:
    enter(web)
    token = makes_feed(web).rpartition("/")[2]
    stranger = web.someone_else()
    stranger.client.cookies.set("tertulia_account_gazette", token, domain="testserver.local", path="/")

    assert stranger.get(PAGE).status_code == 303
    assert token not in web.get(PAGE).text


def test_a_feed_of_one_site_is_unknown_on_another(database: str) -> None:
    with browsing.opened(database) as web:
        enter(web)
        address = makes_feed(web)
        web.make.clock.advance(timedelta(seconds=1))
        other = type(web.make)(web.make.units, web.clock, key="herald")
        other.site(origins=["https://herald.example"])

        assert web.get(address.replace("/gazette/", "/herald/")).status_code == 404
