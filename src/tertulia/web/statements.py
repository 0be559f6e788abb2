"""Statements of reasons, each for the author whom it is for, and appeals against them."""

from collections.abc import Sequence

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.statements import Statement, StatementId
from tertulia.render import statements as render
from tertulia.render import texts
from tertulia.render.statements import Sight
from tertulia.services import appeals, statements
from tertulia.services.unit import Unit
from tertulia.web import errors, sessions
from tertulia.web.call import Call, asked, own_look, sent


class AppealSent(Struct, frozen=True, kw_only=True):
    """Why somebody does not agree, and what opens the statement to them."""

    words: str = ""
    access: str = ""


def show(call: Call) -> Response:
    """Show one statement to whom it is for; to others there is none."""
    return _page(call, asked(call, "access"))


def appeal(call: Call) -> Response:
    """Take an appeal; what was refused is shown with what was typed still there."""
    wanted = sent(call, AppealSent)
    call.parts.throttle.count_choice(call.site, sessions.network(call))
    try:
        with call.write(sessions.reader(call)) as unit:
            found, seen = _get(call, unit, wanted.access), own_look(call, unit)
            appeals.make(unit, found, wanted.words)
    except (Conflict, Invalid) as refusal:
        return _page(call, wanted.access, refusal, words=wanted.words)
    return RedirectResponse(render.address(seen, found.id, wanted.access, done="appealed"), status_code=303)


def sight_of(unit: Unit, told: Sequence[Statement]) -> Sight:
    """Say how the author of statements stands to them."""
    return Sight(now=unit.now, appeals=appeals.for_statements(unit, told), access={})


def _page(call: Call, access: str, refusal: TertuliaError | None = None, *, words: str = "") -> Response:
    with call.read(sessions.reader(call)) as unit:
        found, seen = _get(call, unit, access), own_look(call, unit)
        known = appeals.for_statements(unit, [found])
        sight = Sight(now=unit.now, appeals=known, access={found.id: access} if access else {})
    page = render.show(
        seen,
        found,
        sight,
        notice=render.made(seen.language) if asked(call, "done") == "appealed" and known else "",
        error=texts.refusal(seen.language, refusal) if refusal else "",
        words=words,
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _get(call: Call, unit: Unit, access: str) -> Statement:
    statement_id = StatementId(ids.decode(str(call.request.path_params["statement"])))
    return statements.get(unit, statement_id, access=access, key=call.parts.settings.secret)
