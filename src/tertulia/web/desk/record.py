"""What was done, at the desk: to a comment, to an author, and the log of all."""

from starlette.responses import HTMLResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.permissions import Actor
from tertulia.render import audit as render
from tertulia.render import public_log as rendered_log
from tertulia.services import audit, public_log
from tertulia.web.call import Call, comment_id, own_look
from tertulia.web.desk.signing import frame_of
from tertulia.web.public_log import before_of, narrowed


def of_comment(call: Call, actor: Actor) -> Response:
    """Show what was done to a comment."""
    wanted, before = comment_id(call), before_of(call)
    with call.read(actor) as unit:
        trail, seen = audit.trail_of_comment(unit, wanted, before=before), own_look(call, unit)
    at = frame_of(call, actor, "queue")
    return HTMLResponse(render.of_comment(seen, at, wanted, trail))


def of_author(call: Call, actor: Actor) -> Response:
    """Show what was done to an author and their comments."""
    wanted = AuthorId(ids.decode(str(call.request.path_params["author"])))
    before = before_of(call)
    with call.read(actor) as unit:
        trail, seen = audit.trail_of_author(unit, wanted, before=before), own_look(call, unit)
    at = frame_of(call, actor, "")
    return HTMLResponse(render.of_author(seen, at, wanted, trail))


def log(call: Call, actor: Actor) -> Response:
    """Show the log of decisions to moderators, or say that the site has none."""
    wanted, before = narrowed(call), before_of(call)
    with call.read(actor) as unit:
        try:
            page = public_log.list_for_staff(unit, wanted, before=before)
        except NotFound:
            page = None
        sections, seen = public_log.list_sections(unit), own_look(call, unit)
    at = frame_of(call, actor, "log")
    return HTMLResponse(rendered_log.at_desk(seen, at, page, wanted, sections, is_first=before is None))
