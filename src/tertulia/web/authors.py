"""Authors' public pages, where the site has them: the same for everybody."""

from tertulia.domain import ids
from tertulia.domain.ids import AuthorId
from tertulia.render import authors as render
from tertulia.services import authors, outbox
from tertulia.web.call import Call, asked, look
from tertulia.web.entry import Public


def show(call: Call) -> Public:
    """Show an author and their comments that stand."""
    author = AuthorId(ids.decode(str(call.request.path_params["author"])))
    with call.read() as unit:
        page = authors.page(unit, author, after=asked(call, "after"))
        # Whatever an author does moves the site's newest event; that of no single story tells of them all.
        seen, stamp = look(call, unit), outbox.newest_id(unit)
    return Public(text=render.page(seen, page), story=None, revision=0, stamp=stamp)
