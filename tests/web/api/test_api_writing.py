"""The API written to: post, reply, edit, withdraw, preview; refused, repeated, from foreign pages."""

from typing import Any

import pytest

from tests.web.api import house
from tests.web.api.house import ORIGIN, SITE, STORY, House, new_guest


def draft(body: str = "Is it true?", **more: Any) -> dict[str, Any]:
    return {"url": STORY, "body": body, "name": "Ada", **more}


def code_of(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def test_first_comment_makes_its_story_known(api: House) -> None:
    answer = api.send("POST", "/comments", draft(title="The harbour"))

    posted = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == posted["comment"]["url"]
    assert (posted["state"], posted["is_repeat"]) == ("posted", False)
    assert posted["edit_until"] == "2026-03-01T12:05:00Z"
    assert api.get("/stories/by-url", url=STORY)["title"] == "The harbour"


def test_reply_is_posted_under_a_known_story(api: House) -> None:
    top = api.post("Top")

    answer = api.send(
        "POST", f"/stories/{top['story']}/comments", {"body": "No.", "name": "Bo", "parent": top["id"]}
    )

    reply = answer.json()["comment"]
    assert answer.status_code == 201
    assert (reply["parent"], reply["root"], reply["depth"]) == (top["id"], top["id"], 1)


def test_same_key_again_gives_the_first_result(api: House) -> None:
    first = api.send("POST", "/comments", draft(), Idempotency_Key="once")

    second = api.send("POST", "/comments", draft("Other words"), Idempotency_Key="once")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["is_repeat"] is True
    assert second.json()["comment"]["id"] == first.json()["comment"]["id"]


def test_held_comment_is_shown_to_its_writer_only(api: House) -> None:
    top = api.post("Top")
    api.change_policy(hold_first=True)

    answer = api.send("POST", "/comments", draft("Waiting words"))

    posted = answer.json()
    own = f"/stories/{top['story']}/own"
    assert (answer.status_code, posted["state"], posted["comment"]["status"]) == (201, "held", "held")
    assert posted["comment"]["html"] == "<p>Waiting words</p>"
    assert api.send("GET", own).json()["comments"] == [posted["comment"]]
    assert api.send("GET", own, guest=new_guest()).json()["comments"] == []
    assert api.send("GET", own).headers["cache-control"] == "no-store"


def test_words_are_changed_within_the_time_for_it(api: House) -> None:
    posted = api.send("POST", "/comments", draft()).json()["comment"]

    answer = api.send("PATCH", f"/comments/{posted['id']}", {"body": "It is ~~true~~."})

    changed = answer.json()["comment"]
    assert answer.status_code == 200
    assert changed["html"] == "<p>It is <s>true</s>.</p>"
    assert changed["edited_at"] == "2026-03-01T12:00:00Z"
    assert changed["revision"] > posted["revision"]


def test_words_are_not_changed_too_late(api: House) -> None:
    posted = api.send("POST", "/comments", draft()).json()["comment"]
    api.clock.pass_seconds(301)

    answer = api.send("PATCH", f"/comments/{posted['id']}", {"body": "Something else"})

    assert code_of(answer) == (403, "edit-window-over")


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"body": "Mine now"}), ("DELETE", None)])
def test_others_may_not_touch_a_comment(api: House, method: str, body: Any) -> None:
    posted = api.post("Top")

    answer = api.send(method, f"/comments/{posted['id']}", body, guest=new_guest())

    assert code_of(answer) == (403, "forbidden")
    assert api.get(f"/comments/{posted['id']}")["status"] == "visible"


def test_withdrawing_leaves_a_place_without_words(api: House) -> None:
    posted = api.send("POST", "/comments", draft()).json()["comment"]

    answer = api.send("DELETE", f"/comments/{posted['id']}")

    gone = answer.json()
    assert answer.status_code == 200
    assert (gone["status"], gone["html"], gone["author"]["name"]) == ("withdrawn", "", "")


def test_preview_shows_words_and_keeps_nothing(api: House) -> None:
    answer = api.send("POST", "/preview", {"body": "*So*"})

    assert answer.json() == {"html": "<p><em>So</em></p>"}
    assert api.get("/stories")["stories"] == []


def test_whoever_shouts_is_asked_to_reconsider_once(api: House) -> None:
    shouted = draft("NOBODY EVER ASKED US ABOUT THE HARBOUR")

    asked = api.send("POST", "/comments", shouted)
    posted = api.send("POST", "/comments", {**shouted, "reconsidered": True})
    edited = api.send(
        "PATCH", f"/comments/{posted.json()['comment']['id']}", {"body": "WHY DOES NOBODY EVER ASK US"}
    )

    assert (code_of(asked), asked.json()["parameters"]) == ((422, "reconsider"), {"findings": "shouting"})
    assert (posted.status_code, posted.json()["state"]) == (201, "posted")
    assert code_of(edited) == (422, "reconsider")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (draft(" \n "), 422, "empty"),
        (draft("x" * 10_001), 422, "too-long"),
        (draft(name=""), 422, "bad-name"),
        (draft(url="https://foreign.example/x"), 403, "foreign-story"),
        (draft(url="nonsense"), 422, "bad-url"),
        (draft(url=f"{ORIGIN}/?{'&' * 150}"), 422, "bad-url"),
        (draft(parent="0000000000000"), 404, "not-found"),
        (draft(parent="nonsense"), 422, "bad-body"),
        (draft(colour="red"), 422, "bad-body"),
        (draft(body=7), 422, "bad-body"),
        (draft(title="a\0b"), 422, "bad-body"),
        ({"body": "No address"}, 422, "bad-body"),
        ([], 422, "bad-body"),
    ],
)
def test_draft_that_cannot_be_taken_says_why(api: House, body: Any, status: int, code: str) -> None:
    assert code_of(api.send("POST", "/comments", body)) == (status, code)


