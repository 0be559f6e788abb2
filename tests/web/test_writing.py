"""What the browser's script sends and gets: JSON with a fragment, and refusals that say why."""

from datetime import timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tertulia.services import stories
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import EMBEDDED, JSON, Web

OTHER = {**EMBEDDED, "Tertulia-Guest": "o" * 43}


def post(web: Web, headers: dict[str, str] = EMBEDDED, **fields: str) -> Any:
    fields = {"url": f"{ORIGIN}/harbour", "name": "Ann", "body": "Hello.", **fields}
    return web.send("/gazette/comments", fields, headers=headers)


def text_of(fragment: str) -> str:
    (body,) = HTMLParser(fragment).css("li.tt-item > article .tt-body")
    return body.text(strip=True)


def test_posted_comment_comes_back_as_it_is_shown(web: Web) -> None:
    response = post(web, title="The harbour", key="k" * 20)

    told = response.json()
    assert response.status_code == 201
    assert (told["state"], told["revision"], told["message"]) == ("posted", 1, "Your comment is posted.")
    assert text_of(told["fragment"]) == "Hello."
    assert told["edit_until"] == (web.clock() + timedelta(minutes=5)).isoformat()
    assert "set-cookie" not in response.headers
    assert "Hello." in web.get(f"/gazette/s/{told['story']}").text


def test_same_key_gives_the_first_result(web: Web) -> None:
    first, again = post(web, key="k" * 20), post(web, key="k" * 20, body="Changed meanwhile.")

    assert (first.status_code, again.status_code) == (201, 200)
    assert {**again.json(), "revision": 0} == {**first.json(), "revision": 0}


def test_same_key_of_somebody_else_is_another_comment(web: Web) -> None:
    first, other = post(web, key="k" * 20), post(web, OTHER, key="k" * 20)

    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


def test_json_bodies_are_taken_as_well(web: Web) -> None:
    response = web.client.post(
        "/gazette/comments",
        json={"url": f"{ORIGIN}/harbour", "name": "Ann", "body": "As JSON. \N{OWL}"},
        headers=EMBEDDED,
    )

    assert response.status_code == 201
    assert text_of(response.json()["fragment"]) == "As JSON. \N{OWL}"


def test_held_comment_is_shown_to_its_author_and_nobody_else(web: Web) -> None:
    web.make.policy(hold_first=True)

    told = post(web).json()
    mine = web.get(f"/gazette/mine?story={told['story']}", headers=EMBEDDED).json()
    other = web.get(f"/gazette/mine?story={told['story']}", headers=OTHER).json()

    assert told["state"] == "held"
    assert told["message"].startswith("Your comment is held")
    assert [text_of(each["fragment"]) for each in mine["held"]] == ["Hello."]
    assert (mine["name"], [each["id"] for each in mine["own"]]) == ("Ann", [told["id"]])
    assert other == {"name": "", "account": None, "held": [], "own": [], "author": "", "muted": []}
    assert "Hello." not in web.get(f"/gazette/s/{told['story']}").text


def test_too_many_links_are_held(web: Web) -> None:
    links = " ".join(f"https://example.org/{number}" for number in range(6))

    assert post(web, body=links).json()["state"] == "held"


def test_author_edits_by_the_secret_alone(web: Web) -> None:
    told = post(web, body="Frist.").json()
    where = f"/gazette/c/{told['id']}"

    source = web.get(f"{where}/source", headers=EMBEDDED)
    edited = web.send(f"{where}/edit", {"body": "First."}, headers=EMBEDDED)
    others = [
        web.send(f"{where}/edit", {"body": "Mine now."}, headers=OTHER),
        web.send(f"{where}/withdraw", headers=OTHER),
        web.get(f"{where}/source", headers=OTHER),
        web.get(f"{where}/source"),
    ]

    assert source.json() == {"body": "Frist.", "edit_until": told["edit_until"]}
    assert (edited.status_code, edited.json()["message"]) == (200, "Your change is saved.")
    assert (text_of(edited.json()["fragment"]), edited.json()["revision"]) == ("First.", 2)
    assert [each.status_code for each in others] == [403] * 4


