"""Journeys of people whose browser runs no script: links, forms, redirects."""

from datetime import timedelta
from urllib.parse import quote

from tertulia.services import stories
from tertulia.testing.builders import ORIGIN
from tests.web.browsing import OWN_PAGE, Web, action_of, fields_of, one, said, tree


def test_first_comment_makes_the_story_known_and_leads_to_itself(web: Web) -> None:
    form = web.get(f"/gazette/write?url={quote(f'{ORIGIN}/harbour?utm_source=x')}&title=The+harbour")
    fields = fields_of(form) | {"name": "Ann", "body": "It **freezes**."}

    sent = web.send(action_of(form), fields)
    shown = web.follow(sent)

    assert said(shown, "h1") == "The harbour"
    assert said(shown, "article.tt-highlight .tt-body strong") == "freezes"
    assert sent.headers["location"].partition("#")[2] == one(shown, "article").attributes["id"]
    assert web.get(f"/gazette/discussion-page?url={quote(f'{ORIGIN}/harbour')}").status_code == 303


def test_whole_discussion_is_read_sorted_and_paged_by_links(web: Web) -> None:
    story = web.make.story(title="Paged")
    for number in range(45):
        web.make.comment(f"Comment {number}", story=story)
    seen: list[str] = []

    page = web.get(f"{web.path(story)}?sort=oldest")
    while True:
        seen += [each.text(strip=True) for each in tree(page).css("article .tt-body")]
        onward = tree(page).css("a[data-action=next]")
        if not onward:
            break
        page = web.get(str(onward[0].attributes["href"]))

    assert seen == [f"Comment {number}" for number in range(45)]
    assert said(page, ".tt-sorts [aria-current]") == "Oldest"


def test_reply_quotes_what_it_answers(web: Web) -> None:
    parent = web.make.comment("The harbour freezes.", guest=web.make.guest("Ann"))

    form = web.get(f"{web.path(parent)}/reply?quote=1")
    fields = fields_of(form)
    shown = web.follow(
        web.send(action_of(form), {**fields, "name": "Bob", "body": fields["body"] + "It does not."})
    )

    assert fields["body"].startswith("> The harbour freezes.")
    quoted = tree(shown).css(".tt-highlight blockquote p")
    assert [each.text(strip=True) for each in quoted] == ["The harbour freezes.", "Ann"]
    assert said(shown, ".tt-highlight .tt-to a") == "Ann"
    back = web.get(str(one(shown, ".tt-back a").attributes["href"]).partition("#")[0])
    assert len(tree(back).css(".tt-replies .tt-comment")) == 1


def test_more_replies_have_a_page(web: Web) -> None:
    parent = web.make.comment("Many answer.")
    for number in range(9):
        web.make.comment(f"Reply {number}", parent=parent)

    page = web.get(web.path(parent))
    more = str(one(page, "a.tt-more").attributes["href"])
    rest = web.get(more)

    shown = [each.text(strip=True) for each in tree(page).css(".tt-replies .tt-body")]
    further = [each.text(strip=True) for each in tree(rest).css(".tt-replies .tt-body")]
    assert shown + further == [f"Reply {number}" for number in range(9)]


def test_replies_from_the_first_on_are_not_the_comment_s_page(web: Web) -> None:
    parent = web.make.comment("Asked.")
    web.make.comment("Answered.", parent=parent)

    first, second = web.get(web.path(parent)), web.get(f"{web.path(parent)}?after=")

    assert "tt-highlight" in first.text
    assert "tt-highlight" not in second.text


def test_refused_comment_comes_back_with_all_that_was_typed(web: Web) -> None:
    story = web.make.story()
    form = web.get(f"{web.path(story)}/write")

    again = web.send(action_of(form), {**fields_of(form), "name": "Ann", "body": "x" * 10_001})

    assert again.status_code == 422
    assert (
        said(again, ".tt-form .tt-state")
        == "The comment is longer than 10,000 characters. Please shorten it."
    )
    kept = fields_of(again)
    assert (kept["name"], kept["body"], kept["key"]) == ("Ann", "x" * 10_001, fields_of(form)["key"])


def test_preview_shows_the_text_and_posts_nothing(web: Web) -> None:
    story = web.make.story()
    form = web.get(f"{web.path(story)}/write")

    shown = web.send(
        action_of(form), {**fields_of(form), "name": "Ann", "body": "~~told~~ asked <b>x</b>", "preview": "1"}
    )

    assert shown.status_code == 200
    assert said(shown, ".tt-preview s, .tt-preview del") == "told"
    assert not tree(shown).css(".tt-preview b")
    assert fields_of(shown)["body"] == "~~told~~ asked <b>x</b>"
    assert not tree(web.get(web.path(story))).css("article")


def test_edit_within_the_window_is_shown_as_edited(web: Web) -> None:
    story = web.make.story()
    web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Frist.", "key": "k" * 20})
    place = str(one(web.get(web.path(story)), "a[data-action=permalink]").attributes["href"]).partition("#")[
        0
    ]

    form = web.get(f"{place}/edit")
    shown = web.follow(web.send(action_of(form), {**fields_of(form), "body": "First."}))

    assert said(shown, ".tt-state") == "Your change is saved."
    assert fields_of(form)["body"] == "Frist."
    assert said(shown, ".tt-highlight .tt-body") == "First."
    assert said(shown, ".tt-edited") == "edited"


