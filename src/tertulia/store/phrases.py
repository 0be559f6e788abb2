"""Phrases that a site wants noticed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select

from tertulia.domain.ids import PhraseId, SiteId
from tertulia.domain.phrases import Listed, Matching, Phrase, PhraseKind
from tertulia.store import dialect
from tertulia.store.schema import phrase

STEP: Final = 1_000
"""Rows of one statement."""


def list_all(db: Connection, site_id: SiteId) -> list[Phrase]:
    """List all phrases of a site: for who makes a search of them, once for each change."""
    query = select(phrase.c.words, phrase.c.kind, phrase.c.match, phrase.c.language)
    return [
        _phrase(row) for row in db.execute(query.where(phrase.c.site_id == site_id).order_by(phrase.c.id))
    ]


def list_page(
    db: Connection,
    site_id: SiteId,
    *,
    search: str = "",
    kind: PhraseKind | None = None,
    before: PhraseId | None = None,
    most: int,
) -> list[Listed]:
    """List phrases with these letters in them, the newest first."""
    query = select(phrase).where(phrase.c.site_id == site_id)
    if search:
        query = query.where(phrase.c.words.contains(search, autoescape=True))
    if kind is not None:
        query = query.where(phrase.c.kind == kind.value)
    if before is not None:
        query = query.where(phrase.c.id < before)
    rows = db.execute(query.order_by(phrase.c.id.desc()).limit(most))
    return [Listed(id=PhraseId(row.id), phrase=_phrase(row)) for row in rows]


def count(db: Connection, site_id: SiteId) -> int:
    return int(
        db.execute(select(func.count()).select_from(phrase).where(phrase.c.site_id == site_id)).scalar_one()
    )


def insert_new(db: Connection, site_id: SiteId, new: Mapping[PhraseId, Phrase], *, now: datetime) -> int:
    """Insert phrases that are not there yet; give how many that were."""
    rows = [
        {
            "site_id": site_id,
            "id": phrase_id,
            "kind": each.kind.value,
            "language": each.language,
            "words": each.words,
            "match": each.matching.value,
            "added_at": now,
        }
        for phrase_id, each in new.items()
    ]
    before = count(db, site_id)
    for start in range(0, len(rows), STEP):
        dialect.insert_new(db, phrase, rows[start : start + STEP])
    return count(db, site_id) - before


def remove(db: Connection, site_id: SiteId, wanted: Collection[PhraseId]) -> int:
    """Delete phrases; give how many were there."""
    here: Sequence[PhraseId] = sorted(wanted)
    done = 0
    for start in range(0, len(here), STEP):
        some = here[start : start + STEP]
        done += db.execute(delete(phrase).where(phrase.c.site_id == site_id, phrase.c.id.in_(some))).rowcount
    return done


def _phrase(row: Any) -> Phrase:
    return Phrase(
        words=row.words, kind=PhraseKind(row.kind), matching=Matching(row.match), language=row.language
    )
