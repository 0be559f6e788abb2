"""Made-up read models for looking at and asserting on what is rendered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.domain.moderation import Status
from tertulia.domain.policy import Policy
from tertulia.domain.ranking import Sort
from tertulia.domain.sites import Site
from tertulia.domain.stories import Story
from tertulia.domain.threads import Context, Node, Page
from tertulia.domain.transfer import LinkKind
from tertulia.render.look import Look

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = Site(id=SiteId(1), key="gazette", name="The Harbour Gazette", origins=("https://gazette.example",))


def look(**changes: Any) -> Look:
    return Look(
        **{
            "site": SITE,
            "base": "https://comments.example",
            "language": "en",
            "policy": Policy(),
            **changes,
        }
    )


def story(**changes: Any) -> Story:
    return Story(
        **{
            "id": StoryId(ids.at(NOON, 7)),
            "site_id": SITE.id,
            "url": "https://gazette.example/harbour/ferry",
            "title": "Council votes to close the harbour ferry",
            "section": "Harbour",
            "author": "Maren Holt",
            "published_at": NOON,
            "closed_at": None,
            "revision": 7,
            "comment_count": 121,
            "is_recovered": False,
            "language": "en",
            **changes,
        }
    )


def author(name: str = "Anna Berg", kind: AuthorKind = AuthorKind.ACCOUNT, **changes: Any) -> Author:
    return Author(**{"id": AuthorId(1), "name": name, "kind": kind, **changes})


def comment(number: int, parent: Comment | None = None, **changes: Any) -> Comment:
    """Make a comment written `number` minutes after noon."""
    written_at = NOON + timedelta(minutes=number)
    own_id = CommentId(ids.at(written_at, number))
    return Comment(
        **{
            "id": own_id,
            "story_id": story().id,
            "parent_id": parent.id if parent else None,
            "root_id": parent.root_id if parent else own_id,
            "depth": parent.depth + 1 if parent else 0,
            "author": author(),
            "parent_name": parent.author.name if parent else None,
            "html": "<p>The ferry is the only way across after nine.</p>",
            "status": Status.VISIBLE,
            "reason": "",
            "created_at": written_at,
            "published_at": written_at,
            "edited_at": None,
            "revision": 1,
            "language": "en",
            "child_count": 0,
            "reply_count": 0,
            "origin": "",
            "link": LinkKind.STATED,
            "confidence": None,
            "stated_parent": None,
            **changes,
        }
    )


def page(*nodes: Node, **changes: Any) -> Page:
    return Page(
        **{"story": story(), "sort": Sort.NEWEST, "nodes": nodes, "after": "", "next_after": "", **changes}
    )


def chain(levels: int) -> Node:
    """Make a comment with one reply below another."""
    comments = [comment(0, child_count=1)]
    for number in range(1, levels + 1):
        comments.append(comment(number, comments[-1], child_count=1 if number < levels else 0))
    node = Node(comment=comments[-1])
    for above in reversed(comments[:-1]):
        node = Node(comment=above, replies=(node,), more_after=node.comment.id)
    return node


def context(node: Node, *ancestors: Comment, **changes: Any) -> Context:
    return Context(
        **{"story": story(), "ancestors": ancestors, "ancestors_left_out": 0, "node": node, **changes}
    )
