"""Names nobody else may take: which look alike, which are somebody's, which are kept for staff.

What looks alike is Unicode's to say (`plugins.confusables`), with letter case, spaces, punctuation and Semitic vowel
signs put aside. Accents count: Muller is not Müller.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cache, lru_cache
from math import ceil
from typing import Final

from tertulia.domain.authors import Author, FormerName, NameReserved, NameTaken, TooManyNames
from tertulia.plugins import confusables
from tertulia.services.unit import Unit
from tertulia.store import authors, former_names

# Hebrew and Arabic words are the same with and without these, and with a stroke that stretches a line.
_OPTIONAL: Final = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]")
_BETWEEN: Final = frozenset("PSZ")
"""First letters of the categories that stand between words: punctuation, symbols, spaces."""
_GROWTH: Final = 4
"""A skeleton has at most this many times the characters of its name; one ligature may stand for eighteen."""
_LAST_NUMBER: Final = 20
_LARGEST_NUMBER: Final = 10_000
MONTH: Final = timedelta(days=30)
MOST_FORMER: Final = 100
"""Former names that are shown of one face."""


def skeleton(name: str) -> str:
    """Give what a name looks like; names with equal skeletons look alike.

    In scripts whose capitals have look-alikes of their own (Greek, Cyrillic), case makes a difference here.
    """
    # Some digits look like full stops. A name of nothing else looks like itself.
    return ("".join(_words_of(name)) or name.casefold())[: _GROWTH * len(name)]


def looks_of(name: str) -> frozenset[str]:
    """Give the skeletons of a name in each case it could be written in.

    Latin ones have one: there the table folds the case. Elsewhere folding would mix up letters that do not look
    alike: a Greek capital nu is N, a small one is v.
    """
    return frozenset(skeleton(each) for each in _cases(name))


def require_free(unit: Unit, name: str, *, for_author: Author | None, is_staff: bool) -> None:
    """Raise `NameReserved` or `NameTaken` where a name is kept for staff or looks like that of another's account."""
    require_unreserved(unit, name, is_staff=is_staff)
    if _taken(unit, looks_of(name), for_author):
        raise NameTaken


def require_unreserved(unit: Unit, name: str, *, is_staff: bool) -> None:
    """Raise `NameReserved` where a name looks like the publication's, or has a word that is kept for staff."""
    if is_staff:
        return
    words, whole = _kept(unit.policy.reserved_names, unit.site.name, unit.site.key)
    used = (word for each in _cases(name) for word in _words_of(each))
    if not words.isdisjoint(used) or not whole.isdisjoint(looks_of(name)):
        raise NameReserved


def take(unit: Unit, name: str, *, for_author: Author | None, is_staff: bool) -> str:
    """Give the skeleton under which an account takes a name, its own until commit; raise as `require_free` does."""
    look = skeleton(name)
    authors.lock_skeleton(unit.db, unit.site.id, look)
    require_free(unit, name, for_author=for_author, is_staff=is_staff)
    return look


def take_near(unit: Unit, name: str, *, for_author: Author | None) -> tuple[str, str]:
    """Give a free name, this one or with a number behind it, and the skeleton under which it is taken.

    Whether it is kept for staff is not asked: who was known by a name before it was reserved keeps it.
    """
    look = skeleton(name)
    # Those who want the same name go one after the other from here on; so each sees which numbers are gone.
    authors.lock_skeleton(unit.db, unit.site.id, look)
    if not _taken(unit, looks_of(name), for_author):
        return name, look
    numbered = {each: looks_of(each) for each in _numbered(name, longest=unit.policy.longest_name)}
    taken = _taken(unit, frozenset().union(*numbered.values()), for_author)
    for each, looks in numbered.items():
        if taken.isdisjoint(looks):
            look = skeleton(each)
            authors.lock_skeleton(unit.db, unit.site.id, look)
            # Hardly ever somebody asked for just this one a moment ago; then the next will do.
            if not _taken(unit, looks, for_author):
                return each, look
    raise NameTaken


def keep_former(unit: Unit, face: Author) -> None:
    """Remember the name that a face has before it gets another: staff see who somebody was."""
    former_names.insert_former(unit.db, unit.site.id, face.id, face.name, name_id=unit.new_id(), now=unit.now)


def list_former(unit: Unit, face: Author, *, most: int = MOST_FORMER) -> list[FormerName]:
    """List the names a face had, the last first."""
    return former_names.list_former(unit.db, unit.site.id, face.id, most=most)


def require_may_change(unit: Unit, face: Author) -> None:
    """Raise `TooManyNames` where a face changed its name as often as it may within a month."""
    limit = unit.policy.names_per_month
    lately = former_names.list_former(unit.db, unit.site.id, face.id, most=limit) if limit else []
    if limit and len(lately) == limit and lately[-1].replaced_at > unit.now - MONTH:
        again_at = lately[-1].replaced_at + MONTH
        raise TooManyNames(retry_after=ceil((again_at - unit.now).total_seconds()))


def _words_of(name: str) -> list[str]:
    """Give what each word of a name looks like."""
    if name.isascii():
        return name.translate(_ascii_table()).split()
    shown = _OPTIONAL.sub("", unicodedata.normalize("NFD", name))
    looks = unicodedata.normalize("NFD", shown.translate(confusables.table()))
    return "".join(" " if unicodedata.category(each)[0] in _BETWEEN else each for each in looks).split()


def _cases(name: str) -> tuple[str, ...]:
    return (name,) if name.isascii() else (name, name.lower(), name.upper(), name.title())


def _taken(unit: Unit, looks: Collection[str], for_author: Author | None) -> set[str]:
    """Say which of these skeletons are those of other people's accounts."""
    found = authors.find_by_skeletons(unit.db, unit.site.id, looks)
    return {look for look, author_id in found.items() if for_author is None or author_id != for_author.id}


def _numbered(name: str, *, longest: int) -> Iterator[str]:
    """Give a name with a number behind it: low ones first, in the end some that nobody can foresee."""
    drawn = (_LAST_NUMBER + secrets.randbelow(_LARGEST_NUMBER) for _ in range(3))
    for number in (*range(2, _LAST_NUMBER), *drawn):
        behind = f" {number}"
        yield name[: longest - len(behind)].rstrip() + behind


@lru_cache(maxsize=64)
def _kept(names: tuple[str, ...], *whole: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give the looks of what no word of a name may be, and of what no name may be."""
    reserved = frozenset(look for name in names for look in looks_of(name))
    return reserved, reserved.union(skeleton(name) for name in whole)


@cache
def _ascii_table() -> dict[int, str]:
    """Make a table for names without anything that could be composed, left out or turned: one step does all."""
    return {
        point: "".join(" " if unicodedata.category(each)[0] in _BETWEEN else each for each in look)
        for point, look in ((point, chr(point).translate(confusables.table())) for point in range(128))
    }
