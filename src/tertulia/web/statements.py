"""Statements of reasons, each for the author whom it is for."""

from starlette.responses import HTMLResponse, Response

from tertulia.domain import ids
from tertulia.domain.statements import StatementId
from tertulia.render import statements as render
from tertulia.services import statements
from tertulia.web import sessions
from tertulia.web.call import Call, own_look


def show(call: Call) -> Response:
    """Show one statement to whom it is for; to others there is none."""
    statement_id = StatementId(ids.decode(str(call.request.path_params["statement"])))
    with call.read(sessions.reader(call)) as unit:
        found, seen = statements.get(unit, statement_id), own_look(call, unit)
    return HTMLResponse(render.show(seen, found))
