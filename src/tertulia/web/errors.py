"""The one table from kinds of refusal to statuses, and how a refusal is said: a problem document or a page.

Services raise what is wrong; nothing below `web` knows a status.
"""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import Conflict, Forbidden, Invalid, NotFound, TertuliaError, TooMany
from tertulia.domain.ranking import BadCursor
from tertulia.render import addresses, environment, pages, texts
from tertulia.services.freshness import ProveAgain
from tertulia.web import trail
from tertulia.web.call import Call, TooLarge, UnknownMediaType, Unreadable, asked, header, look, wants_json
from tertulia.web.limits import CannotCount

PROBLEM: Final = "application/problem+json"


class WrongMethod(Invalid):
    """The address is there, but not for this method."""

    code = "wrong-method"


# Looked up along the class's ancestors: the nearest counts.
STATUSES: Final[dict[type[TertuliaError], int]] = {
    SessionOver: 401,
    TooLarge: 413,
    WrongMethod: 405,
    UnknownMediaType: 415,
    Unreadable: 400,
    BadCursor: 400,
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    CannotCount: 503,
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal for programs (RFC 9457). `code` is stable; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    parameters: dict[str, str | int | float | None] = {}


def status_of(refusal: TertuliaError) -> int:
    """Give the status of a refusal."""
    for kind in type(refusal).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return 500


def problem_of(refusal: TertuliaError, language: str, *, base: str) -> Problem:
    """Say a refusal for programs."""
    status = status_of(refusal)
    return Problem(
        type=f"{base}/api/docs#error-{refusal.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=refusal.code,
        detail=texts.refusal(language, refusal),
        parameters=refusal.parameters,
    )


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Send a problem document."""
    content = msgspec.json.encode(problem)
    return Response(content, status_code=problem.status, media_type=PROBLEM, headers=headers)


def answer(call: Call, refusal: TertuliaError, *, wish: str = "") -> Response:
    """Say a refusal in the way the asker understands, in the language they ask in."""
    trail.refused(call, refusal)
    spoken, status = language(call, wish), status_of(refusal)
    headers = retry_headers(refusal)
    if wants_json(call):
        return problem_response(problem_of(refusal, spoken, base=call.parts.settings.base_url), headers)
    if isinstance(refusal, ProveAgain):
        return _to_prove(call, spoken)
    title, text = texts.title(spoken, refusal), texts.refusal(spoken, refusal)
    return HTMLResponse(_page(call, spoken, title, text, status), status_code=status, headers=headers)


def bug(call: Call) -> Response:
    """Say that we failed. Asks the database for nothing: it may be what failed."""
    spoken = environment.supported(asked(call, "lang"))
    title, text = texts.title(spoken), texts.bug(spoken)
    base = call.parts.settings.base_url
    if wants_json(call):
        place = f"{base}/api/docs#error-bug"
        return problem_response(Problem(type=place, title=title, status=500, code="bug", detail=text))
    page = pages.plain_message(base, spoken, title=title, text=text, status=500)
    return HTMLResponse(page, status_code=500)


def retry_headers(refusal: TertuliaError) -> dict[str, str]:
    """Say when to come back, or how to sign in, where that is known."""
    if isinstance(refusal, SessionOver):
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}


def language(call: Call, wish: str = "") -> str:
    """Give the language to speak: the one asked for, or the site's."""
    try:
        otherwise = call.known().site.language if call.site else ""
    except NotFound:
        otherwise = ""
    return environment.supported(wish, asked(call, "lang"), otherwise)


def _to_prove(call: Call, spoken: str) -> Response:
    """Lead a form to where its sender proves anew who they are, and from there back to its page."""
    seen = look(call, call.known(), spoken)
    told = header(call, "referer").partition("#")[0]
    back = told if told.startswith(f"{addresses.root(seen)}/") else addresses.site(seen, "/me")
    where = addresses.site(seen, "/sign-in", again="1", next=back)
    return RedirectResponse(where, status_code=303)


def _page(call: Call, spoken: str, title: str, text: str, status: int) -> str:
    try:
        return pages.message(look(call, call.known(), spoken), title, text, status)
    except NotFound:
        base = call.parts.settings.base_url
        return pages.plain_message(base, spoken, title=title, text=text, status=status)


def plain(status: int, *, headers: dict[str, str] | None = None) -> Response:
    """Say a status where there is neither a call nor a thread to render in."""
    phrase = HTTPStatus(status).phrase
    return Response(f"{phrase}\n", status_code=status, media_type="text/plain", headers=headers)