def test_withdrawn_comment_leaves_its_place(web: Web) -> None:
    told = post(web).json()

    response = web.send(f"/gazette/c/{told['id']}/withdraw", {"lang": "de"}, headers=EMBEDDED)

    assert response.json()["state"] == "withdrawn"
    assert response.json()["message"] == "Ihr Kommentar ist zurückgezogen."
    assert "Hello." not in response.json()["fragment"]
    assert 'data-status="withdrawn"' in response.json()["fragment"]


@pytest.mark.parametrize(
    ("fields", "status", "code", "sentence"),
    [
        ({"body": " \n"}, 422, "empty", "There is no text in this comment yet."),
        ({"body": "x" * 10_001}, 422, "too-long", "longer than 10,000 characters"),
        ({"name": ""}, 422, "bad-name", "Please give a name"),
        ({"name": "x" * 61}, 422, "bad-name", "at most 60 characters"),
        ({"url": "javascript:alert(1)"}, 422, "bad-url", "not the address of a story"),
        ({"url": ""}, 422, "bad-url", "not the address of a story"),
        ({"url": "https://elsewhere.example/x"}, 403, "foreign-story", "not on a page of this publication"),
        ({"parent": "0000000000000"}, 404, "not-found", "nothing at this address"),
        ({"parent": "nonsense"}, 404, "not-found", "nothing at this address"),
    ],
)
def test_refusals_say_why(web: Web, fields: dict[str, str], status: int, code: str, sentence: str) -> None:
    response = post(web, **fields)

    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert sentence in problem["detail"]


def test_refusals_speak_the_language_of_the_form(web: Web) -> None:
    assert post(web, body="", lang="de").json()["detail"] == "Dieser Kommentar enthält noch keinen Text."


def test_closed_story_takes_no_comment(web: Web) -> None:
    story = web.make.story()
    with web.make.write(web.make.moderator) as unit:
        stories.set_open(unit, story.id, is_open=False)

    response = web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Late."}, headers=EMBEDDED)

    assert (response.status_code, response.json()["code"]) == (403, "story-closed")


def test_same_words_twice_are_a_slip(web: Web) -> None:
    post(web)

    again = post(web)

    assert (again.status_code, again.json()["code"]) == (409, "repeated")


def test_author_who_hurries_is_told_when_to_come_back(web: Web) -> None:
    statuses = [post(web, body=f"Number {number}.").status_code for number in range(7)]
    last = post(web, body="One more.")

    assert statuses == [201] * 6 + [429]
    assert (last.json()["code"], last.headers["retry-after"]) == ("too-fast", "60")


def test_network_that_floods_is_told_when_to_come_back(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, posts_per_minute_per_network=3) as web:
        for number in range(3):
            secret = {**EMBEDDED, "Tertulia-Guest": str(number) * 43}
            assert post(web, secret, body=f"Number {number}.").status_code == 201

        flooded = post(web, OTHER)
        page = post(web, browsing.OWN_PAGE)

    assert (flooded.status_code, flooded.json()["code"]) == (429, "too-many")
    assert 1 <= int(flooded.headers["retry-after"]) <= 60
    assert page.status_code == 429
    assert browsing.fields_of(page)["body"] == "Hello."


def test_preview_is_the_text_as_it_would_be_shown(web: Web) -> None:
    response = web.send(
        "/gazette/preview", {"body": "*yes* <script>x</script> https://example.org"}, headers=EMBEDDED
    )

    shown = HTMLParser(response.text)
    assert [each.text() for each in shown.css("em")] == ["yes"]
    assert [each.attributes["rel"] for each in shown.css("a")] == ["ugc nofollow noopener"]
    assert not shown.css("script")
    assert web.send("/gazette/preview", {"body": "x" * 10_001}, headers=EMBEDDED).status_code == 422


