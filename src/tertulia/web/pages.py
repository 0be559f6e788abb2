"""Pages of our own origin that everybody reads alike."""

from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.ids import StoryId
from tertulia.domain.ranking import BadCursor
from tertulia.domain.stories import Story
from tertulia.render import addresses, pages, sentences, texts
from tertulia.services import outbox, sites, stories
from tertulia.web import errors, reading
from tertulia.web.call import Call, asked, look
from tertulia.web.entry import Public

STORIES_LISTED: Final = 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def index(call: Call) -> Public:
    """List the stories of a site, the last discussed first."""
    before = _read_place(asked(call, "after"))
    with call.read() as unit:
        listed = stories.list_latest(unit, before=before, most=STORIES_LISTED + 1)
        seen, stamp = look(call, unit), outbox.newest_id(unit)
    shown = listed[:STORIES_LISTED]
    next_after = _write_place(*shown[-1]) if len(listed) > STORIES_LISTED else ""
    text = pages.site_index(seen, [story for story, _ in shown], next_after)
    return Public(text=text, story=None, revision=0, stamp=stamp)


def discussion(call: Call) -> Public:
    """Show a story's discussion."""
    seen, page = reading.page(call)
    return Public(text=pages.discussion(seen, page), story=page.story.id, revision=page.story.revision)


def comment(call: Call) -> Public:
    """Show one comment in its context; with `after=`, further replies of it."""
    if "after" in call.request.query_params:
        return _replies(call)
    seen, context, back = reading.context(call)
    return Public(
        text=pages.context(seen, context, back=back),
        story=context.story.id,
        revision=context.story.revision,
    )


def _replies(call: Call) -> Public:
    seen, found = reading.replies(call)
    return Public(text=pages.replies(seen, found), story=found.story.id, revision=found.story.revision)


def discussion_by_url(call: Call) -> Response:
    """Lead from a story's URL to its discussion: where an embed's plain link goes."""
    url = asked(call, "url")
    with call.read() as unit:
        story, seen = stories.find_by_url(unit, url), look(call, unit)
    if story is not None:
        return RedirectResponse(addresses.story(seen, story), status_code=303)
    return HTMLResponse(pages.empty_discussion(seen, url=url, title=asked(call, "title")))


def keys(call: Call) -> Response:
    """List the keys of a discussion."""
    return HTMLResponse(pages.keys(look(call, call.known())))


def with_slash(call: Call) -> Response:
    """Lead to the site's own page."""
    return RedirectResponse(addresses.site(look(call, call.known())), status_code=308)


def root(call: Call) -> Response:
    """Lead to the only site; where there are several, none is more than the others."""
    known = sites.list_all(call.parts.units)
    base = call.parts.settings.base_url
    if len(known) == 1:
        return RedirectResponse(f"{base}/{known[0].key}/", status_code=303)
    spoken = errors.language(call)
    text = texts.gettext(sentences.REFUSALS["not-found"], spoken) if not known else ""
    return HTMLResponse(pages.plain_message(base, spoken, title="Tertulia", text=text))


def _write_place(story: Story, at: datetime) -> str:
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return f"{ids.encode(story.id)}.{microseconds:x}"


def _read_place(text: str) -> tuple[datetime, StoryId] | None:
    if not text:
        return None
    story, _, at = text.partition(".")
    try:
        return _EPOCH + timedelta(microseconds=int(at[:14], 16)), StoryId(ids.decode(story))
    except (ValueError, OverflowError):
        raise BadCursor(cursor=text[:80]) from None
