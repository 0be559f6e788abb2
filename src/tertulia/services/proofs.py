"""Proof that somebody reads the mails to an address: by the link's token or by the code, in the browser that asked.

Neither the link's token nor the code is kept: both are derived from the operator's key and the id of what was asked,
when the mail is sent and when somebody comes back. A database that is read by a stranger signs nobody in.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account, Purpose, SignInId
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.services import ways
from tertulia.services.accounts import open_for
from tertulia.services.unit import Unit
from tertulia.store import accounts, sign_ins
from tertulia.store.sign_ins import SignIn

MOST_TRIES: Final = 5
"""Wrong codes for one mail."""
CODE_DIGITS: Final = 8


class SignInOver(Forbidden):
    """A link or code was used before, is too old, was tried too often, or was never made."""

    code = "sign-in-over"


class OtherBrowser(Forbidden):
    """The link was opened in another browser than the one that asked for it."""

    code = "other-browser"


class WrongCode(Forbidden):
    """The code is not the one in the mail."""

    code = "wrong-code"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What the mail says."""

    address: str
    language: str
    token: str
    code: str
    minutes: int
    purpose: Purpose


def letter(unit: Unit, sign_in_id: int, *, key: str) -> Letter | None:
    """Give what the mail for a way in says; None when that is used or over."""
    found = sign_ins.find_open(unit.db, unit.site.id, SignInId(sign_in_id), now=unit.now)
    if found is None:
        return None
    # Only here, in the mail itself, may the answer depend on whether there is an account.
    known = accounts.find_by_email(unit.db, unit.site.id, found.email)
    return Letter(
        address=found.email,
        language=(known.language if known else "") or found.language,
        token=token_of(unit, found, key=key),
        code=_code(unit, found, key),
        # A mail that was sent late says what is left.
        minutes=max(1, (found.expires_at - unit.now) // timedelta(minutes=1)),
        purpose=found.purpose,
    )


def is_asker(unit: Unit, sign_in_id: SignInId, *, browser_hash: str) -> bool:
    """Whether this browser asked for this way in; raise `SignInOver`."""
    found = sign_ins.find_open(unit.db, unit.site.id, sign_in_id, now=unit.now)
    if found is None:
        raise SignInOver
    return hmac.compare_digest(found.browser_hash, browser_hash)


def by_token(
    unit: Unit,
    sign_in_id: SignInId,
    token: str,
    *,
    browser_hash: str,
    key: str,
    purpose: Purpose = Purpose.SIGN_IN,
) -> SignIn:
    """Give what was asked for, where this is its link and its browser; raise `SignInOver` or `OtherBrowser`."""
    found = _open(unit, sign_in_id, purpose)
    if not hmac.compare_digest(token_of(unit, found, key=key).encode(), token.encode()):
        raise SignInOver
    if not hmac.compare_digest(found.browser_hash, browser_hash):
        raise OtherBrowser
    return found


def by_code(
    unit: Unit,
    sign_in_id: SignInId,
    code: str,
    *,
    browser_hash: str,
    key: str,
    purpose: Purpose = Purpose.SIGN_IN,
) -> SignIn | None:
    """Do the same with a code; None, and one try less, when it is wrong.

    Nothing is raised for a wrong code: the count of tries must be kept, and a refusal would undo it.
    """
    sign_ins.lock(unit.db, unit.site.id, sign_in_id)
    found = _open(unit, sign_in_id, purpose)
    if not hmac.compare_digest(found.browser_hash, browser_hash) or found.tries >= MOST_TRIES:
        raise SignInOver
    digits = "".join(character for character in code if character.isdigit() and character.isascii())
    if not hmac.compare_digest(_code(unit, found, key), digits):
        sign_ins.count_try(unit.db, unit.site.id, found.id)
        return None
    return found


def use(unit: Unit, proven: SignIn) -> Account:
    """Give the account of an address that was just proven, once; the first time it is made. Raise `SignInOver`."""
    if not sign_ins.use(unit.db, unit.site.id, proven.id, now=unit.now):
        raise SignInOver
    open_for(unit, email=proven.email, language=proven.language)
    found = accounts.find_by_email(unit.db, unit.site.id, proven.email)
    if found is None:
        raise NotFound("account")
    accounts.save_proven(unit.db, unit.site.id, found.id, now=unit.now)
    return replace(found, is_proven=True)


def token_of(unit: Unit, of: SignIn, *, key: str) -> str:
    """Derive the token of the link."""
    return base64.urlsafe_b64encode(_derived(of.purpose, unit, of.id, key)).decode().rstrip("=")


def _open(unit: Unit, sign_in_id: SignInId, purpose: Purpose) -> SignIn:
    ways.require(unit, ways.OF[purpose])
    found = sign_ins.find_open(unit.db, unit.site.id, sign_in_id, now=unit.now)
    if found is None or found.purpose is not purpose:
        raise SignInOver
    return found


def _code(unit: Unit, of: SignIn, key: str) -> str:
    number = int.from_bytes(_derived(f"{of.purpose}-code", unit, of.id, key)) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def _derived(purpose: str, unit: Unit, sign_in_id: SignInId, key: str) -> bytes:
    return hmac.digest(key.encode(), f"{purpose}\0{unit.site.key}\0{sign_in_id}".encode(), hashlib.sha256)
