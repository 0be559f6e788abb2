"""Where to go on after signing in: to the site's own origins and our own pages, and nowhere else."""

from typing import Final
from urllib.parse import urlsplit

from tertulia.domain.sites import BadOrigin, normal_origin
from tertulia.render import addresses
from tertulia.render.look import Look
from tertulia.render.people import Onward
from tertulia.web.call import Call

LONGEST_NEXT: Final = 2_000


def onward_of(call: Call, embed: str, wish: str) -> Onward:
    """Say where to go on after signing in: nowhere but to the site's own origins and our own pages."""
    known = call.known().site.origins
    origin = origin_of(embed)
    return Onward(
        embed=origin if origin in known else "",
        next=wish if _is_ours(call, wish, known) else "",
    )


def _is_ours(call: Call, wish: str, known: tuple[str, ...]) -> bool:
    if not wish or len(wish) > LONGEST_NEXT or not wish.isprintable() or "\\" in wish:
        return False
    try:
        parts = urlsplit(wish)
        origin = normal_origin(f"{parts.scheme}://{parts.netloc}")
    except (BadOrigin, ValueError):
        return False
    return origin in known or origin == origin_of(call.parts.settings.base_url)


def lead(seen: Look, onward: Onward) -> str:
    """Say where the page goes on after signing in."""
    if onward.embed:
        return addresses.site(seen, "/sign-in/handover", embed=onward.embed)
    if onward.next.startswith(f"{seen.base}/"):
        return onward.next
    if onward.next:
        # After a form browsers follow no redirect to another origin: a page of ours leads on.
        return addresses.site(seen, "/sign-in/done", next=onward.next)
    return addresses.site(seen, "/me")


def origin_of(text: str) -> str:
    """Read an origin; empty for what is none."""
    try:
        return normal_origin(text)
    except BadOrigin:
        return ""
