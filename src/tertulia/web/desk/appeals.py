"""Appeals at the desk: what is to be decided, one whole case, taking and deciding it."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.appeals import AppealId, Verdict
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.permissions import Actor
from tertulia.render import addresses, texts
from tertulia.render import appeals as render
from tertulia.services import appeals, stories
from tertulia.web import errors
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.desk.signing import frame_of

RELEASE: Final = "release"


class VerdictSent(Struct, frozen=True, kw_only=True):
    """What becomes of a decision, the answer, and the revision of the comment that was seen."""

    result: str = ""
    reason: str = ""
    answer: str = ""
    revision: int = 0


class HandSent(Struct, frozen=True, kw_only=True):
    """Whether an appeal is taken or let go of."""

    hand: str = ""


def show(call: Call, actor: Actor) -> Response:
    """List what is to be decided."""
    return _list(call, actor)


def case(call: Call, actor: Actor) -> Response:
    """Show one whole case."""
    return _case(call, actor)


def take(call: Call, actor: Actor) -> Response:
    """Take an appeal, or let go of it."""
    wanted = sent(call, HandSent)
    try:
        with call.write(actor) as unit:
            (appeals.release if wanted.hand == RELEASE else appeals.take)(unit, _id(call))
            seen = look(call, unit)
    except Conflict as refusal:
        return _case(call, actor, refusal)
    return RedirectResponse(render.address(seen, _id(call)), status_code=303)


def decide(call: Call, actor: Actor) -> Response:
    """Decide an appeal; what changed meanwhile is shown anew, with nothing done and the answer still there."""
    wanted = sent(call, VerdictSent)
    verdict = Verdict(result=wanted.result, answer=wanted.answer, reason=wanted.reason)
    try:
        with call.write(actor) as unit:
            appeals.decide(unit, _id(call), verdict, seen_revision=wanted.revision)
            seen = look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _case(call, actor, refusal, answer=wanted.answer)
    return RedirectResponse(addresses.site(seen, "/desk/appeals", done="decided"), status_code=303)


def _list(call: Call, actor: Actor) -> Response:
    with call.read(actor) as unit:
        found, results, now = appeals.list_open(unit), appeals.count_results(unit), unit.now
        seen = own_look(call, unit)
    notice = render.decided(seen.language) if asked(call, "done") == "decided" else ""
    page = render.listed(seen, frame_of(call, actor, "appeals"), found, results, now=now, notice=notice)
    return HTMLResponse(page)


def _case(call: Call, actor: Actor, refusal: TertuliaError | None = None, *, answer: str = "") -> Response:
    with call.read(actor) as unit:
        found, now, seen = appeals.get(unit, _id(call)), unit.now, own_look(call, unit)
        story = None if found.comment is None else stories.get(unit, found.comment.story_id)
    page = render.case(
        seen,
        frame_of(call, actor, "appeals"),
        found,
        story,
        now=now,
        error=texts.refusal(seen.language, refusal) if refusal else "",
        answer=answer,
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _id(call: Call) -> AppealId:
    return AppealId(ids.decode(str(call.request.path_params["appeal"])))
