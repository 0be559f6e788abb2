"""Pages by which people sign in."""

from dataclasses import dataclass, replace
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import SignInId
from tertulia.domain.passkeys import is_possible_at
from tertulia.render import addresses, assets, environment
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """Where to go on after signing in: to an embed on one of the site's origins, or to a page. Checked already."""

    embed: str = ""
    next: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters that carry it along."""
        return {name: value for name, value in (("embed", self.embed), ("next", self.next)) if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to sign in as a page offers it: `sign_in/_KIND.html` shows it."""

    kind: str
    action: str
    name: str = ""
    """What policies call it, where that is not its kind."""
    label: str = ""
    """What readers know a provider by."""
    options: str = ""
    """Where the page's script asks what to hand to a device."""
    script: str = ""
    more: str = ""
    """Where the way leads for whom it does not work yet."""
    error: str = ""
    """Why it led nobody in a moment ago."""
    is_first: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """Names of the ways in that the site offers and that are set up, in order; and whether mails can be sent."""

    ways: tuple[str, ...]
    has_mail: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """Which way was tried, with which address, and why it led nobody in."""

    way: str
    email: str = ""
    error: str = ""


NOT_TRIED: Final = Tried(way="")


def ask(look: Look, onward: Onward, offer: Offer, tried: Tried = NOT_TRIED) -> str:
    """Show the ways to sign in that the site offers. Ask first whether there is one."""
    ways = list_ways(look, onward, offer, tried)
    return own_page(look, "sign_in.html", ways=ways, onward=onward, tried=tried, is_again=False)


def prove(look: Look, onward: Onward, offer: Offer, *, email: str, known: frozenset[str]) -> str:
    """Ask who is signed in to prove it anew, by the ways in that their account has."""
    tried = Tried(way="", email=email)
    ways = list_ways(look, onward, replace(offer, ways=tuple(way for way in offer.ways if way in known)))
    if "second" in known:
        # Who has an app has it at hand: it comes first.
        app = Way(kind="second", action=addresses.site(look, "/sign-in/second"))
        ways = [app, *(replace(way, is_first=False) for way in ways)]
    return own_page(look, "sign_in.html", ways=ways, onward=onward, tried=tried, is_again=True)


def list_ways(look: Look, onward: Onward, offer: Offer, tried: Tried = NOT_TRIED) -> list[Way]:
    """List the ways in as pages show them."""
    offered = {
        "email": Way(kind="email", action=addresses.site(look, "/sign-in")),
        "password": _password_way(look, onward, offer),
        "passkey": passkey_way(look),
        **{way.name: way for way in provider_ways(look)},
    }
    ways = [way for name in offer.ways if (way := offered.get(name)) is not None]
    return [
        replace(way, is_first=way is ways[0], error=tried.error if way.kind == tried.way else "")
        for way in ways
    ]


def _password_way(look: Look, onward: Onward, offer: Offer) -> Way:
    choosing = addresses.choosing(look, **onward.query)
    return Way(
        kind="password",
        action=addresses.site(look, "/sign-in/password"),
        # Without mail nobody could prove that an address is theirs.
        more=choosing if offer.has_mail else "",
        script=assets.address(look.base, "own/password.js"),
    )


def passkey_way(look: Look, path: str = "/sign-in/passkey") -> Way | None:
    """Say where a page asks for a passkey; None where browsers keep none for this server's address."""
    if not is_possible_at(look.base):
        return None
    return Way(
        kind="passkey",
        action=addresses.site(look, path),
        options=addresses.site(look, f"{path}/options"),
        script=assets.address(look.base, "own/passkey.js"),
    )


def provider_ways(look: Look) -> list[Way]:
    """List the providers at which readers of the site may sign in."""
    return [
        Way(kind="provider", name=name, label=label, action=addresses.site(look, f"/sign-in/with/{name}"))
        for name, label in look.providers
        if name in look.policy.ways_in
    ]


def leaving(look: Look, *, label: str, go_to: str) -> str:
    """Lead on to a provider: browsers follow no redirect to another origin after a form of ours."""
    return own_page(look, "sign_in_leaving.html", label=label, go_to=go_to)


def failed(look: Look, *, text: str, code: str, again: str) -> str:
    """Say why nobody was signed in, with a way back."""
    return own_page(look, "sign_in_failed.html", text=text, code=code, again=again)


def sent(look: Look, sign_in: SignInId, onward: Onward, *, error: str = "") -> str:
    """Say that a mail is on its way, and take its code."""
    return own_page(
        look,
        "sign_in_sent.html",
        action=addresses.site(look, f"/sign-in/{ids.encode(sign_in)}"),
        again=addresses.site(look, "/sign-in", **onward.query),
        onward=onward,
        error=error,
        is_choosing=False,
    )


def opened(look: Look, sign_in: SignInId, token: str) -> str:
    """Show the button that uses a mail's link."""
    action = addresses.site(look, f"/sign-in/{ids.encode(sign_in)}")
    return own_page(look, "sign_in_open.html", action=action, token=token)


def done(look: Look, onward: Onward) -> str:
    """Lead on to a page of the publication."""
    return own_page(look, "sign_in_done.html", onward=onward)


def handover(look: Look, onward: Onward) -> str:
    """Hand the session over to the embed that opened this page."""
    return own_page(
        look,
        "handover.html",
        action=addresses.site(look, "/sign-in/handover"),
        origin=onward.embed,
        handover=assets.address(look.base, "own/handover.js"),
    )


def own_page(look: Look, template: str, **values: object) -> str:
    """Render one of the pages that are for one person only."""
    return environment.render(
        look.language,
        template,
        stylesheets=assets.own_sheets(look.base),
        script=assets.address(look.base, "widget/page.js"),
        site=look.site,
        site_href=addresses.site(look),
        report_href=addresses.report(look),
        base=look.base,
        story=None,
        **values,
    )
