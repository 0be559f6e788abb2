"""All that is somebody's own, as a page to read and as data, comment by comment: there may be very many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from math import ceil

import msgspec

from tertulia.domain import ids
from tertulia.domain.notices import NoticeKind
from tertulia.domain.takeouts import FORMAT, VERSION, Belongings, OwnComment, Takeout, TakeoutId
from tertulia.render import addresses, environment, sentences, texts
from tertulia.render.look import Look

_NAMES = tuple(each.name for each in fields(OwnComment))


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """How a takeout stands, for the page of what is one's own."""

    action: str
    can_ask: bool
    is_waiting: bool = False
    is_over: bool = False
    href: str = ""
    """Where it can be fetched; empty when it cannot."""
    kilobytes: int = 0
    expires_at: datetime | None = None


def shown(look: Look, last: Takeout | None, *, can_ask: bool, now: datetime) -> Shown:
    """Say how the last takeout stands."""
    action = addresses.site(look, "/me/data")
    if last is None:
        return Shown(action=action, can_ask=can_ask)
    if last.expires_at <= now:
        return Shown(action=action, can_ask=can_ask, is_over=True)
    if last.made_at is None:
        return Shown(action=action, can_ask=can_ask, is_waiting=True)
    return Shown(
        action=action,
        can_ask=can_ask,
        href=address(look, last.id),
        kilobytes=max(1, ceil(last.size / 1024)),
        expires_at=last.expires_at,
    )


def address(look: Look, takeout_id: TakeoutId) -> str:
    """Address where a takeout is fetched."""
    return addresses.site(look, f"/me/data/{ids.encode(takeout_id)}")


def opening(look: Look, owned: Belongings, *, made_at: datetime) -> bytes:
    """Write the data up to the first comment."""
    head = msgspec.json.encode(
        {
            "format": FORMAT,
            "version": VERSION,
            "made_at": made_at,
            "site": {"key": look.site.key, "name": look.site.name, "address": addresses.root(look)},
            "account": owned.account,
            "sessions": owned.sessions,
            "tokens": owned.tokens,
            "passkeys": owned.passkeys,
            "muted": owned.muted,
            "former_names": owned.former_names,
            "connected": owned.connected,
            "flags": owned.flags,
            "statements": owned.statements,
            "sanctions": owned.sanctions,
            "remarks": owned.remarks,
        }
    )
    return head.removesuffix(b"}") + b',"comments":['


def comment(look: Look, of: OwnComment) -> bytes:
    """Write a comment as data."""
    return msgspec.json.encode(
        {**{name: getattr(of, name) for name in _NAMES}, "address": comment_address(look, of)}
    )


def closing(*, is_complete: bool) -> bytes:
    """Write the rest of the data."""
    return b'],"is_complete":' + msgspec.json.encode(is_complete) + b"}\n"


def page(
    look: Look,
    owned: Belongings,
    comments: Iterator[OwnComment],
    *,
    made_at: datetime,
    is_complete: Callable[[], bool],
) -> Iterator[str]:
    """Render the page piece by piece; `is_complete` is asked behind the last comment."""
    template = environment.environment(look.language).get_template("my_data.html")
    yield from template.generate(
        site=look.site,
        made_at=made_at,
        account=owned.account,
        sessions=owned.sessions,
        tokens=owned.tokens,
        passkeys=owned.passkeys,
        muted=owned.muted,
        notice_words=lambda kind: texts.gettext(sentences.NOTICES[NoticeKind(kind)], look.language),
        former_names=owned.former_names,
        connected=owned.connected,
        flags=owned.flags,
        statements=owned.statements,
        effect=lambda code: texts.effect(look.language, code),
        result=lambda code: texts.result(look.language, code or None),
        sanctions=owned.sanctions,
        remarks=owned.remarks,
        sanction=lambda kind: texts.sanction_kind(look.language, kind)[0],
        comments=comments,
        is_complete=is_complete,
        address_of=lambda of: comment_address(look, of),
        badge=lambda code: texts.badge(look.language, code),
        outcome=lambda code: texts.outcome(look.language, code),
        why=lambda code: texts.reason(look.language, code) if code else "",
        json=lambda value: msgspec.json.format(msgspec.json.encode(value), indent=2).decode(),
    )


def comment_address(look: Look, of: OwnComment) -> str:
    """Address a comment in its discussion."""
    return f"{addresses.root(look)}/c/{of.id}"
