"""What happens around a draft: who else writes there, and what others wrote. Only rules that are on ask for it."""

from typing import Final

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy import Integer as Int

from tertulia.domain.ids import AuthorId, SiteId, StoryId
from tertulia.store.prepared import Prepared
from tertulia.store.schema import comment

_some = (
    select(comment.c.author_id)
    .where(
        comment.c.site_id == bindparam("b_site"),
        comment.c.story_id == bindparam("b_story"),
        comment.c.id >= bindparam("b_since"),
        comment.c.author_id >= bindparam("b_since"),
        comment.c.published_at.is_not(None),
    )
    .limit(bindparam("b_most", type_=Int))
    .subquery()
)
_NEWCOMERS: Final = Prepared(select(func.count(_some.c.author_id.distinct()).label("newcomers")))
_OTHERS: Final = Prepared(
    select(comment.c.text)
    .where(
        comment.c.site_id == bindparam("b_site"),
        comment.c.id >= bindparam("b_since"),
        comment.c.author_id != bindparam("b_author"),
    )
    .order_by(comment.c.id.desc())
    .limit(bindparam("b_most", type_=Int))
)


def count_newcomers(db: Connection, site_id: SiteId, story_id: StoryId, *, since: int, most: int) -> int:
    """Count the authors that came since and are listed under a story, of its first `most` comments since.

    Ids grow with time, those of faces, too: one that came since has a later id.
    """
    given = {"b_site": site_id, "b_story": story_id, "b_since": since, "b_most": most}
    return int(_NEWCOMERS.all(db, given)[0].newcomers)


def list_others(db: Connection, site_id: SiteId, author_id: AuthorId, *, since: int, most: int) -> list[str]:
    """List the latest texts of everybody else on a site, the newest first."""
    given = {"b_site": site_id, "b_author": author_id, "b_since": since, "b_most": most}
    return [row.text for row in _OTHERS.all(db, given)]
