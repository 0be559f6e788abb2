"""The queues: pages of what waits and what does not, counts, taking the next items, and a moderator's own views."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Invalid
from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import Actor
from tertulia.domain.queues import fitting, read_filters, read_place, read_queue, write_place
from tertulia.render import queue as render
from tertulia.render.queue import Asked
from tertulia.services import appeals, queue, reports, surroundings
from tertulia.services.unit import Unit
from tertulia.web import errors
from tertulia.web.call import Call, asked, comment_id, own_look, sent
from tertulia.web.desk import rows
from tertulia.web.desk.rows import Say
from tertulia.web.desk.signing import frame_of

SHOWN: Final = 50
FILTERS: Final = ("section", "author", "finding", "least", "most", "language", "age")
JSON: Final = "application/json"


class NextSent(Struct, frozen=True, kw_only=True):
    """How many items to take, or to release what one has."""

    amount: int = 0
    release: str = ""


class ViewSent(Struct, frozen=True, kw_only=True):
    """A name for a view, or the view to forget."""

    name: str = ""
    view: str = ""


def show(call: Call, actor: Actor) -> Response:
    """Show a page of a queue."""
    return page(call, actor, rows.said(call))


def show_item(call: Call, actor: Actor) -> Response:
    """Show one comment as an item."""
    return item(call, actor, comment_id(call), rows.said(call))


def counts(call: Call, actor: Actor) -> Response:
    """Give how much is in each queue, for the desk's script."""
    with call.read(actor) as unit:
        counted, seen = _counts(unit), own_look(call, unit)
    return Response(render.counts_json(seen, counted), media_type=JSON)


def keys(call: Call, actor: Actor) -> Response:
    """List the keys of the desk."""
    with call.read(actor) as unit:
        seen = own_look(call, unit)
    return HTMLResponse(render.keys(seen, frame_of(call, actor, "queue")))


def take_next(call: Call, actor: Actor) -> Response:
    """Take the next items of a queue, or release all."""
    wanted, where = sent(call, NextSent), asked_of(call)
    with call.write(actor) as unit:
        if wanted.release:
            queue.release_all(unit)
        else:
            queue.take_next(unit, where.queue, where.filters, most=wanted.amount)
        seen = own_look(call, unit)
    done = "release" if wanted.release else "take"
    return RedirectResponse(render.href(seen, where, done=done), status_code=303)


def save_view(call: Call, actor: Actor) -> Response:
    """Keep the queue and its filters under a name."""
    wanted, where = sent(call, ViewSent), asked_of(call)
    try:
        with call.write(actor) as unit:
            queue.save_view(unit, wanted.name, where.queue, where.filters)
            seen = own_look(call, unit)
    except Invalid as refusal:
        return page(call, actor, rows.refused(refusal), status=errors.status_of(refusal))
    return RedirectResponse(render.href(seen, where, done="saved"), status_code=303)


def remove_view(call: Call, actor: Actor) -> Response:
    """Forget a view."""
    wanted, where = sent(call, ViewSent), asked_of(call)
    with call.write(actor) as unit:
        queue.remove_view(unit, ids.decode(wanted.view))
        seen = own_look(call, unit)
    return RedirectResponse(render.href(seen, where, done="forgotten"), status_code=303)


def page(call: Call, actor: Actor, say: Say, *, status: int = 200) -> Response:
    """Show a page of the queue that the address asks for."""
    where = asked_of(call)
    after = read_place(where.after)
    with call.read(actor) as unit:
        found = queue.list_items(unit, where.queue, where.filters, after=after, most=SHOWN)
        beside = surroundings.of_items(unit, found.items)
        seen = own_look(call, unit)
        shown = render.Page(
            asked=where,
            items=[rows.item_of(each, beside) for each in found.items],
            counts=_counts(unit),
            now=unit.now,
            frame=frame_of(call, actor, "queue"),
            notice=say(seen.language),
            next_after=write_place(found.onward) if found.onward else "",
            sections=queue.list_sections(unit),
            author=surroundings.name_of(unit, where.filters.author) if where.filters.author else "",
            views=queue.list_views(unit),
            may_save=unit.actor.account is not None,
        )
    return HTMLResponse(render.page(seen, shown), status_code=status)


def item(
    call: Call,
    actor: Actor,
    wanted: CommentId,
    say: Say,
    *,
    seen_at: datetime | None = None,
    status: int = 200,
) -> Response:
    """Show one comment; to who saw it at a time, with what changed since."""
    where, frame = asked_of(call), frame_of(call, actor, "queue")
    with call.read(actor) as unit:
        found = queue.get(unit, wanted)
        beside = surroundings.of_items(unit, [found])
        changes = rows.changes_of(unit, wanted, seen_at) if seen_at else None
        seen, now = own_look(call, unit), unit.now
    shown = rows.item_of(found, beside, changes=changes)
    text = render.single(seen, frame, shown, now=now, asked=where, notice=say(seen.language))
    return HTMLResponse(text, status_code=status)


def _counts(unit: Unit) -> dict[str, int]:
    """Count what wants work: in the queues, and beside them."""
    most = render.MOST_OTHERS + 1
    return {
        **{which.value: number for which, number in queue.counts(unit).items()},
        "reports": len(reports.list_open(unit, most=most)),
        "appeals": len(appeals.list_open(unit).appeals[:most]),
    }


def asked_of(call: Call) -> Asked:
    """Read which page of a queue an address is about; raise `BadFilter`."""
    which = read_queue(asked(call, "queue"))
    filters = read_filters({name: asked(call, name) for name in FILTERS})
    return Asked(queue=which, filters=fitting(filters, which), after=asked(call, "after"))
