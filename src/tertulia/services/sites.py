"""Sites: add, list, change; and the policy of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from tertulia.domain import ids
from tertulia.domain.authors import clean_name
from tertulia.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tertulia.domain.events import PolicyChanged, SiteChanged
from tertulia.domain.flags import REASONS
from tertulia.domain.judgements import BadLine, read_line
from tertulia.domain.permissions import Act, may
from tertulia.domain.policy import MOST, NO_CHOICES, WAYS_IN, Policy
from tertulia.domain.ranking import Sort
from tertulia.domain.sites import Site, check_key, normal_origin
from tertulia.services import freshness
from tertulia.services.unit import Unit, Units
from tertulia.store import sites as store

LANGUAGES = ("en", "de", "ar")
"""Languages with full texts."""
LONGEST_NAME: Final = 100
"""Characters of a site's name."""
LARGEST_NUMBER: Final = 1_000_000_000
"""Of a choice that is a number: as seconds it is some thirty years."""


class SiteExists(Conflict):
    """A site with this key is there already."""

    code = "site-exists"


class BadPolicy(Invalid):
    """A policy has no such choice, or not with this value."""

    code = "bad-policy"


class BadLanguage(Invalid):
    """There are no texts in this language."""

    code = "bad-language"


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version of the policy, and which choices differ from the version before."""

    policy: Policy
    before: Policy
    changed: tuple[str, ...]
    made_by: str = ""
    made_at: datetime | None = None
    """None for the first, which nobody made: the defaults."""


def add(units: Units, key: str, *, name: str, origins: Sequence[str], language: str = "en") -> Site:
    """Add a site; raise `SiteExists`, `BadSiteKey`, `BadOrigin` or `BadLanguage`."""
    wanted = tuple(dict.fromkeys(normal_origin(origin) for origin in origins))
    check_key(key)
    with units.bare(write=True) as (db, now):
        if store.find(db, key) is not None:
            raise SiteExists(key=key)
        new = Site(
            id=store.next_id(db),
            key=key,
            name=name.strip() or key,
            origins=wanted,
            language=check_language(language),
        )
        store.insert_site(db, new, now=now)
    return new


def list_all(units: Units) -> list[Site]:
    """List all sites by key."""
    with units.bare() as (db, _):
        return store.list_all(db)


def change(
    unit: Unit,
    *,
    name: str | None = None,
    origins: Sequence[str] | None = None,
    language: str | None = None,
    seen: str = "",
) -> Site:
    """Change a site's name, origins or language; raise `ProveAgain`, or `Conflict` when it is not as it was seen."""
    require_site(unit)
    _require_fresh(unit)
    store.lock_site(unit.db, unit.site.id)
    before = store.get(unit.db, unit.site.key)
    if seen and seen != before.state:
        raise Conflict
    site = before
    if name is not None:
        site = replace(site, name=clean_name(name, longest=LONGEST_NAME) if name.strip() else site.key)
    if origins is not None:
        site = replace(site, origins=tuple(dict.fromkeys(normal_origin(origin) for origin in origins)))
    if language is not None:
        site = replace(site, language=check_language(language))
    changed = _differing(before, site)
    if changed:
        store.save_site(unit.db, site)
        unit.record(SiteChanged(choices=changed, made_by=unit.actor.account_id))
    return site


def change_policy(unit: Unit, choices: Mapping[str, Any], *, seen: int = 0) -> Policy:
    """Make a new version of the policy with these choices, if any differs; raise `BadPolicy`.

    `seen` is the version that was looked at: where it is not the newest any more, that is a `Conflict`. Raises
    `ProveAgain` where an account proved too long ago whose it is.
    """
    current = _current(unit, seen)
    known = {each.name for each in fields(Policy)} - NO_CHOICES
    changes: dict[str, Any] = {}
    for name, value in choices.items():
        if name not in known:
            raise BadPolicy(choice=name[:60])
        changes[name] = _choice(name, value, like=getattr(current, name))
    _check_names(unit, changes)
    return _keep(unit, current, replace(current, **changes))


def list_versions(unit: Unit, *, before: int | None = None, most: int) -> list[Version]:
    """List the versions of the policy, the newest first, each with what it changed; the last are the defaults."""
    require_policy(unit)
    found = store.list_policies(unit.db, unit.site.id, before=before, most=most + 1)
    made = [
        Version(policy=each.policy, before=Policy(), changed=(), made_by=each.made_by, made_at=each.made_at)
        for each in found
    ]
    if len(made) <= most and (before is None or before > 1):
        made.append(Version(policy=Policy(), before=Policy(), changed=()))
    return [_compared(each, older) for each, older in zip(made, [*made[1:], None], strict=True)][:most]


