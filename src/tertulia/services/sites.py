"""Sites: add, list, change; and the policy of each."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from tertulia.domain.errors import Conflict, Invalid
from tertulia.domain.policy import SLUG, GuestPolicy, Policy
from tertulia.domain.ranking import Sort
from tertulia.domain.sites import Site, check_key, normal_origin
from tertulia.services.unit import Unit, Units
from tertulia.store import sites as store

LANGUAGES = ("en", "de", "ar")
"""Languages with full texts."""


class SiteExists(Conflict):
    """A site with this key is there already."""

    code = "site-exists"


class BadPolicy(Invalid):
    """A policy has no such choice, or not with this value."""

    code = "bad-policy"


class BadLanguage(Invalid):
    """There are no texts in this language."""

    code = "bad-language"


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
) -> Site:
    """Change a site's name, origins or language."""
    site = unit.site
    if name is not None:
        site = replace(site, name=name.strip() or site.key)
    if origins is not None:
        site = replace(site, origins=tuple(dict.fromkeys(normal_origin(origin) for origin in origins)))
    if language is not None:
        site = replace(site, language=check_language(language))
    store.save_site(unit.db, site)
    return site


def change_policy(unit: Unit, choices: Mapping[str, Any]) -> Policy:
    """Make a new version of the policy with these choices; raise `BadPolicy`."""
    known = {each.name: each for each in fields(Policy) if each.name != "version"}
    current = unit.policy
    changes: dict[str, Any] = {}
    for name, value in choices.items():
        if name not in known:
            raise BadPolicy(choice=name)
        changes[name] = _choice(name, value, like=getattr(current, name))
    _check_names(unit, changes)
    new = replace(current, version=current.version + 1, **changes)
    store.append_policy(unit.db, unit.site.id, new, made_by=unit.actor.name or "system", now=unit.now)
    return new


def _choice(name: str, value: Any, *, like: Any) -> Any:
    """Read one choice as the type it has, from text or a value."""
    try:
        if isinstance(like, bool):
            return {"true": True, "false": False}[str(value).lower()]
        if isinstance(like, int):
            number = int(value)
            if number < 0:
                raise BadPolicy(choice=name, value=str(value)[:60])
            return number
        if isinstance(like, GuestPolicy):
            return GuestPolicy(value)
        if isinstance(like, tuple):
            listed = value.split(",") if isinstance(value, str) else value
            return tuple(str(each).strip() for each in listed if str(each).strip())
    except (KeyError, ValueError):
        raise BadPolicy(choice=name, value=str(value)[:60]) from None
    return str(value)


def _check_names(unit: Unit, changes: Mapping[str, Any]) -> None:
    """Refuse names of nothing: a rule that is misspelt would never screen, and nobody would notice."""
    sort = changes.get("default_sort", Sort.NEWEST)
    if sort not in set(Sort):
        raise BadPolicy(choice="default_sort", value=sort[:60])
    ways = changes.get("ways_in")
    if ways is not None and not (ways and all(SLUG.fullmatch(way) for way in ways)):
        raise BadPolicy(choice="ways_in", value=",".join(ways)[:60])
    for name in changes.get("rules", ()):
        if name not in unit.plugins.rules:
            raise BadPolicy(choice="rules", value=name[:60])


def check_language(code: str) -> str:
    """Give the language back when there are texts in it."""
    if code not in LANGUAGES:
        raise BadLanguage(language=code[:20])
    return code
