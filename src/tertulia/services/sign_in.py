"""Signing in by e-mail: ask, get a mail, prove it by its link or its code (`proofs`); and the sessions that follow."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain.accounts import Account, AccountId, Purpose, SessionOver, SignInId, clean_address
from tertulia.domain.authors import AuthorKind
from tertulia.domain.errors import Conflict, Forbidden
from tertulia.services import adoption, following, jobs, proofs, ways
from tertulia.services.accounts import hash_secret
from tertulia.services.proofs import MOST_TRIES, SignInOver
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, sessions, sign_ins
from tertulia.store.sign_ins import SignIn

MINUTES: Final = 15
"""How long a link and a code work."""
MOST_AN_HOUR: Final = 5
"""Mails to one address within an hour; who asks more often is told the same and gets none."""
HANDOVER_SECONDS: Final = 60
BEARER_SECONDS: Final = 1800
IDLE_DAYS: Final = 30
"""Days after which an unused session is over."""
LONGEST_DAYS: Final = 180
"""Days after which any session is over."""
TOUCH_AFTER: Final = timedelta(hours=1)
LONGEST_DEVICE: Final = 80
PENDING: Final = "pending"
"""Kind of the session of somebody who has yet to show a second factor."""
PENDING_MINUTES: Final = 10
_PENDING_MARK: Final = "second."


class OtherAccount(Conflict):
    """The browser is signed in with another account than the one that was just proven."""

    code = "other-account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """What an embed shows with each request."""

    token: str
    name: str
    seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """How a person came in: by which way, with which device, from which network, and when by a second factor."""

    way: str
    device: str
    network: str = ""
    second_at: datetime | None = None


NO_ENTRY: Final = Entry(way="", device="")
"""Of what comes of another session: nobody came in."""


def ask(
    unit: Unit, address: str, *, browser_hash: str, language: str, purpose: Purpose = Purpose.SIGN_IN
) -> SignInId:
    """Ask for a mail with a way in; raise `WayNotOffered` or `BadAddress`. The same for known and unknown addresses."""
    ways.require(unit, ways.OF[purpose])
    email = clean_address(address)
    asked = sign_ins.count_since(unit.db, unit.site.id, email, since=unit.now - timedelta(hours=1))
    new = SignIn(
        id=SignInId(unit.new_id()),
        email=email,
        language=language,
        browser_hash=browser_hash,
        # Without a mail there is nothing to type: asking on and on makes no further codes to guess.
        tries=0 if asked < MOST_AN_HOUR else MOST_TRIES,
        expires_at=unit.now + timedelta(minutes=MINUTES),
        purpose=purpose,
    )
    sign_ins.insert_sign_in(unit.db, unit.site.id, new, now=unit.now)
    if asked < MOST_AN_HOUR:
        jobs.defer(unit, "mail_sign_in", {"sign_in": new.id})
    return new.id


def confirm_token(unit: Unit, sign_in_id: SignInId, token: str, *, browser_hash: str, key: str) -> Account:
    """Use a link in the browser that asked for it; raise `SignInOver` or `OtherBrowser`."""
    return proofs.use(unit, proofs.by_token(unit, sign_in_id, token, browser_hash=browser_hash, key=key))


def confirm_code(
    unit: Unit, sign_in_id: SignInId, code: str, *, browser_hash: str, key: str
) -> Account | None:
    """Use a code in the browser that asked for it; None, and one try less, when it is wrong.

    Nothing is raised for a wrong code: the count of tries must be kept, and a refusal would undo it.
    """
    found = proofs.by_code(unit, sign_in_id, code, browser_hash=browser_hash, key=key)
    return None if found is None else proofs.use(unit, found)


def open_session(
    unit: Unit,
    account: Account,
    *,
    way: str,
    device: str,
    network: str = "",
    before: str = "",
    second_at: datetime | None = None,
) -> str:
    """Open a session for a browser; give its token. What the guest who acts wrote becomes the account's.

    `way` is how its owner came in, `before` is the token of the session that the browser had: it ends. Where that is
    another account's, `OtherAccount` is raised: nobody's session becomes somebody else's unnoticed.
    """
    if before:
        _end_before(unit, account, hash_secret(before))
    guest = unit.actor.author
    if account.author is not None:
        following.meet(unit, account, account.author)
    if guest is not None and guest.kind is AuthorKind.GUEST:
        adoption.adopt_guest(unit, account, guest)
    entry = Entry(way=way, device=device, network=network, second_at=second_at)
    return _open(unit, "account", account.id, timedelta(days=IDLE_DAYS), entry=entry)


def open_pending(
    unit: Unit, account: Account, *, way: str, device: str, network: str = "", before: str = ""
) -> str:
    """Open what stands for somebody who proved one of two factors; give its token, which opens nothing.

    The session that the browser had ends, as in `open_session`.
    """
    if before:
        _end_before(unit, account, hash_secret(before))
    entry = Entry(way=way, device=device, network=network)
    return _open(unit, PENDING, account.id, timedelta(minutes=PENDING_MINUTES), entry=entry)


def is_pending(token: str) -> bool:
    """Whether a token is one of those that open nothing yet. It says so itself; its row says it to everybody else."""
    return token.startswith(_PENDING_MARK)


def _end_before(unit: Unit, account: Account, before: str) -> None:
    used = sessions.find_of_account(unit.db, unit.site.id, before, now=unit.now)
    if used is not None and used.kind == "account" and used.account_id != account.id:
        raise OtherAccount
    sessions.end(unit.db, unit.site.id, before)


def make_handover(unit: Unit, origin: str) -> str:
    """Make the one-time code by which an embed on one of the site's origins takes over this session."""
    if origin not in unit.site.origins:
        raise Forbidden
    lasting, parent = timedelta(seconds=HANDOVER_SECONDS), unit.actor.session_hash
    return _open(unit, "handover", acting_account(unit).id, lasting, parent_hash=parent, origin=origin)


