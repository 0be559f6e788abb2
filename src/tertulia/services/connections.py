"""Connected sign-ins: from somebody for whom a provider vouches to an account; connect one more, list, remove."""

from tertulia.domain.accounts import STAFF, Account, AccountId
from tertulia.domain.connections import (
    LONGEST_LABEL,
    MOST,
    ConnectedElsewhere,
    ConnectFirst,
    Connection,
    ConnectionId,
    TooManyConnections,
)
from tertulia.domain.errors import NotFound
from tertulia.domain.events import AccountOpened
from tertulia.domain.passwords import LastWay
from tertulia.plugins.contracts import Identity
from tertulia.services import freshness, identities, ways
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts
from tertulia.store import connections as store


def enter(unit: Unit, provider: str, identity: Identity) -> Account:
    """Give the account of whom a provider vouches for: known, linked by address, or opened.

    Raises `WayNotOffered` or `ConnectFirst`.
    """
    ways.require(unit, provider)
    store.lock(unit.db, unit.site.id, provider, identity.subject)
    known = store.find(unit.db, unit.site.id, provider, identity.subject)
    if known is not None:
        store.save_use(unit.db, unit.site.id, known.id, label=_label(identity), now=unit.now)
        return identities.proven(unit, _get(unit, known.account_id), identity)
    account = identities.proven(unit, _linked(unit, identity) or _opened(unit, identity), identity)
    _insert(unit, account.id, provider, identity)
    return identities.with_face(unit, account, identity.name)


def connect(unit: Unit, provider: str, identity: Identity) -> None:
    """Connect whom a provider vouches for with the acting account.

    Raises `WayNotOffered`, `ConnectedElsewhere` or `TooManyConnections`. What is connected already is no fault.
    """
    ways.require(unit, provider)
    account = acting_account(unit)
    store.lock(unit.db, unit.site.id, provider, identity.subject)
    known = store.find(unit.db, unit.site.id, provider, identity.subject)
    if known is not None and known.account_id != account.id:
        raise ConnectedElsewhere
    if known is None:
        _insert(unit, account.id, provider, identity)


def list_own(unit: Unit) -> list[Connection]:
    """List the acting account's connected sign-ins in the order of their making."""
    return store.list_of_account(unit.db, unit.site.id, acting_account(unit).id)


def remove(unit: Unit, connection_id: ConnectionId, *, has_mail: bool) -> None:
    """Remove one of the acting account's connected sign-ins; what is gone already is no fault.

    Raises `ProveAgain`, or `LastWay` where the site offers no other way in that the account has. `has_mail` says
    whether this server can send any: without it the way by mail is none.
    """
    account = acting_account(unit)
    freshness.require(unit)
    accounts.lock(unit.db, unit.site.id, account.id)
    own = list_own(unit)
    gone = next((each for each in own if each.id == connection_id), None)
    if gone is None:
        return
    usable = set(unit.policy.ways_in) - {"" if has_mail else "email"}
    others = {each.provider for each in own if each is not gone}
    if usable.isdisjoint(freshness.list_ways(unit) - {gone.provider} | others):
        raise LastWay
    store.delete_one(unit.db, unit.site.id, account.id, connection_id)


def _linked(unit: Unit, identity: Identity) -> Account | None:
    """Give the account with the same proven address; raise `ConnectFirst` where more than a mailbox guards it."""
    email = identities.proven_address(identity)
    found = accounts.find_by_email(unit.db, unit.site.id, email) if email else None
    if found is not None and (found.role in STAFF or found.has_totp):
        # Whoever could make the provider err would be one of the staff.
        raise ConnectFirst
    return found


def _opened(unit: Unit, identity: Identity) -> Account:
    new = AccountId(unit.new_id())
    # Without the address where somebody came with it a moment ago: one address is one account.
    for email in (identities.proven_address(identity), ""):
        if accounts.insert_new(
            unit.db, unit.site.id, new, email=email, language=unit.site.language, now=unit.now
        ):
            break
    unit.record(AccountOpened(account_id=new))
    return _get(unit, new)


def _insert(unit: Unit, account_id: AccountId, provider: str, identity: Identity) -> None:
    accounts.lock(unit.db, unit.site.id, account_id)
    if len(store.list_of_account(unit.db, unit.site.id, account_id)) >= MOST:
        raise TooManyConnections(limit=MOST)
    new = Connection(
        id=ConnectionId(unit.new_id()),
        account_id=account_id,
        provider=provider,
        subject=identity.subject,
        label=_label(identity),
        created_at=unit.now,
        used_at=unit.now,
    )
    store.insert_new(unit.db, unit.site.id, new)


def _label(identity: Identity) -> str:
    """Give what its owner knows it by."""
    told = identity.email or identity.name
    return "".join(character for character in told if character.isprintable())[:LONGEST_LABEL]


def _get(unit: Unit, account_id: AccountId) -> Account:
    found = accounts.find(unit.db, unit.site.id, account_id)
    if found is None:
        raise NotFound("account")
    return found
