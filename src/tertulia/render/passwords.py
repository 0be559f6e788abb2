"""Pages on which somebody chooses a password, and what the page of what is one's own shows of it."""

from dataclasses import dataclass

from tertulia.domain import ids
from tertulia.domain.accounts import SignInId
from tertulia.domain.passwords import SHORTEST
from tertulia.render import addresses, assets, texts
from tertulia.render.look import Look
from tertulia.render.people import Onward, own_page


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPassword:
    """What somebody can do about their own password."""

    is_set: bool
    may_choose: bool
    can_remove: bool
    forgot: str
    """Where another is chosen by mail; empty where no mail can be sent."""
    script: str


def ask(look: Look, onward: Onward, *, email: str = "", error: str = "") -> str:
    """Ask for the address that a password is chosen for."""
    return own_page(
        look,
        "password_ask.html",
        action=addresses.choosing(look),
        back=addresses.site(look, "/sign-in", **onward.query),
        onward=onward,
        email=email,
        error=error,
    )


def sent(look: Look, sign_in: SignInId, onward: Onward, *, error: str = "") -> str:
    """Say that a mail is on its way, and take its code."""
    return own_page(
        look,
        "sign_in_sent.html",
        action=addresses.site(look, f"/sign-in/password/{ids.encode(sign_in)}"),
        again=addresses.choosing(look, **onward.query),
        onward=onward,
        error=error,
        is_choosing=True,
    )


def choose(
    look: Look, sign_in: SignInId, onward: Onward, *, address: str, token: str, error: str = ""
) -> str:
    """Let somebody whose address is proven choose a password."""
    return own_page(
        look,
        "password_choose.html",
        action=addresses.site(look, f"/sign-in/password/{ids.encode(sign_in)}/save"),
        reveal=assets.address(look.base, "own/password.js"),
        onward=onward,
        address=address,
        token=token,
        shortest=SHORTEST,
        error=error,
    )


def own(
    look: Look, *, is_set: bool, can_remove: bool, has_mail: bool, has_address: bool
) -> OwnPassword | None:
    """Say what somebody can do about their own password; None for nothing."""
    may_choose = "password" in look.policy.ways_in and has_address
    if not (may_choose or is_set):
        return None
    choosing = addresses.choosing(look, next=addresses.site(look, "/me"))
    return OwnPassword(
        is_set=is_set,
        may_choose=may_choose,
        can_remove=can_remove,
        forgot=choosing if has_mail and is_set else "",
        script=assets.address(look.base, "own/password.js"),
    )


def changed(language: str) -> str:
    """Say that a password was set or changed."""
    return texts.gettext("Your password is saved. All other browsers are signed out.", language)


def removed(language: str) -> str:
    """Say that a password was removed."""
    return texts.gettext("Your password is removed. All other browsers are signed out.", language)
