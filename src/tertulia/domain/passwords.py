"""Passwords: what may be one, and what is too near to its owner to be one. How they are kept is a plug-in's affair."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from tertulia.domain.errors import Conflict, Forbidden, Invalid, TooMany

SHORTEST: Final = 8
LONGEST: Final = 256
"""Characters, so at most four times as many bytes: enough for any sentence, and too few to make us work for long."""
_DIGITS: Final = "0123456789"


class PasswordTooShort(Invalid):
    """A new password has too few characters."""

    code = "password-too-short"


class PasswordTooLong(Invalid):
    """A password has more characters than any of ours."""

    code = "password-too-long"


class PasswordTooCommon(Invalid):
    """A new password is one of those that are tried first, because many people have it."""

    code = "password-too-common"


class PasswordTooNear(Invalid):
    """A new password is its owner's address or name, or the publication's, perhaps with digits or signs around it."""

    code = "password-too-near"


class PasswordsDiffer(Invalid):
    """A new password was typed twice, and not alike."""

    code = "passwords-differ"


class WrongPassword(Forbidden):
    """The password is not that of this address, or nobody has this address: the answer is the same."""

    code = "wrong-password"


class TooManyGuesses(TooMany):
    """Too many wrong passwords for one address; `retry_after` is in seconds."""

    code = "too-many-guesses"


class NoAddress(Conflict):
    """An account without an e-mail address cannot have a password: there is nothing to type beside it."""

    code = "no-address"


class LastWay(Conflict):
    """What shall be removed is the only way in that an account has."""

    code = "last-way-in"


class Change(StrEnum):
    """What became of an account's password."""

    SET = "set"
    CHANGED = "changed"
    REMOVED = "removed"


def spelled(typed: str) -> str:
    """Write a password in the one form in which it is compared; raise `PasswordTooLong`. Nothing is cut or trimmed.

    NFC: whether a keyboard sends ä as one code point or as two, its owner neither chooses nor sees. The compatibility
    forms would go further, and make passwords equal that look different.
    """
    if len(typed) > LONGEST:
        raise PasswordTooLong(limit=LONGEST)
    return unicodedata.normalize("NFC", typed)


def is_near(password: str, words: Iterable[str]) -> bool:
    """Whether a password is one of these words, as far as letters go."""
    return _core(password) in {_core(word) for word in words} - {""}


def _core(text: str) -> str:
    """Give what is left of a text without case, spaces, signs, and the digits around it."""
    letters = "".join(each for each in unicodedata.normalize("NFC", text).casefold() if each.isalnum())
    return letters.strip(_DIGITS)
