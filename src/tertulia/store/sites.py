"""Sites and their policies."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import json
from sqlalchemy import Connection, Row, Text, bindparam, func, insert, select, type_coerce, update

from tertulia.domain.errors import NotFound
from tertulia.domain.ids import SiteId
from tertulia.domain.policy import GuestPolicy, LogPolicy, Policy
from tertulia.domain.sites import Site
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import policy, site

# Statements of hot paths are built once: building one costs more than running it (ADR 0005).
_BY_KEY = select(site).where(site.c.key == bindparam("key"))
_newer = policy.alias("newer")
_WITH_POLICY = Prepared(
    select(
        site.c.id,
        site.c.key,
        site.c.name,
        site.c.language,
        # As text: it is read anew only when it is another one (`_read`).
        type_coerce(site.c.origins, Text).label("origins"),
        policy.c.version,
        type_coerce(policy.c.choices, Text).label("choices"),
    )
    .join_from(
        site,
        policy,
        (policy.c.site_id == site.c.id)
        & (
            policy.c.version
            == select(func.max(_newer.c.version)).where(_newer.c.site_id == site.c.id).scalar_subquery()
        ),
        isouter=True,
    )
    .where(site.c.key == bindparam("key"))
)
_NEWEST_POLICY = (
    select(policy.c.version, policy.c.choices)
    .where(policy.c.site_id == bindparam("site_id"))
    .order_by(policy.c.version.desc())
    .limit(1)
)


def insert_site(db: Connection, new: Site, *, now: datetime) -> None:
    db.execute(
        insert(site).values(
            id=new.id,
            key=new.key,
            name=new.name,
            language=new.language,
            origins=list(new.origins),
            created_at=now,
        )
    )


def save_site(db: Connection, changed: Site) -> None:
    db.execute(
        update(site)
        .where(site.c.id == changed.id)
        .values(name=changed.name, language=changed.language, origins=list(changed.origins))
    )


def find(db: Connection, key: str) -> Site | None:
    row = db.execute(_BY_KEY, {"key": key}).one_or_none()
    return None if row is None else _site(row)


def get(db: Connection, key: str) -> Site:
    found = find(db, key)
    if found is None:
        raise NotFound("site", key)
    return found


def get_with_policy(db: Connection, key: str) -> tuple[Site, Policy]:
    """Give a site and its newest policy in one query: every Unit begins with it."""
    row = _WITH_POLICY.one_or_none(db, {"key": key})
    if row is None:
        raise NotFound("site", key)
    return _read(row)


@lru_cache(maxsize=1024)
def _read(row: Any) -> tuple[Site, Policy]:
    """Make a site and its policy of their row: every Unit asks for it, and hardly ever is it another one."""
    known = Site(
        id=SiteId(row.id),
        key=row.key,
        name=row.name,
        origins=tuple(json.decode(row.origins)),
        language=row.language,
    )
    return known, Policy() if row.version is None else _policy(row.version, json.decode(row.choices))


def list_all(db: Connection, *, most: int = 1000) -> list[Site]:
    return [_site(row) for row in db.execute(select(site).order_by(site.c.key).limit(most))]


def keys_of(db: Connection, site_ids: Collection[SiteId]) -> dict[SiteId, str]:
    """Give the keys of sites, for those who met their ids."""
    rows = db.execute(select(site.c.id, site.c.key).where(site.c.id.in_(site_ids)))
    return {SiteId(row.id): row.key for row in rows}


def next_id(db: Connection) -> SiteId:
    """Sites are few and made by hand: their ids count up from one."""
    return SiteId((db.execute(select(func.max(site.c.id))).scalar_one() or 0) + 1)


def get_policy(db: Connection, site_id: SiteId) -> Policy:
    """Give the newest policy; the defaults where none was ever set."""
    row = db.execute(_NEWEST_POLICY, {"site_id": site_id}).one_or_none()
    return Policy() if row is None else _policy(row.version, row.choices)


@dataclass(frozen=True, kw_only=True, slots=True)
class MadePolicy:
    """A version of a policy, by whom it was made, and when."""

    policy: Policy
    made_by: str
    made_at: datetime


def lock_site(db: Connection, site_id: SiteId) -> None:
    """Let those who change a site or its policy go one after the other until commit."""
    dialect.lock_word(db, site_id, "site")


def find_policy(db: Connection, site_id: SiteId, version: int) -> Policy | None:
    """Give one version of a policy; None for one that nobody made."""
    query = select(policy.c.version, policy.c.choices).where(
        policy.c.site_id == site_id, policy.c.version == version
    )
    row = db.execute(query).one_or_none()
    return None if row is None else _policy(row.version, row.choices)


def list_policies(db: Connection, site_id: SiteId, *, before: int | None, most: int) -> list[MadePolicy]:
    """List the versions of a policy that somebody made, the newest first."""
    query = select(policy).where(policy.c.site_id == site_id)
    if before is not None:
        query = query.where(policy.c.version < before)
    rows = db.execute(query.order_by(policy.c.version.desc()).limit(most))
    return [
        MadePolicy(policy=_policy(row.version, row.choices), made_by=row.made_by, made_at=row.made_at)
        for row in rows
    ]


_POLICY_FIELDS = frozenset(each.name for each in fields(Policy))
_TUPLES = frozenset(each.name for each in fields(Policy) if isinstance(getattr(Policy(), each.name), tuple))
"""Choices that JSON keeps as lists."""


def _policy(version: int, kept: Mapping[str, Any]) -> Policy:
    choices: dict[str, Any] = {name: value for name, value in kept.items() if name in _POLICY_FIELDS}
    choices["version"] = version
    if "guests" in choices:
        choices["guests"] = GuestPolicy(choices["guests"])
    if "log" in choices:
        choices["log"] = LogPolicy(choices["log"])
    for name in _TUPLES & choices.keys():
        choices[name] = tuple(choices[name])
    return Policy(**choices)


def append_policy(db: Connection, site_id: SiteId, new: Policy, *, made_by: str, now: datetime) -> None:
    choices = asdict(new)
    version = choices.pop("version")
    db.execute(
        insert(policy).values(site_id=site_id, version=version, choices=choices, made_by=made_by, made_at=now)
    )


def _site(row: Row[Any]) -> Site:
    return Site(
        id=SiteId(row.id), key=row.key, name=row.name, origins=tuple(row.origins), language=row.language
    )
