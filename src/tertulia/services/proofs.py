"""Proof that somebody reads the mails to an address: by the link's token or by the code, in the browser that asked.

What a mail says, and what it proves, is the plug-in `email`'s. Here is what only the house can know: who asked, in
which browser, how often somebody tried, and that it is used once.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account, Purpose, SignInId
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.plugins.contracts import Asked, BadProof
from tertulia.services import ways
from tertulia.services.accounts import open_for
from tertulia.services.unit import Unit
from tertulia.store import accounts, sign_ins
from tertulia.store.sign_ins import SignIn

MOST_TRIES: Final = 5
"""Wrong codes for one mail."""


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
    sent = _letter(unit, found, key)
    return Letter(
        address=found.email,
        language=(known.language if known else "") or found.language,
        token=sent["token"],
        code=sent["code"],
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
    if not token or not _is_proven(unit, found, key, token=token):
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
    if not _is_proven(unit, found, key, code=code):
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
    """Give the token of the link."""
    return _letter(unit, of, key)["token"]


def _open(unit: Unit, sign_in_id: SignInId, purpose: Purpose) -> SignIn:
    ways.require(unit, ways.OF[purpose])
    found = sign_ins.find_open(unit.db, unit.site.id, sign_in_id, now=unit.now)
    if found is None or found.purpose is not purpose:
        raise SignInOver
    return found


def _letter(unit: Unit, of: SignIn, key: str) -> Mapping[str, str]:
    return unit.plugins.ways["email"].begin(_asked(unit, of, key)).letter


def _is_proven(unit: Unit, of: SignIn, key: str, **answer: str) -> bool:
    try:
        unit.plugins.ways["email"].finish(_asked(unit, of, key), answer)
    except BadProof:
        return False
    return True


def _asked(unit: Unit, of: SignIn, key: str) -> Asked:
    """Say what the way in may know. The secret is one purpose's: no link for one thing opens another."""
    told = f"{of.purpose}\0{unit.site.key}\0{of.id}".encode()
    secret = hmac.digest(key.encode(), told, hashlib.sha256)
    return Asked(secret=secret, now=unit.now, ends_at=of.expires_at, address=of.email)
