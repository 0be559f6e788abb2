"""The log of decisions for everybody, where a site wants that: a page and a feed, the same for all."""

from typing import Final

from tertulia.domain.public_log import Narrowed
from tertulia.domain.ranking import BadCursor
from tertulia.render import feeds
from tertulia.render import public_log as render
from tertulia.services import outbox, public_log
from tertulia.web.call import Call, asked, look
from tertulia.web.entry import Public

KNOWN: Final = ("kind", "reason", "section", "month", "before", "lang")
"""Parameters of the page and the feed that make a difference."""
LONGEST_NUMBER: Final = 18


def show(call: Call) -> Public:
    """Show the log."""
    wanted, before = narrowed(call), before_of(call)
    with call.read() as unit:
        page = public_log.list_public(unit, wanted, before=before)
        sections, seen, stamp = public_log.list_sections(unit), look(call, unit), outbox.newest_id(unit)
    text = render.show(seen, page, wanted, sections, is_first=before is None)
    return Public(text=text, story=None, revision=0, stamp=stamp)


def feed(call: Call) -> Public:
    """Give the newest entries as a feed."""
    wanted = narrowed(call)
    with call.read() as unit:
        page = public_log.list_public(unit, wanted)
        seen, stamp, now = look(call, unit), outbox.newest_id(unit), unit.now
    text = feeds.log(seen, page, wanted, since=now).decode()
    return Public(text=text, story=None, revision=0, stamp=stamp, media_type=feeds.MEDIA_TYPE)


def narrowed(call: Call) -> Narrowed:
    """Read what of the log is wanted."""
    return Narrowed(
        kind=asked(call, "kind"),
        reason=asked(call, "reason"),
        section=asked(call, "section"),
        month=asked(call, "month"),
    )


def before_of(call: Call) -> int | None:
    """Read before which number a page begins; raise `BadCursor`."""
    told = asked(call, "before")
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and len(told) <= LONGEST_NUMBER):
        raise BadCursor(cursor=told[:40])
    return int(told)