def exchange(unit: Unit, code: str, *, origin: str) -> Bearer:
    """Turn a one-time code into a bearer, for the origin it was made for; raise `SignInOver`."""
    used = sessions.use_handover(unit.db, unit.site.id, hash_secret(code), now=unit.now)
    if used is None or used.origin != origin or used.parent_hash is None:
        raise SignInOver
    guest = unit.actor.author
    account = accounts.find(unit.db, unit.site.id, used.account_id)
    if account is None:
        raise SignInOver
    if guest is not None and guest.kind is AuthorKind.GUEST:
        account = adoption.adopt_guest(unit, account, guest)
    return _bearer(unit, account.id, account.name, parent_hash=used.parent_hash)


def bearer_for(unit: Unit, account: Account, *, lasting: timedelta) -> Bearer:
    """Give a bearer that came of no session of ours: it is not renewed, and whoever vouched is asked again."""
    seconds = min(BEARER_SECONDS, int(lasting.total_seconds()))
    token = _open(unit, "bearer", account.id, timedelta(seconds=seconds))
    return Bearer(token=token, name=account.name, seconds=seconds)


def renew(unit: Unit) -> Bearer:
    """Give a fresh bearer for the one that asks, which ends; raise `SessionOver` when the browser signed out."""
    acting_account(unit)
    old = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    if old is None or old.kind != "bearer" or old.parent_hash is None:
        raise SessionOver
    given = bearer_of(unit, old.parent_hash)
    sessions.end(unit.db, unit.site.id, old.token_hash)
    return given


def bearer_of(unit: Unit, parent_hash: str) -> Bearer:
    """Give a bearer that comes of a browser's session, which was used just now; raise `SessionOver`."""
    parent = sessions.find_of_account(unit.db, unit.site.id, parent_hash, now=unit.now)
    account = None if parent is None else accounts.find(unit.db, unit.site.id, parent.account_id)
    if parent is None or account is None:
        raise SessionOver
    _touch(unit, parent)
    return _bearer(unit, account.id, account.name, parent_hash=parent_hash)


def keep_alive(unit: Unit) -> None:
    """Remember that the acting session was used; writes once an hour at most."""
    used = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    if used is not None and used.kind == "account":
        _touch(unit, used)


def way_of(unit: Unit) -> str:
    """Say by which way the acting session's owner came in."""
    used = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    return used.way if used is not None else ""


def _touch(unit: Unit, used: sessions.Opened) -> None:
    if unit.now - used.seen_at < TOUCH_AFTER:
        return
    last = used.created_at + timedelta(days=LONGEST_DAYS)
    sessions.touch(
        unit.db,
        unit.site.id,
        used.token_hash,
        now=unit.now,
        expires_at=min(last, unit.now + timedelta(days=IDLE_DAYS)),
    )


def _bearer(unit: Unit, account_id: AccountId, name: str, *, parent_hash: str) -> Bearer:
    token = _open(unit, "bearer", account_id, timedelta(seconds=BEARER_SECONDS), parent_hash=parent_hash)
    return Bearer(token=token, name=name, seconds=BEARER_SECONDS)


def _open(
    unit: Unit,
    kind: str,
    account_id: AccountId,
    lasting: timedelta,
    *,
    parent_hash: str | None = None,
    origin: str = "",
    entry: Entry = NO_ENTRY,
) -> str:
    token = f"{_PENDING_MARK if kind == PENDING else ''}{secrets.token_urlsafe(32)}"
    new = sessions.Opened(
        token_hash=hash_secret(token),
        kind=kind,
        account_id=account_id,
        created_at=unit.now,
        seen_at=unit.now,
        expires_at=unit.now + lasting,
        parent_hash=parent_hash,
        origin=origin,
        device=entry.device[:LONGEST_DEVICE],
        network=entry.network,
        way=entry.way,
        proved_at=unit.now if entry.way else None,
        second_at=entry.second_at,
    )
    sessions.insert_of_account(unit.db, unit.site.id, new)
    return token
