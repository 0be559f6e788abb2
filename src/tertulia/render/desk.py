"""What stands around every page of the moderation desk, and the pages by which moderators come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.render import addresses, assets, environment, texts
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Who sits at the desk, for which sections, and which of its pages they may open."""

    moderator: str = ""
    sections: Sequence[str] = ()
    """Empty for the whole site."""
    pages: Sequence[str] = ()
    here: str = ""
    lacks_mail: bool = False
    """Whether no mail can be sent, and so nobody gets a link, a code or word of anything."""


NOBODY_HERE: Final = Frame()


def landing(look: Look, *, is_expired: bool = False) -> str:
    """Tell a person without a valid sign-in link how moderators come in."""
    return environment.render(look.language, "desk/landing.html", **frame(look), is_expired=is_expired)


def second_needed(look: Look, *, has_one: bool) -> str:
    """Tell staff that came with one factor how to come with two."""
    again = addresses.site(look, "/sign-in", again="1", next=addresses.site(look, "/desk"))
    href = again if has_one else f"{addresses.site(look, '/me')}#second"
    return environment.render(
        look.language, "desk/second_needed.html", **frame(look), href=href, has_one=has_one
    )


def enter(look: Look, *, token: str) -> str:
    """Show the button that a sign-in link leads to: whoever only follows links does not use it up."""
    return environment.render(
        look.language,
        "desk/enter.html",
        **frame(look),
        action=f"{addresses.root(look)}/desk/enter",
        token=token,
    )


def frame(look: Look, at: Frame = NOBODY_HERE) -> dict[str, object]:
    """Give what stands around every page of the desk."""
    return {
        "stylesheets": [*assets.own_sheets(look.base), assets.address(look.base, "desk/desk.css")],
        "site": look.site,
        "site_href": addresses.site(look),
        "desk_href": addresses.site(look, "/desk"),
        "leave_href": f"{addresses.root(look)}/desk/leave",
        "at": at,
        "pages": [
            {
                "href": addresses.site(look, "/desk" if name == "queue" else f"/desk/{name}"),
                "words": texts.desk_page(look.language, name),
                "is_here": name == at.here,
            }
            for name in at.pages
        ],
    }
