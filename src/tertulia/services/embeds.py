"""What an embed signs in by again after its page was loaded anew: a secret of the browser's, for this one purpose.

It is a session of the kind `embed`: it comes of a browser's session and ends with it, belongs to one origin, and gives
bearers. Nothing else takes it.
"""

import secrets
from datetime import timedelta

from tertulia.domain.accounts import SessionOver
from tertulia.services import sign_in
from tertulia.services.accounts import hash_secret
from tertulia.services.sign_in import LONGEST_DAYS, Bearer
from tertulia.services.unit import Unit
from tertulia.store import sessions
from tertulia.store.sessions import Opened


def keep(unit: Unit, bearer: Bearer, *, origin: str, before: str = "") -> str:
    """Give what the page that just got a bearer may come back with, on this origin; raise `SessionOver`.

    `before` is what its browser had: it ends.
    """
    given = _find(unit, bearer.token, kind="bearer")
    parent = sessions.find_of_account(unit.db, unit.site.id, given.parent_hash or "", now=unit.now)
    if parent is None:
        raise SessionOver
    _end(unit, before)
    token = secrets.token_urlsafe(32)
    new = Opened(
        token_hash=hash_secret(token),
        kind="embed",
        account_id=given.account_id,
        created_at=unit.now,
        seen_at=unit.now,
        # No browser's session is older, and this one ends with it.
        expires_at=parent.created_at + timedelta(days=LONGEST_DAYS),
        parent_hash=parent.token_hash,
        origin=origin,
    )
    sessions.insert_of_account(unit.db, unit.site.id, new)
    return token


def resume(unit: Unit, token: str, *, origin: str) -> Bearer:
    """Give a bearer to a page that comes back; raise `SessionOver`, also for a page on another origin.

    The secret stays the same: two pages of a browser may come back at the same moment.
    """
    kept = _find(unit, token, kind="embed")
    if kept.origin != origin or origin not in unit.site.origins:
        raise SessionOver
    return sign_in.bearer_of(unit, kept.parent_hash or "")


def _find(unit: Unit, token: str, *, kind: str) -> Opened:
    found = sessions.find_of_account(unit.db, unit.site.id, hash_secret(token), now=unit.now)
    if found is None or found.kind != kind:
        raise SessionOver
    return found


def _end(unit: Unit, token: str) -> None:
    found = sessions.find_of_account(unit.db, unit.site.id, hash_secret(token), now=unit.now)
    if found is not None and found.kind == "embed":
        sessions.end(unit.db, unit.site.id, found.token_hash)