def test_edit_after_the_window_is_refused_and_withdrawing_is_not(web: Web) -> None:
    story = web.make.story()
    sent = web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Regretted.", "key": "k" * 20})
    place = sent.headers["location"].partition("/standing")[0]
    form = web.get(f"{place}/edit")
    web.clock.advance(timedelta(minutes=6))

    late = web.send(action_of(form), {**fields_of(form), "body": "Changed."})
    confirm = web.get(f"{place}/withdraw")
    shown = web.follow(
        web.send(action_of(confirm, "form.tt-withdraw"), fields_of(confirm, "form.tt-withdraw"))
    )

    assert late.status_code == 403
    assert "Regretted." in late.text
    assert said(shown, ".tt-gone") == "Withdrawn by its author."
    assert "Regretted." not in shown.text


def test_held_comment_leads_to_a_page_for_its_author_only(web: Web) -> None:
    web.make.policy(hold_first=True)
    story = web.make.story()

    sent = web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Wait for it.", "key": "k" * 20})
    shown = web.follow(sent)
    other = web.someone_else().get(sent.headers["location"])

    assert said(shown, ".tt-state[data-state=held][role=status]").startswith("Your comment is held")
    assert "Wait for it." in shown.text
    assert other.status_code == 404
    assert "Wait for it." not in web.get(web.path(story)).text


def test_double_click_on_post_makes_one_comment(web: Web) -> None:
    story = web.make.story()
    form = web.get(f"{web.path(story)}/write")
    fields = {**fields_of(form), "name": "Ann", "body": "Once."}

    # Two browsers stand for two requests that leave before the first cookie comes.
    first, second = web.send(action_of(form), fields), web.someone_else().send(action_of(form), fields)

    assert first.headers["location"] == second.headers["location"]
    assert first.headers["set-cookie"] == second.headers["set-cookie"]
    assert len(tree(web.get(web.path(story), headers={"Tertulia-Revision": "1"})).css("article")) == 1


def test_name_is_remembered_by_the_next_form(web: Web) -> None:
    story = web.make.story()
    web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Hello.", "key": "k" * 20})

    assert fields_of(web.get(f"{web.path(story)}/write"))["name"] == "Ann"
    assert fields_of(web.someone_else().get(f"{web.path(story)}/write"))["name"] == ""


def test_closed_story_and_read_only_site_say_so_instead_of_a_form(web: Web) -> None:
    story = web.make.story()
    with web.make.write(web.make.moderator) as unit:
        stories.set_open(unit, story.id, is_open=False)

    closed = web.get(f"{web.path(story)}/write")
    web.make.policy(is_read_only=True)
    read_only = web.get(f"{web.path(web.make.story())}/write")

    assert (closed.status_code, said(closed, "main p:nth-of-type(1)")) == (
        403,
        "The discussion of this story is closed.",
    )
    assert read_only.status_code == 403
    assert "This site takes no comments at present." in read_only.text


def test_site_without_guests_says_what_is_missing(web: Web) -> None:
    web.make.policy(guests="refused")
    story = web.make.story()

    form = web.get(f"{web.path(story)}/write")
    sent = web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "Hello."}, headers=OWN_PAGE)

    assert (form.status_code, sent.status_code) == (403, 403)
    assert "sign in first" in form.text
    assert "Hello." in sent.text


def test_own_language_goes_along(web: Web) -> None:
    story = web.make.story()

    page = web.get(f"{web.path(story)}?lang=ar")
    form = web.get(str(one(page, "a[data-action=write]").attributes["href"]))
    refused = web.send(action_of(form), {**fields_of(form), "name": "س", "body": " "})

    assert one(page, "html").attributes["dir"] == "rtl"
    assert one(form, "html").attributes["lang"] == "ar"
    assert one(refused, "html").attributes["lang"] == "ar"


def test_place_of_a_submit_leads_others_to_the_comment(web: Web) -> None:
    comment = web.make.comment("For all.")

    led = web.get(f"{web.path(comment)}/standing")

    assert said(web.follow(led), ".tt-highlight .tt-body") == "For all."


def test_whoever_is_asked_to_reconsider_keeps_the_text_and_may_post_it_as_it_is(web: Web) -> None:
    form = web.get(f"{web.path(web.make.story())}/write")
    shouted = fields_of(form) | {"name": "Ann", "body": "NOBODY ASKED US ABOUT IT!!!!!"}

    asked = web.send(action_of(form), shouted)
    fields = fields_of(asked)
    shown = web.follow(web.send(action_of(asked), fields))

    assert asked.status_code == 422
    assert "once more" in said(asked, "form .tt-state")
    assert fields == shouted | {"reconsidered": "1"}
    assert said(asked, "form button.tt-first") == "Post it as it is"
    assert one(asked, "form a[href='#words']").text() == "Change it"
    assert one(asked, "#words").tag == "textarea"
    assert said(shown, ".tt-highlight .tt-body") == shouted["body"]


def test_a_preview_after_the_question_does_not_ask_again(web: Web) -> None:
    form = web.get(f"{web.path(web.make.story())}/write")
    asked = web.send(action_of(form), fields_of(form) | {"name": "Ann", "body": "NOBODY ASKED US!!!!!"})

    preview = web.send(action_of(asked), fields_of(asked) | {"preview": "1"})

    assert fields_of(preview)["reconsidered"] == "1"
