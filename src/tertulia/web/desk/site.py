"""The site itself at the desk: its name, its language, the origins of its pages."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.permissions import Actor
from tertulia.render import addresses, policies, texts
from tertulia.services import sites
from tertulia.web import errors
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.desk.signing import frame_of


class SiteSent(Struct, frozen=True, kw_only=True):
    """What the site shall be, origins one a line, and what stood for all of it when it was seen."""

    name: str = ""
    language: str = ""
    origins: str = ""
    seen: str = ""


def show(call: Call, actor: Actor) -> Response:
    """Show what the site is."""
    return _page(call, actor)


def save(call: Call, actor: Actor) -> Response:
    """Change the site; what cannot be is said, with what was typed still there."""
    typed = sent(call, SiteSent)
    try:
        with call.write(actor) as unit:
            sites.change(
                unit,
                name=typed.name,
                language=typed.language,
                origins=[line for line in typed.origins.splitlines() if line.strip()] or [""],
                # Whoever names nothing has seen nothing.
                seen=typed.seen or "nothing",
            )
            seen = look(call, unit)
    except Conflict as refusal:
        return _page(call, actor, refusal)
    except Invalid as refusal:
        return _page(call, actor, refusal, typed=typed)
    return RedirectResponse(addresses.site(seen, "/desk/site", done="saved"), status_code=303)


def _page(
    call: Call, actor: Actor, refusal: TertuliaError | None = None, *, typed: SiteSent | None = None
) -> Response:
    with call.read(actor) as unit:
        sites.require_site(unit)
        now, seen = unit.site, own_look(call, unit)
    page = policies.site(
        seen,
        frame_of(call, actor, "site"),
        now,
        languages=sites.LANGUAGES,
        typed=None
        if typed is None
        else {"name": typed.name, "language": typed.language, "origins": typed.origins},
        notice=policies.saved(seen.language) if asked(call, "done") and not refusal else "",
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)
