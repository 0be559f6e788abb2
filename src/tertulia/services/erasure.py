"""Leaving: an account asks for its end, has two weeks to think again, and then its owner is gone from here."""

from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account, AccountId, BadEnding, Ending, Role
from tertulia.domain.events import AccountEnded
from tertulia.domain.flags import State
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, comments, freshness, jobs, merging, settling
from tertulia.services.unit import Unit, Units, acting_account
from tertulia.store import accounts as store
from tertulia.store import appeals, authors, comment_upkeep, flags, mutes, remarks, sanctions, statements

GRACE: Final = timedelta(days=14)
STEP: Final = 100
"""Comments one transaction erases, so that nobody waits long for it."""
TASK: Final = "erase_account"


def ask(unit: Unit, ending: str) -> None:
    """Ask for the end of the acting account; raise `ProveAgain`, `BadEnding` or `LastOwner`."""
    account = acting_account(unit)
    freshness.require(unit)
    if ending not in set(Ending):
        raise BadEnding(ending=ending[:40])
    if account.role is Role.OWNER:
        accounts.require_other_owner(unit, account.id)
    ends_at = unit.now + GRACE
    store.save_ending(unit.db, unit.site.id, account.id, ending=Ending(ending), ends_at=ends_at)
    arguments = {"account": account.id, "slot": account.id}
    jobs.defer(unit, TASK, arguments, run_at=ends_at, unique_key=f"{TASK}:{account.id}:{ends_at.isoformat()}")


def take_back(unit: Unit) -> None:
    """Let the acting account live on."""
    account = acting_account(unit)
    store.save_ending(unit.db, unit.site.id, account.id, ending=None, ends_at=None)


def erase_some(units: Units, site_key: str, account_id: AccountId, *, after: CommentId) -> CommentId | None:
    """Erase a piece of what an account that is due wrote, behind an id; give where to go on, None at the end.

    With the last piece the account itself goes. Safe to repeat: what is gone already is passed over.
    """
    with units.read(site_key, SYSTEM) as unit:
        account = store.find(unit.db, unit.site.id, account_id)
    if account is None or account.ends_at is None or account.ends_at > unit.now:
        # Taken back, put off, or done before.
        return None
    if account.author is not None:
        merging.finish(units, site_key, account.author.id)
    if account.author is not None and account.ending is Ending.REMOVE:
        last = _erase_words(units, site_key, account.author.id, after=after)
        if last is not None:
            return last
    _erase_flags(units, site_key, account)
    with units.write(site_key, SYSTEM) as unit:
        if account.author is not None:
            comment_upkeep.clear_networks_of(unit.db, unit.site.id, account.author.id)
            mutes.delete_of_author(unit.db, unit.site.id, account.author.id)
            # What was done to them stays on record; what was said to them need not.
            remarks.delete_of_author(unit.db, unit.site.id, account.author.id)
            sanctions.forget_words(unit.db, unit.site.id, account.author.id)
            statements.erase_facts(unit.db, unit.site.id, account.author.id)
            appeals.erase_words(unit.db, unit.site.id, account.author.id)
            authors.forget_person(unit.db, unit.site.id, account.author.id)
            accounts.show_anew(unit, account.author)
        store.delete_account(unit.db, unit.site.id, account_id, email=account.email)
        unit.record(AccountEnded(account_id=account_id, ending=str(account.ending)))
    return None


def _erase_flags(units: Units, site_key: str, account: Account) -> None:
    """Delete what an account flagged, and count what is left on each comment."""
    face = account.author.id if account.author else None
    is_done = False
    while not is_done:
        with units.write(site_key, SYSTEM) as unit:
            made = flags.list_made(unit.db, unit.site.id, account.id, face, most=STEP)
            for each in made:
                comment = comments.locked(unit, each.comment_id)
                flags.delete_one(unit.db, unit.site.id, each.id)
                if each.state is State.OPEN:
                    settling.count(unit, comment)
        is_done = len(made) < STEP


def _erase_words(units: Units, site_key: str, author_id: AuthorId, *, after: CommentId) -> CommentId | None:
    with units.read(site_key, SYSTEM) as unit:
        found = comment_upkeep.list_of_author(unit.db, unit.site.id, author_id, after=after, most=STEP)
    for comment_id in found:
        with units.write(site_key, SYSTEM) as unit:
            _erase_one(unit, comment_id)
    return found[-1] if len(found) == STEP else None


def _erase_one(unit: Unit, comment_id: CommentId) -> None:
    """Take a comment's words away for good. A listed one leaves a tombstone, so that replies keep their sense."""
    before = comments.locked(unit, comment_id)
    comment_upkeep.erase_words(unit.db, unit.site.id, comment_id)
    if before.status in (Status.WITHDRAWN, Status.REMOVED):
        # What was removed goes on saying why.
        return
    comments.take_back(unit, before)
