"""Fragments: what the embed shows in a story's page, and what our own pages fetch. The same bytes for everybody."""

from tertulia.domain.errors import NotFound
from tertulia.domain.stories import canonical_url
from tertulia.render import fragments
from tertulia.services import outbox, stories, threads
from tertulia.web import reading
from tertulia.web.call import Call, asked, comment_id, look, sort
from tertulia.web.entry import Keep, Public


def discussion(call: Call) -> Public:
    """Show the discussion of a story by its id."""
    seen, page = reading.page(call)
    return Public(text=fragments.discussion(seen, page), story=page.story.id, revision=page.story.revision)


def discussion_by_url(call: Call) -> Public:
    """Show the discussion of a story by its URL, also where nobody wrote under it yet."""
    url = canonical_url(asked(call, "url"))
    with call.read() as unit:
        seen, story = look(call, unit), stories.find_by_url(unit, url)
        if story is None:
            stamp = outbox.newest_id(unit)
        else:
            page = threads.page(unit, story.id, sort=sort(call, unit.policy), after=asked(call, "after"))
    if story is None:
        return Public(text=fragments.empty_discussion(seen, url=url), story=None, revision=0, stamp=stamp)
    return Public(text=fragments.discussion(seen, page), story=story.id, revision=story.revision)


def context(call: Call) -> Public:
    """Show one comment in its context."""
    seen, context, back = reading.context(call)
    return Public(
        text=fragments.context(seen, context, back=back),
        story=context.story.id,
        revision=context.story.revision,
    )


def replies(call: Call) -> Public:
    """Show further replies of one comment."""
    seen, found = reading.replies(call)
    return Public(text=fragments.replies(seen, found), story=found.story.id, revision=found.story.revision)


def comment(call: Call) -> Public:
    """Show one comment as it is at a revision, for ever; another revision than the present one is kept nowhere."""
    asked_revision = str(call.request.path_params["revision"])
    if not (asked_revision.isascii() and asked_revision.isdigit() and len(asked_revision) < 10):
        raise NotFound("revision", asked_revision[:40])
    with call.read() as unit:
        found = threads.one(unit, comment_id(call))
        story = stories.get(unit, found.story_id)
        seen = look(call, unit)
    return Public(
        text=fragments.comment(seen, found),
        story=story.id,
        revision=story.revision,
        keep=Keep.FOREVER if found.revision == int(asked_revision) else Keep.NEVER,
    )
