"""Taking along what is one's own: ask for it, let a job pack it, fetch it within a week. Words and rows, no files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain import ids, notices
from tertulia.domain.accounts import Account
from tertulia.domain.appeals import Appeal
from tertulia.domain.connections import Connection
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Status
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.statements import Statement
from tertulia.domain.takeouts import (
    Belongings,
    OwnAccount,
    OwnComment,
    OwnConnection,
    OwnDecision,
    OwnEdit,
    OwnFlag,
    OwnMuted,
    OwnName,
    OwnPasskey,
    OwnSession,
    OwnStatement,
    OwnToken,
    Takeout,
    TakeoutAsked,
    TakeoutId,
)
from tertulia.domain.tokens import Token
from tertulia.domain.transfer import BodyKind
from tertulia.services import freshness, jobs, records, tokens
from tertulia.services.unit import Unit, Units, acting_account
from tertulia.store import (
    accounts,
    appeals,
    connections,
    decisions,
    flags,
    former_names,
    mutes,
    passkeys,
    sessions,
    statements,
    transfer,
)
from tertulia.store import takeouts as store
from tertulia.store.takeouts import OwnRow

KEPT: Final = timedelta(days=7)
"""How long it can be fetched."""
BETWEEN: Final = timedelta(days=1)
"""How long after asking one may ask again."""
BATCH: Final = 500
"""Comments read in one transaction."""
MOST_NAMES: Final = 10_000
MOST_FLAGS: Final = 10_000
MOST_STATEMENTS: Final = 5_000
TASK: Final = "make_takeout"
MAIL_TASK: Final = "mail_takeout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What the mail says."""

    address: str
    language: str
    expires_at: datetime


def ask(unit: Unit) -> TakeoutId:
    """Ask for all that is the acting account's; raise `ProveAgain`, or `TakeoutAsked` within a day of the last time."""
    account = acting_account(unit)
    freshness.require(unit)
    accounts.lock(unit.db, unit.site.id, account.id)
    last = store.find_latest(unit.db, unit.site.id, account.id)
    if last is not None and not may_ask(unit, last):
        raise TakeoutAsked
    new = Takeout(
        id=TakeoutId(unit.new_id()),
        account_id=account.id,
        asked_at=unit.now,
        made_at=None,
        expires_at=unit.now + KEPT,
        size=0,
    )
    store.insert_asked(unit.db, unit.site.id, new)
    jobs.defer(unit, TASK, {"takeout": new.id})
    return new.id


def may_ask(unit: Unit, last: Takeout | None) -> bool:
    """Whether somebody who asked for this last may ask again."""
    return last is None or unit.now - last.asked_at >= BETWEEN


def find_latest(unit: Unit) -> Takeout | None:
    """Give what the acting account asked for last; None when that was never, or is long over."""
    return store.find_latest(unit.db, unit.site.id, acting_account(unit).id)


def content(unit: Unit, takeout_id: TakeoutId) -> bytes:
    """Give the packed file to the account that asked for it, while it is kept; raise `NotFound`."""
    account = acting_account(unit)
    found = store.find(unit.db, unit.site.id, takeout_id)
    if found is None or found.account_id != account.id or found.made_at is None:
        raise NotFound("takeout")
    if found.expires_at <= unit.now:
        raise NotFound("takeout")
    return store.content_of(unit.db, unit.site.id, takeout_id)


def find_asker(unit: Unit, takeout_id: TakeoutId) -> Account | None:
    """Give the account for which a takeout is still to be made."""
    found = store.find(unit.db, unit.site.id, takeout_id)
    if found is None or found.made_at is not None:
        return None
    return accounts.find(unit.db, unit.site.id, found.account_id)


def belongings(unit: Unit, account: Account) -> Belongings:
    """Give what is an account's own besides its comments."""
    site_id = unit.site.id
    return Belongings(
        account=_account(unit, account),
        sessions=tuple(
            OwnSession(device=each.device, created_at=each.created_at, seen_at=each.seen_at)
            for each in sessions.list_of_account(unit.db, site_id, account.id, now=unit.now)
        ),
        tokens=tuple(_token(each) for each in tokens.list_of(unit, account)),
        passkeys=tuple(
            OwnPasskey(name=each.name, created_at=each.created_at, used_at=each.used_at)
            for each in passkeys.list_of_account(unit.db, site_id, account.id)
        ),
        muted=tuple(
            OwnMuted(id=ids.encode(each.author.id), name=each.author.name, muted_at=each.muted_at)
            for each in mutes.list_of_account(unit.db, site_id, account.id)
        ),
        former_names=_former_names(unit, account),
        connected=tuple(
            _connection(each) for each in connections.list_of_account(unit.db, site_id, account.id)
        ),
        flags=_flags(unit, account),
        statements=_statements(unit, account),
        sanctions=records.sanctions_of(unit, account),
        remarks=records.remarks_of(unit, account),
    )


def _account(unit: Unit, account: Account) -> OwnAccount:
    return OwnAccount(
        email=account.email,
        subject=store.subject_of(unit.db, unit.site.id, account.id),
        has_password=bool(accounts.find_password(unit.db, unit.site.id, account.id)),
        role=account.role,
        language=account.language,
        created_at=account.created_at,
        name=account.name,
        badges=account.author.badges if account.author else (),
        ending=account.ending,
        ends_at=account.ends_at,
        notices=notices.write(notices.read(accounts.notices_of(unit.db, unit.site.id, account.id))),
    )


