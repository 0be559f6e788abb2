"""Pages of our own origin and the desk."""

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tertulia.domain import ids
from tertulia.domain.comments import Posted, PostState
from tertulia.domain.moderation import Decision, Finding, Outcome, Status
from tertulia.domain.queues import Queue
from tertulia.domain.threads import Node, Replies
from tertulia.render import desk, environment, forms, items, pages, queue
from tests.render import samples


@pytest.fixture(params=environment.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_discussion_page_holds_the_fragment_and_the_story(language: str) -> None:
    page = samples.page(Node(comment=samples.comment(0)))

    tree = HTMLParser(pages.discussion(samples.look(language=language), page))

    assert len(tree.css("main section.tt-discussion article")) == 1
    assert [each.text(strip=True) for each in tree.css("h1")] == [page.story.title]
    assert tree.css("script[type=module][src*='/static/']")
    assert not tree.css("script:not([src]), style, [style], [onclick]")


def test_compose_page_is_a_form_that_keeps_what_was_written(language: str) -> None:
    parent = samples.comment(0)
    form = forms.Form(
        action="https://comments.example/x",
        key="k1",
        body="</textarea><b>",
        name='"Eve"',
        parent=ids.encode(parent.id),
        error="Too long.",
        preview_html="<p>told</p>",
    )

    html = pages.compose(samples.look(language=language), samples.story(), form, parent=parent)
    tree = HTMLParser(html)

    fields = {each.attributes["name"]: each.attributes.get("value") for each in tree.css("input")}
    assert (fields["key"], fields["name"], fields["parent"]) == ("k1", '"Eve"', ids.encode(parent.id))
    assert [each.text().strip() for each in tree.css("textarea")] == ["</textarea><b>"]
    assert [each.text() for each in tree.css(".tt-form .tt-state")] == ["Too long."]
    assert [each.text() for each in tree.css(".tt-preview p")] == ["told"]


def test_first_comment_on_a_story_can_be_composed(language: str) -> None:
    look = samples.look(language=language)

    html = pages.compose(look, None, forms.blank(look, None, url="https://gazette.example/new"))

    assert HTMLParser(html).css("input[name=url][value='https://gazette.example/new']")


def test_edit_page_asks_no_name_and_offers_to_withdraw(language: str) -> None:
    comment = samples.comment(0)
    look = samples.look(language=language)
    form = forms.Form(action=forms.edit_action(look, comment), body="text", asks_name=False)

    tree = HTMLParser(pages.edit(look, samples.story(), comment, form))

    assert not tree.css("input[name=name]")
    assert tree.css(f"form[action$='/c/{ids.encode(comment.id)}/withdraw']")


def test_held_comment_is_said_to_be_held(language: str) -> None:
    held = samples.comment(0, status=Status.HELD, published_at=None)
    posted = Posted(comment=held, state=PostState.HELD, edit_until=samples.NOON)

    tree = HTMLParser(pages.posted(samples.look(language=language), samples.story(), posted))

    assert tree.css("p[role=status][data-state=held]")
    assert tree.css(f"a[href$='/c/{ids.encode(held.id)}/edit']")


def test_other_pages_render(language: str) -> None:
    look = samples.look(language=language)
    parent = samples.comment(0)
    more = Replies(
        story=samples.story(),
        parent=parent,
        nodes=(Node(comment=samples.comment(1, parent)),),
        hidden_replies=2,
        more_after=parent.id,
    )
    context = samples.context(samples.chain(1))

    assert len(HTMLParser(pages.replies(look, more)).css("article")) == 2
    assert len(HTMLParser(pages.site_index(look, [samples.story()] * 2, "abc")).css("li")) == 2
    assert HTMLParser(pages.keys(look)).css("kbd")
    assert HTMLParser(pages.context(look, context, back="/")).css("a[data-action=back]")
    assert HTMLParser(pages.empty_discussion(look, url="https://gazette.example/x")).css(".tt-write")
    assert "<b>" not in pages.message(look, "<b>", "<b>")
    assert HTMLParser(pages.sign_in(look)).css("h1")
    assert HTMLParser(pages.plain_message("", language, title="t", text="x")).css("h1")
    assert HTMLParser(desk.landing(look, is_expired=True)).css("h1")


def test_desk_says_why_a_comment_is_held_and_takes_a_decision(language: str) -> None:
    held = samples.comment(0, status=Status.HELD, revision=3)
    finding = Finding(code="many-links", parameters={"count": 9, "limit": 5})
    removed = replace(samples.comment(1), status=Status.REMOVED)
    decision = Decision(
        id=1, outcome=Outcome.REMOVE, reason="spam", made_by="Ines", policy_version=1, made_at=samples.NOON
    )
    text = "See https://a.example and more."
    page = queue.Page(
        asked=queue.Asked(),
        items=[
            items.Item(comment=held, story=samples.story(), findings=[finding], text=text, is_waiting=True),
            items.Item(comment=removed, decisions=[decision]),
        ],
        counts={Queue.HELD: 1_001, Queue.UNREAD: 7},
        now=samples.NOON,
    )

    tree = HTMLParser(queue.page(samples.look(language=language), page))

    assert ["9" in each.text() for each in tree.css(".desk-findings li")] == [True]
    waiting = tree.css_first(f"form[action*='/desk/c/{ids.encode(held.id)}']")
    assert waiting is not None
    assert [each.attributes["value"] for each in waiting.css("button")] == ["publish", "remove", "take"]
    assert [each.attributes["value"] for each in waiting.css("input[name=revision]")] == ["3"]
    assert len(waiting.css("select[name=reason] option")) == 7
    assert tree.css(f"form[action*='{ids.encode(removed.id)}'] button[value=undo]")
    assert [each.text() for each in tree.css(".desk-count")] == [
        f"{environment.number(language, 1_000)}+",
        environment.number(language, 7),
    ]
