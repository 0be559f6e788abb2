"""An author at the desk: who they are, what they wrote, what was done to them; message, warn, restrict, lift."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Forbidden, Invalid, TertuliaError
from tertulia.domain.ids import AuthorId
from tertulia.domain.permissions import Actor
from tertulia.domain.remarks import RemarkId
from tertulia.domain.sanctions import BadSanction, Measure, SanctionId, SanctionKind
from tertulia.render import profiles as render
from tertulia.render import texts
from tertulia.render.profiles import Said, Typed
from tertulia.services import people, profiles, remarks, sanctions
from tertulia.web import errors
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.desk.opinions import RemarkSent
from tertulia.web.desk.signing import frame_of

_LONGEST_NUMBER: Final = 6


class SanctionSent(Struct, frozen=True, kw_only=True):
    """What is to be done to an author, and the last thing that was done to them when they were seen."""

    kind: str = ""
    reason: str = ""
    words: str = ""
    days: str = ""
    everywhere: str = ""
    comments: str = ""
    seen: str = ""


class LiftSent(Struct, frozen=True, kw_only=True):
    """Which restriction is to be lifted, and whether the comments come back that it removed."""

    sanction: str = ""
    comments: str = ""


def show(call: Call, actor: Actor) -> Response:
    """Show an author."""
    return _page(call, actor)


def impose(call: Call, actor: Actor) -> Response:
    """Do something to an author; what cannot be is said, with what was typed still there."""
    typed = sent(call, SanctionSent)
    try:
        with call.write(actor) as unit:
            seen = SanctionId(ids.decode(typed.seen)) if typed.seen else None
            done = sanctions.impose(unit, _id(call), _measure(typed), seen=seen)
            shown = look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _page(call, actor, refusal, typed)
    except Forbidden as refusal:
        if type(refusal) is Forbidden:
            raise
        return _page(call, actor, refusal, typed)
    return RedirectResponse(render.address(shown, done.author_id, done="imposed"), status_code=303)


def lift(call: Call, actor: Actor) -> Response:
    """Take a restriction back."""
    wanted = sent(call, LiftSent)
    try:
        with call.write(actor) as unit:
            sanction_id = SanctionId(ids.decode(wanted.sanction))
            done = sanctions.lift(unit, sanction_id, restores_comments=bool(wanted.comments))
            shown = look(call, unit)
    except Conflict as refusal:
        return _page(call, actor, refusal)
    return RedirectResponse(render.address(shown, done.author_id, done="lifted"), status_code=303)


def remark(call: Call, actor: Actor) -> Response:
    """Note something about an author, or take one's own remark back."""
    wanted = sent(call, RemarkSent)
    try:
        with call.write(actor) as unit:
            if wanted.remove:
                remarks.remove(unit, RemarkId(ids.decode(wanted.remove)))
            else:
                remarks.add(unit, _id(call), wanted.words)
            shown = look(call, unit)
    except Invalid as refusal:
        return _page(call, actor, refusal)
    done = "unremarked" if wanted.remove else "remarked"
    return RedirectResponse(render.address(shown, _id(call), done=done), status_code=303)


def _measure(typed: SanctionSent) -> Measure:
    if typed.kind not in set(SanctionKind):
        raise BadSanction(choice="kind")
    return Measure(
        kind=SanctionKind(typed.kind),
        reason=typed.reason,
        words=typed.words,
        days=_days(typed.days),
        is_everywhere=bool(typed.everywhere),
        removes_comments=bool(typed.comments),
    )


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text.strip()) > _LONGEST_NUMBER:
        raise BadSanction(choice="days")
    return int(text)


def _page(
    call: Call, actor: Actor, refusal: TertuliaError | None = None, typed: SanctionSent | None = None
) -> Response:
    with call.read(actor) as unit:
        found = profiles.get(unit, _id(call), most_counted=people.MOST_COUNTED, after=asked(call, "after"))
        seen = own_look(call, unit)
    said = Said(
        notice="" if refusal else render.done(seen.language, asked(call, "done")),
        error=texts.refusal(seen.language, refusal) if refusal else "",
        typed=render.NOTHING_TYPED if typed is None else _typed(typed),
    )
    page = render.page(
        seen, frame_of(call, actor, "authors"), found, most_counted=people.MOST_COUNTED, said=said
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _typed(sent: SanctionSent) -> Typed:
    return Typed(
        kind=sent.kind,
        reason=sent.reason,
        words=sent.words,
        days=sent.days,
        everywhere=sent.everywhere,
        comments=sent.comments,
    )


def _id(call: Call) -> AuthorId:
    return AuthorId(ids.decode(str(call.request.path_params["author"])))
