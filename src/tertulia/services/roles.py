"""Giving roles to people, at the desk and by one-time invitations; ending their sessions."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import (
    Account,
    AccountExists,
    AccountId,
    Role,
    SessionOver,
    clean_address,
    clean_sections,
    is_above,
)
from tertulia.domain.errors import Conflict, Forbidden, NotFound
from tertulia.domain.events import SessionsEnded
from tertulia.domain.permissions import NOBODY, Actor, gives, may_rule
from tertulia.services import accounts, freshness
from tertulia.services.unit import Unit
from tertulia.store import accounts as store
from tertulia.store import sessions

INVITATION_HOURS: Final = 24
_KIND: Final = "invitation"


class InvitationOver(Conflict):
    """An invitation was taken before, is older than a day, or was never made."""

    code = "invitation-over"


class RoleHeld(Conflict):
    """The account has the role of an invitation already, or one that reaches further."""

    code = "role-held"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """What whoever takes an invitation becomes."""

    role: Role
    sections: tuple[str, ...] = ()


def add(unit: Unit, address: str, role: Role, *, sections: Sequence[str] = ()) -> Account:
    """Make an account that waits for whoever comes with this address; raise `AccountExists`."""
    if store.find_by_email(unit.db, unit.site.id, clean_address(address)) is not None:
        raise AccountExists
    if role not in gives(unit.actor):
        raise Forbidden
    return accounts.set_role(unit, address, role, sections=sections)


def give(unit: Unit, account_id: AccountId, role: Role, *, sections: Sequence[str], seen: str) -> Account:
    """Give somebody another role; raise `ProveAgain`, or `Conflict` when theirs is not the one that was seen.

    Nobody gives a role above what they may, or to somebody above it, or to themselves.
    """
    account, actor = _ruled(unit, account_id)
    if role not in gives(actor):
        raise Forbidden
    freshness.require(unit)
    if account.standing != seen:
        raise Conflict
    return accounts.change_role(unit, account, role, sections=sections)


def end_sessions(unit: Unit, account_id: AccountId) -> int:
    """Sign somebody out in every browser, and end their passkeys and password; give how many browsers that were."""
    account, _ = _ruled(unit, account_id)
    unit.record(SessionsEnded(account_id=account.id, made_by=unit.actor.account_id))
    return accounts.shut_out(unit, account.id)


def invite(unit: Unit, role: Role, *, sections: Sequence[str] = ()) -> str:
    """Make a one-time token that gives a role to whoever signs in with it; raise `BadSections`."""
    if role not in gives(unit.actor):
        raise Forbidden
    token = secrets.token_urlsafe(32)
    told = {"role": role.value, "sections": clean_sections(sections, role=role)}
    sessions.insert_session(
        unit.db,
        unit.site.id,
        kind=_KIND,
        token_hash=accounts.hash_secret(token),
        name=json.dumps(told),
        now=unit.now,
        expires_at=unit.now + timedelta(hours=INVITATION_HOURS),
    )
    return token


def look_at(unit: Unit, token: str) -> Invitation:
    """Say what an invitation gives, and leave it as it is; raise `InvitationOver`."""
    told = sessions.find_link(unit.db, unit.site.id, accounts.hash_secret(token), kind=_KIND, now=unit.now)
    return _read(told)


def accept(unit: Unit, token: str) -> Account:
    """Take an invitation with the acting account; raise `InvitationOver` or `RoleHeld`, which leaves it as it is."""
    known = unit.actor.account
    if known is None:
        raise SessionOver
    told = sessions.use_link(unit.db, unit.site.id, accounts.hash_secret(token), kind=_KIND, now=unit.now)
    invitation = _read(told)
    store.lock(unit.db, unit.site.id, known.id)
    account = store.find(unit.db, unit.site.id, known.id) or known
    is_held = (account.role, account.sections) == (invitation.role, invitation.sections)
    if is_held or is_above(account.role, invitation.role):
        raise RoleHeld(role=account.role.value)
    return accounts.change_role(unit, account, invitation.role, sections=invitation.sections)


def _read(told: str | None) -> Invitation:
    if told is None:
        raise InvitationOver
    read = json.loads(told)
    return Invitation(role=Role(read["role"]), sections=tuple(read["sections"]))


def _ruled(unit: Unit, account_id: AccountId) -> tuple[Account, Actor]:
    """Give an account that the actor may rule, and the actor as they stand now; others wait until commit."""
    store.lock_owners(unit.db, unit.site.id)
    account, actor = store.find(unit.db, unit.site.id, account_id), _as_now(unit)
    if account is None:
        raise NotFound("account")
    if not may_rule(actor, account):
        raise Forbidden
    return account, actor


def _as_now(unit: Unit) -> Actor:
    """Give the actor with their role of this moment: another owner may just have taken it away."""
    known = unit.actor.account
    if known is None:
        return unit.actor
    now = store.find(unit.db, unit.site.id, known.id)
    # Whether its powers rest is the session's affair.
    return NOBODY if now is None else replace(unit.actor, account=replace(known, role=now.role))
