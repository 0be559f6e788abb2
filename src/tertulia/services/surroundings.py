"""All that a moderator sees beside a comment: its story, what it answers, who wrote it and what else they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain.authors import History
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.permissions import Act, may
from tertulia.domain.stories import Story
from tertulia.services import flags
from tertulia.services.flags import Shown
from tertulia.services.queue import Item
from tertulia.services.unit import Unit
from tertulia.store import authors as faces
from tertulia.store import comments, stories, threads
from tertulia.store import people as store

MOST_COUNTED: Final = 1_000
"""Comments of one author that are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What belongs to the items of a page, by its ids."""

    stories: dict[StoryId, Story]
    parents: dict[CommentId, Comment]
    histories: dict[AuthorId, History]
    flags: dict[CommentId, list[Shown]]
    texts: dict[CommentId, str]
    """Plain text of those in which a finding has a place."""


NOTHING: Final = Surroundings(stories={}, parents={}, histories={}, flags={}, texts={})


def name_of(unit: Unit, author_id: AuthorId) -> str:
    """Name an author that a queue is narrowed to; empty for one without a name, or whom there is not."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    face = faces.find(unit.db, unit.site.id, author_id)
    return face.name if face else ""


def of_items(unit: Unit, items: Sequence[Item]) -> Surroundings:
    """Look up what belongs to items, each kind in one query."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    listed = [item.comment for item in items]
    authors = sorted({comment.author.id for comment in listed})
    answered = sorted({comment.parent_id for comment in listed if comment.parent_id is not None})
    placed = [item.comment.id for item in items if any(each.start is not None for each in item.findings)]
    db, site_id = unit.db, unit.site.id
    return Surroundings(
        stories=stories.list_by_ids(db, site_id, sorted({comment.story_id for comment in listed})),
        parents={parent.id: parent for parent in threads.list_by_ids(db, site_id, answered)}
        if answered
        else {},
        flags=flags.for_comments(unit, [comment.id for comment in listed]),
        histories=store.histories(db, site_id, authors, most=MOST_COUNTED),
        texts=comments.texts_of(db, site_id, placed) if placed else {},
    )
