"""Fragments, parsed and asked; never compared as text."""

import json
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Element

from tertulia.domain import ids
from tertulia.domain.authors import AuthorKind
from tertulia.domain.moderation import Status
from tertulia.domain.policy import GuestPolicy, Policy
from tertulia.domain.threads import PAGE_LEVELS, Replies
from tertulia.domain.threads import Node as Branch
from tertulia.domain.transfer import LinkKind
from tertulia.render import environment, fragments
from tests.render import samples


def parse(html: str) -> HTMLParser:
    return HTMLParser(html)


def one(html: str, selector: str) -> Element:
    found = parse(html).css(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def test_discussion_tells_the_browser_what_it_needs() -> None:
    page = samples.page(Branch(comment=samples.comment(0)), after="abc")

    section = one(fragments.discussion(samples.look(), page), "section.tt-discussion")

    told = section.attributes
    assert (told["data-site"], told["data-story"]) == ("gazette", ids.encode(page.story.id))
    assert (told["data-revision"], told["data-sort"], told["data-after"]) == ("7", "newest", "abc")
    assert (told["data-open"], told["data-guests"], told["data-count"]) == ("1", "1", "121")
    assert (told["data-longest"], told["data-edit-seconds"]) == ("10000", "300")
    assert set(json.loads(told["data-strings"] or "")["new"]) == {"one", "other"}


@pytest.mark.parametrize("language", environment.LANGUAGES)
def test_every_address_is_absolute(language: str) -> None:
    page = samples.page(samples.chain(PAGE_LEVELS), next_after="abc", after="aaa")

    html = fragments.discussion(samples.look(language=language), page)

    addresses = [each.attributes["href"] or "" for each in parse(html).css("[href]")]
    addresses += [each.attributes["action"] or "" for each in parse(html).css("form[action]")]
    assert len(addresses) > 20
    assert all(each.startswith("https://comments.example/gazette/") for each in addresses)


def test_foreign_language_goes_along_in_addresses() -> None:
    page = samples.page(Branch(comment=samples.comment(0)))

    html = fragments.discussion(samples.look(language="de"), page)

    links = [each.attributes["href"] or "" for each in parse(html).css("a")]
    assert all("lang=de" in each for each in links)


def test_replies_hang_below_their_parent_and_say_whom_they_answer() -> None:
    parent = samples.comment(0, author=samples.author("Anna"))
    child = samples.comment(1, parent)
    page = samples.page(Branch(comment=parent, replies=(Branch(comment=child),)))

    html = fragments.discussion(samples.look(), page)

    reply = one(html, ".tt-comments > .tt-item > .tt-replies > .tt-item > article")
    assert reply.attributes["data-parent"] == ids.encode(parent.id)
    link = reply.css_first(".tt-to a[data-action=parent]")
    assert link is not None
    assert link.text() == "Anna"
    assert f"/c/{ids.encode(parent.id)}#comment-" in (link.attributes["href"] or "")


def test_hidden_replies_are_offered_after_the_last_shown() -> None:
    parent = samples.comment(0, child_count=4)
    child = samples.comment(1, parent)
    shown = Branch(comment=child)
    page = samples.page(Branch(comment=parent, replies=(shown,), hidden_replies=3, more_after=child.id))

    more = one(fragments.discussion(samples.look(), page), "a.tt-more")

    assert more.text() == "Show 3 more replies"
    assert more.attributes["data-after"] == ids.encode(child.id)
    assert f"/c/{ids.encode(parent.id)}?after={ids.encode(child.id)}" in (more.attributes["href"] or "")


def test_cut_thread_goes_on_elsewhere_and_leads_back() -> None:
    node = samples.chain(PAGE_LEVELS)
    last = node
    while last.replies:
        last = last.replies[0]
    cut = _with_last(node, replace(last, hidden_replies=12))

    onward = one(fragments.discussion(samples.look(), samples.page(cut, after="abc")), "a.tt-continue")

    assert onward.text() == "Continue this thread (12 replies)"
    assert "?from=newest%3Aabc" in (onward.attributes["href"] or "").replace("newest:", "newest%3A")


def _with_last(node: Branch, last: Branch) -> Branch:
    if not node.replies:
        return last
    return replace(node, replies=(_with_last(node.replies[0], last),))


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        (Status.REMOVED, "abuse", "Removed by a moderator: insults or threats."),
        (Status.REMOVED, "", "Removed by a moderator."),
        (Status.WITHDRAWN, "", "Withdrawn by its author."),
        (Status.HELD, "", "Under review by a moderator."),
    ],
)
def test_tombstone_keeps_the_place_and_hides_text_and_name(status: Status, reason: str, said: str) -> None:
    gone = samples.comment(0, status=status, reason=reason)

    html = fragments.comment(samples.look(), gone)

    assert one(html, ".tt-tombstone .tt-gone").text() == said
    assert "ferry" not in html
    assert "Anna Berg" not in html
    assert not parse(html).css("[data-action=reply]")


def test_author_sees_their_own_held_comment() -> None:
    held = samples.comment(0, status=Status.HELD, published_at=None)

    html = fragments.comment(samples.look(), held, is_own=True)

    assert "ferry" in one(html, ".tt-body").text()
    assert one(html, ".tt-state").attributes["data-state"] == "held"


