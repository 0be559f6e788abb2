"""Pages by which people sign in, and the page of what is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tertulia.domain import ids
from tertulia.domain.accounts import Account, SignInId
from tertulia.domain.passkeys import MOST, is_possible_at
from tertulia.render import addresses, assets, environment, texts
from tertulia.render.look import Look
from tertulia.render.my_data import Shown


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
class Device:
    """A browser that somebody is signed in with. `name` stands for it in forms and opens nothing."""

    name: str
    device: str
    is_this: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPasskey:
    """A passkey as its owner sees it. `key` stands for it in forms."""

    key: str
    name: str
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asking:
    """Where a page's script asks for a passkey and sends the answer."""

    options: str
    action: str
    script: str


def ask(look: Look, onward: Onward, *, email: str = "", error: str = "") -> str:
    """Show where to type an e-mail address."""
    action = addresses.site(look, "/sign-in")
    passkey = _asking(look, "/sign-in/passkey")
    return _page(
        look, "sign_in.html", action=action, onward=onward, email=email, error=error, passkey=passkey
    )


def sent(look: Look, sign_in: SignInId, onward: Onward, *, error: str = "") -> str:
    """Say that a mail is on its way, and take its code."""
    return _page(
        look,
        "sign_in_sent.html",
        action=addresses.site(look, f"/sign-in/{ids.encode(sign_in)}"),
        again=addresses.site(look, "/sign-in", **onward.query),
        onward=onward,
        error=error,
    )


def opened(look: Look, sign_in: SignInId, token: str) -> str:
    """Show the button that uses a mail's link."""
    action = addresses.site(look, f"/sign-in/{ids.encode(sign_in)}")
    return _page(look, "sign_in_open.html", action=action, token=token)


def done(look: Look, onward: Onward) -> str:
    """Lead on to a page of the publication."""
    return _page(look, "sign_in_done.html", onward=onward)


def handover(look: Look, onward: Onward) -> str:
    """Hand the session over to the embed that opened this page."""
    return _page(
        look,
        "handover.html",
        action=addresses.site(look, "/sign-in/handover"),
        origin=onward.embed,
        handover=assets.address(look.base, "widget/handover.js"),
    )


def me(
    look: Look,
    account: Account,
    devices: Sequence[Device],
    *,
    passkeys: Sequence[KeptPasskey],
    data: Shown,
    notice: str = "",
    error: str = "",
) -> str:
    """Show what is one's own: the name, the address, where one is signed in, and with which passkeys."""
    return _page(
        look,
        "me.html",
        account=account,
        devices=devices,
        device=next((each.device for each in devices if each.is_this), ""),
        passkeys=passkeys,
        passkey=_asking(look, "/me/passkeys") if len(passkeys) < MOST else None,
        remove_passkey_action=addresses.site(look, "/me/passkeys/remove"),
        data=data,
        notice=notice,
        error=error,
        conversations_href=addresses.site(look, "/me/conversations"),
        name_action=addresses.site(look, "/me/name"),
        end_action=addresses.site(look, "/me/sessions"),
        leave_action=addresses.site(look, "/me/end"),
        stay_action=addresses.site(look, "/me/stay"),
        out_action=addresses.site(look, "/sign-out"),
        policy=look.policy,
    )


def _asking(look: Look, path: str) -> _Asking | None:
    """None where browsers keep no passkeys for this server's address."""
    if not is_possible_at(look.base):
        return None
    return _Asking(
        options=addresses.site(look, f"{path}/options"),
        action=addresses.site(look, path),
        script=assets.address(look.base, "own/passkey.js"),
    )


def _page(look: Look, template: str, **values: object) -> str:
    return environment.render(
        look.language,
        template,
        stylesheet=assets.address(look.base, "widget/widget.css"),
        script=assets.address(look.base, "widget/page.js"),
        site=look.site,
        site_href=addresses.site(look),
        base=look.base,
        story=None,
        **values,
    )


def renamed(language: str) -> str:
    """Say that a name was changed."""
    return texts.gettext("Your name is changed. Pages show it within a minute.", language)


def passkey_added(language: str) -> str:
    """Say that a passkey was added."""
    return texts.gettext("From now on you can sign in with this passkey.", language)
