"""The log of decisions, for everybody where a site wants that, or for its moderators."""

from typing import Final

from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Reason
from tertulia.domain.permissions import Act, may
from tertulia.domain.policy import LogPolicy
from tertulia.domain.public_log import ACTS, KINDS, BadLogFilter, LogPage, Narrowed, fits, logged, span_of
from tertulia.services.unit import Unit
from tertulia.store import audit as store
from tertulia.store import stories

SHOWN: Final = 50
WALKED: Final = 1_000
"""Entries that one page looks at; where few of them fit, it shows fewer and leads on."""


def list_public(unit: Unit, wanted: Narrowed, *, before: int | None = None) -> LogPage:
    """List what everybody may read; raise `NotFound` where the site keeps its log to itself."""
    if unit.policy.log is not LogPolicy.PUBLIC:
        raise NotFound("log")
    return _page(unit, wanted, before)


def list_for_staff(unit: Unit, wanted: Narrowed, *, before: int | None = None) -> LogPage:
    """List the same for moderators; raise `NotFound` where the site has no log."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    if unit.policy.log is LogPolicy.OFF:
        raise NotFound("log")
    return _page(unit, wanted, before)


def list_sections(unit: Unit) -> list[str]:
    """List the sections that the log can be narrowed by."""
    return [each for each in stories.list_sections(unit.db, unit.site.id) if each]


def _page(unit: Unit, wanted: Narrowed, before: int | None) -> LogPage:
    _require_known(wanted)
    span = span_of(wanted.month)
    found = store.list_back(unit.db, unit.site.id, acts=ACTS, span=span, before=before, most=WALKED)
    told = [each.entry.comment_id for each in found if each.entry.comment_id is not None]
    sections = store.sections_of(unit.db, unit.site.id, told)
    entries = []
    for each in found:
        section = sections.get(each.entry.comment_id, "") if each.entry.comment_id else ""
        entry = logged(each, section=section)
        if entry is not None and fits(entry, wanted):
            entries.append(entry)
        if len(entries) == SHOWN:
            break
    last = entries[-1].number if len(entries) == SHOWN else found[-1].number if found else None
    is_more = len(entries) == SHOWN or len(found) == WALKED
    return LogPage(entries=tuple(entries), next_before=last if is_more else None)


def _require_known(wanted: Narrowed) -> None:
    if wanted.kind and wanted.kind not in KINDS:
        raise BadLogFilter(filter=wanted.kind[:20])
    if wanted.reason and wanted.reason not in set(Reason):
        raise BadLogFilter(filter=wanted.reason[:20])
