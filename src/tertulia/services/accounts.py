"""Staff sign-in by one-time link. Readers' accounts and further ways in build on this door."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.permissions import Actor, ActorKind
from tertulia.services.unit import Unit
from tertulia.store import sessions

LINK_HOURS: Final = 24
SESSION_HOURS: Final = 12


class LinkOver(Forbidden):
    """A sign-in link was used before, is too old, or was never made."""

    code = "link-over"


def hash_secret(secret: str) -> str:
    """Give what is kept of a random secret. Plain SHA-256: the secret has 256 bits, nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(unit: Unit, *, name: str) -> str:
    """Make a one-time token that signs a moderator in."""
    return _make(unit, kind="link", name=name, hours=LINK_HOURS)


def open_session(unit: Unit, token: str) -> str:
    """Turn a link's token into a session's; raise `LinkOver`."""
    name = sessions.use_link(unit.db, unit.site.id, hash_secret(token), now=unit.now)
    if name is None:
        raise LinkOver
    return _make(unit, kind="session", name=name, hours=SESSION_HOURS)


def moderator_of(unit: Unit, token: str) -> Actor:
    """Give the moderator behind a session's token; raise `NotFound` when it is over."""
    found = sessions.find(unit.db, unit.site.id, hash_secret(token), now=unit.now)
    if found is None:
        raise NotFound("session")
    return Actor(kind=ActorKind.MODERATOR, name=found.name)


def end_session(unit: Unit, token: str) -> None:
    """End a session."""
    sessions.end(unit.db, unit.site.id, hash_secret(token))


def _make(unit: Unit, *, kind: str, name: str, hours: int) -> str:
    token = secrets.token_urlsafe(32)
    sessions.insert_session(
        unit.db,
        unit.site.id,
        kind=kind,
        token_hash=hash_secret(token),
        name=name,
        now=unit.now,
        expires_at=unit.now + timedelta(hours=hours),
    )
    return token
