"""Addresses of our own pages. Absolute always: fragments are shown on foreign origins too."""

from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tertulia.domain import ids
from tertulia.domain.accounts import SignInId
from tertulia.domain.authors import Author
from tertulia.domain.comments import Comment
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import Story
from tertulia.render.look import Look

_SORTS: Final = frozenset(Sort)


def root(look: Look) -> str:
    """Address the site without a path: what every address of it begins with."""
    return f"{look.base}/{look.site.key}"


def site(look: Look, path: str = "/", **query: str) -> str:
    """Address a page of the site; a language other than the site's own goes along."""
    if look.language != look.site.language:
        query["lang"] = look.language
    asked = urlencode({name: value for name, value in query.items() if value}, quote_via=quote, safe=":/.")
    return f"{root(look)}{path}{'?' if asked else ''}{asked}"


def story(look: Look, of: Story, *, sort: str = "", after: str = "", seen: int = 0) -> str:
    """Address a story's discussion; one who saw its revision `seen`, by writing, gets none that is older."""
    return site(look, f"/s/{ids.encode(of.id)}", sort=sort, after=after, v=str(seen) if seen else "")


def comment(look: Look, of: Comment, *, came_from: str = "") -> str:
    """Address a comment in its context."""
    return site(look, f"/c/{ids.encode(of.id)}", **{"from": came_from}) + f"#comment-{ids.encode(of.id)}"


def author(look: Look, of: Author, *, after: str = "") -> str:
    """Address an author's public page."""
    return site(look, f"/authors/{ids.encode(of.id)}", after=after)


def report(look: Look, *, comment: str = "") -> str:
    """Address the form for illegal content, perhaps for a comment; empty where the site takes no reports by it."""
    return site(look, "/report", comment=comment) if look.policy.reports else ""


def sign_in_link(look: Look, sign_in: SignInId, token: str) -> str:
    """Address the page where the link of a mail leads."""
    return site(look, f"/sign-in/{ids.encode(sign_in)}/open", token=token)


def choosing(look: Look, **query: str) -> str:
    """Address the page where a mail is asked for by which a password is chosen."""
    return site(look, "/sign-in/password/new", **query)


def choosing_link(look: Look, sign_in: SignInId, token: str) -> str:
    """Address the page where the link of a mail leads by which a password is chosen."""
    return site(look, f"/sign-in/password/{ids.encode(sign_in)}/open", token=token)


def came_from(sort: str, after: str) -> str:
    """Write the place in a discussion that a reader leaves, for `from=`."""
    return f"{sort}:{after}" if after else str(sort)


def back(look: Look, of: Story, came_from: str) -> str:
    """Address the place that `from=` names; whatever else it holds leads to the first page."""
    sort, _, after = came_from[:120].partition(":")
    return story(look, of, sort=sort if sort in _SORTS else "", after=after if sort in _SORTS else "")


def place_of(address: str) -> str:
    """Read the place from the address of a discussion, so that a sub-thread of a sub-thread still leads back."""
    asked = parse_qs(urlsplit(address).query)
    sort = asked.get("sort", [""])[0]
    return came_from(sort, asked.get("after", [""])[0]) if sort else ""
