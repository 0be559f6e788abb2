"""The audit trail: whether the chain of a site is whole."""

from dataclasses import dataclass
from typing import Final

from tertulia.domain.audit import FIRST_DIGEST, AuditEntry
from tertulia.domain.comments import Comment
from tertulia.domain.moderation import Decision
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sanctions import Sanction
from tertulia.services.unit import Units
from tertulia.store import audit as store

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a look at a whole chain gave: how many entries fit, and the first number that does not."""

    entries: int
    digest: str
    """Of the last entry that fits: whoever wrote it down earlier sees whether the end was cut off."""
    broken_at: int | None = None


def verify(units: Units, site_key: str) -> Verdict:
    """Follow a site's chain from its first entry to the last, in pieces of its own transactions."""
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
