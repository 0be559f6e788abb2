"""The page of a reader's own conversations, and the one that tells a feed's address once."""

from dataclasses import dataclass

from markupsafe import Markup

from tertulia.domain.comments import Comment
from tertulia.domain.conversations import Conversation, Conversations
from tertulia.domain.moderation import Status
from tertulia.render import addresses, assets, environment, rows, texts
from tertulia.render.look import Look

PATH = "/me/conversations"


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """One of the reader's comments as the template receives it."""

    here: rows.Here
    row: rows.Row
    is_listed: bool
    """Whether it has a place in the discussion; what was never published has a text only."""
    edit_href: str
    """Where a comment that waits is changed; empty for others."""
    title: str
    story_href: str
    replies: tuple[rows.Row, ...]
    more: Markup
    """Words of the link to the replies that are not here; empty when all are."""
    href: str


def show(look: Look, shown: Conversations, *, notice: str = "") -> str:
    """Show a page of conversations: unread ones first, then the reader's comments by time."""
    newest = shown.newest_unread
    return _page(
        look,
        "conversations.html",
        unread=[_thread(look, each) for each in shown.unread],
        listed=[_thread(look, each) for each in shown.listed],
        newest_unread=rows.encoded(newest.id) if newest and not shown.after else "",
        is_first=not shown.after,
        has_feed=shown.has_feed,
        notice=notice,
        first_href=addresses.site(look, PATH),
        next_href=addresses.site(look, PATH, after=shown.next_after) if shown.next_after else "",
        read_action=addresses.site(look, f"{PATH}/read"),
        feed_action=addresses.site(look, "/me/feed"),
    )


def feed_made(look: Look, token: str) -> str:
    """Tell the address of a feed, this once."""
    return _page(
        look,
        "feed_made.html",
        address=feed_address(look, token),
        back=addresses.site(look, PATH),
    )


def feed_address(look: Look, token: str) -> str:
    """Address a feed by its secret."""
    return addresses.site(look, f"/feed/{token}")


def notice(language: str, done: str) -> str:
    """Say what was done before this page was shown; empty for a word we did not write."""
    if done == "read":
        return texts.gettext("All replies shown here are marked as read.", language)
    if done == "feed-off":
        return texts.gettext("The feed is removed. Its address opens nothing any more.", language)
    return ""


def _thread(look: Look, of: Conversation) -> Thread:
    at, comment = rows.here(look, of.story), of.comment
    hidden = comment.child_count - len(of.replies)
    waits = comment.status is Status.HELD and not comment.is_listed
    return Thread(
        here=at,
        row=rows.row(at, comment, sight=rows.OWN),
        is_listed=comment.is_listed,
        edit_href=addresses.site(look, f"/c/{rows.encoded(comment.id)}/edit") if waits else "",
        title=of.story.title or of.story.url,
        story_href=addresses.story(look, of.story),
        replies=tuple(rows.row(at, reply, sight=_sight(of, reply)) for reply in of.replies),
        more=_all_words(at.language, comment.child_count) if hidden > 0 else rows.NOTHING,
        href=addresses.comment(look, comment),
    )


def _sight(of: Conversation, reply: Comment) -> rows.Sight:
    return rows.Sight(
        is_of_another=reply.author.id != of.comment.author.id,
        is_unread=reply.id in of.unread,
        is_muted=reply.author.id in of.muted,
    )


def _all_words(language: str, replies: int) -> Markup:
    words = texts.ngettext(
        "Show the %(n)s reply in the discussion",
        "Show all %(n)s replies in the discussion",
        replies,
        language,
    )
    return Markup.escape(words)


def _page(look: Look, template: str, **values: object) -> str:
    return environment.render(
        look.language,
        template,
        stylesheets=assets.own_sheets(look.base),
        site=look.site,
        site_href=addresses.site(look),
        report_href=addresses.report(look),
        me_href=addresses.site(look, "/me"),
        **values,
    )
