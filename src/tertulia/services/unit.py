"""The Unit: what a use case receives, and the only place where transactions begin and end.

One Unit is one transaction: rows, events and jobs are committed together or not at all.
"""

import random
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from tertulia.domain import ids
from tertulia.domain.accounts import Account, SessionOver
from tertulia.domain.audit import AuditEntry
from tertulia.domain.events import CommentHeld, CommentPosted, Event
from tertulia.domain.ids import SiteId, StoryId
from tertulia.domain.permissions import Actor, ActorKind, with_powers
from tertulia.domain.policy import Policy
from tertulia.domain.sites import Site
from tertulia.domain.stories import Story
from tertulia.plugins.contracts import Rule, SignIn
from tertulia.store import accounts, audit, authors, events, sites
from tertulia.store.engine import Database, Spoiled


class IdMaker:
    """Gives ids that grow within this process and hardly ever meet those of another."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self, now: datetime) -> int:
        """Give a fresh id for something that happens now."""
        # Ids are public and no secret: they need to differ, not to be beyond guessing.
        wanted = ids.at(now, random.getrandbits(ids.LOW_BITS))  # nosec B311
        with self._lock:
            # Within a millisecond count on from the last; a clock that went back does not make us go back.
            if wanted >> ids.LOW_BITS <= self._last >> ids.LOW_BITS:
                wanted = self._last + 1
            self._last = wanted
            return wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Plugins:
    """The plug-ins that use cases call, by name."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    ways: Mapping[str, SignIn] = field(default_factory=dict)
    """Ways to sign in that are called within a transaction: they use no network. Today `email`."""
    providers: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By a site's key the names of the providers at which its readers may sign in, where its policy names them."""


@dataclass(kw_only=True, slots=True)
class Memory:
    """What Units of one batch need not ask again, and nobody else can change: they are in one transaction.

    Forgotten as soon as one of them does anything but post a comment. Outside of a batch each Unit has its own.
    """

    sites: dict[str, tuple[Site, Policy]] = field(default_factory=dict)
    stories: dict[tuple[SiteId, StoryId], Story] = field(default_factory=dict)
    """Each as it was when it was first asked for: what comments move, its revision and its count, may be behind."""
    listed_at: dict[tuple[SiteId, StoryId], datetime] = field(default_factory=dict)
    """When the newest comment of a story was listed."""

    def forget(self) -> None:
        """Forget all of it."""
        self.sites.clear()
        self.stories.clear()
        self.listed_at.clear()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One transaction on behalf of one actor at one instant on one site."""

    db: Connection
    site: Site
    actor: Actor
    now: datetime
    policy: Policy
    plugins: Plugins
    memory: Memory
    key: str = field(default="", repr=False)
    """The operator's secret, for keyed hashes: what is kept of an address is nothing without it."""
    _ids: IdMaker
    _happened: list[Event] = field(default_factory=list)
    _audited: list[AuditEntry] = field(default_factory=list)

    def new_id(self) -> int:
        """Give a fresh id."""
        return self._ids.next(self.now)

    def record(self, happened: Event) -> None:
        """Remember what happened; stored last, just before the commit."""
        self._happened.append(happened)

    def audit(self, entry: AuditEntry) -> None:
        """Remember what was done to somebody, for the audit trail; stored with the events."""
        self._audited.append(entry)

    def audited(self) -> Sequence[AuditEntry]:
        """Give what was to be audited so far."""
        return tuple(self._audited)

    def happened(self) -> Sequence[Event]:
        """Give what was recorded so far."""
        return tuple(self._happened)


def _append_audited(unit: Unit) -> None:
    audit.append(
        unit.db,
        unit.site.id,
        unit.audited(),
        account_id=unit.actor.account_id,
        policy_version=unit.policy.version,
        now=unit.now,
    )


def _is_of_a_comment(happened: Event) -> bool:
    return isinstance(happened, CommentPosted | CommentHeld)


def _tell_nobody(_site: Site, _happened: Sequence[Event]) -> None:
    """Do nothing after a commit: the default for commands that end at once."""


class _Batch(threading.local):
    """What the Units of this thread's batch remember; None outside of one."""

    memory: Memory | None = None


def acting_account(unit: Unit) -> Account:
    """Give the account that acts; raise `SessionOver` for everybody else."""
    if unit.actor.account is None:
        raise SessionOver
    return unit.actor.account


