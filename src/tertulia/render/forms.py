"""The composer as a template receives it. One form serves the embed, the pages without JavaScript and edits."""

from dataclasses import dataclass
from urllib.parse import urlencode

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.stories import Story
from tertulia.render import addresses
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What stands in the composer and what was said about it. Fields are sent under the same names."""

    action: str
    key: str = ""
    """Makes a repeated submit harmless; empty where the browser makes one."""
    name: str = ""
    body: str = ""
    parent: str = ""
    """Public id of the comment answered."""
    url: str = ""
    """Address of a story that is not known yet, with its title."""
    title: str = ""
    error: str = ""
    preview_html: str | None = None
    has_reconsidered: bool = False
    """Whether its writer was asked to look once more: sent from here, it is not asked again."""
    asks_name: bool = True
    account: str = ""
    """Name of who is signed in and wrote before: nothing is asked then."""
    may_write: bool = True


def blank(look: Look, story: Story | None, *, url: str = "", title: str = "") -> Form:
    """Give the empty composer of a story."""
    if story is None:
        return Form(action=addresses.site(look, "/comments"), url=url, title=title)
    return Form(action=action(look, story))


def action(look: Look, story: Story) -> str:
    """Say where a new comment on a story is sent."""
    return f"{addresses.root(look)}/s/{ids.encode(story.id)}/comments"


def edit_action(look: Look, comment: Comment) -> str:
    """Say where the new wording of a comment is sent."""
    return f"{addresses.root(look)}/c/{ids.encode(comment.id)}/edit"


def write_href(look: Look, story: Story | None, *, url: str = "", title: str = "") -> str:
    """Address the page with the composer."""
    if story is not None:
        return addresses.site(look, f"/s/{ids.encode(story.id)}/write")
    return f"{addresses.root(look)}/write?" + urlencode(
        {"url": url, **({"title": title} if title else {}), "lang": look.language}
    )
