"""The page on which somebody without JavaScript mutes an author."""

from typing import Final

from tertulia.domain.comments import Comment
from tertulia.domain.stories import Story
from tertulia.render import addresses, rows
from tertulia.render.look import Look
from tertulia.render.people import own_page

PATH: Final = "/me/muted"


def ask(look: Look, story: Story, comment: Comment) -> str:
    """Show a comment and ask whether its author is to be muted; one that stands no more names nobody."""
    row = rows.row(rows.here(look, story), comment)
    return own_page(
        look,
        "mute.html",
        here=rows.here(look, story),
        row=row,
        name=comment.author.name,
        action=addresses.site(look, PATH),
        author="" if row.gone else rows.encoded(comment.author.id),
        back=addresses.comment(look, comment),
        me_href=addresses.site(look, "/me"),
    )
