"""The route table and the layers around it. `app.py` makes the parts; here they become one ASGI application."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from tertulia.domain.errors import NotFound
from tertulia.web import (
    assets,
    authors,
    choices,
    composing,
    conversations,
    counts,
    embed,
    embeds,
    errors,
    flags,
    guard,
    health,
    invitation,
    me,
    mine,
    mutes,
    my_data,
    own_password,
    pages,
    passkeys,
    passwords,
    providers,
    public_log,
    publisher,
    reports,
    sanctions,
    second_factor,
    sign_in,
    statements,
    stream,
    tokens,
    writing,
)
from tertulia.web.api import routing
from tertulia.web.cache import CachedPages
from tertulia.web.call import Call
from tertulia.web.desk import (
    appeals,
    deciding,
    opinions,
    people,
    phrases,
    policy,
    queue,
    record,
    signing,
    site,
)
from tertulia.web.desk import authors as desk_authors
from tertulia.web.desk import reports as desk_reports
from tertulia.web.desk.signing import for_staff
from tertulia.web.endpoint import View, crowded, personal, public
from tertulia.web.parts import Parts
from tertulia.web.shell import Shell

Application = ASGIApp


def create(parts: Parts) -> Application:
    """Make the application."""
    routes = table(parts)
    application = Starlette(routes=routes, exception_handlers={HTTPException: _unrouted(parts)})
    # Addresses are exact: a redirect to a neighbouring one would be built from the Host header.
    application.router.redirect_slashes = False
    shell = Shell(application, metrics=parts.metrics, routes=_names(routes), always=parts.always)
    return CachedPages(shell, parts.cache)


def table(parts: Parts) -> list[BaseRoute]:
    """Give all routes. They are tried in this order, and on a busy evening it is comments that come in."""
    return [
        *_writing(parts),
        *_own(parts),
        *routing.routes(parts),
        *stream.routes(parts),
        *_reading(parts),
        *_signing_in(parts),
        *_mine(parts),
        *_desk(parts),
    ]


def _own(parts: Parts) -> list[Route]:
    return [
        Route("/", personal(parts, pages.root)),
        Route("/embed.js", assets.entrance(parts)),
        Route("/static/{digest}/{name:path}", assets.file(parts)),
        Route("/healthz", personal(parts, health.health)),
        Route("/metrics", health.metrics(parts)),
    ]


def _reading(parts: Parts) -> list[Route]:
    discussion = ("sort", "after", "lang")
    return [
        Route("/{site}", personal(parts, pages.with_slash)),
        Route("/{site}/", public(parts, pages.index, known=("after", "lang"))),
        Route("/{site}/keys", personal(parts, pages.keys)),
        Route("/{site}/counts", personal(parts, counts.show)),
        Route("/{site}/discussion", public(parts, embed.discussion_by_url, known=("url", *discussion))),
        Route("/{site}/discussion-page", personal(parts, pages.discussion_by_url)),
        Route("/{site}/s/{story}", public(parts, pages.discussion, known=discussion)),
        Route("/{site}/s/{story}/fragment", public(parts, embed.discussion, known=discussion)),
        Route("/{site}/c/{comment}", public(parts, pages.comment, known=("from", "after", "lang"))),
        Route("/{site}/c/{comment}/fragment", public(parts, embed.context, known=("from", "lang"))),
        Route("/{site}/c/{comment}/replies", public(parts, embed.replies, known=("after", "lang"))),
        Route("/{site}/c/{comment}/r/{revision}", public(parts, embed.comment)),
        Route("/{site}/log", public(parts, public_log.show, known=public_log.KNOWN)),
        Route("/{site}/log/feed", public(parts, public_log.feed, known=public_log.KNOWN)),
        Route("/{site}/authors/{author}", public(parts, authors.show, known=("after", "lang"))),
    ]


def _writing(parts: Parts) -> list[Route]:
    return [
        Route("/{site}/s/{story}/comments", crowded(parts, writing.post), methods=["POST"]),
        Route("/{site}/comments", crowded(parts, writing.post_by_url), methods=["POST"]),
        Route("/{site}/write", personal(parts, composing.write_by_url)),
        Route("/{site}/s/{story}/write", personal(parts, composing.write)),
        Route("/{site}/c/{comment}/reply", personal(parts, composing.reply)),
        Route("/{site}/c/{comment}/edit", personal(parts, composing.edit)),
        Route("/{site}/c/{comment}/withdraw", personal(parts, composing.edit)),
        Route("/{site}/c/{comment}/standing", personal(parts, writing.standing)),
        Route("/{site}/statements/{statement}", personal(parts, statements.show)),
        _post(parts, "/{site}/statements/{statement}/appeal", statements.appeal),
        Route("/{site}/c/{comment}/source", personal(parts, mine.source)),
        *_both(parts, "/{site}/c/{comment}/flag", flags.show, flags.change),
        *_both(parts, "/{site}/report", reports.show, reports.take),
        Route("/{site}/report/{report}", personal(parts, reports.standing)),
        Route("/{site}/mine", personal(parts, mine.show)),
        _post(parts, "/{site}/c/{comment}/edit", writing.edit),
        _post(parts, "/{site}/c/{comment}/withdraw", writing.withdraw),
        _post(parts, "/{site}/warnings", sanctions.mark_read),
        Route("/{site}/preview", personal(parts, writing.preview), methods=["POST"]),
    ]


def _signing_in(parts: Parts) -> list[Route]:
    return [
        *_both(parts, "/{site}/sign-in", sign_in.show, sign_in.ask),
        *_both(parts, "/{site}/sign-in/handover", sign_in.show_handover, sign_in.hand_over),
        _post(parts, "/{site}/sign-in/exchange", embeds.exchange),
        _post(parts, "/{site}/sign-in/resume", embeds.resume),
        _post(parts, "/{site}/sign-in/renew", sign_in.renew),
        # No write that others wait behind: it may ask the publication for its keys first.
        Route("/{site}/sign-in/token", personal(parts, publisher.take_token), methods=["POST"]),
        Route("/{site}/sign-in/passkey/options", personal(parts, passkeys.ask_to_sign_in), methods=["POST"]),
        # Nor these: the first of a process imports a library.
        Route("/{site}/sign-in/passkey", personal(parts, passkeys.enter), methods=["POST"]),
        # Hashing a password takes a while: these open their transactions themselves, before and after it.
        Route("/{site}/sign-in/password", personal(parts, passwords.enter), methods=["POST"]),
        *_both(parts, "/{site}/sign-in/password/new", passwords.show, passwords.ask),
        *_both(parts, "/{site}/sign-in/password/{sign_in}", passwords.asked_for, passwords.prove),
        Route("/{site}/sign-in/password/{sign_in}/open", personal(parts, passwords.opened)),
        Route("/{site}/sign-in/password/{sign_in}/save", personal(parts, passwords.save), methods=["POST"]),
        # Nor these: they import a library, too.
        Route("/{site}/sign-in/second", personal(parts, second_factor.show)),
        Route("/{site}/sign-in/second", personal(parts, second_factor.enter), methods=["POST"]),
        Route("/{site}/sign-in/done", personal(parts, sign_in.done)),
        # Nor these: a provider is asked first.
        Route("/{site}/sign-in/with/{provider}", personal(parts, providers.begin), methods=["POST"]),
        Route("/{site}/sign-in/with/{provider}/back", personal(parts, providers.back)),
        Route("/{site}/sign-in/with/{provider}/back", personal(parts, providers.relay), methods=["POST"]),
        *_both(parts, "/{site}/sign-in/{sign_in}", sign_in.asked_for, sign_in.prove),
        Route("/{site}/sign-in/{sign_in}/open", personal(parts, sign_in.opened)),
        _post(parts, "/{site}/sign-out", sign_in.sign_out),
        *_both(parts, "/{site}/invitation", invitation.show, invitation.take),
    ]


def _mine(parts: Parts) -> list[Route]:
    return [
        # Here and below, who posts by no `_post` asks elsewhere first, hashes, or is the first of a process to import a
        # library: others that write must not wait behind that.
        Route("/{site}/me/passkeys/options", personal(parts, passkeys.ask_to_add), methods=["POST"]),
        Route("/{site}/me/passkeys", personal(parts, passkeys.add), methods=["POST"]),
        _post(parts, "/{site}/me/passkeys/remove", passkeys.remove),
        Route("/{site}/me/password", personal(parts, own_password.change), methods=["POST"]),
        Route("/{site}/me/password/remove", personal(parts, own_password.remove), methods=["POST"]),
        Route("/{site}/me/second", personal(parts, second_factor.show_set_up)),
        Route("/{site}/me/second", personal(parts, second_factor.set_up), methods=["POST"]),
        _post(parts, "/{site}/me/second/begin", second_factor.begin),
        _post(parts, "/{site}/me/second/codes", second_factor.renew_codes),
        _post(parts, "/{site}/me/second/remove", second_factor.remove),
        _post(parts, "/{site}/me/connected/remove", providers.remove),
        Route("/{site}/me", personal(parts, me.show)),
        _post(parts, "/{site}/me/name", me.rename),
        _post(parts, "/{site}/me/earlier", me.adopt),
        _post(parts, "/{site}/me/language", choices.choose_language),
        _post(parts, "/{site}/me/notices", choices.choose_notices),
        *_both(parts, "/{site}/me/muted", mutes.show, mutes.change),
        _post(parts, "/{site}/me/sessions", me.end_session),
        _post(parts, "/{site}/me/tokens", tokens.make),
        _post(parts, "/{site}/me/tokens/end", tokens.end),
        _post(parts, "/{site}/me/data", my_data.ask),
        Route("/{site}/me/data/{takeout}", personal(parts, my_data.fetch)),
        _post(parts, "/{site}/me/end", me.end),
        _post(parts, "/{site}/me/stay", me.stay),
        Route("/{site}/me/conversations", personal(parts, conversations.show)),
        _post(parts, "/{site}/me/conversations/read", conversations.mark_read),
        _post(parts, "/{site}/me/feed", conversations.change_feed),
        Route("/{site}/feed/{token}", personal(parts, conversations.feed)),
    ]


def _both(parts: Parts, path: str, show: View, take: View) -> list[Route]:
    return [Route(path, personal(parts, show)), _post(parts, path, take)]


def _desk(parts: Parts) -> list[Route]:
    return [
        Route("/{site}/desk", personal(parts, for_staff(queue.show))),
        Route("/{site}/desk/counts", personal(parts, for_staff(queue.counts))),
        Route("/{site}/desk/keys", personal(parts, for_staff(queue.keys))),
        Route("/{site}/desk/enter", personal(parts, signing.show)),
        _post(parts, "/{site}/desk/enter", signing.enter),
        _post(parts, "/{site}/desk/leave", signing.leave),
        *_both(parts, "/{site}/desk/c/{comment}", for_staff(queue.show_item), for_staff(deciding.decide)),
        # Not in one transaction with what others write: it takes several of its own.
        Route("/{site}/desk/many", personal(parts, for_staff(deciding.decide_all)), methods=["POST"]),
        _post(parts, "/{site}/desk/next", for_staff(queue.take_next)),
        _post(parts, "/{site}/desk/views", for_staff(queue.save_view)),
        _post(parts, "/{site}/desk/views/remove", for_staff(queue.remove_view)),
        Route("/{site}/desk/reports", personal(parts, for_staff(desk_reports.show))),
        _post(parts, "/{site}/desk/reports/{report}", for_staff(desk_reports.act)),
        Route("/{site}/desk/people", personal(parts, for_staff(people.show))),
        Route("/{site}/desk/people/{account}", personal(parts, for_staff(people.person))),
        _post(parts, "/{site}/desk/people/{account}/role", for_staff(people.give)),
        _post(parts, "/{site}/desk/people/{account}/sessions", for_staff(people.end_sessions)),
        *_both(
            parts,
            "/{site}/desk/authors/{author}",
            for_staff(desk_authors.show),
            for_staff(desk_authors.impose),
        ),
        _post(parts, "/{site}/desk/authors/{author}/lift", for_staff(desk_authors.lift)),
        Route("/{site}/desk/c/{comment}/audit", personal(parts, for_staff(record.of_comment))),
        Route("/{site}/desk/authors/{author}/audit", personal(parts, for_staff(record.of_author))),
        Route("/{site}/desk/log", personal(parts, for_staff(record.log))),
        Route("/{site}/desk/appeals", personal(parts, for_staff(appeals.show))),
        Route("/{site}/desk/appeals/{appeal}", personal(parts, for_staff(appeals.case))),
        _post(parts, "/{site}/desk/appeals/{appeal}", for_staff(appeals.decide)),
        _post(parts, "/{site}/desk/appeals/{appeal}/take", for_staff(appeals.take)),
        _post(parts, "/{site}/desk/authors/{author}/remarks", for_staff(desk_authors.remark)),
        *_both(parts, "/{site}/desk/opinions", for_staff(opinions.show), for_staff(opinions.answer)),
        *_both(parts, "/{site}/desk/c/{comment}/opinions", for_staff(opinions.talk), for_staff(opinions.ask)),
        _post(parts, "/{site}/desk/c/{comment}/remarks", for_staff(opinions.remark)),
        *_phrases(parts),
        *_both(parts, "/{site}/desk/policy", for_staff(policy.show), for_staff(policy.save)),
        *_both(parts, "/{site}/desk/policy/versions", for_staff(policy.versions), for_staff(policy.go_back)),
        *_both(parts, "/{site}/desk/site", for_staff(site.show), for_staff(site.save)),
    ]


def _phrases(parts: Parts) -> list[Route]:
    add = personal(parts, for_staff(phrases.add), is_write=True, largest_body=phrases.LARGEST_LISTS)
    return [
        Route("/{site}/desk/phrases", personal(parts, for_staff(phrases.show))),
        Route("/{site}/desk/phrases", add, methods=["POST"]),
        Route("/{site}/desk/phrases/text", personal(parts, for_staff(phrases.text))),
        Route("/{site}/desk/phrases/try", personal(parts, for_staff(phrases.try_on)), methods=["POST"]),
        _post(parts, "/{site}/desk/phrases/remove", for_staff(phrases.remove)),
    ]


def _post(parts: Parts, path: str, view: View) -> Route:
    return Route(path, personal(parts, view, is_write=True), methods=["POST"])


def _names(routes: Sequence[BaseRoute]) -> dict[Any, str]:
    """Name answers in the metrics by the route that gave them; ids in addresses would make a name each."""
    return {route.endpoint: route.path for route in routes if isinstance(route, Route)}


def _unrouted(parts: Parts) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Say that there is no such address, or not for this method; let browsers ask before they ask."""

    def say(call: Call) -> Response:
        if call.request.scope.get("endpoint") is None:
            raise NotFound
        if call.request.method == "OPTIONS" and call.site:
            return guard.preflight(call)
        raise errors.WrongMethod

    answer = personal(parts, say)

    async def handle(request: Request, failure: Exception) -> Response:
        response = await answer(request)
        if isinstance(failure, HTTPException) and failure.headers:
            response.headers.update(failure.headers)
        return response

    return handle
