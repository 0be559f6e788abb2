"""Forms for people without JavaScript: write, reply, edit. Never kept by anybody: each holds a fresh key.

A refused or previewed form comes back with everything that was typed.
"""

import secrets
from dataclasses import replace
from typing import Any

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.comments import Comment, NotAnswerable, Reconsider, SiteReadOnly, TooLong
from tertulia.domain.errors import Forbidden, TertuliaError
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.permissions import may_reply, may_withdraw, may_write
from tertulia.domain.stories import BadUrl, Story, StoryClosed, canonical_url
from tertulia.render import addresses, forms, fragments, pages, texts
from tertulia.render.forms import Form
from tertulia.render.look import Look
from tertulia.render.sanctions import OwnSanctions
from tertulia.services import comments, markup, stories
from tertulia.services.unit import Unit
from tertulia.web import errors, sanctions, sessions
from tertulia.web.call import Call, asked, comment_id, look, story_id


class CommentSent(Struct, frozen=True, kw_only=True):
    """The fields of the composer, as they are sent."""

    body: str = ""
    name: str = ""
    key: str = ""
    parent: str = ""
    url: str = ""
    title: str = ""
    lang: str = ""
    preview: str = ""
    reconsidered: str = ""


def write(call: Call) -> Response:
    """Show the composer of a story."""
    with call.read(sessions.reader(call)) as unit:
        story, seen = stories.get(unit, story_id(call)), look(call, unit)
        form = Form(action=forms.action(seen, story), key=new_key(), **_writer(unit))
        told = sanctions.own(unit, seen)
    return _composer(seen, story, form, told)


def write_by_url(call: Call) -> Response:
    """Show the composer of a story that nobody wrote under yet, or lead to that of one somebody did."""
    url, title = canonical_url(asked(call, "url")), asked(call, "title")
    with call.read(sessions.reader(call)) as unit:
        story, seen, writer = stories.find_by_url(unit, url), look(call, unit), _writer(unit)
        told = sanctions.own(unit, seen)
    if story is not None:
        return RedirectResponse(forms.write_href(seen, story), status_code=303)
    action = addresses.site(seen, "/comments")
    return _composer(seen, None, Form(action=action, key=new_key(), url=url, title=title, **writer), told)


def reply(call: Call) -> Response:
    """Show the composer of a reply; with `quote=1` it begins with what is answered."""
    with call.read(sessions.reader(call)) as unit:
        parent = comments.access(unit, comment_id(call))
        if not may_reply(parent):
            raise NotAnswerable
        story, seen = stories.get(unit, parent.story_id), look(call, unit)
        body = comments.quoted(unit, parent.id) if asked(call, "quote") else ""
        form = Form(
            action=forms.action(seen, story),
            key=new_key(),
            body=body,
            parent=ids.encode(parent.id),
            **_writer(unit),
        )
        told = sanctions.own(unit, seen)
    return _composer(seen, story, form, told, parent=parent)


def edit(call: Call) -> Response:
    """Show an author their comment for editing, or, when the time for that is over, for withdrawing."""
    with call.read(sessions.reader(call)) as unit:
        comment = _own(unit, call)
        story, seen = stories.get(unit, comment.story_id), look(call, unit)
        body = comments.source_of(unit, comment.id)
        is_open = comments.editable_until(unit, comment) is not None
    form = _edit_form(seen, comment, body) if is_open else None
    return HTMLResponse(pages.edit(seen, story, comment, form))


def again(
    call: Call, fields: CommentSent, refusal: TertuliaError | None = None, *, story_id: StoryId | None
) -> Response:
    """Show the composer as it was sent: with the reason it was refused, or with its preview."""
    with call.read(sessions.reader(call)) as unit:
        seen, writer = look(call, unit, fields.lang), _writer(unit)
        parent = comments.access(unit, parent_id) if (parent_id := parent_of(fields)) is not None else None
        story = stories.get(unit, story_id) if story_id is not None else _known_story(unit, fields.url)
    form = Form(
        action=forms.action(seen, story) if story else addresses.site(seen, "/comments"),
        key=fields.key or new_key(),
        name=fields.name,
        account=writer["account"],
        body=fields.body,
        parent=fields.parent,
        url="" if story else fields.url,
        title="" if story else fields.title,
    )
    form = _completed(seen, form, fields, refusal)
    return _answer(pages.compose(seen, story, form, parent=parent), refusal)


