"""What somebody wrote before they had an account, as a guest or elsewhere, becomes their account's.

A guest's secret in the browser that signs in is proof enough. The author of an imported comment proves the e-mail
address that the other system knew, of which only a keyed hash is here, and says that they want it.
"""

from dataclasses import replace
from typing import Final

from tertulia.domain.accounts import BADGE, STAFF, Account
from tertulia.domain.authors import Author, AuthorKind, Earlier, clean_name
from tertulia.domain.errors import NotFound
from tertulia.domain.events import AuthorAdopted
from tertulia.domain.ids import AuthorId
from tertulia.services import accounts, addresses, following, merging, names
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts as store
from tertulia.store import authors
from tertulia.store import conversations as conversation_store

MOST: Final = 20
"""Imported authors of one address that are shown at once; when one is adopted the next one has room."""


def adopt_guest(unit: Unit, account: Account, guest: Author) -> Account:
    """Make what a guest wrote the account's: the guest becomes its face, or what they wrote becomes its face's.

    Where the guest's name is an account's by now, a number comes behind it.
    """
    if _is_leaving(unit, account):
        return account
    if account.author is None and store.set_author(unit.db, unit.site.id, account.id, guest.id):
        return _as_face(unit, account, guest, guest.name)
    known = account if account.author is not None else store.find(unit.db, unit.site.id, account.id)
    if known is None or known.author is None:
        return account
    return _merged(unit, known, known.author, guest)


def list_earlier(unit: Unit, *, key: str) -> list[Earlier]:
    """List imported authors that had the acting account's proven address, who wrote most first."""
    account = acting_account(unit)
    if not account.is_proven or not account.email or _is_leaving(unit, account):
        return []
    hashes = addresses.hashes_of(account.email, key=key)
    return authors.list_earlier(unit.db, unit.site.id, hashes, most=MOST)


def adopt_earlier(unit: Unit, author_id: AuthorId, *, key: str) -> None:
    """Make what an imported author with the acting account's address wrote the account's.

    The first becomes its face, unless it has one. Raises `NotFound` for anybody else's, and `BadName` or
    `NameReserved` where the account must choose a name of its own before.
    """
    account = acting_account(unit)
    store.lock(unit.db, unit.site.id, account.id)
    earlier = next((each for each in list_earlier(unit, key=key) if each.author.id == author_id), None)
    if earlier is None:
        raise NotFound("author")
    known = store.find(unit.db, unit.site.id, account.id) or account
    if known.author is not None:
        _merged(unit, known, known.author, earlier.author)
        return
    is_staff = account.role in STAFF
    name = clean_name(earlier.author.name, longest=unit.policy.longest_name)
    # Another system let people bear any name: here it would be that of an account.
    names.require_unreserved(unit, name, is_staff=is_staff)
    if store.set_author(unit.db, unit.site.id, account.id, author_id):
        _as_face(unit, account, earlier.author, name)
        # What was answered elsewhere years ago is no news.
        conversation_store.save_seen(unit.db, unit.site.id, account.id, unit.now)


def _as_face(unit: Unit, account: Account, author: Author, wanted: str) -> Account:
    name, look = names.take_near(unit, wanted, for_author=author)
    if name != author.name:
        names.keep_former(unit, author)
    # Badges are this publication's to give: those of another system end with the adoption.
    badges = (BADGE,) if account.role in STAFF else ()
    authors.adopt(unit.db, unit.site.id, author.id, name=name, skeleton=look, badges=badges)
    face = replace(author, name=name, kind=AuthorKind.ACCOUNT, badges=badges)
    accounts.show_anew(unit, face)
    unit.record(AuthorAdopted(account_id=account.id, author_id=author.id, into=author.id))
    return replace(account, author=following.meet(unit, account, face))


def _merged(unit: Unit, account: Account, face: Author, author: Author) -> Account:
    if merging.begin(unit, author, account, face):
        unit.record(AuthorAdopted(account_id=account.id, author_id=author.id, into=face.id))
    return account


def _is_leaving(unit: Unit, account: Account) -> bool:
    """Whether the account is being erased at this moment: what came now would outlive it."""
    return account.ends_at is not None and account.ends_at <= unit.now
