"""The queues of the desk as pages: a row of queues with their counts, filters as chips, and one item after the other.

Every form of an item posts to `/{site}/desk/c/{comment}` with `outcome`, `revision` (the comment's revision that the
moderator saw) and `seen_at` (when): deciding on something that changed meanwhile is a conflict that shows what.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markupsafe import Markup

from tertulia.domain import ids
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Reason
from tertulia.domain.queues import (
    MOST_AT_ONCE,
    MOST_VIEWS,
    NO_FILTERS,
    OF_ITEMS,
    Age,
    Filters,
    Queue,
    View,
    write_filters,
)
from tertulia.render import addresses, assets, environment, items, rows, sentences, texts
from tertulia.render.desk import NOBODY_HERE, Frame, frame
from tertulia.render.items import Item
from tertulia.render.look import Look

MOST_COUNTED: Final = 1_000
MOST_OTHERS: Final = 100
"""Reports and appeals that are counted."""
ROW: Final = ("held", "flagged", "reports", "appeals", "unread", "all", "decided")
"""What stands in the row of queues; reports and appeals have pages of their own."""
TAKEN_AT_ONCE: Final = (5, 10, 25, 50)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which page of a queue somebody looks at."""

    queue: Queue = Queue.HELD
    filters: Filters = NO_FILTERS
    after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A sentence about what was just done, and the comment whose decision can be taken back at once."""

    text: str = ""
    undo: CommentId | None = None
    revision: int = 0
    undo_all: Sequence[str] = ()
    """Comments with their revisions, as a selection sends them."""
    is_refusal: bool = False
    details: Sequence[str] = ()


NO_NOTICE: Final = Notice()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of a queue. `author` names the one that is filtered by."""

    asked: Asked
    items: Sequence[Item]
    counts: Mapping[str, int]
    now: datetime
    frame: Frame = NOBODY_HERE
    notice: Notice = NO_NOTICE
    next_after: str = ""
    sections: Sequence[str] = ()
    author: str = ""
    views: Sequence[View] = ()
    may_save: bool = False


def page(look: Look, shown: Page) -> str:
    """Show a page of a queue."""
    language, asked = look.language, shown.asked
    return environment.render(
        language,
        "desk/queue.html",
        **frame(look, shown.frame),
        **_forms(look, asked),
        queue=asked.queue.value,
        title=texts.queue(language, asked.queue),
        meaning=texts.queue_meaning(language, asked.queue),
        queues=queues(look, shown.counts, asked.queue),
        counts_href=addresses.site(look, "/desk/counts"),
        notice=shown.notice,
        undo_action=_undo_action(look, asked, shown.notice),
        items=[items.item(look, each, query(look, asked), shown.now) for each in shown.items],
        chips=_chips(look, shown),
        clear_href=href(look, replace(asked, filters=NO_FILTERS, after="")),
        narrowing=_narrowing(look, shown),
        views=[_view(look, each, asked) for each in shown.views],
        may_save=shown.may_save and len(shown.views) < MOST_VIEWS,
        can_take=asked.queue in OF_ITEMS,
        amounts=TAKEN_AT_ONCE,
        most=MOST_AT_ONCE,
        next_href=href(look, replace(asked, after=shown.next_after)) if shown.next_after else "",
        here_href=href(look, replace(asked, after="")),
    )


def single(look: Look, at: Frame, shown: Item, *, now: datetime, asked: Asked, notice: Notice) -> str:
    """Show one comment as an item, with a way back to the queue it came from."""
    return environment.render(
        look.language,
        "desk/item.html",
        **frame(look, at),
        **_forms(look, asked),
        notice=notice,
        undo_action=_undo_action(look, asked, notice),
        subject=items.item(look, shown, query(look, asked), now),
        queue_href=href(look, asked),
        title=texts.queue(look.language, asked.queue),
        audit_href=addresses.site(look, f"/desk/c/{ids.encode(shown.comment.id)}/audit"),
    )


def fragment(look: Look, shown: Item, *, now: datetime, asked: Asked) -> str:
    """Show what stands in an item's place after something was done with it."""
    return environment.render(
        look.language,
        "desk/_done.html" if shown.done else "desk/_item.html",
        **_forms(look, asked),
        is_listed=True,
        subject=items.item(look, shown, query(look, asked), now),
    )


def keys(look: Look, at: Frame) -> str:
    """List the keys of the desk."""
    return environment.render(look.language, "desk/keys.html", **frame(look, at), reasons=_reasons(look))


