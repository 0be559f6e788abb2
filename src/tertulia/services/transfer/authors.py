"""Authors of an import: one row for each person the source tells apart."""

from collections.abc import Iterable

from tertulia.domain.authors import Author, AuthorKind, BadName, clean_name
from tertulia.domain.ids import AuthorId
from tertulia.domain.transfer import (
    PortableAuthor,
    PortableEntry,
)
from tertulia.services import addresses
from tertulia.services.transfer.run import Run, native_id
from tertulia.services.unit import Unit
from tertulia.store import transfer as store

LONGEST_IMPORTED_NAME = 120
"""Characters of a name; what is longer is cut."""


def for_entries(unit: Unit, run: Run, entries: Iterable[PortableEntry]) -> dict[str, Author]:
    """Give each entry's author, one row for each person the source tells apart."""
    key_of = {entry.source_id: _author_key(run, entry.author) for entry in entries}
    stated = {key_of[entry.source_id]: entry.author for entry in entries}
    unknown = [key for key in stated if key not in run.authors]
    known = store.known_authors(unit.db, unit.site.id, source=run.source, source_ids=unknown)
    # Our own export names authors by our ids: those of this very site are here already.
    native = {key: native_id(run, stated[key].source_id or "") for key in unknown}
    own = store.authors_of(unit.db, unit.site.id, [number for number in native.values() if number])
    new: list[tuple[Author, str, str | None]] = []
    for key in unknown:
        author = known.get(key) or own.get(native[key] or 0)
        if author is None:
            author = Author(
                id=AuthorId(native[key] or unit.new_id()),
                name=_shown_name(stated[key]),
                kind=AuthorKind.IMPORTED,
                badges=stated[key].badges[:5],
            )
            new.append((author, key, _claim_hash(run, stated[key])))
        run.authors[key] = author
    store.insert_authors(unit.db, unit.site.id, new, source=run.source, now=unit.now)
    _follow(unit, run, set(key_of.values()))
    return {source_id: run.authors[key] for source_id, key in key_of.items()}


def _follow(unit: Unit, run: Run, keys: set[str]) -> None:
    """Go on with who an author became: somebody may have adopted one that this very import brought."""
    others = store.others_of(unit.db, unit.site.id, [run.authors[key].id for key in keys])
    for key in keys:
        run.authors[key] = others.get(run.authors[key].id, run.authors[key])


def _author_key(run: Run, author: PortableAuthor) -> str:
    """Say what tells this person from others; an unnamed one is *somebody unknown*."""
    if author.source_id:
        return f"id:{author.source_id}"
    if author.email:
        return f"mail:{_claim_hash(run, author)}:{_shown_name(author)}"
    return f"name:{_shown_name(author)}"


def _shown_name(author: PortableAuthor) -> str:
    try:
        return clean_name(author.name[:LONGEST_IMPORTED_NAME], longest=LONGEST_IMPORTED_NAME)
    except BadName:
        return ""


def _claim_hash(run: Run, author: PortableAuthor) -> str | None:
    return addresses.hash_of(author.email, key=run.secret) if author.email else None