def test_names_are_escaped() -> None:
    rogue = samples.author('<b onclick="x">"Eve" & co', AuthorKind.GUEST, badges=("<i>",))
    parent = samples.comment(0, author=rogue)

    html = fragments.comment(samples.look(), samples.comment(1, parent, author=rogue))

    assert one(html, ".tt-author").text() == rogue.name
    assert one(html, ".tt-to a").text() == rogue.name
    assert not parse(html).css("[onclick], .tt-badge i")


def test_unknown_author_of_recovered_text_is_said_to_be_inferred() -> None:
    nobody = samples.author("", AuthorKind.IMPORTED)
    found = samples.comment(0, author=nobody, created_at=None, link=LinkKind.INFERRED)
    page = samples.page(Branch(comment=found), story=samples.story(is_recovered=True))

    html = fragments.discussion(samples.look(), page)

    assert one(html, ".tt-unknown").text() == "name not known"
    assert one(html, ".tt-inferred").text() == "inferred"
    assert parse(html).css_first("p.tt-recovered") is not None
    assert not parse(html).css("time")


def test_guest_is_marked_and_account_is_not() -> None:
    guest = samples.comment(0, author=samples.author("Eve", AuthorKind.GUEST))

    assert parse(fragments.comment(samples.look(), guest)).css(".tt-guest")
    assert not parse(fragments.comment(samples.look(), samples.comment(0))).css(".tt-guest")


def test_quoted_comment_is_linked_where_it_stands() -> None:
    html = '<blockquote><p><a href="#comment-0123456789abc">Anna</a></p></blockquote>'

    shown = fragments.body(samples.look(), html)

    assert one(shown, "a").attributes["href"] == "https://comments.example/gazette/c/0123456789abc"


def test_context_highlights_one_comment_below_its_ancestors() -> None:
    node = samples.chain(2)
    inner = node.replies[0]
    back = "https://comments.example/gazette/s/x?sort=oldest&after=abc"
    context = samples.context(inner, node.comment, ancestors_left_out=3)

    html = fragments.context(samples.look(), context, back=back)

    assert one(html, "section").attributes["data-context"] == ids.encode(inner.comment.id)
    assert one(html, ".tt-highlight").attributes["data-comment"] == ids.encode(inner.comment.id)
    assert one(html, ".tt-ancestor article").attributes["data-comment"] == ids.encode(node.comment.id)
    assert one(html, "a[data-action=back]").attributes["href"] == back
    earlier = one(html, ".tt-earlier")
    assert earlier.text() == "3 earlier comments in this thread"
    assert "from=oldest:abc" in (earlier.attributes["href"] or "")


def test_more_replies_come_as_a_list_and_the_next_link() -> None:
    parent = samples.comment(0)
    child = samples.comment(1, parent)
    replies = Replies(
        story=samples.story(),
        parent=parent,
        nodes=(Branch(comment=child),),
        hidden_replies=1,
        more_after=child.id,
    )

    html = fragments.replies(samples.look(), replies)

    assert one(html, "ol.tt-replies > li > article").attributes["data-comment"] == ids.encode(child.id)
    assert one(html, "a.tt-more").text() == "Show 1 more reply"


def test_story_without_comments_offers_the_composer() -> None:
    html = fragments.empty_discussion(samples.look(), url="https://gazette.example/new", title="A & B")

    assert one(html, ".tt-head h2").text() == "No comments yet"
    assert "url=https%3A%2F%2Fgazette.example%2Fnew" in (one(html, "a.tt-write").attributes["href"] or "")
    assert '<input type="hidden" name="title" value="A &amp; B">' in html


@pytest.mark.parametrize(
    ("policy", "story"),
    [(Policy(is_read_only=True), samples.story()), (Policy(), samples.story(closed_at=samples.NOON))],
)
def test_closed_discussion_offers_no_writing(policy: Policy, story: object) -> None:
    page = samples.page(Branch(comment=samples.comment(0)), story=story)

    html = fragments.discussion(samples.look(policy=policy), page)

    assert one(html, "section").attributes["data-open"] == "0"
    assert not parse(html).css("[data-action=reply], [data-action=write]")
    assert parse(html).css(".tt-closed")


def test_site_without_guests_keeps_its_links_and_its_composer_for_accounts() -> None:
    page = samples.page(Branch(comment=samples.comment(0)))

    html = fragments.discussion(samples.look(policy=Policy(guests=GuestPolicy.REFUSED)), page)

    assert parse(html).css("[data-action=reply]")
    assert one(html, "section").attributes["data-guests"] == "0"
    assert parse(html).css("template.tt-composer")


def test_arabic_runs_right_to_left_with_its_own_plurals() -> None:
    page = samples.page(story=samples.story(comment_count=2))

    section = one(fragments.discussion(samples.look(language="ar"), page), "section")

    assert (section.attributes["lang"], section.attributes["dir"]) == ("ar", "rtl")
    heading = section.css_first("h2")
    assert heading is not None
    assert heading.text() == "تعليقان"
    strings = json.loads(section.attributes["data-strings"] or "")
    assert set(strings["new"]) == {"zero", "one", "two", "few", "many", "other"}


def test_equal_input_gives_equal_bytes() -> None:
    page = samples.page(samples.chain(3))

    assert fragments.discussion(samples.look(), page) == fragments.discussion(samples.look(), page)
