"""Merging: what one author wrote becomes another's, bit by bit, while everybody goes on reading and writing.

The author who has no account becomes an alias of the one who has. From that moment nothing opens the alias, and what
an import brings for it goes to the other. The latest comments move at once, the others by a job; each piece is a
transaction of its own, so whoever dies in between leaves a discussion in which each comment has one of the two names.

An alias with a source stays, without a single comment, for the next import of that source. One without, a guest,
is deleted.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account
from tertulia.domain.authors import Author
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.permissions import SYSTEM
from tertulia.services import jobs, sanctions, stories
from tertulia.services.unit import Unit, Units
from tertulia.store import appeals, flags, statements
from tertulia.store import merging as store
from tertulia.store import stories as story_store

STEP: Final = 100
"""Comments one transaction moves, so that nobody waits long for it."""
SETTLED_AFTER: Final = timedelta(minutes=1)
"""When to look once more: by then whoever was writing as the alias has done so."""
TASK: Final = "merge_author"


def begin(unit: Unit, alias: Author, account: Account, face: Author) -> bool:
    """Make an author the face of an account; False when that is so already, or they are somebody's face themselves."""
    found = store.list_latest(unit.db, unit.site.id, alias.id, most=STEP)
    story_store.lock_all(unit.db, unit.site.id, _stories(found))
    if not store.mark(unit.db, unit.site.id, alias.id, into=face.id):
        return False
    flags.move(unit.db, unit.site.id, alias.id, into=face.id)
    store.move_mutes(unit.db, unit.site.id, alias.id, into=face.id, owner=account.id)
    store.move_counts(unit.db, unit.site.id, alias.id, into=face.id)
    store.move_records(unit.db, unit.site.id, alias.id, into=face.id)
    sanctions.settle(unit, face)
    _keep_name(unit, alias, face)
    _move(unit, found, alias.id, into=face.id)
    _go_on(unit, alias.id, is_more=len(found) == STEP)
    return True


def move_some(units: Units, site_key: str, alias: AuthorId) -> bool:
    """Move a piece of what an alias still has; False when it has no more. Safe to repeat."""
    with units.write(site_key, SYSTEM) as unit:
        into = store.find_other(unit.db, unit.site.id, alias)
        if into is None:
            return False
        found = store.list_latest(unit.db, unit.site.id, alias, most=STEP)
        story_store.lock_all(unit.db, unit.site.id, _stories(found))
        _move(unit, found, alias, into=into)
    return len(found) == STEP


def finish(units: Units, site_key: str, face: AuthorId) -> None:
    """Move all that was to become this author's, now."""
    while True:
        with units.read(site_key, SYSTEM) as unit:
            aliases = store.list_aliases(unit.db, unit.site.id, face, most=STEP)
        if not aliases:
            return
        for alias in aliases:
            while move_some(units, site_key, alias):
                pass


def is_under_way(unit: Unit, face: Author) -> bool:
    """Whether there are comments that will be this author's in a moment."""
    return bool(store.list_aliases(unit.db, unit.site.id, face.id, most=1))


def pause(unit: Unit, alias: AuthorId) -> None:
    """Leave the rest to another job."""
    _go_on(unit, alias, is_more=True)


def settle(unit: Unit, alias: AuthorId, *, is_last: bool) -> None:
    """Look once more in a while; the last time, let go of an alias that nobody can name."""
    if is_last:
        store.forget_empty(unit.db, unit.site.id, alias)
    else:
        _go_on(unit, alias, is_more=False)


def _go_on(unit: Unit, alias: AuthorId, *, is_more: bool) -> None:
    if is_more:
        jobs.defer(unit, TASK, {"author": alias})
        return
    run_at = unit.now + SETTLED_AFTER
    jobs.defer(
        unit, TASK, {"author": alias, "is_last": True}, run_at=run_at, unique_key=f"{TASK}:{alias}:last"
    )


def _keep_name(unit: Unit, alias: Author, face: Author) -> None:
    if alias.name in {"", face.name}:
        return
    store.move_names(
        unit.db,
        unit.site.id,
        alias.id,
        into=face.id,
        name_id=unit.new_id(),
        name=alias.name,
        now=unit.now,
    )


def _move(unit: Unit, found: Sequence[tuple[CommentId, StoryId]], alias: AuthorId, *, into: AuthorId) -> None:
    statements.move(unit.db, unit.site.id, alias, into=into)
    appeals.move(unit.db, unit.site.id, alias, into=into)
    if found:
        moved = [comment_id for comment_id, _ in found]
        store.move(unit.db, unit.site.id, moved, author_id=alias, into=into)
        stories.show_anew(unit, _stories(found))


def _stories(found: Sequence[tuple[CommentId, StoryId]]) -> set[StoryId]:
    return {story_id for _, story_id in found}
