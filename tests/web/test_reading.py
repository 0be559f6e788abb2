"""Pages and fragments that everybody reads alike."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tertulia.domain import ids
from tertulia.testing.builders import ORIGIN
from tests.web.browsing import Web, one, said, tree


def test_page_and_fragment_hold_the_same_section(web: Web) -> None:
    comment = web.make.comment("The same.")
    story = ids.encode(comment.story_id)

    page, fragment = web.get(f"/gazette/s/{story}"), web.get(f"/gazette/s/{story}/fragment")

    assert one(page, "section.tt-discussion").html == one(fragment, "section.tt-discussion").html
    assert not tree(fragment).css("h1")
    assert (
        fragment.headers["tertulia-revision"] == one(fragment, "section").attributes["data-revision"] == "1"
    )


def test_story_is_found_by_its_url_however_decorated(web: Web) -> None:
    story = web.make.story("harbour")
    web.make.comment("Found.", story=story)

    for url in (f"{ORIGIN}/harbour", f"{ORIGIN}/harbour/?utm_source=x#top", f"{ORIGIN}:443/harbour"):
        fragment = web.get(f"/gazette/discussion?url={quote(url)}")

        assert said(fragment, "article .tt-body") == "Found."


def test_unknown_story_has_an_empty_discussion_until_somebody_writes(web: Web) -> None:
    where = f"/gazette/discussion?url={quote(f'{ORIGIN}/new')}"

    before = web.get(where)
    web.send("/gazette/comments", {"url": f"{ORIGIN}/new", "name": "Ann", "body": "First.", "key": "k" * 20})
    after = web.get(where, headers={"Tertulia-Revision": "1"})

    assert one(before, "section").attributes["data-story"] == ""
    assert one(before, "section").attributes["data-story-url"] == f"{ORIGIN}/new"
    assert said(after, "article .tt-body") == "First."


def test_decorations_of_one_reader_s_address_are_not_shown_to_the_next(web: Web) -> None:
    web.get(f"/gazette/discussion?url={quote(f'{ORIGIN}/new?utm_campaign=secret-letter')}")

    next_reader = web.get(f"/gazette/discussion?url={quote(f'{ORIGIN}/new')}")

    assert "secret-letter" not in next_reader.text


def test_site_lists_what_is_discussed_last_first(web: Web) -> None:
    for title in ("Old", "New"):
        web.make.comment(story=web.make.story(title=title))

    listed = [each.text(strip=True) for each in tree(web.get("/gazette/")).css(".tt-stories h2")]

    assert listed == ["New", "Old"]


def test_site_s_list_is_paged_without_losing_or_repeating(web: Web) -> None:
    for number in range(35):
        web.make.comment(story=web.make.story(title=f"Story {number}"))

    first = web.get("/gazette/")
    second = web.get(str(one(first, ".tt-pages a").attributes["href"]))

    listed = [each.text(strip=True) for page in (first, second) for each in tree(page).css(".tt-stories h2")]
    assert listed == [f"Story {number}" for number in reversed(range(35))]


def test_context_leads_back_to_the_page_one_came_from(web: Web) -> None:
    comment = web.make.comment("Here.")
    cursor = ids.encode(comment.id)

    fragment = web.get(f"{web.path(comment)}/fragment?from=oldest:{cursor}")

    back = str(one(fragment, "a[data-action=back]").attributes["href"])
    assert back.partition("#")[0].endswith(f"/s/{ids.encode(comment.story_id)}?sort=oldest&after={cursor}")


def test_deep_thread_is_continued_and_found_again(web: Web) -> None:
    comment = web.make.comment("Level 0")
    for level in range(1, 30):
        comment = web.make.comment(f"Level {level}", parent=comment)
    page, seen = web.get(f"/gazette/s/{ids.encode(comment.story_id)}"), set()

    for _ in range(10):
        seen |= {each.text(strip=True) for each in tree(page).css("article .tt-body")}
        onward = tree(page).css("ol.tt-comments a.tt-continue, ol.tt-comments a.tt-more")
        if not onward:
            break
        page = web.get(str(onward[0].attributes["href"]).partition("#")[0])

    assert seen == {f"Level {level}" for level in range(30)}


def test_comment_at_its_revision_may_be_kept_for_ever_and_only_that_one(web: Web) -> None:
    comment = web.make.comment("As it is.")

    now, other = web.get(f"{web.path(comment)}/r/1"), web.get(f"{web.path(comment)}/r/2")

    assert now.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert said(now, "li > article .tt-body") == "As it is."
    assert other.headers["cache-control"] == "no-store"


def test_removed_comment_is_gone_from_every_address(web: Web) -> None:
    comment = web.make.comment("Insult.", status="removed")

    addresses = [f"{web.path(comment)}{tail}" for tail in ("", "/fragment", "/r/1", "/r/2")]
    shown = [web.get(address) for address in addresses]

    assert all(page.status_code == 200 for page in shown)
    assert not any("Insult." in page.text for page in shown)
    assert all("insults or threats" in page.text for page in shown)


def test_held_comment_has_no_public_address(web: Web) -> None:
    comment = web.make.comment("Wait.", status="held")

    for tail in ("", "/fragment", "/replies", "/r/1", "/reply", "/edit", "/source", "/standing"):
        assert web.get(web.path(comment) + tail).status_code == 404, tail


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere/", 404),
        ("/gazette/nothing", 404),
        ("/gazette/s/0000000000000", 404),
        ("/gazette/s/not-an-id", 404),
        ("/gazette/c/0000000000000", 404),
        ("/gazette/c/0000000000000/r/1", 404),
        ("/gazette/c/0000000000000/r/x", 404),
        ("/gazette/?after=nonsense", 400),
        ("/gazette/discussion", 422),
        ("/gazette/discussion?url=javascript:alert(1)", 422),
        ("/gazette/mine", 404),
    ],
)
def test_wrong_addresses_say_so(web: Web, path: str, status: int) -> None:
    response = web.get(path)

    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert said(response, "h1")


def test_broken_cursor_says_to_begin_anew(web: Web) -> None:
    story = web.make.story()

    response = web.get(f"{web.path(story)}?after=broken")

    assert response.status_code == 400
    assert "Please start from the first page." in response.text


def test_refusals_are_problem_documents_for_programs(web: Web) -> None:
    response = web.get("/gazette/s/0000000000000?lang=de", headers={"Accept": "application/json"})

    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (404, "not-found")
    assert problem["detail"] == "Unter dieser Adresse gibt es nichts."
    assert problem["parameters"]["what"] == "story"


def test_word_that_is_no_sort_counts_as_none(web: Web) -> None:
    web.make.policy(default_sort="oldest")
    story = web.make.story()
    web.make.comment(story=story)

    page = web.get(f"{web.path(story)}?sort=loudest")

    assert one(page, "section").attributes["data-sort"] == "oldest"


def test_each_page_speaks_the_site_s_language_unless_asked(web: Web) -> None:
    story = web.make.story()

    page = web.get(web.path(story), headers={"Accept-Language": "de"})
    asked = web.get(f"{web.path(story)}?lang=de-AT")

    assert one(page, "html").attributes["lang"] == "en"
    assert one(asked, "html").attributes["lang"] == "de"


def test_roots_lead_to_the_only_site(web: Web) -> None:
    assert web.get("/").headers["location"].endswith("/gazette/")
    assert web.get("/gazette").headers["location"].endswith("/gazette/")


def test_keys_are_listed_without_javascript(web: Web) -> None:
    assert tree(web.get("/gazette/keys")).css("kbd")


def test_time_passes_without_changing_the_bytes(web: Web) -> None:
    comment = web.make.comment("Steady.")
    before = web.get(web.path(comment))

    web.clock.advance(timedelta(days=400))

    assert web.get(web.path(comment)).text == before.text
