"""Flagging a comment: a page with a form, the same everywhere a comment is shown."""

from dataclasses import replace

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.errors import NotFound, TertuliaError
from tertulia.domain.permissions import Actor, is_own, may_flag
from tertulia.render import addresses, texts
from tertulia.render import flags as render
from tertulia.render.flags import NOTHING_TYPED, Asker, Typed
from tertulia.services import comments, flags, stories
from tertulia.services.unit import Unit
from tertulia.web import errors, sessions
from tertulia.web.call import Call, comment_id, own_look, sent, wants_json
from tertulia.web.composing import new_key


class FlagSent(Struct, frozen=True, kw_only=True):
    """Why a comment is flagged; with `off` the flag is taken back."""

    reason: str = ""
    words: str = ""
    key: str = ""
    lang: str = ""
    off: str = ""


def show(call: Call) -> Response:
    """Show a comment with the form, or what became of the reader's flag."""
    return _page(call)


def change(call: Call) -> Response:
    """Flag a comment, or take that back; what was refused comes back with what was typed."""
    fields = sent(call, FlagSent)
    try:
        call.parts.throttle.count_post(call.site, sessions.network(call))
        guest = sessions.writer(call, fields.key)
        with call.write(_actor(call, guest)) as unit:
            seen, is_guest = own_look(call, unit, fields.lang), unit.actor.account is None
            comment = comments.access(unit, comment_id(call))
            _change(call, unit, comment, fields)
    except NotFound:
        raise
    except TertuliaError as refusal:
        if wants_json(call):
            return errors.answer(call, refusal, wish=fields.lang)
        return _page(call, fields, refusal)
    response = RedirectResponse(addresses.site(seen, f"/c/{ids.encode(comment.id)}/flag"), status_code=303)
    if is_guest and not fields.off:
        sessions.remember(call, response, guest)
    return response


def _change(call: Call, unit: Unit, comment: Comment, fields: FlagSent) -> None:
    if fields.off:
        flags.withdraw(unit, comment.id)
        return
    network = sessions.network(call)
    flags.make(unit, comment.id, reason=fields.reason, words=fields.words, network=network)


def _actor(call: Call, guest: sessions.Guest) -> Actor:
    """Say who flags: an account; where the browser's session turns out to be over, the guest."""
    account = sessions.account(call)
    return guest.actor if account is None else replace(account, secret_hash=guest.actor.secret_hash)


def _page(call: Call, fields: FlagSent | None = None, refusal: TertuliaError | None = None) -> Response:
    with call.read(sessions.reader(call)) as unit:
        seen = own_look(call, unit, fields.lang if fields else "")
        comment = comments.access(unit, comment_id(call))
        story = stories.get(unit, comment.story_id)
        asker = Asker(
            may_flag=may_flag(unit.actor, unit.policy),
            is_own=is_own(unit.actor, comment),
            flag=flags.find_own(unit, comment.id),
        )
    typed = NOTHING_TYPED
    if fields is not None and refusal is not None:
        typed = Typed(reason=fields.reason, words=fields.words, error=texts.refusal(seen.language, refusal))
    page = render.page(seen, story, comment, asker, key=(fields and fields.key) or new_key(), typed=typed)
    if refusal is None:
        return HTMLResponse(page)
    return HTMLResponse(page, status_code=errors.status_of(refusal), headers=errors.retry_headers(refusal))
