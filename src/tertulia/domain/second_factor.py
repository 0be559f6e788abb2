"""A second factor beside the way in: codes of an app on somebody's telephone (TOTP), and recovery codes on paper."""

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from tertulia.domain.errors import Conflict, Forbidden, TooMany

PERIOD_SECONDS: Final = 30
"""How long an app shows a code (RFC 6238)."""
DIGITS: Final = 6
SKEW: Final = 1
"""Periods before and after now whose codes count too, for clocks that are not quite right."""
RECOVERY_CODES: Final = 10
"""How many there are at a time."""
RECOVERY_BYTES: Final = 15
"""Random bytes of a recovery code: with 120 bits a plain hash of it is enough, for there is nothing to guess."""
PASSKEY: Final = "passkey"
"""The way in that is two factors by itself: a device, and its owner's finger, face or PIN."""

_GROUP: Final = 4
_RECOVERY: Final = re.compile(r"[a-z2-7]{24}\Z")
_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015-]+")


class WrongSecond(Forbidden):
    """The code is neither the one that the app shows now nor a recovery code that was not used yet."""

    code = "wrong-second"


class SecondOver(Forbidden):
    """Who proved one factor took too long for the second, or gave too many wrong codes."""

    code = "second-over"


class TooManyCodes(TooMany):
    """Too many wrong codes were tried for this account lately; recovery codes still count."""

    code = "too-many-codes"


class SecondFactorThere(Conflict):
    """An app gives codes for this account already."""

    code = "second-factor-there"


class NoSecondFactor(Conflict):
    """No app gives codes for this account, or its setting up was not begun."""

    code = "no-second-factor"


class SecondFactorNotSetUp(Conflict):
    """The operator has not set the key that the secrets of apps follow from."""

    code = "second-factor-not-set-up"


class Change(StrEnum):
    """What became of a second factor, as its owner is told."""

    SET_UP = "set-up"
    REMOVED = "removed"
    NEW_CODES = "new-codes"
    CODE_USED = "code-used"
    RESET = "reset"
    """By the operator, for somebody who lost everything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """What an app is told once, by a picture or by typing."""

    value: bytes
    issuer: str
    """The site's name, under which the app lists it."""
    owner: str

    @property
    def text(self) -> str:
        """The secret as it is typed."""
        return base64.b32encode(self.value).decode().rstrip("=")

    @property
    def address(self) -> str:
        """The address that apps read from the picture."""
        # Apps part issuer and owner at the first colon.
        issuer = self.issuer.replace(":", " ")
        label = quote(f"{issuer}:{self.owner}", safe=":@")
        told = {
            "secret": self.text,
            "issuer": issuer,
            "algorithm": "SHA1",
            "digits": DIGITS,
            "period": PERIOD_SECONDS,
        }
        return f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}"


def grouped(text: str) -> str:
    """Write a long code so that eyes find their place in it."""
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def plain(code: str) -> str:
    """Write what somebody typed in the one spelling that is compared: no gaps, lower case, plain digits."""
    together = _BETWEEN.sub("", code[:200]).lower()
    return "".join(str(int(each)) if each.isdecimal() else each for each in together)


def is_recovery(code: str) -> bool:
    """Whether a code, in its one spelling, is shaped like a recovery code."""
    return _RECOVERY.match(code) is not None
