"""An author's public page."""

from dataclasses import dataclass

from tertulia.domain.author_pages import MOST_COUNTED, AuthorPage
from tertulia.domain.comments import Comment
from tertulia.render import addresses, avatars, rows, texts
from tertulia.render.look import Look
from tertulia.render.people import own_page


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A comment with the story it stands under."""

    here: rows.Here
    row: rows.Row
    title: str
    story_href: str
    href: str
    """The comment in its place."""


def page(look: Look, of: AuthorPage) -> str:
    """Show an author: picture, badges, since when, how much, and a page of what they wrote."""
    author = of.author
    return own_page(
        look,
        "author.html",
        author=author,
        picture=avatars.of_author(look, author),
        badges=[texts.badge(look.language, code) for code in author.badges],
        since=of.since,
        count=_count(look.language, of.count),
        placed=[_placed(look, of, comment) for comment in of.comments],
        is_first=not of.after,
        first_href=addresses.author(look, author),
        next_href=addresses.author(look, author, after=of.next_after) if of.next_after else "",
        mute_href=rows.mute_href(look, of.comments[0]) if of.comments else "",
    )


def _placed(look: Look, of: AuthorPage, comment: Comment) -> Placed:
    story = of.stories[comment.story_id]
    at = rows.here(look, story)
    return Placed(
        here=at,
        row=rows.row(at, comment),
        title=story.title or story.url,
        story_href=addresses.story(look, story),
        href=addresses.comment(look, comment),
    )


def _count(language: str, count: int | None) -> str:
    if count is None:
        return ""
    if count >= MOST_COUNTED:
        return texts.gettext("more than %(n)s comments", language, n=MOST_COUNTED)
    return texts.count(language, count)