def test_previews_of_one_network_are_limited(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, previews_per_minute_per_network=2) as web:
        statuses = [
            web.send("/gazette/preview", {"body": "x"}, headers=EMBEDDED).status_code for _ in range(3)
        ]

    assert statuses == [200, 200, 429]


def test_new_guest_on_our_own_page_gets_a_cookie_and_is_known_by_it(web: Web) -> None:
    told = post(web, {**JSON, **browsing.OWN_PAGE}).json()

    mine = web.get(f"/gazette/mine?story={told['story']}").json()

    assert mine["name"] == "Ann"
    assert web.someone_else().get(f"/gazette/mine?story={told['story']}").json()["name"] == ""


def test_reply_goes_under_its_parent_and_not_under_another_story(web: Web) -> None:
    told = post(web).json()
    elsewhere = web.make.story()

    reply = post(web, OTHER, parent=told["id"], url="", body="Indeed.").json()
    misplaced = web.send(
        f"{web.path(elsewhere)}/comments",
        {"name": "Ann", "body": "Misplaced.", "parent": told["id"]},
        headers=EMBEDDED,
    )

    assert f'data-parent="{told["id"]}"' in reply["fragment"]
    assert reply["story"] == told["story"]
    assert misplaced.status_code == 404


def test_removed_comment_takes_no_reply(web: Web) -> None:
    removed = web.make.comment(status="removed")

    response = post(web, parent=web.path(removed).rpartition("/")[2])

    assert (response.status_code, response.json()["code"]) == (409, "not-answerable")


def test_counts_of_many_stories_come_in_one_cacheable_answer(web: Web) -> None:
    post(web)

    response = web.get(
        "/gazette/counts", params={"url": [f"{ORIGIN}/harbour?utm_source=x", f"{ORIGIN}/none", "nonsense"]}
    )

    assert response.json() == {f"{ORIGIN}/harbour?utm_source=x": 1, f"{ORIGIN}/none": 0, "nonsense": 0}
    assert "s-maxage=30" in response.headers["cache-control"]
    assert web.get("/gazette/counts").json() == {}


def test_counts_of_too_many_stories_are_refused(web: Web) -> None:
    response = web.get("/gazette/counts", params={"url": [f"{ORIGIN}/{number}" for number in range(101)]})

    assert response.status_code == 422


def test_whoever_shouts_is_asked_once_and_nothing_is_kept(web: Web) -> None:
    shouted = {"body": "NOBODY EVER ASKED US ABOUT THE HARBOUR", "key": "k" * 20}

    asked = post(web, **shouted)
    again = post(web, **shouted, reconsidered="again")

    problem = asked.json()
    assert (asked.status_code, problem["code"]) == (422, "reconsider")
    assert problem["parameters"] == {"findings": "shouting"}
    assert "capitals" in problem["detail"]
    assert (again.status_code, again.json()["state"]) == (201, "posted")


def test_what_the_policy_refuses_is_refused_with_the_reason(web: Web) -> None:
    web.make.policy(outcomes=("many-links reject",), most_links=0)

    told = post(web, body="See https://example.org/")
    again = post(web, body="See https://example.org/", reconsidered="again")

    assert (told.status_code, told.json()["code"], again.status_code) == (422, "not-taken", 422)
    assert "more than 0 links" in told.json()["detail"]


def test_an_edit_is_asked_about_as_a_comment_is(web: Web) -> None:
    own = post(web).json()["id"]
    shouted = {"body": "NOBODY EVER ASKED US ABOUT THE HARBOUR"}

    asked = web.send(f"/gazette/c/{own}/edit", shouted, headers=EMBEDDED)
    again = web.send(f"/gazette/c/{own}/edit", {**shouted, "reconsidered": "again"}, headers=EMBEDDED)

    assert (asked.status_code, asked.json()["code"]) == (422, "reconsider")
    assert (again.status_code, text_of(again.json()["fragment"])) == (200, shouted["body"])
