"""Muting an author: a page with a button for whoever has no JavaScript, and what the embed sends."""

from msgspec import Struct, json
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.ids import AuthorId
from tertulia.render import addresses
from tertulia.render import mutes as render
from tertulia.services import mutes, stories, threads
from tertulia.services.unit import acting_account
from tertulia.web import sessions
from tertulia.web.call import Call, asked_comment_id, own_look, sent, wants_json


class MuteSent(Struct, frozen=True, kw_only=True):
    """An author; with `off` they are muted no longer."""

    author: str = ""
    off: str = ""


class MuteDone(Struct, frozen=True, kw_only=True):
    """How it is now."""

    is_muted: bool


def show(call: Call) -> Response:
    """Show who wrote a comment, with a button to mute them; who is not signed in is led to do so, and back."""
    asked_for = asked_comment_id(call, "comment")
    with call.read(sessions.reader(call)) as unit:
        seen = own_look(call, unit)
        if unit.actor.account is None:
            back = addresses.site(seen, render.PATH, comment=ids.encode(asked_for) if asked_for else "")
            return RedirectResponse(addresses.site(seen, "/sign-in", next=back), status_code=303)
        if asked_for is None:
            return RedirectResponse(addresses.site(seen, "/me") + "#muted", status_code=303)
        found = threads.one(unit, asked_for)
        story = stories.get(unit, found.story_id)
    return HTMLResponse(render.ask(seen, story, found))


def change(call: Call) -> Response:
    """Mute an author, or no longer."""
    fields = sent(call, MuteSent)
    call.parts.throttle.count_choice(call.site, sessions.network(call))
    with call.write(sessions.reader(call)) as unit:
        acting_account(unit)
        author, is_off = AuthorId(ids.decode(fields.author)), bool(fields.off)
        if is_off:
            mutes.unmute(unit, author)
        else:
            mutes.mute(unit, author)
        seen = own_look(call, unit)
    if wants_json(call):
        return Response(json.encode(MuteDone(is_muted=not is_off)), media_type="application/json")
    done = "unmuted" if is_off else "muted"
    return RedirectResponse(addresses.site(seen, "/me", done=done) + "#muted", status_code=303)
