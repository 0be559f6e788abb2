"""What writers send: a comment, a change, a withdrawal. Each is answered as JSON, or by leading to its place."""

from dataclasses import replace
from datetime import datetime

from msgspec import Struct, json
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.comments import Comment, CommentDraft, Posted, PostState
from tertulia.domain.errors import TertuliaError
from tertulia.domain.ids import StoryId
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import is_own
from tertulia.render import addresses, fragments, pages, texts
from tertulia.render.look import Look
from tertulia.services import comments, sign_in, statements, stories
from tertulia.services.unit import Unit
from tertulia.web import composing, errors, sessions
from tertulia.web.call import Call, asked, comment_id, look, own_look, sent, story_id, wants_json
from tertulia.web.composing import CommentSent
from tertulia.web.statements import sight_of


class Result(Struct, frozen=True, kw_only=True):
    """What became of what was sent, for the browser's script. `revision` is the story's."""

    state: str
    id: str
    story: str
    revision: int
    edit_until: str | None
    fragment: str
    message: str


def post(call: Call) -> Response:
    """Take a comment on a story. Served by `crowded`: it may be done twice."""
    return _post(call, sent(call, CommentSent), story_id(call))


def post_by_url(call: Call) -> Response:
    """Take a comment on a story given by its URL: the first comment makes it known. Served as `post` is."""
    return _post(call, sent(call, CommentSent), None)


def edit(call: Call) -> Response:
    """Take a new wording of one's own comment."""
    fields = sent(call, CommentSent)
    if fields.preview and not wants_json(call):
        return composing.edit_again(call, fields)
    try:
        call.parts.throttle.count_post(call.site, sessions.network(call))
        with call.write(sessions.reader(call)) as unit:
            posted = comments.edit(
                unit, comment_id(call), fields.body, has_reconsidered=bool(fields.reconsidered)
            )
            revision, seen = _revision(unit, posted.comment.story_id), look(call, unit, fields.lang)
    except TertuliaError as refusal:
        if wants_json(call):
            return errors.answer(call, refusal, wish=fields.lang)
        return composing.edit_again(call, fields, refusal)
    said = "edited" if posted.state is PostState.POSTED else "held"
    if not wants_json(call):
        return _lead(seen, posted.comment, revision, said)
    return _told(seen, posted, revision, message=texts.state(seen.language, said))


def withdraw(call: Call) -> Response:
    """Take one's own comment back."""
    fields = sent(call, CommentSent)
    try:
        with call.write(sessions.reader(call)) as unit:
            comment = comments.withdraw(unit, comment_id(call))
            revision, seen = _revision(unit, comment.story_id), look(call, unit, fields.lang)
    except TertuliaError as refusal:
        return errors.answer(call, refusal, wish=fields.lang)
    if not wants_json(call):
        return _lead(seen, comment, revision, "withdrawn")
    said = texts.state(seen.language, "withdrawn")
    return _json(_result(seen, comment, revision, state="withdrawn", message=said))


def preview(call: Call) -> Response:
    """Show a text as it would be shown."""
    fields = sent(call, CommentSent)
    try:
        call.parts.throttle.count_preview(call.site, sessions.network(call))
        return HTMLResponse(composing.shown(look(call, call.known(), fields.lang), fields.body))
    except TertuliaError as refusal:
        return errors.answer(call, refusal, wish=fields.lang)


def standing(call: Call) -> Response:
    """Tell an author where their comment stands, and offer what they may do: the place a submit leads to."""
    with call.read(sessions.reader(call)) as unit:
        comment = comments.access(unit, comment_id(call))
        story, seen = stories.get(unit, comment.story_id), look(call, unit)
        if not is_own(unit.actor, comment):
            return RedirectResponse(addresses.comment(seen, comment), status_code=303)
        until = comments.editable_until(unit, comment)
        told, seen = statements.list_for_comment(unit, comment), own_look(call, unit)
        sight = sight_of(unit, told)
    posted = Posted(
        comment=comment,
        state=PostState.HELD if comment.status is Status.HELD else PostState.POSTED,
        edit_until=datetime.fromisoformat(until) if until else None,
    )
    return HTMLResponse(pages.posted(seen, story, posted, state=_said(call, comment), told=told, sight=sight))


def _said(call: Call, comment: Comment) -> str:
    """Say what was just done, as far as the comment bears it out."""
    if comment.status is Status.WITHDRAWN:
        return "withdrawn"
    if comment.status is Status.REMOVED:
        return "removed"
    is_edited = comment.edited_at is not None and comment.status is Status.VISIBLE
    return "edited" if asked(call, "done") == "edited" and is_edited else ""


def _post(call: Call, fields: CommentSent, story: StoryId | None) -> Response:
    if fields.preview and not wants_json(call):
        return composing.again(call, fields, story_id=story)
    try:
        network = sessions.network(call)
        call.count_post(network)
        guest = sessions.writer(call, fields.key)
        actor = sessions.account(call)
        # Where the browser's session turns out to be over, the guest writes.
        actor = guest.actor if actor is None else replace(actor, secret_hash=guest.actor.secret_hash)
        with call.write(actor) as unit:
            posted, is_guest = comments.post(unit, _draft(fields, story, network)), unit.actor.account is None
            if not is_guest:
                sign_in.keep_alive(unit)
            revision, seen = _revision(unit, posted.comment.story_id), look(call, unit, fields.lang)
    except TertuliaError as refusal:
        if wants_json(call):
            return errors.answer(call, refusal, wish=fields.lang)
        return composing.again(call, fields, refusal, story_id=story)
    if wants_json(call):
        message = texts.state(seen.language, posted.state)
        response = _told(seen, posted, revision, message=message, status=200 if posted.is_repeat else 201)
    else:
        response = _lead(seen, posted.comment, revision, posted.state.value)
    if is_guest:
        sessions.remember(call, response, guest)
    return response


def _draft(fields: CommentSent, story: StoryId | None, network: str) -> CommentDraft:
    return CommentDraft(
        body=fields.body,
        story_id=story,
        story_url=fields.url,
        story_title=fields.title,
        parent_id=composing.parent_of(fields),
        name=fields.name,
        key=fields.key,
        network=network,
        has_reconsidered=bool(fields.reconsidered),
    )


def _revision(unit: Unit, story: StoryId) -> int:
    """Give the story's revision after what this Unit did to it."""
    moved = [each.revision for each in unit.happened() if hasattr(each, "revision")]
    return moved[-1] if moved else stories.get(unit, story).revision


def _lead(seen: Look, comment: Comment, revision: int, done: str) -> Response:
    """Lead the author to where the comment stands; the revision makes sure that the way back shows it."""
    public = ids.encode(comment.id)
    where = addresses.site(seen, f"/c/{public}/standing", done=done, v=str(revision))
    return RedirectResponse(f"{where}#comment-{public}", status_code=303)


def _told(seen: Look, posted: Posted, revision: int, *, message: str, status: int = 200) -> Response:
    until = posted.edit_until.isoformat() if posted.edit_until else None
    result = _result(
        seen, posted.comment, revision, state=posted.state.value, message=message, edit_until=until
    )
    return _json(result, status=status)


def _result(
    seen: Look, comment: Comment, revision: int, *, state: str, message: str, edit_until: str | None = None
) -> Result:
    return Result(
        state=state,
        id=ids.encode(comment.id),
        story=ids.encode(comment.story_id),
        revision=revision,
        edit_until=edit_until,
        fragment=fragments.comment(seen, comment, is_own=True),
        message=message,
    )


def _json(result: Result, *, status: int = 200) -> Response:
    return Response(json.encode(result), status_code=status, media_type="application/json")
