"""The second factor of an account: set up, asked for at sign-in, removed.

The secret of an app is not kept: it follows from the operator's key, the site, the account and a salt. Of recovery
codes only hashes are kept. Who proved one factor has a session of the kind `pending`, which opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account, SessionOver
from tertulia.domain.events import SecondFactorChanged
from tertulia.domain.second_factor import (
    PASSKEY,
    RECOVERY_BYTES,
    RECOVERY_CODES,
    Change,
    NoSecondFactor,
    SecondFactorThere,
    SecondOver,
    Secret,
    TooManyCodes,
    is_recovery,
    plain,
)
from tertulia.services import freshness, sign_in
from tertulia.services.accounts import hash_secret
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, sessions
from tertulia.store import second_factor as store
from tertulia.store.sessions import Opened

MOST_TRIES: Final = 5
"""Wrong codes after one sign-in; then one begins anew."""
MOST_AN_HOUR: Final = 10
"""Wrong codes for one account within an hour, whoever tries."""
MOST_A_DAY: Final = 30
"""Within a day: at this pace a guess is right once in about thirty years."""
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SALT_BYTES: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """The second factor of the acting account as its owner sees it."""

    has_app: bool
    codes_left: int


def is_asked_for(account: Account, *, way: str) -> bool:
    """Whether a sign-in by this way needs a code as well."""
    return account.has_totp and way != PASSKEY


def own(unit: Unit) -> Own:
    """Say what the acting account has."""
    account = acting_account(unit)
    left = store.count_codes(unit.db, unit.site.id, account.id) if account.has_totp else 0
    return Own(has_app=account.has_totp, codes_left=left)


def begin(unit: Unit) -> None:
    """Begin to set an app up, with another secret each time; raise `ProveAgain` or `SecondFactorThere`."""
    account = acting_account(unit)
    freshness.require_strong(unit)
    if account.has_totp:
        raise SecondFactorThere
    store.save_salt(unit.db, unit.site.id, account.id, secrets.token_hex(SALT_BYTES))


def secret(unit: Unit, *, key: str) -> Secret:
    """Give what the app is told while it is being set up.

    Raises `ProveAgain`, `SecondNeeded`, `SecondFactorThere`, or `NoSecondFactor` where setting up was not begun.
    """
    account = acting_account(unit)
    freshness.require_strong(unit)
    if account.has_totp:
        # Who comes later never sees what codes follow from.
        raise SecondFactorThere
    owner = account.email or account.name or unit.site.key
    return Secret(value=_secret(unit, account, key), issuer=unit.site.name, owner=owner)


def confirm(unit: Unit, code: str, *, key: str) -> list[str] | None:
    """Set the app up by its first right code; give the recovery codes, this once, or None for a wrong code.

    The acting session counts as one with a second factor from now on. Raises as `secret` does, and `TooManyCodes`.
    """
    account = acting_account(unit)
    freshness.require_strong(unit)
    if account.has_totp:
        raise SecondFactorThere
    if not _is_right(unit, account, code, key=key, holder=unit.actor.session_hash):
        return None
    store.confirm(unit.db, unit.site.id, account.id, now=unit.now)
    sessions.save_second(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    _record(unit, account, Change.SET_UP)
    return _new_codes(unit, account)


def renew_codes(unit: Unit) -> list[str]:
    """Give new recovery codes, this once, and end the old ones; raise `ProveAgain` or `NoSecondFactor`."""
    account = acting_account(unit)
    freshness.require_strong(unit)
    if not account.has_totp:
        raise NoSecondFactor
    _record(unit, account, Change.NEW_CODES)
    return _new_codes(unit, account)


def remove(unit: Unit) -> None:
    """Remove the app and the recovery codes, also a setting up that was begun; raise `ProveAgain`."""
    account = acting_account(unit)
    freshness.require_strong(unit)
    _forget(unit, account)
    if account.has_totp:
        _record(unit, account, Change.REMOVED)


def reset(unit: Unit, account: Account) -> None:
    """Remove app and recovery codes of somebody who lost everything. For the operator."""
    _forget(unit, account)
    _record(unit, account, Change.RESET)


def find_pending(unit: Unit, token: str) -> Opened | None:
    """Give the session of somebody who has yet to show the second factor; None where there is none, or it is over."""
    found = (
        sessions.find_of_account(unit.db, unit.site.id, hash_secret(token), now=unit.now) if token else None
    )
    return found if found is not None and found.kind == sign_in.PENDING else None


def enter(unit: Unit, token: str, code: str, *, key: str) -> str | None:
    """Turn a pending session into a whole one by a right code; give its token, None for a wrong code.

    After too many wrong ones the pending session is over. Nothing is raised for those: the count must be kept. Raises
    `SecondOver` or `TooManyCodes`.
    """
    pending = find_pending(unit, token)
    account = accounts.find(unit.db, unit.site.id, pending.account_id) if pending else None
    if pending is None or account is None:
        raise SecondOver
    if account.has_totp and not _is_right(unit, account, code, key=key, holder=pending.token_hash):
        if _tries(unit, account, since=DAY, holder=pending.token_hash) >= MOST_TRIES:
            sessions.end(unit.db, unit.site.id, pending.token_hash)
        return None
    return _open(unit, account, pending, before=token)


def prove_again(unit: Unit, code: str, *, key: str, before: str) -> str | None:
    """Make the acting session fresh by a right code: another takes its place; None for a wrong code.

    Raises `SessionOver`, `NoSecondFactor` or `TooManyCodes`.
    """
    account = acting_account(unit)
    used = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    if used is None or used.kind != "account":
        raise SessionOver
    if not account.has_totp:
        raise NoSecondFactor
    if not _is_right(unit, account, code, key=key, holder=used.token_hash):
        return None
    return _open(unit, account, used, before=before)


def _open(unit: Unit, account: Account, used: Opened, *, before: str) -> str:
    """Open a whole session in the place of another, for the same browser."""
    return sign_in.open_session(
        unit,
        account,
        way=used.way,
        device=used.device,
        network=used.network,
        before=before,
        second_at=unit.now,
    )


def _is_right(unit: Unit, account: Account, code: str, *, key: str, holder: str) -> bool:
    """Whether a code is right, and count it if not. Tries of one account go one after the other until commit."""
    accounts.lock(unit.db, unit.site.id, account.id)
    typed = plain(code)
    is_right = (
        _use_recovery(unit, account, typed) if is_recovery(typed) else _use_app(unit, account, typed, key)
    )
    if not is_right:
        ends_at = unit.now + DAY
        store.insert_try(unit.db, unit.site.id, account.id, holder=holder, now=unit.now, expires_at=ends_at)
    return is_right


def _use_recovery(unit: Unit, account: Account, code: str) -> bool:
    # No limit but that of the session: they cannot be guessed, and must let in whom somebody else keeps out.
    if not account.has_totp:
        return False
    if not store.use_code(unit.db, unit.site.id, account.id, _hashed(code), now=unit.now):
        return False
    _record(unit, account, Change.CODE_USED)
    return True


def _use_app(unit: Unit, account: Account, code: str, key: str) -> bool:
    from tertulia.services import totp  # noqa: PLC0415 - see there

    if _tries(unit, account, since=HOUR) >= MOST_AN_HOUR or _tries(unit, account, since=DAY) >= MOST_A_DAY:
        raise TooManyCodes(retry_after=int(HOUR.total_seconds()))
    period = totp.period_of(_secret(unit, account, key), code, now=unit.now)
    return period is not None and store.use_period(unit.db, unit.site.id, account.id, period)


def _tries(unit: Unit, account: Account, *, since: timedelta, holder: str | None = None) -> int:
    return store.count_tries(unit.db, unit.site.id, account.id, since=unit.now - since, holder=holder)


def _new_codes(unit: Unit, account: Account) -> list[str]:
    made = [
        base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)
    ]
    store.replace_codes(unit.db, unit.site.id, account.id, [_hashed(each) for each in made])
    return made


def _hashed(code: str) -> str:
    return hash_secret(f"recovery\0{code}")


def _forget(unit: Unit, account: Account) -> None:
    store.save_salt(unit.db, unit.site.id, account.id, None)
    store.replace_codes(unit.db, unit.site.id, account.id, [])
    sessions.forget_second(unit.db, unit.site.id, account.id)


def _secret(unit: Unit, account: Account, key: str) -> bytes:
    salt = store.find_salt(unit.db, unit.site.id, account.id)
    if salt is None:
        raise NoSecondFactor
    told = f"totp\0{unit.site.key}\0{account.id}\0{salt}".encode()
    return hmac.digest(key.encode(), told, hashlib.sha256)[:SALT_BYTES]


def _record(unit: Unit, account: Account, change: Change) -> None:
    unit.record(SecondFactorChanged(account_id=account.id, change=change.value))
