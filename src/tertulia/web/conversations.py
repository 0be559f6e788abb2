"""A reader's own conversations, for them alone, and the feed of replies to them, for whoever has its address."""

import hashlib
import re
from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import CommentId
from tertulia.render import addresses, feeds
from tertulia.render import conversations as render
from tertulia.services import conversations
from tertulia.services.unit import acting_account
from tertulia.web import sessions
from tertulia.web.call import Call, asked, header, look, own_look, sent

FEED_SECONDS: Final = 300
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class ReadSent(Struct, frozen=True, kw_only=True):
    """The newest reply that the reader had before them."""

    newest: str = ""


class FeedSent(Struct, frozen=True, kw_only=True):
    """Whether the feed is to be removed; otherwise it gets a new address."""

    off: str = ""


def show(call: Call) -> Response:
    """Show one's own conversations; who is not signed in is led to do so, and back."""
    with call.read(sessions.reader(call)) as unit:
        seen = own_look(call, unit)
        found = conversations.page(unit, after=asked(call, "after")) if unit.actor.account else None
    if found is None:
        back = addresses.site(seen, render.PATH)
        return RedirectResponse(addresses.site(seen, "/sign-in", next=back), status_code=303)
    said = render.notice(seen.language, asked(call, "done"))
    return HTMLResponse(render.show(seen, found, notice=said))


def mark_read(call: Call) -> Response:
    """Take the replies that were shown as read, and no newer ones."""
    newest = sent(call, ReadSent).newest
    with call.write(sessions.reader(call)) as unit:
        acting_account(unit)
        conversations.mark_read(unit, CommentId(ids.decode(newest)))
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, render.PATH, done="read"), status_code=303)


def change_feed(call: Call) -> Response:
    """Make the feed's address anew and show it once, or remove the feed."""
    if sessions.has_bearer(call):
        # A page that was lent a session for half an hour must not make of it an address that lasts.
        raise Forbidden
    is_off = bool(sent(call, FeedSent).off)
    with call.write(sessions.reader(call)) as unit:
        seen = own_look(call, unit)
        if is_off:
            conversations.close_feed(unit)
            return RedirectResponse(addresses.site(seen, render.PATH, done="feed-off"), status_code=303)
        token = conversations.open_feed(unit)
    return HTMLResponse(render.feed_made(seen, token))


def feed(call: Call) -> Response:
    """Give the feed behind a secret address. No cookie counts here: programs that read feeds have none."""
    token = str(call.request.path_params["token"])
    if not _TOKEN.match(token):
        raise NotFound("feed")
    with call.read() as unit:
        seen, found = look(call, unit), conversations.feed(unit, token)
    content = feeds.replies(seen, found, token)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"private, max-age={FEED_SECONDS}", "ETag": tag}
    if tag in header(call, "if-none-match"):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=f"{feeds.MEDIA_TYPE}; charset=utf-8", headers=headers)