def _token(of: Token) -> OwnToken:
    return OwnToken(
        name=of.name,
        scope=of.scope,
        created_at=of.created_at,
        seen_at=of.seen_at,
        expires_at=of.expires_at,
    )


def _connection(of: Connection) -> OwnConnection:
    return OwnConnection(
        provider=of.provider,
        subject=of.subject,
        label=of.label,
        created_at=of.created_at,
        used_at=of.used_at,
    )


def _flags(unit: Unit, account: Account) -> tuple[OwnFlag, ...]:
    face = account.author.id if account.author else None
    made = flags.list_made(unit.db, unit.site.id, account.id, face, most=MOST_FLAGS)
    return tuple(
        OwnFlag(
            comment=ids.encode(each.comment_id),
            reason=each.reason,
            words=each.words,
            made_at=each.created_at,
            state=each.state,
        )
        for each in made
    )


def _statements(unit: Unit, account: Account) -> tuple[OwnStatement, ...]:
    if account.author is None:
        return ()
    found = statements.list_of_author(unit.db, unit.site.id, account.author.id, most=MOST_STATEMENTS)
    appealed = appeals.for_statements(unit.db, unit.site.id, [each.id for each in found])
    return tuple(_statement(each, appealed.get(each.id)) for each in found)


def _statement(of: Statement, appeal: Appeal | None) -> OwnStatement:
    cause = of.cause
    return OwnStatement(
        comment=None if of.comment_id is None else ids.encode(of.comment_id),
        restriction=of.effect.value,
        reason=cause.reason,
        ground=cause.ground.value,
        law=cause.law,
        facts=cause.facts,
        findings=tuple(finding.code for finding in cause.findings),
        source=cause.source.value,
        is_detected_by_machine=cause.is_detected_by_machine,
        is_decided_by_machine=cause.is_decided_by_machine,
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        lifted_at=of.lifted_at,
        appeal=appeal.words if appeal else "",
        appealed_at=appeal.made_at if appeal else None,
        result=appeal.result.value if appeal and appeal.result else "",
        answer=appeal.answer if appeal else "",
    )


def _former_names(unit: Unit, account: Account) -> tuple[OwnName, ...]:
    if account.author is None:
        return ()
    found = former_names.list_former(unit.db, unit.site.id, account.author.id, most=MOST_NAMES)
    return tuple(OwnName(name=each.name, replaced_at=each.replaced_at) for each in found)


def own_comments(units: Units, site_key: str, account: Account) -> Iterator[OwnComment]:
    """Yield an account's comments, newest first, each piece of them in a transaction of its own."""
    before: CommentId | None = None
    while account.author is not None:
        with units.read(site_key, SYSTEM) as unit:
            site_id = unit.site.id
            rows = store.list_comments(unit.db, site_id, account.author.id, before=before, most=BATCH)
            found = [CommentId(row.id) for row in rows]
            edits = transfer.edits_of(unit.db, site_id, found)
            made = decisions.for_comments(unit.db, site_id, found)
        for row in rows:
            yield _own(row, edits.get(row.id, []), made.get(CommentId(row.id), []))
        if len(rows) < BATCH:
            return
        before = found[-1]


def keep(unit: Unit, takeout_id: TakeoutId, packed: bytes) -> None:
    """Keep the packed file for its owner, and let them know where they can be told. Twice is as good as once."""
    over = unit.now + KEPT
    if store.save_content(unit.db, unit.site.id, takeout_id, packed, now=unit.now, expires_at=over):
        jobs.defer(unit, MAIL_TASK, {"takeout": takeout_id})


def letter(unit: Unit, takeout_id: TakeoutId) -> Letter | None:
    """Give what the mail says; None for who has no address, and when there is nothing to fetch any more."""
    found = store.find(unit.db, unit.site.id, takeout_id)
    if found is None or found.made_at is None or found.expires_at <= unit.now:
        return None
    account = accounts.find(unit.db, unit.site.id, found.account_id)
    if account is None or not account.email:
        return None
    return Letter(address=account.email, language=account.language, expires_at=found.expires_at)


def _own(row: OwnRow, edits: list[tuple[str, datetime | None]], made: list[Decision]) -> OwnComment:
    return OwnComment(
        id=ids.encode(row.id),
        story_url=row.story_url,
        story_title=row.story_title,
        parent=None if row.parent_id is None else ids.encode(row.parent_id),
        parent_author=row.parent_author or None,
        created_at=row.created_at,
        edited_at=row.edited_at,
        status=Status(row.status),
        reason=row.reason,
        was_public=row.published_at is not None,
        source=row.source,
        kind=BodyKind(row.source_kind),
        language=row.language,
        edits=tuple(OwnEdit(source=source, replaced_at=at) for source, at in edits),
        decisions=tuple(
            OwnDecision(outcome=each.outcome, reason=each.reason, made_at=each.made_at) for each in made
        ),
        origin=row.origin,
        extra=row.extra or {},
    )
