"""What was imported, on the page of what is one's own: shown, made one's own by a form, and to nobody else."""

from datetime import UTC, datetime

import pytest

from tertulia.domain import ids
from tertulia.domain.transfer import PortableAuthor, PortableEntry, PortableStory
from tertulia.services import stories, transfer
from tertulia.testing.builders import ORIGIN
from tests.services.test_merging import settle
from tests.web import browsing
from tests.web.browsing import OWN_PAGE, Web, action_of, fields_of, said, tree
from tests.web.test_sign_in import ANN, FOREIGN, bearer, enter

FORM = "form[action$='/me/earlier']"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def bring(web: Web, name: str = "Ann of Old", number: int = 3) -> None:
    """Import some comments of one author, as another system knew them."""
    when = datetime(2014, 5, 3, 12, tzinfo=UTC)
    author = PortableAuthor(name=name, email=ANN)
    entries = [
        PortableEntry(
            source_id=f"{name} {at}",
            story_id="s",
            parent_id=None,
            author=author,
            created_at=when,
            body=f"Old words {at}.",
        )
        for at in range(number)
    ]
    records = [PortableStory(source_id="s", url=f"{ORIGIN}/old"), *entries]
    secret = web.parts.settings.secret
    list(transfer.import_records(web.make.units, web.make.key, records, source="wordpress", secret=secret))


def discussion(web: Web) -> str:
    """The page as whoever knows that it changed asks for it."""
    with web.make.read() as unit:
        story = stories.find_by_url(unit, f"{ORIGIN}/old")
    assert story is not None
    return web.get(web.path(story), headers={"Tertulia-Revision": str(story.revision)}).text


def test_it_is_shown_and_nothing_happens_before_it_is_pressed(web):
    bring(web)
    enter(web)

    page = web.get("/gazette/me")

    assert said(page, f"{FORM} span") == "Ann of Old· 3 comments, since May 3, 2014"
    assert "The name they bear then becomes yours" in page.text
    assert fields_of(page, "form[action$='/me/name']")["name"] == ""


def test_pressing_makes_the_comments_and_the_name_one_s_own(web):
    bring(web)
    enter(web)
    page = web.get("/gazette/me")

    after = web.follow(web.send(action_of(page, FORM), fields_of(page, FORM)))

    assert said(after, ".tt-state") == "These comments are yours now."
    assert fields_of(after, "form[action$='/me/name']")["name"] == "Ann of Old"
    assert tree(after).css(FORM) == []
    conversations = web.get("/gazette/me/conversations").text
    assert all(f"Old words {at}." in conversations for at in range(3))


def test_with_a_name_of_one_s_own_pages_show_that(web):
    bring(web)
    assert "Ann of Old" in discussion(web)
    enter(web)
    page = web.get("/gazette/me")
    web.send("/gazette/me/name", {"name": "Ann Lee"})
    assert "They then bear your name." in web.get("/gazette/me").text

    assert web.send(action_of(page, FORM), fields_of(page, FORM)).status_code == 303

    assert "Ann of Old" not in discussion(web)
    assert discussion(web).count("Ann Lee") == 3


def test_what_is_on_its_way_is_said(web):
    bring(web, number=250)
    enter(web)
    web.send("/gazette/me/name", {"name": "Ann Lee"})
    page = web.get("/gazette/me")

    after = web.follow(web.send(action_of(page, FORM), fields_of(page, FORM)))
    assert "one after the other" in after.text

    settle(web.make)
    assert "one after the other" not in web.get("/gazette/me").text
    assert "Ann of Old" not in discussion(web)


def test_a_reserved_name_is_refused_and_says_why(web):
    bring(web, name="Moderator")
    enter(web)
    page = web.get("/gazette/me")

    refused = web.send(action_of(page, FORM), fields_of(page, FORM))

    assert refused.status_code == 403
    assert "unless you choose one above first" in refused.text
    assert len(tree(refused).css(FORM)) == 1
    web.send("/gazette/me/name", {"name": "Ann"})
    assert web.send(action_of(page, FORM), fields_of(page, FORM)).status_code == 303


def test_another_reader_sees_and_takes_nothing(web):
    bring(web)
    enter(web)
    wanted = fields_of(web.get("/gazette/me"), FORM)
    bob = web.someone_else()
    enter(bob, "bob@reader.example")

    assert tree(bob.get("/gazette/me")).css(FORM) == []
    assert bob.send("/gazette/me/earlier", wanted).status_code == 404
    assert len(tree(web.get("/gazette/me")).css(FORM)) == 1


@pytest.mark.parametrize("author", ["", "x", "0" * 13, "\0", "é" * 13, "7" * 400])
def test_what_is_no_author_is_nobody(web, author):
    enter(web)

    assert web.send("/gazette/me/earlier", {"author": author}).status_code == 404


def test_nobody_makes_anything_theirs_without_a_session_of_our_own_pages(web):
    bring(web)
    enter(web)
    wanted = fields_of(web.get("/gazette/me"), FORM)
    token = bearer(web)
    stranger = web.someone_else()

    assert stranger.send("/gazette/me/earlier", wanted).status_code == 401
    with_bearer = {**FOREIGN, "Authorization": f"Bearer {token}"}
    assert stranger.send("/gazette/me/earlier", wanted, headers=with_bearer).status_code == 403
    assert (
        web.send(
            "/gazette/me/earlier", wanted, headers={**OWN_PAGE, "Sec-Fetch-Site": "cross-site"}
        ).status_code
        == 403
    )
    assert len(tree(web.get("/gazette/me")).css(FORM)) == 1
    assert ids.decode(wanted["author"])


def test_it_is_not_done_without_end(web):
    enter(web)
    most = web.parts.settings.sign_ins_per_minute_per_network

    statuses = [web.send("/gazette/me/earlier", {"author": "0" * 13}).status_code for _ in range(most + 2)]

    assert statuses[-1] == 429


@pytest.mark.parametrize(("language", "words"), [("de", "Zu meinen machen"), ("ar", "اجعلها لي")])
def test_it_is_said_in_the_site_s_language(database, language, words):
    with browsing.opened(database, is_development=True, site={"language": language}) as web:
        bring(web)
        enter(web)
        assert words in web.get("/gazette/me").text
