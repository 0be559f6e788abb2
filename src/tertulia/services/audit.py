"""The audit trail: what it says, what was done to a comment or an author, whether a site's chain is whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.audit import FIRST_DIGEST, Audited, AuditEntry, Trail
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Decision
from tertulia.domain.permissions import SYSTEM, Act, may, may_moderate, sections_of
from tertulia.domain.sanctions import Sanction
from tertulia.services.unit import Unit, Units
from tertulia.store import audit as store
from tertulia.store import authors, merging, stories
from tertulia.store import comments as comment_store

TRAIL_SHOWN: Final = 100
"""Entries of one comment or author that are shown at once."""
MOST_SELVES: Final = 50
"""Guests and imported authors that one author was before."""
STEP: Final = 1_000
"""Entries that are checked in one transaction."""


def of_decision(made: Decision, comment: Comment) -> AuditEntry:
    """Give what the audit trail says of a decision on a comment."""
    return AuditEntry(
        act="decision.made",
        comment_id=comment.id,
        author_id=comment.author.id,
        facts={
            "decision": made.id,
            "outcome": made.outcome.value,
            "reason": made.reason,
            "status_before": None if made.status_before is None else made.status_before.value,
            "status_after": None if made.status_after is None else made.status_after.value,
            "findings": tuple(finding.code for finding in made.findings),
            "is_by_person": made.is_by_person,
            "is_unlawful": bool(made.law),
            "source": made.source.value,
            "undoes": made.undoes,
        },
    )


def of_sanction(of: Sanction, *, act: str) -> AuditEntry:
    """Give what the audit trail says of a sanction that was imposed or lifted."""
    return AuditEntry(
        act=act,
        author_id=of.author_id,
        facts={
            "sanction": of.id,
            "kind": of.kind.value,
            "reason": of.reason,
            "is_everywhere": of.is_everywhere,
            "removes_comments": of.removes_comments,
            "ends_at": None if of.ends_at is None else of.ends_at.isoformat(timespec="seconds"),
            "follows": of.origin_id is not None,
        },
    )


def trail_of_comment(unit: Unit, comment_id: CommentId, *, before: int | None = None) -> Trail:
    """List what was done to a comment; raise `NotFound` or `Forbidden`."""
    found = comment_store.get(unit.db, unit.site.id, comment_id)
    section = stories.get(unit.db, unit.site.id, found.story_id).section
    if not may_moderate(unit.actor, section):
        raise Forbidden
    return _trail(
        unit,
        store.list_of(unit.db, unit.site.id, comment_id=comment_id, before=before, most=TRAIL_SHOWN + 1),
    )


def trail_of_author(unit: Unit, author_id: AuthorId, *, before: int | None = None) -> Trail:
    """List what was done to an author and their comments, also as who they were before; raise `NotFound`."""
    if not may(unit.actor, Act.MODERATE) or sections_of(unit.actor):
        raise Forbidden
    if authors.find(unit.db, unit.site.id, author_id) is None:
        raise NotFound("author")
    selves = [author_id, *merging.list_selves(unit.db, unit.site.id, author_id, most=MOST_SELVES)]
    return _trail(
        unit, store.list_of(unit.db, unit.site.id, author_ids=selves, before=before, most=TRAIL_SHOWN + 1)
    )


def _trail(unit: Unit, found: list[Audited]) -> Trail:
    shown = found[:TRAIL_SHOWN]
    accounts = {each.account_id for each in shown if each.account_id is not None}
    names = store.names_of(unit.db, unit.site.id, accounts)
    makers = store.makers_of(unit.db, unit.site.id, shown)
    return Trail(
        entries=tuple(shown),
        names={each.number: _name(each, names, makers) for each in shown},
        next_before=shown[-1].number if len(found) > TRAIL_SHOWN else None,
    )


def _name(of: Audited, names: Mapping[AccountId, str], makers: Mapping[int, str]) -> str:
    """Name who did it: as they are called now, or else as they were when they did it."""
    if of.account_id is not None and of.account_id in names:
        return names[of.account_id]
    facts = of.entry.facts
    kept = (facts.get(fact) for fact in ("decision", "sanction", "appeal"))
    made = next((each for each in kept if isinstance(each, int)), 0)
    return "" if of.entry.act == "appeal.made" else makers.get(made, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a look at a whole chain gave: how many entries fit, and the first number that does not."""

    entries: int
    digest: str
    """Of the last entry that fits: whoever wrote it down earlier sees whether the end was cut off."""
    broken_at: int | None = None
    knows: bool | None = None
    """Whether an entry has the digest that was written down; None where none was asked for."""


def verify(units: Units, site_key: str, *, known: str = "") -> Verdict:
    """Follow a site's chain from its first entry to the last, in pieces of its own transactions.

    `known` is a digest that was written down earlier: an entry that fits must have it still.
    """
    verdict = _verify(units, site_key)
    if not known:
        return verdict
    with units.read(site_key, SYSTEM) as unit:
        number = store.find_number(unit.db, unit.site.id, known)
    return replace(verdict, knows=number is not None and number <= verdict.entries)


def _verify(units: Units, site_key: str) -> Verdict:
    after, digest = 0, FIRST_DIGEST
    while True:
        with units.read(site_key, SYSTEM) as unit:
            broken, last, digest = store.first_broken(
                unit.db, unit.site.id, after=after, before=digest, most=STEP
            )
        if broken:
            return Verdict(entries=last, digest=digest, broken_at=broken)
        if last == after:
            return Verdict(entries=last, digest=digest)
        after = last
