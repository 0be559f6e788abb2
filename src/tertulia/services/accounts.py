"""Accounts, their roles and sessions; staff sign-in by one-time link from the command line."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import (
    BADGE,
    STAFF,
    Account,
    AccountId,
    LastOwner,
    Role,
    clean_address,
    clean_sections,
)
from tertulia.domain.authors import Author, AuthorKind, NameTaken, clean_name
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.events import AccountOpened, RoleGiven, SessionsEnded
from tertulia.domain.ids import AuthorId
from tertulia.domain.permissions import ROLES, Act, Actor, ActorKind, with_powers
from tertulia.services import following, freshness, names, sanctions, sites, stories
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts as store
from tertulia.store import authors, connections, passkeys, sessions
from tertulia.store.sessions import Opened

LINK_HOURS: Final = 24
SESSION_HOURS: Final = 12
MOST_STORIES: Final = 200
"""Stories whose pages are made anew when an author's face changes."""
SESSION_NAME: Final = 16
"""Characters of a session's hash that name it to its owner; they open nothing."""


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


def staff_of(unit: Unit, token: str) -> Actor | None:
    """Give the moderator whose account's session this is; None where it is over or its powers do not reach."""
    found = store.find_by_session(unit.db, unit.site.id, hash_secret(token), kind="account", now=unit.now)
    if found is None:
        return None
    found = with_powers(found, unit.policy)
    if found.powers not in ROLES[Act.MODERATE]:
        return None
    # Decisions are kept for good: they name a person as readers know them, and never an address.
    name = found.name or f"{found.role.value} {ids.encode(found.id)}"
    return Actor(
        kind=ActorKind.MODERATOR,
        session_hash=hash_secret(token),
        account=found,
        author=found.author,
        name=name,
    )


def end_session(unit: Unit, token: str) -> None:
    """End a session."""
    sessions.end(unit.db, unit.site.id, hash_secret(token))


def find(unit: Unit, address: str) -> Account:
    """Give the account of an address; raise `BadAddress` or `NotFound`."""
    found = store.find_by_email(unit.db, unit.site.id, clean_address(address))
    if found is None:
        raise NotFound("account")
    return found


def find_by_id(unit: Unit, account_id: AccountId) -> Account | None:
    """Give an account; None when it is gone."""
    return store.find(unit.db, unit.site.id, account_id)


def list_accounts(unit: Unit, *, after: int | None = None, most: int = 100) -> list[Account]:
    """List accounts in the order of their making, behind an id."""
    return store.list_after(unit.db, unit.site.id, after=after, most=most)


def set_role(unit: Unit, address: str, role: Role, *, sections: Sequence[str] = ()) -> Account:
    """Give an account a role; it is made when nobody with this address came yet. Raises as `change_role` does."""
    email = clean_address(address)
    open_for(unit, email=email, language=unit.site.language)
    return change_role(unit, find(unit, email), role, sections=sections)


def change_role(unit: Unit, before: Account, role: Role, *, sections: Sequence[str] = ()) -> Account:
    """Give an account another role, a moderator for these sections; raise `BadSections` or `LastOwner`.

    With another role its sessions, its passkeys and its password end. Who gets one signs in again: a session that was
    stolen from a reader is never one of a moderator's.
    """
    within = clean_sections(sections, role=role)
    if (before.role, before.sections) == (role, within):
        return before
    if before.role is Role.OWNER and unit.actor.kind is not ActorKind.SYSTEM:
        require_other_owner(unit, before.id)
    store.save_role(unit.db, unit.site.id, before.id, role, sections=within)
    unit.record(
        RoleGiven(
            account_id=before.id,
            role=role.value,
            before=before.role.value,
            sections=within,
            made_by=unit.actor.account_id,
        )
    )
    after = replace(before, role=role, sections=within)
    if before.role is role:
        return after
    shut_out(unit, before.id)
    badges = before.author.badges if before.author is not None else ()
    return wear(unit, after, tuple(badge for badge in badges if badge != BADGE))


def require_other_owner(unit: Unit, account_id: AccountId) -> None:
    """Raise `LastOwner` where nobody else owns the site; until commit nobody else changes who does."""
    store.lock_owners(unit.db, unit.site.id)
    if not store.has_owner_besides(unit.db, unit.site.id, account_id):
        raise LastOwner


def open_for(unit: Unit, *, email: str = "", subject: str = "", language: str) -> None:
    """Make an account for an address or a subscriber, where there is none yet."""
    new, site = AccountId(unit.new_id()), unit.site.id
    if store.insert_new(unit.db, site, new, email=email, subject=subject, language=language, now=unit.now):
        unit.record(AccountOpened(account_id=new))


def end_sessions(unit: Unit, address: str) -> int:
    """End all sessions of an account, its passkeys and its password; give how many browsers that were."""
    account_id = find(unit, address).id
    unit.record(SessionsEnded(account_id=account_id, made_by=unit.actor.account_id))
    return shut_out(unit, account_id)


def list_sessions(unit: Unit) -> list[Opened]:
    """List the acting account's own sessions, the last used first."""
    return sessions.list_of_account(unit.db, unit.site.id, acting_account(unit).id, now=unit.now)