def edit_again(call: Call, fields: CommentSent, refusal: TertuliaError | None = None) -> Response:
    """Show the form of an edit as it was sent."""
    with call.read(sessions.reader(call)) as unit:
        comment = _own(unit, call)
        story, seen = stories.get(unit, comment.story_id), look(call, unit, fields.lang)
        is_open = comments.editable_until(unit, comment) is not None
    form = _completed(seen, _edit_form(seen, comment, fields.body), fields, refusal) if is_open else None
    return _answer(pages.edit(seen, story, comment, form), refusal)


def parent_of(fields: CommentSent) -> CommentId | None:
    """Read which comment is answered; raise `NotFound` for what is no id."""
    return CommentId(ids.decode(fields.parent)) if fields.parent else None


def shown(seen: Look, body: str) -> str:
    """Show a text as it would be shown; raise `TooLong`."""
    source = markup.clean_source(body)
    if len(source) > seen.policy.longest_comment:
        raise TooLong(limit=seen.policy.longest_comment)
    return fragments.body(seen, markup.prepare(source, language=seen.language).html)


def new_key() -> str:
    """Make the key that makes a repeated submit harmless."""
    return secrets.token_urlsafe(18)


def _completed(seen: Look, form: Form, fields: CommentSent, refusal: TertuliaError | None) -> Form:
    """Say in the form what was wrong, or show what it would look like."""
    # Whoever was asked once is not asked again, also after a look at the preview.
    form = replace(form, has_reconsidered=bool(fields.reconsidered) or isinstance(refusal, Reconsider))
    if refusal is not None:
        return replace(form, error=texts.refusal(seen.language, refusal))
    try:
        return replace(form, preview_html=shown(seen, fields.body))
    except TooLong as too_long:
        return replace(form, error=texts.refusal(seen.language, too_long))


def _answer(page: str, refusal: TertuliaError | None) -> Response:
    if refusal is None:
        return HTMLResponse(page)
    return HTMLResponse(page, status_code=errors.status_of(refusal), headers=errors.retry_headers(refusal))


def _composer(
    seen: Look, story: Story | None, form: Form, told: OwnSanctions, *, parent: Comment | None = None
) -> Response:
    if seen.policy.is_read_only:
        raise SiteReadOnly
    if story is not None and not story.is_open:
        raise StoryClosed
    if not form.may_write:
        return HTMLResponse(pages.sign_in(seen, form.url or (story.url if story else "")), status_code=403)
    page = pages.compose(seen, story, form, parent=parent, told=told)
    return HTMLResponse(page, status_code=403 if told.is_silent else 200)


def _own(unit: Unit, call: Call) -> Comment:
    """Give the comment in the address when it is the asker's own and stands or waits."""
    comment = comments.access(unit, comment_id(call))
    if not may_withdraw(unit.actor, comment):
        raise Forbidden
    return comment


def _edit_form(seen: Look, comment: Comment, body: str) -> Form:
    action = forms.edit_action(seen, comment)
    return Form(action=action, key=new_key(), body=body, asks_name=False)


def _known_story(unit: Unit, url: str) -> Story | None:
    try:
        return stories.find_by_url(unit, url)
    except BadUrl:
        return None


def _writer(unit: Unit) -> dict[str, Any]:
    """Say who would write: their name, whether they are signed in with one, whether they may at all."""
    name = unit.actor.author.name if unit.actor.author else ""
    return {
        "name": name,
        "account": name if unit.actor.account else "",
        "may_write": may_write(unit.actor, unit.policy),
    }
