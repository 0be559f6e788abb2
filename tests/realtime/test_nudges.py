"""Which events nudge, and with what."""

from dataclasses import fields

import pytest

from tertulia.domain import ids
from tertulia.domain.events import NAMES, CommentPosted
from tertulia.domain.ids import CommentId, StoryId
from tertulia.realtime import nudges

FACTS = {
    "comment_id": 1 << 40,
    "parent_id": None,
    "root_id": 1 << 40,
    "revision": 9,
    "comment_count": 4,
    "comment_revision": 2,
    "is_open": True,
    "findings": ("links",),
    "outcome": "remove",
    "reason": "personal",
    "source": "wordpress",
    "written": 120,
}


def test_posted_comment_nudges_with_public_ids_and_counts() -> None:
    nudge = nudges.of_event("gazette", 7, 11, "comment.posted", FACTS)

    public = ids.encode(1 << 40)
    assert nudge is not None
    assert (nudge.site, nudge.story_id, nudge.event_id, nudge.name) == ("gazette", 7, 11, "comment.posted")
    assert nudge.data == {"id": public, "parent": None, "root": public, "revision": 9, "count": 4}


@pytest.mark.parametrize("name", ["comment.edited", "comment.withdrawn", "decision.made"])
def test_what_changes_a_comment_nudges_the_same(name: str) -> None:
    nudge = nudges.of_event("gazette", 7, 11, name, FACTS)

    assert nudge is not None
    assert nudge.name == "comment.changed"
    assert nudge.data == {"id": ids.encode(1 << 40), "comment_revision": 2, "revision": 9}


def test_import_asks_to_look_anew() -> None:
    nudge = nudges.of_event("gazette", 7, 11, "discussion.imported", FACTS)

    assert nudge is not None
    assert nudge.name == "refetch"


@pytest.mark.parametrize("name", ["comment.held", "story.opened"])
def test_what_is_not_public_nudges_nobody(name: str) -> None:
    assert nudges.of_event("gazette", 7, 11, name, FACTS) is None


def test_every_event_with_a_revision_nudges() -> None:
    moving = [NAMES[kind] for kind in NAMES if "revision" in {each.name for each in fields(kind)}]

    silent = [name for name in moving if nudges.of_event("gazette", 7, 11, name, FACTS) is None]

    assert NAMES[CommentPosted] in moving
    assert silent == []


def test_nudges_hold_ids_and_counts_only() -> None:
    posted = CommentPosted(
        story_id=StoryId(7),
        comment_id=CommentId(1),
        parent_id=CommentId(2),
        root_id=CommentId(3),
        revision=1,
        comment_count=1,
    )
    facts = {each.name: getattr(posted, each.name) for each in fields(posted)}

    nudge = nudges.of_event("gazette", 7, 11, "comment.posted", facts)

    assert nudge is not None
    texts = [value for value in nudge.data.values() if isinstance(value, str)]
    assert texts == [ids.encode(1), ids.encode(2), ids.encode(3)]
