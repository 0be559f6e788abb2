"""The operator's own door: what moderators' links from the command line opened, and how to shut it."""

from tertulia.services.unit import Unit
from tertulia.store import links as store
from tertulia.store.links import Link


def list_open(unit: Unit) -> list[Link]:
    """List links that nobody used yet and the sessions that links opened, the latest first."""
    return store.list_open(unit.db, unit.site.id, now=unit.now)


def end_all(unit: Unit) -> int:
    """End all of them; give how many those were."""
    return store.end_all(unit.db, unit.site.id, now=unit.now)