def go_back(unit: Unit, version: int, *, seen: int) -> Policy:
    """Make the choices of an older version those of a new one; version 1 has the defaults. Raises `NotFound`."""
    current = _current(unit, seen)
    older = store.find_policy(unit.db, unit.site.id, version)
    if older is None:
        if version != 1:
            raise NotFound("policy")
        older = Policy()
    _check_names(unit, {"rules": older.rules, "default_sort": older.default_sort, "ways_in": older.ways_in})
    # The lists of phrases do not go back with it.
    return _keep(unit, current, replace(older, phrases_edition=current.phrases_edition))


def renew_phrases(unit: Unit) -> Policy:
    """Make a new version of the policy because the lists of phrases change; raise as `change_policy` does.

    Its word is of this change alone, and not a number that counts up: what was counted in a transaction that is taken
    back would be counted again for another list.
    """
    current = _current(unit, 0)
    return _keep(unit, current, replace(current, phrases_edition=ids.encode(unit.new_id())))


def require_policy(unit: Unit) -> None:
    """Raise `Forbidden` for who may not see and change the policy."""
    _require(unit, Act.POLICY)


def require_site(unit: Unit) -> None:
    """Raise `Forbidden` for who may not change the site."""
    _require(unit, Act.SITE)


def _compared(version: Version, older: Version | None) -> Version:
    before = version.policy if older is None else older.policy
    changed = tuple(name for name in _differing(before, version.policy) if name != "version")
    return replace(version, before=before, changed=changed)


def _current(unit: Unit, seen: int) -> Policy:
    """Give the newest policy, the one that was seen; until commit nobody else makes another."""
    require_policy(unit)
    _require_fresh(unit)
    store.lock_site(unit.db, unit.site.id)
    current = store.get_policy(unit.db, unit.site.id)
    if seen and seen != current.version:
        raise Conflict
    return current


def _keep(unit: Unit, current: Policy, wanted: Policy) -> Policy:
    changed = tuple(name for name in _differing(current, wanted) if name != "version")
    if not changed:
        return current
    new = replace(wanted, version=current.version + 1)
    store.append_policy(unit.db, unit.site.id, new, made_by=unit.actor.name or "system", now=unit.now)
    unit.record(PolicyChanged(version=new.version, choices=changed, made_by=unit.actor.account_id))
    return new


def _differing(one: Site | Policy, other: Site | Policy) -> tuple[str, ...]:
    """Name the fields in which two values of a kind differ."""
    names = (each.name for each in fields(one))
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _require_fresh(unit: Unit) -> None:
    """Raise `ProveAgain` for an account that proved too long ago whose it is; commands need not."""
    if unit.actor.account is not None:
        freshness.require(unit)


def _require(unit: Unit, act: Act) -> None:
    if not may(unit.actor, act):
        raise Forbidden


def _choice(name: str, value: Any, *, like: Any) -> Any:
    """Read one choice as the type it has, from text or a value."""
    try:
        if isinstance(like, bool):
            return {"true": True, "false": False}[str(value).lower()]
        if isinstance(like, int):
            number = int(value)
            if not 0 <= number <= LARGEST_NUMBER:
                raise BadPolicy(choice=name, value=str(value)[:60])
            return number
        if isinstance(like, StrEnum):
            return type(like)(value)
        if isinstance(like, tuple):
            listed = value.split(",") if isinstance(value, str) else value
            return tuple(str(each).strip() for each in listed if str(each).strip())
    except (KeyError, ValueError):
        raise BadPolicy(choice=name, value=str(value)[:60]) from None
    return str(value)


def _check_names(unit: Unit, changes: Mapping[str, Any]) -> None:
    """Refuse names of nothing, and times without end: a rule that is misspelt would never screen unnoticed."""
    sort = changes.get("default_sort", Sort.NEWEST)
    if sort not in set(Sort):
        raise BadPolicy(choice="default_sort", value=sort[:60])
    for name in (each for each, most in MOST.items() if changes.get(each, 0) > most):
        raise BadPolicy(choice=name, value=str(changes[name]))
    if "ways_in" in changes and not changes["ways_in"]:
        raise BadPolicy(choice="ways_in", value="")
    _check_lines(changes.get("outcomes", ()))
    for choice, known in (
        ("rules", unit.plugins.rules),
        ("ways_in", (*WAYS_IN, *unit.plugins.providers.get(unit.site.key, ()))),
        ("flag_reasons", REASONS),
    ):
        for name in changes.get(choice, ()):
            if name not in known:
                raise BadPolicy(choice=choice, value=name[:60])


def _check_lines(lines: Sequence[str]) -> None:
    for line in lines:
        try:
            read_line(line)
        except BadLine:
            raise BadPolicy(choice="outcomes", value=line[:60]) from None


def check_language(code: str) -> str:
    """Give the language back when there are texts in it."""
    if code not in LANGUAGES:
        raise BadLanguage(language=code[:20])
    return code
