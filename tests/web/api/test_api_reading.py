"""The API read: stories, threads, a flat walk, one comment, counts; and what it never tells."""

from typing import Any

import pytest

from tertulia.domain.moderation import Outcome
from tests.web.api.house import ORIGIN, SITE, STORY, House, new_guest


def every_word(answer: Any) -> str:
    return str(answer)


def test_posted_comment_is_read_back(api: House) -> None:
    posted = api.post("Is it *true*?", name="Ada")

    read = api.get(f"/comments/{posted['id']}")

    assert read == posted
    assert read["html"] == "<p>Is it <em>true</em>?</p>"
    assert read["author"] == {"name": "Ada", "kind": "guest", "badges": []}
    assert read["status"] == "visible"
    assert read["parent"] is None
    assert read["root"] == read["id"]
    assert read["url"].startswith(f"http://testserver/paper/c/{read['id']}")
    assert "text" not in read


def test_plain_text_is_given_where_it_is_asked_for(api: House) -> None:
    posted = api.post("Is it *true*? 1 < 2")

    read = api.get(f"/comments/{posted['id']}", text="true")

    assert read["text"] == "Is it true? 1 < 2"


def test_story_is_found_by_its_id_and_by_any_spelling_of_its_url(api: House) -> None:
    posted = api.post("First!")

    by_url = api.get("/stories/by-url", url=f"{STORY}/?utm_source=x#top")

    assert by_url == api.get(f"/stories/{posted['story']}")
    assert by_url["url"] == STORY
    assert by_url["title"] == "The harbour"
    assert by_url["comment_count"] == 1
    assert by_url["is_open"] is True


