"""Pages of the second factor: set it up, show it at sign-in; and its part of the page of what is one's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from tertulia.domain.second_factor import Change, Secret, grouped
from tertulia.render import addresses, texts
from tertulia.render.look import Look
from tertulia.render.people import Onward, own_page

PATH = "/me/second"
QUIET = 4
"""Empty squares around a QR code, without which readers do not find it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSecond:
    """A second factor as its owner sees it. `is_needed`: their role asks for one."""

    has_app: bool
    codes_left: int
    is_needed: bool
    begin_action: str
    codes_action: str
    remove_action: str


def own(look: Look, *, has_app: bool, codes_left: int, is_needed: bool) -> OwnSecond:
    """Give the part of the page of what is one's own."""
    return OwnSecond(
        has_app=has_app,
        codes_left=codes_left,
        is_needed=is_needed,
        begin_action=addresses.site(look, f"{PATH}/begin"),
        codes_action=addresses.site(look, f"{PATH}/codes"),
        remove_action=addresses.site(look, f"{PATH}/remove"),
    )


def set_up(look: Look, secret: Secret, *, error: str = "") -> str:
    """Show what the app is told, and take its first code."""
    return own_page(
        look,
        "second_factor.html",
        action=addresses.site(look, PATH),
        squares=_squares(secret.address),
        secret=grouped(secret.text),
        app_href=secret.address,
        error=error,
        me_href=addresses.site(look, "/me"),
    )


def codes(look: Look, made: Sequence[str]) -> str:
    """Show recovery codes, this once."""
    shown = [grouped(each) for each in made]
    return own_page(look, "recovery_codes.html", codes=shown, me_href=addresses.site(look, "/me"))


def ask(look: Look, onward: Onward, *, error: str = "", is_over: bool = False) -> str:
    """Ask for the second factor; or say that one has to begin anew."""
    return own_page(
        look,
        "sign_in_second.html",
        action=addresses.site(look, "/sign-in/second"),
        again=addresses.site(look, "/sign-in", **onward.query),
        onward=onward,
        error=error,
        is_over=is_over,
    )


def said(language: str, change: Change) -> str:
    """Say what became of a second factor, to its owner."""
    return {
        Change.SET_UP: texts.gettext("A second factor was set up: an app that shows codes.", language),
        Change.REMOVED: texts.gettext("The second factor was removed.", language),
        Change.NEW_CODES: texts.gettext(
            "New recovery codes were made. The old ones count no more.", language
        ),
        Change.CODE_USED: texts.gettext("A recovery code was used.", language),
        Change.RESET: texts.gettext(
            "The operator of the server removed the second factor and all passkeys.", language
        ),
    }[change]


def removed(language: str) -> str:
    """Say that it was removed."""
    return said(language, Change.REMOVED)


def _squares(address: str) -> tuple[int, str]:
    """Draw an address as a QR code: its width in squares, and the path of the dark ones."""
    # It is wanted once in a lifetime of an account, so that no process pays for it as it starts.
    import qrcode  # type: ignore[import-untyped]  # noqa: PLC0415 - as above; it ships no types

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), "".join(dark)
