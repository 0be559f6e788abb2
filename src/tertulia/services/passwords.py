"""Passwords of accounts: what may be one, whose one is, and what follows when one is chosen, changed or removed.

Hashes are made and compared by the plug-in, outside transactions: here they are only kept. What is compared was read in
one transaction and counts in another, so each change names the hash that it was compared with.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from tertulia.domain.accounts import Account, Purpose, SignInId, clean_address
from tertulia.domain.errors import NotFound
from tertulia.domain.events import PasswordChanged
from tertulia.domain.passwords import (
    SHORTEST,
    Change,
    LastWay,
    NoAddress,
    PasswordTooCommon,
    PasswordTooNear,
    PasswordTooShort,
    WrongPassword,
    is_near,
    spelled,
)
from tertulia.services import freshness, proofs, ways
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, sessions

WAY = "password"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An address that somebody says is theirs, and what is kept of its password; empty where there is none."""

    address: str
    kept: str = field(default="", repr=False)


def of_address(unit: Unit, address: str) -> Kept:
    """Give what an address's password is compared with; raise `WayNotOffered` or `BadAddress`."""
    ways.require(unit, WAY)
    email = clean_address(address)
    account = accounts.find_by_email(unit.db, unit.site.id, email)
    kept = "" if account is None else accounts.find_password(unit.db, unit.site.id, account.id)
    return Kept(address=email, kept=kept)


def own(unit: Unit) -> Kept:
    """Give what the acting account's password is compared with; raise `NoAddress`."""
    account = acting_account(unit)
    if not account.email:
        raise NoAddress
    return Kept(address=account.email, kept=accounts.find_password(unit.db, unit.site.id, account.id))


def confirm(unit: Unit, proven: Kept, *, renewed: str = "") -> Account:
    """Give the account whose password was right; raise `WrongPassword` where it was changed meanwhile.

    `renewed` is a hash of other costs that is kept from now on.
    """
    ways.require(unit, WAY)
    account = accounts.find_by_email(unit.db, unit.site.id, proven.address)
    if account is None or not proven.kept:
        raise WrongPassword
    if not accounts.save_password(
        unit.db, unit.site.id, account.id, renewed or proven.kept, before=proven.kept
    ):
        raise WrongPassword
    return account


def check(unit: Unit, typed: str, *, of: str) -> None:
    """Raise what is wrong with a new password for this address; nothing is asked of its characters."""
    password = spelled(typed)
    if len(password) < SHORTEST:
        raise PasswordTooShort(limit=SHORTEST)
    if password.casefold() in _common():
        raise PasswordTooCommon
    account = accounts.find_by_email(unit.db, unit.site.id, of)
    name = "" if account is None else account.name
    if is_near(password, (of, of.partition("@")[0], name, unit.site.name, unit.site.key)):
        raise PasswordTooNear


def address_by_token(unit: Unit, sign_in_id: SignInId, token: str, *, browser_hash: str, key: str) -> str:
    """Say whose password a mail's link lets choose; raise `SignInOver` or `OtherBrowser`."""
    return proofs.by_token(
        unit, sign_in_id, token, browser_hash=browser_hash, key=key, purpose=Purpose.PASSWORD
    ).email


def token_for_code(
    unit: Unit, sign_in_id: SignInId, code: str, *, browser_hash: str, key: str
) -> tuple[str, str] | None:
    """Give address and link's token for the code out of the same mail; None, and one try less, when it is wrong.

    Both prove the same. So the page on which the password is typed needs only one of them, and nothing is used up
    before that is chosen.
    """
    found = proofs.by_code(
        unit, sign_in_id, code, browser_hash=browser_hash, key=key, purpose=Purpose.PASSWORD
    )
    return None if found is None else (found.email, proofs.token_of(unit, found, key=key))


def choose(
    unit: Unit, sign_in_id: SignInId, token: str, *, browser_hash: str, key: str, kept: str
) -> Account:
    """Keep the password that somebody chose by a mail; its account is made when it is the first. All sessions end."""
    proven = proofs.by_token(
        unit, sign_in_id, token, browser_hash=browser_hash, key=key, purpose=Purpose.PASSWORD
    )
    account = proofs.use(unit, proven)
    before = accounts.find_password(unit.db, unit.site.id, account.id)
    _save(unit, account, kept, before=before)
    sessions.end_of_account(unit.db, unit.site.id, account.id)
    return account


def change(unit: Unit, proven: Kept, *, kept: str) -> None:
    """Keep a new password of the acting account; raise `WrongPassword` where it was changed meanwhile.

    Who has none yet could not be asked for the old one, so `ProveAgain` is raised where they signed in long ago. All
    other sessions end.
    """
    account = acting_account(unit)
    ways.require(unit, WAY)
    require_may_set(unit, proven)
    _save(unit, account, kept, before=proven.kept)
    sessions.end_others(unit.db, unit.site.id, account.id, but=unit.actor.session_hash)


def remove(unit: Unit, proven: Kept, *, has_mail: bool) -> None:
    """Remove the acting account's password; raise `LastWay` where nothing else leads in. All other sessions end.

    `has_mail` says whether this server can send any: without it the way by mail is none.
    """
    account = acting_account(unit)
    if not has_other_way(unit, has_mail=has_mail):
        raise LastWay
    _save(unit, account, "", before=proven.kept)
    sessions.end_others(unit.db, unit.site.id, account.id, but=unit.actor.session_hash)


def require_may_set(unit: Unit, mine: Kept) -> None:
    """Raise `ProveAgain` where `change` would: before anything is hashed."""
    if not mine.kept:
        freshness.require(unit)


def has_other_way(unit: Unit, *, has_mail: bool) -> bool:
    """Whether the acting account can come in without a password."""
    usable = set(unit.policy.ways_in) - {WAY, "" if has_mail else "email"}
    return not usable.isdisjoint(freshness.list_ways(unit))


def _save(unit: Unit, account: Account, kept: str, *, before: str) -> None:
    if not kept and not before:
        raise NotFound("password")
    if not accounts.save_password(unit.db, unit.site.id, account.id, kept, before=before):
        raise WrongPassword
    what = Change.REMOVED if not kept else Change.CHANGED if before else Change.SET
    unit.record(PasswordChanged(account_id=account.id, change=what.value))


@cache
def _common() -> frozenset[str]:
    """Read the list: some 11,000 passwords, and about a megabyte."""
    text = resources.files("tertulia.services").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(unicodedata.normalize("NFC", each) for line in lines for each in line.split())
