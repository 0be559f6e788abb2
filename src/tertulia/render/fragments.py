"""The parts that a reader's page is made of. Public ones are the same bytes for everybody: they depend on the
look, the policy's version and the story's revision, and on nothing else.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.policy import GuestPolicy
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import Story
from tertulia.domain.threads import Context, Page, Replies
from tertulia.render import addresses, environment, forms, rows, strings, texts
from tertulia.render.look import Look


def discussion(look: Look, page: Page) -> str:
    """Show a page of a discussion: head, threads, links to the next page, composer."""
    place = addresses.came_from(page.sort, page.after)
    at = rows.here(look, page.story, came_from=place)
    return environment.render(
        look.language,
        "_discussion.html",
        here=at,
        section=_section(look, page.story, sort=page.sort, after=page.after),
        branches=[rows.branch(at, node) for node in page.nodes],
        next_href=_href(look, page.story, page.sort, page.next_after),
        first_href=addresses.story(look, page.story, sort=page.sort) if page.after else "",
    )


def empty_discussion(look: Look, *, url: str, title: str = "") -> str:
    """Show the discussion of a story under which nobody wrote yet and which therefore has no id."""
    return environment.render(
        look.language,
        "_discussion.html",
        here=rows.here(look, None),
        section=_section(look, None, sort=look.policy.default_sort, url=url, title=title),
        branches=[],
        next_href="",
        first_href="",
    )


def context(look: Look, context: Context, *, back: str) -> str:
    """Show a comment in its place: nearest ancestors, itself highlighted, its replies."""
    comment = context.node.comment
    at = rows.here(
        look,
        context.story,
        came_from=addresses.place_of(back),
        top_depth=comment.depth,
        highlighted=comment.id,
    )
    left_out = context.ancestors_left_out
    return environment.render(
        look.language,
        "_context.html",
        here=at,
        section=_section(look, context.story, sort=look.policy.default_sort),
        back=back,
        ancestors=[rows.row(at, ancestor) for ancestor in context.ancestors],
        earlier=left_out,
        earlier_href=addresses.comment(look, context.ancestors[0], came_from=at.came_from)
        if left_out and context.ancestors
        else "",
        branch=rows.branch(at, context.node),
        comment_id=ids.encode(comment.id),
    )


def replies(look: Look, replies: Replies) -> str:
    """Show further replies of one comment and the link to the rest."""
    at = rows.here(look, replies.story)
    return environment.render(look.language, "_replies.html", here=at, **more_replies(at, replies))


def more_replies(at: rows.Here, replies: Replies) -> dict[str, object]:
    """Prepare further replies for the fragment and for the page of their own."""
    hidden = replies.hidden_replies
    return {
        "branches": [rows.branch(at, node) for node in replies.nodes],
        "parent": rows.encoded(replies.parent.id),
        "more": rows.more_words(at.language, hidden, bool(replies.nodes)) if hidden else rows.NOTHING,
        "more_after": rows.encoded(replies.more_after) if replies.more_after else "",
    }


def comment(look: Look, comment: Comment, *, is_own: bool = False, why_href: str = "") -> str:
    """Show one comment alone, as an item of a list; to its author with where it says why it waits or is gone."""
    at = rows.here(look, None)
    row = rows.row(at, comment, sight=rows.OWN if is_own else rows.EVERYBODY)
    if why_href:
        row = replace(row, why_href=escape(why_href))
    return f'<li class="tt-item">{_article(look.language)(row, at)}</li>\n'


@cache
def _article(language: str) -> Any:
    """Give the macro that shows one comment. Called by itself it costs half of a template that calls it."""
    return environment.environment(language).get_template("_comments.html").module.article  # type: ignore[attr-defined]


def body(look: Look, html: str) -> str:
    """Show a text alone, as the preview does."""
    return str(rows.body(addresses.root(look), html))


def _href(look: Look, story: Story, sort: Sort, after: str) -> str:
    return addresses.story(look, story, sort=sort, after=after) if after else ""


def _own_page(look: Look, story: Story | None, url: str) -> str:
    """Address the discussion on our origin, where a cookie is enough to be signed in."""
    return addresses.story(look, story) if story else addresses.site(look, "/discussion-page", url=url)


def _section(
    look: Look, story: Story | None, *, sort: str, after: str = "", url: str = "", title: str = ""
) -> dict[str, object]:
    """Prepare what the frame of a discussion says of itself, to people and to the browser."""
    is_writable = (story is None or story.is_open) and not look.policy.is_read_only
    takes_guests = look.policy.guests is GuestPolicy.ALLOWED
    blank = forms.blank(look, story, url=url, title=title)
    return {
        "look": look,
        "heading": texts.count(look.language, story.comment_count if story else 0),
        "policy": look.policy,
        "story": story,
        "story_id": ids.encode(story.id) if story else "",
        "url": story.url if story else url,
        "count": story.comment_count if story else 0,
        "sort": sort,
        "after": after,
        "sorts": [(each.value, addresses.story(look, story, sort=each)) for each in Sort] if story else [],
        "is_writable": is_writable,
        "takes_guests": takes_guests,
        "write_href": forms.write_href(look, story, url=url, title=title),
        "keys_href": addresses.site(look, "/keys"),
        "sign_in_href": addresses.site(look, "/sign-in", next=_own_page(look, story, url)),
        "me_href": addresses.site(look, "/me"),
        "form": None if look.policy.is_read_only else blank,
        "strings": Markup.escape(strings.as_json(look.language)),
    }
