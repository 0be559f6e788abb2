"""The log of decisions and the trails over HTTP: for everybody or at the desk, as a page and as a feed."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from tertulia.domain import ids
from tertulia.domain.moderation import Outcome
from tests.web import browsing
from tests.web.browsing import Web, said, tree
from tests.web.test_statements import comment_at, decide, write

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def test_there_is_none_unless_the_site_wants_it(web: Web) -> None:
    decide(web, write(web))

    assert web.get("/gazette/log").status_code == 404
    assert web.get("/gazette/log/feed").status_code == 404
    assert "/log" not in web.get("/gazette/").text
    web.make.policy(log="staff")
    assert web.get("/gazette/log").status_code == 404
    web.enter_desk()
    assert len(tree(web.get("/gazette/desk/log")).css(".tt-log li")) == 1
    web.make.policy(log="off")
    assert "This site shows no log" in said(web.get("/gazette/desk/log"), "main")


def test_everybody_reads_it_and_nobody_is_found_in_it(web: Web) -> None:
    web.make.policy(log="public")
    standing = write(web, "Secret words.")
    comment = comment_at(web, standing)
    decide(web, standing)
    decide(web, standing, Outcome.RESTORE)

    page = web.someone_else().get("/gazette/log")

    assert "/gazette/log" in web.get("/gazette/").text
    first, second = tree(page).css(".tt-log li")
    assert "Comment restored" in first.text()
    assert "Comment removed: insults or threats" in second.text()
    assert "Decided by a person." in second.text()
    for hidden in (ids.encode(comment.id), ids.encode(comment.author.id), "Ann", "Secret", "names", "Maren"):
        assert hidden not in page.text
    assert page.headers["cache-control"].startswith("public")


def test_it_is_narrowed_by_a_plain_form(web: Web) -> None:
    web.make.policy(log="public")
    standing = write(web)
    decide(web, standing)
    decide(web, standing, Outcome.RESTORE)

    page = web.get("/gazette/log?kind=remove&reason=abuse&month=2026-03")

    assert len(tree(page).css(".tt-log li")) == 1
    assert tree(page).css("option[value=remove]")[0].attributes.keys() >= {"selected"}
    assert "There are no entries of this kind." in web.get("/gazette/log?reason=spam").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("kind=x", 422),
        ("reason=x", 422),
        ("month=2026-99", 422),
        ("before=-1", 400),
        ("before=" + "9" * 19, 400),
        ("before=٣", 400),
        ("section=%00%F0%9F%98%80", 200),
        ("before=1", 200),
    ],
)
def test_hostile_questions_are_refused_or_find_nothing(web: Web, query: str, status: int) -> None:
    web.make.policy(log="public")
    decide(web, write(web))

    assert web.get(f"/gazette/log?{query}").status_code == status
    web.enter_desk()
    assert web.get(f"/gazette/desk/log?{query}").status_code == status


def test_the_feed_has_the_same_and_days_only(web: Web) -> None:
    web.make.policy(log="public")
    empty = ET.fromstring(web.get("/gazette/log/feed").content)
    assert empty.findall(f"{ATOM}entry") == []
    decide(web, write(web))

    answer = web.get("/gazette/log/feed?reason=abuse&lang=de")
    feed = ET.fromstring(answer.content)

    assert answer.headers["content-type"].startswith("application/atom+xml")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Kommentar entfernt: Beleidigung oder Drohung"
    assert str(entry.findtext(f"{ATOM}updated")).endswith("T00:00:00Z")
    assert "Ann" not in answer.text


def test_the_trail_is_one_link_away_from_the_comment_and_the_author(web: Web) -> None:
    standing = write(web)
    comment = comment_at(web, standing)
    decide(web, standing)
    web.enter_desk()
    places = (
        f"/gazette/desk/c/{ids.encode(comment.id)}",
        f"/gazette/desk/authors/{ids.encode(comment.author.id)}",
    )

    for place in places:
        assert f"{place}/audit" in web.get(place).text
        page = web.get(f"{place}/audit")
        assert "Comment removed" in said(page, ".desk-table")
        assert "Visible → Removed" in said(page, ".desk-table")
        assert "Maren" in said(page, ".desk-table")
        assert web.someone_else().get(f"{place}/audit").status_code == 401
    assert web.get("/gazette/desk/c/7zzzzzzzzzzzz/audit").status_code == 404
    assert web.get("/gazette/desk/authors/7zzzzzzzzzzzz/audit").status_code == 404
    assert web.get(f"{places[0]}/audit?before=x").status_code == 400
