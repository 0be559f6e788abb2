"""From an identity that somebody else vouches for to an account: found, linked or opened, with face and badges in step.

Roles are never given here: they are the publication's affair at this server, not a token's.
"""

from dataclasses import replace

from tertulia.domain.accounts import Account, BadAddress, clean_address
from tertulia.domain.authors import AuthorKind, NameReserved, clean_name
from tertulia.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tertulia.plugins.contracts import Identity
from tertulia.services import accounts, adoption
from tertulia.services.unit import Unit
from tertulia.store import accounts as store
from tertulia.store import sessions


class TokenUsed(Forbidden):
    """A token that counts once was shown before."""

    code = "token-used"


def by_identity(unit: Unit, identity: Identity) -> Account:
    """Give the account of an identity, and its face at once; raise `TokenUsed`.

    What the guest who acts wrote becomes the account's.
    """
    _use_up(unit, identity)
    known = store.find_by_subject(unit.db, unit.site.id, identity.subject)
    account = proven(unit, known or _linked(unit, identity) or _opened(unit, identity), identity)
    return accounts.wear(unit, with_face(unit, account, identity.name), identity.badges)


def _use_up(unit: Unit, identity: Identity) -> None:
    if not identity.one_time_id:
        return
    shown = accounts.hash_secret(f"token\0{identity.one_time_id}")
    if not sessions.take_once(unit.db, unit.site.id, shown, now=unit.now, expires_at=identity.expires_at):
        raise TokenUsed


def _linked(unit: Unit, identity: Identity) -> Account | None:
    """Give the account that came by mail so far; None where the address is not proven, or somebody else's."""
    email = proven_address(identity)
    found = store.find_by_email(unit.db, unit.site.id, email) if email else None
    if found is None or not store.set_subject(unit.db, unit.site.id, found.id, identity.subject):
        return None
    return found


def _opened(unit: Unit, identity: Identity) -> Account:
    # Without the address where another subscriber has it: one address is one account.
    for email in (proven_address(identity), ""):
        accounts.open_for(unit, email=email, subject=identity.subject, language=unit.site.language)
        found = store.find_by_subject(unit.db, unit.site.id, identity.subject)
        if found is not None:
            return found
    raise NotFound("account")


def proven_address(identity: Identity) -> str:
    """Give the address that somebody vouches for, in the one spelling that is kept; empty where there is none."""
    if not identity.is_email_verified:
        return ""
    try:
        return clean_address(identity.email)
    except BadAddress:
        return ""


def proven(unit: Unit, account: Account, identity: Identity) -> Account:
    """Remember that the account's address is proven, where it is the one that is vouched for."""
    if account.is_proven or not account.email or account.email != proven_address(identity):
        return account
    store.save_proven(unit.db, unit.site.id, account.id, now=unit.now)
    return replace(account, is_proven=True)


def with_face(unit: Unit, account: Account, name: str) -> Account:
    """Give an account that has no face one: the guest who acts, or a new one by this name where it may be had."""
    guest = unit.actor.author
    if guest is not None and guest.kind is AuthorKind.GUEST:
        return adoption.adopt_guest(unit, account, guest)
    if account.author is not None:
        return account
    try:
        shown = clean_name(name, longest=unit.policy.longest_name)
        return replace(account, author=accounts.make_face(unit, account, shown))
    except (Invalid, Conflict, NameReserved):
        # They are asked for another name with their first comment.
        return account
