"""Pages of our own origin. Everything can be read, sorted, paged and answered here without JavaScript."""

from collections.abc import Sequence

from tertulia.domain.appeals import LONGEST_WORDS
from tertulia.domain.comments import Comment, Posted
from tertulia.domain.policy import LogPolicy
from tertulia.domain.statements import Statement
from tertulia.domain.stories import Story
from tertulia.domain.threads import Context, Page, Replies
from tertulia.render import addresses, assets, environment, fragments, public_log, rows, statements, texts
from tertulia.render.forms import Form
from tertulia.render.look import Look
from tertulia.render.sanctions import NOTHING, OwnSanctions


def discussion(look: Look, page: Page) -> str:
    """Show a story's discussion."""
    return _page(look, "discussion.html", story=page.story, section=fragments.discussion(look, page))


def empty_discussion(look: Look, *, url: str, title: str = "") -> str:
    """Show the place where the discussion of a story will be that nobody wrote under yet."""
    section = fragments.empty_discussion(look, url=url, title=title)
    return _page(look, "discussion.html", story=None, url=url, title=title, section=section)


def context(look: Look, context: Context, *, back: str) -> str:
    """Show one comment in its context."""
    section = fragments.context(look, context, back=back)
    return _page(look, "discussion.html", story=context.story, section=section)


def replies(look: Look, replies: Replies) -> str:
    """Show further replies of one comment below that comment."""
    at = rows.here(look, replies.story, top_depth=replies.parent.depth)
    return _page(
        look,
        "replies.html",
        story=replies.story,
        here=at,
        row=rows.row(at, replies.parent),
        back=addresses.comment(look, replies.parent),
        **fragments.more_replies(at, replies),
    )


def compose(
    look: Look,
    story: Story | None,
    form: Form,
    *,
    parent: Comment | None = None,
    told: OwnSanctions = NOTHING,
) -> str:
    """Show the composer on a page of its own; `story` is None when nobody wrote under it yet.

    Who may not write is told so in its place.
    """
    at = rows.here(look, story)
    return _page(
        look,
        "compose.html",
        story=story,
        form=None if told.is_silent else form,
        told=told,
        here=at,
        row=rows.row(at, parent) if parent else None,
        policy=look.policy,
        back=_way_back(look, story, parent, form),
        withdraw_href="",
    )


def edit(look: Look, story: Story, comment: Comment, form: Form | None) -> str:
    """Show an author their comment for editing and withdrawing; without a form the time to edit is over."""
    at = rows.here(look, story)
    return _page(
        look,
        "compose.html",
        story=story,
        form=form,
        told=NOTHING,
        here=at,
        row=None if form else rows.row(at, comment, sight=rows.OWN),
        policy=look.policy,
        back=addresses.comment(look, comment),
        withdraw_href=f"{addresses.root(look)}/c/{rows.encoded(comment.id)}/withdraw",
    )


def posted(
    look: Look,
    story: Story,
    posted: Posted,
    *,
    state: str = "",
    told: Sequence[Statement] = (),
    sight: statements.Sight | None = None,
) -> str:
    """Tell a writer what became of their text, and why. `state`: posted, held, edited, withdrawn or removed."""
    comment = posted.comment
    at = rows.here(look, story, highlighted=comment.id)
    return _page(
        look,
        "posted.html",
        story=story,
        here=at,
        row=rows.row(at, comment, sight=rows.OWN),
        message=texts.state(look.language, state or posted.state),
        statements=[statements.told(look, each, sight) for each in told],
        words="",
        longest=LONGEST_WORDS,
        edit_until=posted.edit_until,
        own_href=f"{addresses.root(look)}/c/{rows.encoded(comment.id)}/edit",
        back=addresses.story(look, story, seen=story.revision) + f"#comment-{rows.encoded(comment.id)}",
    )


def site_index(look: Look, stories: Sequence[Story], next_after: str = "") -> str:
    """Show the stories of a site that are discussed, as they are handed in."""
    return _page(
        look,
        "site.html",
        story=None,
        listed=[
            (each, addresses.story(look, each), texts.count(look.language, each.comment_count))
            for each in stories
        ],
        next_href=addresses.site(look, after=next_after) if next_after else "",
        log_href=addresses.site(look, public_log.PATH) if look.policy.log is LogPolicy.PUBLIC else "",
    )


def keys(look: Look) -> str:
    """List the keys of a discussion."""
    return _page(look, "keys.html", story=None)


def message(look: Look, title: str, text: str, status: int = 200) -> str:
    """Show a short message in a site's frame."""
    return _page(look, "message.html", story=None, title=title, text=text, status=status)


def plain_message(base: str, language: str, *, title: str, text: str, status: int = 200) -> str:
    """Show a short message where no site is known."""
    return environment.render(
        language, "message.html", **_frame(base, None), title=title, text=text, status=status
    )


def sign_in(look: Look, story_url: str = "") -> str:
    """Tell a reader of a site without guests that writing needs an account, and lead to one."""
    title = texts.gettext("Writing needs an account", look.language)
    href = addresses.site(look, "/sign-in", next=story_url)
    return _page(look, "account_needed.html", story=None, title=title, href=href)


def _page(look: Look, template: str, **values: object) -> str:
    return environment.render(look.language, template, **_frame(look.base, look), **values)


def _frame(base: str, look: Look | None) -> dict[str, object]:
    """Prepare what every page's frame needs."""
    return {
        "stylesheets": assets.own_sheets(base),
        "script": assets.address(base, "widget/page.js"),
        "site": look.site if look else None,
        "site_href": addresses.site(look) if look else "",
        "report_href": addresses.report(look) if look else "",
        "base": base,
    }


def _way_back(look: Look, story: Story | None, parent: Comment | None, form: Form) -> str:
    if parent is not None:
        return addresses.comment(look, parent)
    return addresses.story(look, story) if story else form.url
