"""Signing in with the token of the publication's own subscribers: checked outside the transaction, as it may ask for
the publication's keys.
"""

from typing import Final

import structlog
from msgspec import Struct, json
from starlette.responses import Response

from tertulia.domain.errors import Forbidden, NotFound
from tertulia.plugins.contracts import Asked, BadProof
from tertulia.services import identities, sign_in
from tertulia.web import sessions
from tertulia.web.call import Call, sent
from tertulia.web.sign_in import Given

log = structlog.get_logger()

PUBLISHER: Final = "publisher-token"


class BadToken(Forbidden):
    """A token of the publication proves nothing. `reason` says to its developers why."""

    code = "bad-token"


class TokenSent(Struct, frozen=True, kw_only=True):
    """A token that the publication signed."""

    token: str = ""


def take_token(call: Call) -> Response:
    """Give an embed its bearer for a token of the publication. What its guest wrote becomes the account's."""
    reader = call.parts.sign_ins.get(call.known().site.key, {}).get(PUBLISHER)
    if reader is None:
        raise NotFound("publisher")
    call.parts.throttle.count_token(call.site, sessions.network(call))
    try:
        now = call.parts.units.clock()
        identity = reader.finish(
            Asked(secret=b"", now=now, ends_at=now), {"token": sent(call, TokenSent).token}
        )
    except BadProof as refusal:
        if refusal.reason == "keys-unreachable":
            # Nobody is signed in until the operator hears of it; all other reasons are the publication's own.
            log.warning("publisher.unreachable", site=call.site)
        raise BadToken(reason=refusal.reason) from None
    with call.write(sessions.guest(call)) as unit:
        account = identities.by_identity(unit, identity)
        bearer = sign_in.bearer_for(unit, account, lasting=identity.expires_at - unit.now)
    given = Given(token=bearer.token, name=bearer.name, seconds=bearer.seconds)
    return Response(json.encode(given), media_type="application/json")