def test_wrong_field_is_named(api: House) -> None:
    problem = api.send("POST", "/comments", draft(colour="red")).json()

    assert problem["parameters"]["field"] == "colour"


def test_same_words_again_are_refused(api: House) -> None:
    api.send("POST", "/comments", draft())

    assert code_of(api.send("POST", "/comments", draft())) == (409, "repeated")


def test_who_writes_too_fast_is_told_when_to_come_back(api: House) -> None:
    for number in range(6):
        assert api.send("POST", "/comments", draft(f"Number {number}")).status_code == 201

    answer = api.send("POST", "/comments", draft("One more"))

    assert code_of(answer) == (429, "too-fast")
    assert int(answer.headers["retry-after"]) > 0


def test_network_that_sends_too_much_is_told_when_to_come_back(sqlite_database: str) -> None:
    with house.opened(sqlite_database, posts_per_minute_per_network=2) as api:
        statuses = [
            api.send("POST", "/comments", draft(f"Number {number}"), guest=new_guest()).status_code
            for number in range(3)
        ]

        assert statuses == [201, 201, 429]
        assert code_of(api.send("POST", "/comments", draft("More"))) == (429, "too-many")


def test_removed_comment_takes_no_reply(api: House) -> None:
    guest = new_guest()
    top = api.post("Top", guest=guest)
    api.send("DELETE", f"/comments/{top['id']}", guest=guest)

    assert code_of(api.send("POST", "/comments", draft(parent=top["id"]))) == (409, "not-answerable")


@pytest.mark.parametrize(
    ("choices", "code"),
    [({"is_read_only": "true"}, "site-read-only"), ({"guests": "refused"}, "guests-refused")],
)
def test_site_that_takes_nothing_says_so(api: House, choices: dict[str, str], code: str) -> None:
    api.change_policy(**choices)

    assert code_of(api.send("POST", "/comments", draft())) == (403, code)


def test_reply_deeper_than_the_site_allows_is_refused(api: House) -> None:
    top = api.post("Top")
    api.change_policy(deepest_reply=1)
    reply = api.post("Reply", parent=top["id"])

    assert code_of(api.send("POST", "/comments", draft(parent=reply["id"]))) == (422, "too-deep")


@pytest.mark.parametrize("guest", ["", "short", "ä" * 43, "a" * 44])
def test_writing_needs_a_good_secret(api: House, guest: str) -> None:
    headers = {"Tertulia-Guest": guest.encode("latin-1")} if guest else {}

    answer = api.client.post(f"{SITE}/comments", json=draft(), headers=headers)

    assert code_of(answer) == ((400, "bad-parameter") if guest else (401, "credentials-missing"))


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"{", "application/json", (400, "unreadable")),
        (b'{"body": "\\ud800"}', "application/json", (400, "unreadable")),
        (b"body=x", "application/x-www-form-urlencoded", (415, "unknown-media-type")),
        (b"[" * 100_000, "application/json", (422, "bad-body")),
        (b'{"body": "' + b"x" * 600_000 + b'"}', "application/json", (413, "too-large")),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    api: House, content: bytes, kind: str, expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": kind, "Tertulia-Guest": api.guest}

    answer = api.client.post(f"{SITE}/comments", content=content, headers=headers)

    assert code_of(answer) == expected


def test_page_of_the_site_may_write_and_read_the_answer(api: House) -> None:
    answer = api.send("POST", "/comments", draft(), Origin=ORIGIN, Sec_Fetch_Site="cross-site")

    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]


def test_page_of_another_origin_may_not_write(api: House) -> None:
    answer = api.send(
        "POST", "/comments", draft(), Origin="https://elsewhere.example", Sec_Fetch_Site="cross-site"
    )

    assert code_of(answer) == (403, "cross-site")
    assert "access-control-allow-origin" not in answer.headers


def test_browser_asks_before_a_page_writes(api: House) -> None:
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "tertulia-guest"}

    own = api.client.options(f"{SITE}/comments/0000000000000", headers={"Origin": ORIGIN, **asks})
    foreign = api.client.options(
        f"{SITE}/comments/0000000000000", headers={"Origin": "https://elsewhere.example", **asks}
    )

    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in own.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in foreign.headers
