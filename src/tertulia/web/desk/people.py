"""People at the desk: find them, look at one, give a role, end their sessions."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId, Role, role_of
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.permissions import Actor
from tertulia.render import environment, texts
from tertulia.render import roles as render
from tertulia.render.roles import Listed, Shown
from tertulia.services import people, roles
from tertulia.services.people import Person
from tertulia.web import errors
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.desk.signing import frame_of

SHOWN: Final = 50


class RoleSent(Struct, frozen=True, kw_only=True):
    """A role, the sections one a line, and what stood for both when they were seen."""

    role: str = ""
    sections: str = ""
    seen: str = ""


def show(call: Call, actor: Actor) -> Response:
    """List accounts, those that were asked for."""
    wanted, after = asked(call, "role"), asked(call, "after")
    role = role_of(wanted) if wanted else None
    with call.read(actor) as unit:
        found = people.list_people(
            unit,
            search=asked(call, "q"),
            role=role,
            after=AccountId(ids.decode(after)) if after else None,
            most=SHOWN + 1,
        )
        seen = own_look(call, unit)
    listed = Listed(
        accounts=found[:SHOWN],
        search=asked(call, "q")[: people.LONGEST_SEARCH],
        role=role,
        next_after=ids.encode(found[SHOWN - 1].id) if len(found) > SHOWN else "",
    )
    return HTMLResponse(render.people(seen, frame_of(call, actor, "people"), listed))


def person(call: Call, actor: Actor) -> Response:
    """Show one person."""
    return _page(call, actor)


def give(call: Call, actor: Actor) -> Response:
    """Give a role; what changed meanwhile is shown anew, with nothing done."""
    wanted = sent(call, RoleSent)
    try:
        with call.write(actor) as unit:
            people.require(unit)
            role = role_of(wanted.role)
            sections = wanted.sections.splitlines() if role is Role.MODERATOR else []
            roles.give(unit, _id(call), role, sections=sections, seen=wanted.seen)
            seen = look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _page(call, actor, refusal)
    return RedirectResponse(render.address(seen, _id(call), done="role"), status_code=303)


def end_sessions(call: Call, actor: Actor) -> Response:
    """Sign somebody out everywhere."""
    with call.write(actor) as unit:
        roles.end_sessions(unit, _id(call))
        seen = look(call, unit)
    return RedirectResponse(render.address(seen, _id(call), done="sessions"), status_code=303)


def _page(call: Call, actor: Actor, refusal: TertuliaError | None = None) -> Response:
    with call.read(actor) as unit:
        found, seen = people.get(unit, _id(call)), own_look(call, unit)
    page = render.person(
        seen,
        frame_of(call, actor, "people"),
        _shown(found, seen.language),
        notice=render.done(seen.language, asked(call, "done")),
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _shown(found: Person, language: str) -> Shown:
    number = environment.number(language, found.comment_count)
    return Shown(
        account=found.account,
        former_names=found.former_names,
        comments=f"{number}+" if found.comment_count == people.MOST_COUNTED else number,
        may_see_address=found.may_see_address,
        may_rule=found.may_rule,
        roles=found.roles,
        sessions=found.session_count,
        last_way=found.last_way,
        known_sections=found.known_sections,
    )


def _id(call: Call) -> AccountId:
    return AccountId(ids.decode(str(call.request.path_params["account"])))
