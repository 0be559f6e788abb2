"""Muting: whose comments the acting account wants folded. No event tells of it: it is nobody else's affair."""

from tertulia.domain.authors import Author
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.mutes import MOST, Muted, OwnAuthor, TooManyMuted
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, authors
from tertulia.store import mutes as store


def mute(unit: Unit, author_id: AuthorId) -> Author:
    """Mute an author whom readers can see; once more is as good as once.

    Raises `NotFound`, `OwnAuthor` or `TooManyMuted`.
    """
    account = acting_account(unit)
    if account.author is not None and account.author.id == author_id:
        raise OwnAuthor
    face = authors.find_seen(unit.db, unit.site.id, author_id)
    if face is None:
        raise NotFound("author")
    accounts.lock(unit.db, unit.site.id, account.id)
    is_new = not store.find_among(unit.db, unit.site.id, account.id, [author_id])
    if is_new and store.count(unit.db, unit.site.id, account.id) >= MOST:
        raise TooManyMuted(limit=MOST)
    store.insert_mute(unit.db, unit.site.id, account.id, author_id, now=unit.now)
    return face


def unmute(unit: Unit, author_id: AuthorId) -> None:
    """Mute an author no longer; who is not muted is no fault."""
    store.delete_mute(unit.db, unit.site.id, acting_account(unit).id, author_id)


def list_own(unit: Unit) -> list[Muted]:
    """List whom the acting account mutes, the last muted first."""
    return store.list_of_account(unit.db, unit.site.id, acting_account(unit).id)


def ids_for_reader(unit: Unit) -> list[AuthorId]:
    """List the ids of whom the acting reader mutes; none for a guest. Never their own, adopted after it was muted."""
    account = unit.actor.account
    if account is None:
        return []
    own = account.author.id if account.author else None
    return [each for each in store.list_ids(unit.db, unit.site.id, account.id) if each != own]
