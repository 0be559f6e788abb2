"""Renders anew what older rules rendered, when the rules of `markup.py` have changed."""

from collections import defaultdict

from tertulia.domain import ids
from tertulia.domain.events import StoryChanged
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.permissions import SYSTEM
from tertulia.services import markup
from tertulia.services.unit import Units
from tertulia.store import comment_upkeep as store
from tertulia.store import comments, stories

STEP = 1000
"""Comments one step looks at."""
BATCH = 25
"""Comments of one story rendered in one transaction: about a hundredth of a second for those who wait."""


def renew(units: Units, site_key: str, *, after: CommentId) -> CommentId | None:
    """Look at a number of comments behind an id and render the old ones; give where to go on, None at the end."""
    with units.read(site_key, SYSTEM) as unit:
        walked = store.walk(unit.db, unit.site.id, after=after, before=CommentId(ids.LARGEST), most=STEP)
    old: dict[StoryId, list[CommentId]] = defaultdict(list)
    for each in walked:
        if each.renderer < markup.RENDERER:
            old[each.story_id].append(each.id)
    for story_id, comment_ids in old.items():
        for start in range(0, len(comment_ids), BATCH):
            _renew_some(units, site_key, story_id, comment_ids[start : start + BATCH])
    return walked[-1].id if len(walked) == STEP else None


def _renew_some(units: Units, site_key: str, story_id: StoryId, comment_ids: list[CommentId]) -> None:
    with units.write(site_key, SYSTEM) as unit:
        stories.lock(unit.db, unit.site.id, story_id)
        found = store.lock_rendered_before(unit.db, unit.site.id, comment_ids, renderer=markup.RENDERER)
        if not found:
            return
        story = stories.get(unit.db, unit.site.id, story_id)
        language = story.language or unit.site.language
        for each in found:
            wording = markup.prepare_as(each.kind, each.source, language=language)
            comments.save_rendering(unit.db, unit.site.id, each.id, wording, renderer=markup.RENDERER)
        moved = stories.move(unit.db, unit.site.id, story_id, added=0)
        unit.record(StoryChanged(story_id=story_id, revision=moved.revision, is_open=story.is_open))