def end_own(unit: Unit, session: str) -> None:
    """End one of the acting account's sessions, named by the first characters of its hash, or `all` others.

    Raises `ProveAgain`: else whoever found one of them open could shut their owner out of the others.
    """
    own = list_sessions(unit)
    freshness.require(unit)
    for each in own:
        is_this = each.token_hash == unit.actor.session_hash
        if each.token_hash[:SESSION_NAME] == session or (session == "all" and not is_this):
            sessions.end(unit.db, unit.site.id, each.token_hash)


def rename(unit: Unit, name: str) -> None:
    """Change the public name of the acting account, or give it its first.

    Raises `BadName`, `NameTaken`, `NameReserved`, `TooManyNames`, `AuthorBanned` or `AuthorSilenced`.
    """
    account = acting_account(unit)
    sanctions.admit(unit)
    shown = clean_name(name, longest=unit.policy.longest_name)
    if account.author is None:
        make_named_face(unit, account, shown)
    elif account.author.name != shown:
        face, is_staff = account.author, account.role in STAFF
        store.lock(unit.db, unit.site.id, account.id)
        names.require_may_change(unit, face)
        look = names.take(unit, shown, for_author=face, is_staff=is_staff)
        names.keep_former(unit, face)
        authors.rename(unit.db, unit.site.id, face.id, shown, skeleton=look)
        show_anew(unit, account.author)


def choose_language(unit: Unit, language: str) -> None:
    """Choose what the acting account's own pages and mails speak, empty for the site's; raise `BadLanguage`."""
    account = acting_account(unit)
    wanted = sites.check_language(language) if language else ""
    store.save_language(unit.db, unit.site.id, account.id, wanted)


def sign_out(unit: Unit) -> None:
    """End the acting session: of a bearer the browser's session it came from, and so all that came of that."""
    used = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    if used is not None and used.kind in ("account", "bearer", "pending"):
        sessions.end(unit.db, unit.site.id, used.parent_hash or used.token_hash)


def wear(unit: Unit, account: Account, badges: tuple[str, ...]) -> Account:
    """Let the account's face have these badges and its role's, and no others."""
    if account.author is None:
        return account
    wanted = tuple(dict.fromkeys((*badges, BADGE) if account.role in STAFF else badges))
    if wanted == account.author.badges:
        return account
    face = replace(account.author, badges=wanted)
    authors.save_badges(unit.db, unit.site.id, face.id, wanted)
    show_anew(unit, face)
    return replace(account, author=face)


def make_face(unit: Unit, account: Account, name: str) -> Author:
    """Make the public face of an account that has none, where nobody is asked for another name.

    Where the name is taken, a number comes behind it; raises `NameReserved` for one that is kept for staff.
    """
    store.lock(unit.db, unit.site.id, account.id)
    made = _face_by_now(unit, account)
    if made is not None:
        return made
    names.require_unreserved(unit, name, is_staff=account.role in STAFF)
    free, look = names.take_near(unit, name, for_author=None)
    return _insert_face(unit, account, free, look)


def make_named_face(unit: Unit, account: Account, name: str) -> Author:
    """Make the public face of an account that has none, by exactly this name.

    Raises `NameTaken` or `NameReserved`, and `AuthorBanned` where a ban follows its owner here.
    """
    store.lock(unit.db, unit.site.id, account.id)
    made = _face_by_now(unit, account)
    if made is not None:
        return made
    look = names.take(unit, name, for_author=None, is_staff=account.role in STAFF)
    return sanctions.admitted(unit, _insert_face(unit, account, name, look))


def _face_by_now(unit: Unit, account: Account) -> Author | None:
    """Give the face that another first comment made a moment ago."""
    known = store.find(unit.db, unit.site.id, account.id)
    return None if known is None else known.author


def _insert_face(unit: Unit, account: Account, name: str, skeleton: str) -> Author:
    badges = (BADGE,) if account.role in STAFF else ()
    new = Author(id=AuthorId(unit.new_id()), name=name, kind=AuthorKind.ACCOUNT, badges=badges)
    if not authors.insert_of_account(unit.db, unit.site.id, new, skeleton=skeleton, now=unit.now):
        raise NameTaken
    store.set_author(unit.db, unit.site.id, account.id, new.id)
    return following.meet(unit, account, new)


def show_anew(unit: Unit, author: Author) -> None:
    """Let pages that show this author be made anew; the latest ones, for old ones it may take a minute."""
    stories.show_anew(unit, authors.list_stories(unit.db, unit.site.id, author.id, most=MOST_STORIES))


def shut_out(unit: Unit, account_id: AccountId) -> int:
    """End all sessions and with them the other ways in that may be added: whoever had a session may have done so."""
    store.clear_password(unit.db, unit.site.id, account_id)
    passkeys.delete_of_account(unit.db, unit.site.id, account_id)
    connections.delete_of_account(unit.db, unit.site.id, account_id)
    return sessions.end_of_account(unit.db, unit.site.id, account_id)


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
