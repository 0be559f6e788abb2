"""Sessions inside a foreign page: a code becomes a bearer, and after a reload a cookie of that page's own does.

These two are the only ones that a foreign page asks with a cookie (`guard.WITH_COOKIE`). Each takes one cookie by its
name; a session that came along from a page of the same domain counts for nothing here.
"""

from starlette.responses import Response

from tertulia.services import embeds, sign_in
from tertulia.web import sessions
from tertulia.web.call import Call, header, sent
from tertulia.web.onward import origin_of
from tertulia.web.sign_in import CodeSent, given


def exchange(call: Call) -> Response:
    """Give an embed its bearer for a one-time code. What its guest wrote becomes the account's."""
    code, origin = sent(call, CodeSent).code, origin_of(header(call, "origin"))
    with call.write(sessions.guest(call)) as unit:
        bearer = sign_in.exchange(unit, code, origin=origin)
        kept = embeds.keep(unit, bearer, origin=origin, before=sessions.embed_token(call))
    response = given(bearer)
    sessions.keep_for_embed(call, response, kept)
    return response


def resume(call: Call) -> Response:
    """Give an embed a bearer again after its page was loaded anew."""
    call.parts.throttle.count_return(call.site, sessions.network(call))
    with call.write(sessions.guest(call)) as unit:
        origin = origin_of(header(call, "origin"))
        return given(embeds.resume(unit, sessions.embed_token(call), origin=origin))