def queues(look: Look, counts: Mapping[str, int], here: str) -> list[dict[str, object]]:
    """Give the row of queues, each with how much is in it where that is counted."""
    return [
        {
            "name": name,
            "href": _row_href(look, name),
            "words": texts.queue(look.language, name),
            "count": count(look.language, counts[name], most_of(name)) if name in counts else "",
            "is_here": name == here,
        }
        for name in ROW
    ]


def _row_href(look: Look, name: str) -> str:
    if name in set(Queue):
        return href(look, Asked(queue=Queue(name)))
    return addresses.site(look, f"/desk/{name}")


def counts_json(look: Look, counts: Mapping[str, int]) -> str:
    """Give the counts as the desk's script asks for them again and again."""
    told = {
        name: {"number": number, "words": count(look.language, number, most_of(name))}
        for name, number in counts.items()
    }
    return json.dumps(told, ensure_ascii=False)


def count(language: str, number: int, most: int = MOST_COUNTED) -> str:
    """Write how much is in a queue; above what is counted it says so."""
    if number > most:
        return f"{environment.number(language, most)}+"
    return environment.number(language, number)


def most_of(name: str) -> int:
    """Say how far a queue is counted."""
    return MOST_COUNTED if name in set(Queue) else MOST_OTHERS


def href(look: Look, asked: Asked, **more: str) -> str:
    """Address a page of a queue."""
    return addresses.site(look, "/desk", **query(look, asked), **more)


def query(_look: Look, asked: Asked) -> dict[str, str]:
    """Give what leads back to a page of a queue."""
    queue = "" if asked.queue is Queue.HELD else asked.queue.value
    return {"queue": queue, **write_filters(asked.filters), "after": asked.after}


def _forms(look: Look, asked: Asked) -> dict[str, object]:
    back = query(look, asked)
    return {
        "reasons": _reasons(look),
        "reason_options": _options(look),
        "script": assets.address(look.base, "desk/desk.js"),
        "keys_href": addresses.site(look, "/desk/keys"),
        "many_action": addresses.site(look, "/desk/many", **back),
        "next_action": addresses.site(look, "/desk/next", **back),
        "views_action": addresses.site(look, "/desk/views", **back),
        "unview_action": addresses.site(look, "/desk/views/remove", **back),
    }


def _reasons(look: Look) -> list[tuple[str, str]]:
    return [(code, texts.reason(look.language, code)) for code in sentences.REASONS]


def _options(look: Look) -> Markup:
    """Give the options of every field for a reason: made once for a page of fifty."""
    option = Markup('<option value="{}"{}>{}</option>\n')
    chosen = Markup(" selected")
    return Markup("").join(
        option.format(code, chosen if code == Reason.OTHER else "", words) for code, words in _reasons(look)
    )


def _undo_action(look: Look, asked: Asked, notice: Notice) -> str:
    if notice.undo is None:
        return ""
    return addresses.site(look, f"/desk/c/{rows.encoded(notice.undo)}", **query(look, asked))


def _chips(look: Look, shown: Page) -> list[dict[str, str]]:
    """Give each filter that is on with the address of the page without it."""
    asked, chips = shown.asked, []
    for name, value in write_filters(asked.filters).items():
        without = replace(asked.filters, **{name: getattr(NO_FILTERS, name)})
        words = texts.filter_value(look.language, name, value)
        chips.append(
            {
                "label": texts.filter_name(look.language, name),
                "value": (shown.author or words) if name == "author" else words,
                "href": href(look, replace(asked, filters=without, after="")),
            }
        )
    return chips


def _narrowing(look: Look, shown: Page) -> dict[str, object]:
    """Give what the form of filters shows."""
    asked, language = shown.asked, look.language
    return {
        "action": addresses.site(look, "/desk"),
        "language": "" if language == look.site.language else language,
        "now": {"section": "", "finding": "", "least": "", "most": "", "language": "", "age": ""}
        | write_filters(asked.filters),
        "author": "" if asked.filters.author is None else ids.encode(asked.filters.author),
        "sections": shown.sections,
        "findings": [(code, texts.finding_name(language, code)) for code in sentences.FINDINGS],
        "ages": [(age.value, texts.filter_value(language, "age", age.value)) for age in Age],
        "has_findings": asked.queue in OF_ITEMS,
        "can": asked.queue is not Queue.DECIDED,
    }


def _view(look: Look, view: View, asked: Asked) -> dict[str, object]:
    is_here = (view.queue, view.filters) == (asked.queue, asked.filters)
    return {
        "id": ids.encode(view.id),
        "name": view.name,
        "href": href(look, Asked(queue=view.queue, filters=view.filters)),
        "is_here": is_here,
    }
