"""The site's policy at the desk: all choices, their history, and back to an older version."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.permissions import Actor
from tertulia.domain.policy import Policy
from tertulia.render import addresses, policies, texts
from tertulia.render.policies import CHOICES
from tertulia.services import sites
from tertulia.web import errors
from tertulia.web.call import Call, Unreadable, asked, look, own_look, sent
from tertulia.web.desk.signing import frame_of

SHOWN: Final = 20
NONE: Final = -1
"""Stands for a version that nobody can have seen: then nothing is changed."""
_LISTS: Final = frozenset(name for name in CHOICES if isinstance(getattr(Policy(), name), tuple))
"""Choices that the form takes one word a line."""


class BackSent(Struct, frozen=True, kw_only=True):
    """Which version to go back to, and the newest that was seen."""

    version: int = 0
    seen: int = 0


def show(call: Call, actor: Actor) -> Response:
    """Show all choices."""
    return _page(call, actor)


def save(call: Call, actor: Actor) -> Response:
    """Make a new version of what was sent; what cannot be is said, with what was typed still there."""
    typed = sent(call, dict[str, str])
    choices = {
        name: value.splitlines() if name in _LISTS else value.strip()
        for name, value in typed.items()
        if name in CHOICES
    }
    try:
        with call.write(actor) as unit:
            sites.change_policy(unit, choices, seen=_number(typed.get("seen", "")) or NONE)
            seen = look(call, unit)
    except Conflict as refusal:
        return _page(call, actor, refusal)
    except Invalid as refusal:
        return _page(call, actor, refusal, typed=typed)
    return RedirectResponse(addresses.site(seen, "/desk/policy", done="saved"), status_code=303)


def versions(call: Call, actor: Actor) -> Response:
    """Show who changed what, and when."""
    return _versions(call, actor)


def go_back(call: Call, actor: Actor) -> Response:
    """Make an older version the newest."""
    wanted = sent(call, BackSent)
    try:
        with call.write(actor) as unit:
            sites.go_back(unit, wanted.version, seen=wanted.seen or NONE)
            seen = look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _versions(call, actor, refusal)
    return RedirectResponse(addresses.site(seen, "/desk/policy", done="saved"), status_code=303)


def _page(
    call: Call, actor: Actor, refusal: TertuliaError | None = None, *, typed: dict[str, str] | None = None
) -> Response:
    with call.read(actor) as unit:
        sites.require_policy(unit)
        now, seen = unit.policy, own_look(call, unit)
    page = policies.policy(
        seen,
        frame_of(call, actor, "policy"),
        now,
        typed=typed,
        notice=policies.saved(seen.language) if asked(call, "done") and not refusal else "",
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _versions(call: Call, actor: Actor, refusal: TertuliaError | None = None) -> Response:
    before = asked(call, "before")
    with call.read(actor) as unit:
        found = sites.list_versions(unit, before=_number(before) if before else None, most=SHOWN + 1)
        newest, seen = unit.policy.version, own_look(call, unit)
    page = policies.versions(
        seen,
        frame_of(call, actor, "policy"),
        [
            policies.Version(
                number=each.policy.version,
                made_by=each.made_by,
                made_at=each.made_at,
                before=each.before,
                after=each.policy,
                changed=each.changed,
            )
            for each in found[:SHOWN]
        ],
        newest=newest,
        next_before=str(found[SHOWN - 1].policy.version) if len(found) > SHOWN else "",
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _number(text: str) -> int:
    """Read the number of a version; raise `Unreadable`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unreadable
    return int(text)
