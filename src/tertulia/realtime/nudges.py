"""A nudge is the small live echo of an event: ids and counts, never anybody's words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tertulia.domain import ids

Facts = Mapping[str, Any]
"""What an event says of itself, as it lies in the outbox."""

NO_STORY: Final = 0
"""Stands in the place of a story: the nudge is about the whole site, for our own processes only."""
SITE_CHANGED: Final = "site.changed"
"""Name of the nudge that says: the site's name, language, origins or policy changed."""
REFETCH: Final = "refetch"
"""Name of the nudge that says: something was missed or is too much to tell, look anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudge:
    """What listeners of a story are told. `site` is the site's key; `data` is ready to be JSON."""

    site: str
    story_id: int
    event_id: int
    """Number of the event within its site; 0 where no event stands behind it."""
    name: str
    data: Mapping[str, str | int | bool | None] = field(default_factory=dict)


def of_event(site: str, story_id: int | None, event_id: int, name: str, facts: Facts) -> Nudge | None:
    """Give the nudge that an event makes; None for what is nobody's business."""
    if name in _OF_SITE:
        return Nudge(site=site, story_id=NO_STORY, event_id=event_id, name=SITE_CHANGED)
    make = _MAKERS.get(name)
    if make is None or story_id is None:
        return None
    nudge_name, data = make(facts)
    return Nudge(site=site, story_id=story_id, event_id=event_id, name=nudge_name, data=data)


def _posted(facts: Facts) -> tuple[str, dict[str, str | int | None]]:
    parent_id = facts["parent_id"]
    return "comment.posted", {
        "id": ids.encode(facts["comment_id"]),
        "parent": None if parent_id is None else ids.encode(parent_id),
        "root": ids.encode(facts["root_id"]),
        "revision": facts["revision"],
        "count": facts["comment_count"],
    }


def _comment_changed(facts: Facts) -> tuple[str, dict[str, str | int | None]]:
    return "comment.changed", {
        "id": ids.encode(facts["comment_id"]),
        "comment_revision": facts["comment_revision"],
        "revision": facts["revision"],
    }


def _story_changed(facts: Facts) -> tuple[str, dict[str, str | int | None]]:
    return "story.changed", {"revision": facts["revision"], "is_open": facts["is_open"]}


def _imported(facts: Facts) -> tuple[str, dict[str, str | int | None]]:
    # An import brings thousands at once: listeners look anew instead of being told of each.
    return REFETCH, {"revision": facts["revision"], "count": facts["comment_count"]}


_MAKERS: Final[Mapping[str, Callable[[Facts], tuple[str, dict[str, str | int | None]]]]] = {
    "comment.posted": _posted,
    "comment.edited": _comment_changed,
    "comment.withdrawn": _comment_changed,
    "decision.made": _comment_changed,
    "story.changed": _story_changed,
    "discussion.imported": _imported,
}

_OF_SITE: Final = frozenset({"policy.changed", "site.changed"})
"""Events after which every page of a site may look different."""
