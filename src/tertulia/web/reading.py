"""What readers read, as values: the same use cases stand behind pages and fragments."""

from tertulia.domain import ids
from tertulia.domain.threads import Context, Page, Replies
from tertulia.render import addresses
from tertulia.render.look import Look
from tertulia.services import threads
from tertulia.web.call import Call, asked, asked_comment_id, comment_id, look, sort, story_id


def page(call: Call) -> tuple[Look, Page]:
    """Read a page of the discussion in the address."""
    with call.read() as unit:
        found = threads.page(unit, story_id(call), sort=sort(call, unit.policy), after=asked(call, "after"))
        return look(call, unit), found


def context(call: Call) -> tuple[Look, Context, str]:
    """Read the comment in the address with what is around it, and where its reader came from."""
    with call.read() as unit:
        found = threads.context(unit, comment_id(call))
        seen = look(call, unit)
        back = addresses.back(seen, found.story, asked(call, "from"))
        # The link that leads here stands below this very comment.
        return seen, found, f"{back}#comment-{ids.encode(found.node.comment.id)}"


def replies(call: Call) -> tuple[Look, Replies]:
    """Read further replies of the comment in the address."""
    with call.read() as unit:
        found = threads.replies(unit, comment_id(call), after=asked_comment_id(call, "after"))
        return look(call, unit), found