class Units:
    """Opens Units. Made once by the composition root."""

    def __init__(
        self,
        database: Database,
        *,
        plugins: Plugins,
        clock: Callable[[], datetime],
        after_commit: Callable[[Site, Sequence[Event]], None] = _tell_nobody,
        key: str = "",
    ) -> None:
        self.database = database
        self.clock = clock
        self._plugins = plugins
        self._ids = IdMaker()
        self._after_commit = after_commit
        self._key = key
        self._batch = _Batch()

    @contextmanager
    def read(self, site_key: str, actor: Actor) -> Iterator[Unit]:
        """Open a Unit that only reads; raise `NotFound` for an unknown site."""
        with self.database.read() as db:
            yield self._unit(db, Memory(), site_key, actor)

    @contextmanager
    def write(self, site_key: str, actor: Actor) -> Iterator[Unit]:
        """Open a Unit; leaving it returns after everything in it is on the disk.

        Within a batch it is so when the batch was left.
        """
        memory = self._batch.memory or Memory()
        with self.database.write() as db:
            unit = self._unit(db, memory, site_key, actor)
            try:
                yield unit
            except BaseException:
                memory.forget()
                raise
            happened = unit.happened()
            if not (happened and all(map(_is_of_a_comment, happened))):
                memory.forget()
            # Both last, behind the lock that orders a site's writers: nothing else waits while it is held.
            if unit.audited():
                _append_audited(unit)
            if happened:
                events.append(db, unit.site.id, happened, actor=unit.actor.kind.value, now=unit.now)
        if happened:
            self.database.after_commit(partial(self._after_commit, unit.site, happened))

    @property
    def have_one_writer(self) -> bool:
        """Whether Units that write go one after the other anyway, so that they had better share a batch."""
        return self.database.has_one_writer

    def batch(self) -> AbstractContextManager[None]:
        """Let the Units that this thread writes inside share one commit; leaving it returns after that.

        Raises when the commit fails: then no Unit of the batch was kept, whatever it returned.
        """
        return self._remembering(self.database.batch())

    def hopeful_batch(self) -> AbstractContextManager[None]:
        """Do as `batch` does, and raise `Spoiled` where a Unit failed after it had changed something.

        Then nothing of the batch was kept either, and all that was done in it is to be done again in a `batch`.
        """
        return self._remembering(self.database.hopeful_batch())

    @contextmanager
    def _remembering(self, batch: AbstractContextManager[None]) -> Iterator[None]:
        self._batch.memory = Memory() if self.have_one_writer else None
        try:
            with batch:
                yield
        finally:
            self._batch.memory = None

    @contextmanager
    def bare(self, *, write: bool = False) -> Iterator[tuple[Connection, datetime]]:
        """Open a transaction that belongs to no site, for the relay, the worker and the adding of sites."""
        with self.database.write() if write else self.database.read() as db:
            yield db, self.clock()

    def _unit(self, db: Connection, memory: Memory, site_key: str, actor: Actor) -> Unit:
        if site_key not in memory.sites:
            memory.sites[site_key] = sites.get_with_policy(db, site_key)
        site, policy = memory.sites[site_key]
        actor = self._known(db, site, policy, actor)
        return Unit(
            db=db,
            site=site,
            actor=actor,
            now=self.clock(),
            policy=policy,
            plugins=self._plugins,
            memory=memory,
            key=self._key,
            _ids=self._ids,
        )

    def _known(self, db: Connection, site: Site, policy: Policy, actor: Actor) -> Actor:
        """Find who acts: the account behind a session, or else the guest behind a secret; raise `SessionOver`."""
        if actor.session_hash and actor.account is None:
            # A bearer that was stolen from an embed is no cookie: it reaches neither the desk nor other sessions.
            usual = "account" if actor.kind is ActorKind.GUEST else "bearer"
            kind = actor.session_kind or usual
            account = accounts.find_by_session(db, site.id, actor.session_hash, kind=kind, now=self.clock())
            if account is not None:
                account = with_powers(account, policy)
                return replace(
                    actor, kind=ActorKind.AUTHOR, account=account, author=account.author, name=account.name
                )
            if actor.kind is not ActorKind.GUEST:
                raise SessionOver
        if actor.secret_hash and actor.author is None:
            actor = replace(actor, author=authors.find_guest(db, site.id, actor.secret_hash))
        return actor


__all__ = ["IdMaker", "Memory", "Plugins", "Spoiled", "Unit", "Units", "acting_account"]