def test_walk_over_stories_sees_each_once_and_the_last_discussed_first(api: House) -> None:
    for number in range(5):
        api.post("Well.", url=f"{ORIGIN}/story-{number}")

    seen, after = [], {}
    while True:
        page = api.get("/stories", limit="2", **after)
        seen += [story["url"].rpartition("-")[2] for story in page["stories"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert seen == ["4", "3", "2", "1", "0"]
    assert page["stories"][0]["last_comment_at"].startswith("2026-03-01T12:00:01")


def test_threads_hold_replies_and_go_on_by_cursor(api: House) -> None:
    roots = [api.post(f"Thread {number}") for number in range(25)]
    reply = api.post("An answer", parent=roots[0]["id"])
    story = reply["story"]

    first = api.get(f"/stories/{story}/threads", sort="oldest")
    second = api.get(f"/stories/{story}/threads", sort="oldest", after=first["next"])

    nodes = [*first["threads"], *second["threads"]]
    assert [node["comment"]["id"] for node in nodes] == [root["id"] for root in roots]
    assert [each["comment"]["id"] for each in nodes[0]["replies"]] == [reply["id"]]
    assert nodes[0]["comment"]["reply_count"] == 1
    assert nodes[0]["replies"][0]["comment"]["reply_count"] is None
    assert second["next"] is None


def test_flat_walk_sees_each_comment_once_oldest_first(api: House) -> None:
    top = api.post("Top")
    posted = [top["id"], *(api.post(f"Reply {number}", parent=top["id"])["id"] for number in range(6))]

    seen, after = [], {}
    while True:
        page = api.get(f"/stories/{top['story']}/comments", limit="3", **after)
        seen += [comment["id"] for comment in page["comments"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert seen == posted


def test_context_gives_ancestors_and_replies(api: House) -> None:
    top = api.post("Top")
    middle = api.post("Middle", parent=top["id"])
    bottom = api.post("Bottom", parent=middle["id"])

    context = api.get(f"/comments/{middle['id']}/context")

    assert [each["id"] for each in context["ancestors"]] == [top["id"]]
    assert context["thread"]["comment"]["id"] == middle["id"]
    assert [each["comment"]["id"] for each in context["thread"]["replies"]] == [bottom["id"]]
    assert context["story"]["id"] == top["story"]


def test_more_replies_go_on_after_the_last_shown(api: House) -> None:
    top = api.post("Top")
    replies = [api.post(f"Reply {number}", parent=top["id"])["id"] for number in range(9)]
    [node] = api.get(f"/stories/{top['story']}/threads")["threads"]

    more = api.get(f"/comments/{top['id']}/replies", after=node["more_after"])

    shown = [each["comment"]["id"] for each in node["replies"]]
    assert node["hidden_replies"] == 9 - len(shown)
    assert shown + [each["comment"]["id"] for each in more["replies"]] == replies
    assert more["next"] is None


def test_counts_are_given_by_url_as_it_was_sent(api: House) -> None:
    api.post("One")
    api.post("Two")

    answer = api.client.get(f"{SITE}/counts", params={"url": [f"{STORY}?utm_source=x", "nonsense", STORY]})

    assert answer.json() == {"counts": {f"{STORY}?utm_source=x": 2, "nonsense": 0, STORY: 2}}


def test_removed_comment_keeps_its_place_and_loses_its_words(api: House) -> None:
    posted = api.post("Nasty secret", name="Bob")
    api.decide(posted["id"], Outcome.REMOVE, reason="abuse")

    read = api.get(f"/comments/{posted['id']}", text="true")

    assert (read["status"], read["reason"], read["html"], read["text"]) == ("removed", "abuse", "", "")


def test_withdrawn_comment_names_nobody_anywhere(api: House) -> None:
    guest = new_guest()
    posted = api.post("Nasty secret", name="Bobolink", guest=guest)
    api.post("An answer", parent=posted["id"])
    assert api.send("DELETE", f"/comments/{posted['id']}", guest=guest).status_code == 200

    told = "".join(
        every_word(api.get(path))
        for path in (
            f"/comments/{posted['id']}",
            f"/comments/{posted['id']}/context",
            f"/comments/{posted['id']}/replies",
            f"/stories/{posted['story']}/threads",
            f"/stories/{posted['story']}/comments",
        )
    )

    assert "withdrawn" in told
    assert "Bobolink" not in told
    assert "secret" not in told


def test_comment_that_was_never_shown_is_not_there_for_others(api: House) -> None:
    top = api.post("Fine")
    api.change_policy(hold_first=True)
    held = api.post("Waiting words", parent=top["id"])

    answer = api.client.get(f"{SITE}/comments/{held['id']}")

    assert answer.status_code == 404
    assert "Waiting" not in every_word(api.get(f"/stories/{top['story']}/comments"))


def test_comment_held_again_keeps_its_place_without_words(api: House) -> None:
    posted = api.post("Doubtful words")
    api.decide(posted["id"], Outcome.HOLD)

    read = api.get(f"/comments/{posted['id']}")

    assert (read["status"], read["html"]) == ("held", "")


def test_quote_of_a_comment_leads_to_its_page(api: House) -> None:
    first = api.post("Words")

    second = api.post(f"> Words\n>\n> [Ada](#comment-{first['id']})\n\nNo.")

    assert f'href="http://testserver/paper/c/{first["id"]}"' in second["html"]


def test_unchanged_answer_is_not_sent_again_and_a_changed_one_is(api: House) -> None:
    posted = api.post("Top")
    path = f"{SITE}/stories/{posted['story']}/threads"
    etag = api.client.get(path).headers["etag"]

    unchanged = api.client.get(path, headers={"If-None-Match": etag})
    api.post("Another")
    revision = str(api.get(f"/stories/{posted['story']}")["revision"])
    changed = api.client.get(path, headers={"If-None-Match": etag, "Tertulia-Revision": revision})

    assert unchanged.status_code == 304
    assert changed.status_code == 200
    assert len(changed.json()["threads"]) == 2


def test_public_answers_may_be_cached_and_read_from_any_origin(api: House) -> None:
    posted = api.post("Top")

    for path in ("/stories", f"/stories/{posted['story']}/threads", f"/counts?url={STORY}"):
        answer = api.client.get(SITE + path, headers={"Origin": "https://elsewhere.example"})

        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"].startswith("public")


def test_list_of_stories_follows_a_new_comment(api: House) -> None:
    api.post("Top")
    before = api.get("/stories")["stories"][0]["comment_count"]

    api.post("More", url=f"{ORIGIN}/other")
    # Newer than anything: what was rendered a moment ago will not do.
    revision = {"Tertulia-Revision": str(2**40)}
    after = api.client.get(f"{SITE}/stories", headers=revision).json()["stories"]

    assert before == 1
    assert [story["url"] for story in after] == [f"{ORIGIN}/other", STORY]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/stories/0000000000000", 404, "not-found"),
        ("/stories/nonsense", 404, "not-found"),
        ("/stories/zzzzzzzzzzzzz/threads", 404, "not-found"),
        ("/comments/0000000000000", 404, "not-found"),
        ("/stories/by-url?url=https://paper.example/unknown", 404, "not-found"),
        ("/stories/by-url?url=ftp://paper.example", 422, "bad-url"),
        ("/stories/by-url", 400, "bad-parameter"),
        ("/stories?limit=0", 400, "bad-parameter"),
        ("/stories?limit=1&limit=2", 400, "bad-parameter"),
        ("/stories?colour=red", 400, "bad-parameter"),
        ("/stories?after=nonsense", 400, "bad-parameter"),
        ("/stories?after=0000000000001", 400, "bad-parameter"),
        ("/stories/0000000000000/threads?sort=loudest", 400, "bad-parameter"),
        ("/counts", 400, "bad-parameter"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document(api: House, path: str, status: int, code: str) -> None:
    answer = api.client.get(SITE + path)

    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"http://testserver/api/docs#error-{code}"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_unknown_site_is_not_found(api: House) -> None:
    answer = api.client.get("/api/v1/sites/nowhere/stories")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
