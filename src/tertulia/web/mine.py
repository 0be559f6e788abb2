"""What only the person who asks may see: their name, what they wrote that waits, what they may still edit."""

from msgspec import Struct, json
from starlette.responses import Response

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Status
from tertulia.render import fragments
from tertulia.render import statements as rendered
from tertulia.render.look import Look
from tertulia.services import comments, mutes, statements
from tertulia.services.unit import Unit
from tertulia.web import sessions
from tertulia.web.call import Call, asked, comment_id, look


class Held(Struct, frozen=True, kw_only=True):
    """A comment of one's own that waits for a moderator, or that one removed."""

    id: str
    parent: str
    fragment: str


class Own(Struct, frozen=True, kw_only=True):
    """A comment of one's own that may still be edited."""

    id: str
    edit_until: str


class Person(Struct, frozen=True, kw_only=True):
    """Who is signed in; the name is empty before their first comment."""

    name: str


class Mine(Struct, frozen=True, kw_only=True):
    """All of it, for one story."""

    name: str
    account: Person | None
    held: list[Held]
    own: list[Own]
    author: str
    """The asker's own public face."""
    muted: list[str]
    """Authors whose comments are folded for the asker."""


class Source(Struct, frozen=True, kw_only=True):
    """The words of one's own comment as they were written."""

    body: str
    edit_until: str | None


def show(call: Call) -> Response:
    """Show what is the asker's own under a story."""
    story = StoryId(ids.decode(asked(call, "story")))
    with call.read(sessions.reader(call)) as unit:
        account, author = unit.actor.account, unit.actor.author
        listed, seen = comments.list_own(unit, story), look(call, unit)
        muted = [ids.encode(each) for each in mutes.ids_for_reader(unit)]
        why = _why(call, unit, seen, [comment.id for comment in listed if _is_kept_back(comment)])
        until = {comment.id: comments.editable_until(unit, comment) for comment in listed}
    own = [Own(id=ids.encode(each), edit_until=moment) for each, moment in until.items() if moment]
    held = [_held(seen, comment, why.get(comment.id, "")) for comment in listed if _is_kept_back(comment)]
    person = Person(name=account.name) if account else None
    name, face = (author.name, ids.encode(author.id)) if author else ("", "")
    return _json(Mine(name=name, account=person, held=held, own=own, author=face, muted=muted))


def source(call: Call) -> Response:
    """Give the Markdown of one's own comment."""
    with call.read(sessions.reader(call)) as unit:
        found = comments.access(unit, comment_id(call))
        body = comments.source_of(unit, found.id)
        return _json(Source(body=body, edit_until=comments.editable_until(unit, found)))


def _is_kept_back(comment: Comment) -> bool:
    return comment.status in (Status.HELD, Status.REMOVED)


def _why(call: Call, unit: Unit, seen: Look, found: list[CommentId]) -> dict[CommentId, str]:
    """Say where the asker reads why each is kept back: a guest's secret does not go along with a link."""
    key = call.parts.settings.secret
    return {
        comment: rendered.address(seen, each.id, statements.access_to(unit, each.id, key=key))
        for comment, each in statements.standing_of(unit, found).items()
    }


def _held(seen: Look, comment: Comment, why: str) -> Held:
    return Held(
        id=ids.encode(comment.id),
        parent=ids.encode(comment.parent_id) if comment.parent_id is not None else "",
        fragment=fragments.comment(seen, comment, is_own=True, why_href=why),
    )


def _json(content: Struct) -> Response:
    return Response(json.encode(content), media_type="application/json")
