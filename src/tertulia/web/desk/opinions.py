"""Second opinions and remarks at the desk: what one is asked, what colleagues say and noted about a comment."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.opinions import OpinionId
from tertulia.domain.permissions import Actor
from tertulia.domain.remarks import RemarkId
from tertulia.render import addresses, texts
from tertulia.render import opinions as render
from tertulia.render.opinions import Asked, Talk
from tertulia.render.remarks import talk_address
from tertulia.services import opinions, remarks, stories
from tertulia.web import errors
from tertulia.web.call import Call, asked, comment_id, look, own_look, sent
from tertulia.web.desk.signing import frame_of


class QuestionSent(Struct, frozen=True, kw_only=True):
    """A question about a comment, and the colleague who is asked; nobody in particular where it is empty."""

    question: str = ""
    of: str = ""


class AnswerSent(Struct, frozen=True, kw_only=True):
    """What one would decide, and why."""

    opinion: str = ""
    outcome: str = ""
    words: str = ""


class RemarkSent(Struct, frozen=True, kw_only=True):
    """A remark, or one of one's own that is to go."""

    words: str = ""
    remove: str = ""


def show(call: Call, actor: Actor) -> Response:
    """List what one is asked."""
    return _asked(call, actor)


def answer(call: Call, actor: Actor) -> Response:
    """Answer a question."""
    given = sent(call, AnswerSent)
    try:
        with call.write(actor) as unit:
            opinions.answer(unit, OpinionId(ids.decode(given.opinion)), given.outcome, given.words)
            seen = look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _asked(call, actor, refusal)
    return RedirectResponse(addresses.site(seen, render.PATH, done="answered"), status_code=303)


def talk(call: Call, actor: Actor) -> Response:
    """Show what colleagues said and noted about a comment."""
    return _talk(call, actor)


def ask(call: Call, actor: Actor) -> Response:
    """Ask a colleague about a comment."""
    wanted = sent(call, QuestionSent)
    try:
        with call.write(actor) as unit:
            of = AccountId(ids.decode(wanted.of)) if wanted.of else None
            opinions.ask(unit, comment_id(call), wanted.question, of=of)
            seen = look(call, unit)
    except Invalid as refusal:
        return _talk(call, actor, refusal, typed=wanted.question)
    return RedirectResponse(talk_address(seen, comment_id(call), done="asked"), status_code=303)


def remark(call: Call, actor: Actor) -> Response:
    """Note something about a comment, or take one's own remark back."""
    wanted = sent(call, RemarkSent)
    try:
        with call.write(actor) as unit:
            if wanted.remove:
                remarks.remove(unit, RemarkId(ids.decode(wanted.remove)))
            else:
                remarks.add_to_comment(unit, comment_id(call), wanted.words)
            seen = look(call, unit)
    except Invalid as refusal:
        return _talk(call, actor, refusal)
    done = "unremarked" if wanted.remove else "remarked"
    return RedirectResponse(talk_address(seen, comment_id(call), done=done), status_code=303)


def _asked(call: Call, actor: Actor, refusal: TertuliaError | None = None) -> Response:
    with call.read(actor) as unit:
        found = opinions.list_open(unit)
        about = opinions.comments_of(unit, found)
        told = stories.list_by_ids(unit, {each.story_id for each in about.values()})
        seen = own_look(call, unit)
    page = render.asked(
        seen,
        frame_of(call, actor, "opinions"),
        Asked(opinions=found, comments=about, stories=told),
        notice="" if refusal else render.done(seen.language, asked(call, "done")),
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _talk(call: Call, actor: Actor, refusal: TertuliaError | None = None, *, typed: str = "") -> Response:
    with call.read(actor) as unit:
        comment = opinions.comment_of(unit, comment_id(call))
        noted = remarks.for_comments(unit, [comment]).get(comment.id, [])
        of = Talk(
            comment=comment,
            story=stories.get(unit, comment.story_id),
            opinions=opinions.for_comments(unit, [comment.id]).get(comment.id, []),
            remarks=noted,
            own_remarks={each.id for each in noted if remarks.is_own(unit, each)},
            colleagues=opinions.list_colleagues(unit, comment),
            typed=typed,
        )
        seen = own_look(call, unit)
    page = render.talk(
        seen,
        frame_of(call, actor, "opinions"),
        of,
        notice="" if refusal else render.done(seen.language, asked(call, "done")),
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)
