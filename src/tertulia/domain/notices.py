"""Notices: which of them a person wants, over which channel. Pure; what sends them is elsewhere."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from tertulia.domain.errors import Invalid


class BadNotice(Invalid):
    """There is no such notice, or not over this channel."""

    code = "bad-notice"


class NoticeKind(StrEnum):
    """What somebody can be told of."""

    REPLY = "reply"
    """Somebody answered me."""
    CONVERSATION = "conversation"
    """Somebody wrote in a thread in which I wrote."""
    DECISION = "decision"
    """What became of a comment of mine that waited, or that was removed."""
    DIGEST = "digest"
    """What was discussed, once a week."""


class Channel(StrEnum):
    """How a notice reaches its reader."""

    EMAIL = "email"


Wanted = Mapping[NoticeKind, tuple[Channel, ...]]
"""For each kind the channels that are wanted; a kind without one is not wanted."""

DEFAULTS: Final[Wanted] = {
    NoticeKind.REPLY: (Channel.EMAIL,),
    NoticeKind.CONVERSATION: (),
    NoticeKind.DECISION: (Channel.EMAIL,),
    NoticeKind.DIGEST: (),
}
"""What counts for who never chose: what is about one's own words, and nothing that comes by itself."""

FIELDS: Final = {f"{kind}-{channel}": (kind, channel) for kind in NoticeKind for channel in Channel}
"""What each box of the form is called."""


def chosen(fields: Iterable[str]) -> Wanted:
    """Read which boxes of the form were ticked; raise `BadNotice` for one that is not there."""
    ticked: dict[NoticeKind, list[Channel]] = {kind: [] for kind in NoticeKind}
    for field in fields:
        if field not in FIELDS:
            raise BadNotice(notice=field[:40])
        kind, channel = FIELDS[field]
        ticked[kind].append(channel)
    return {kind: tuple(channels) for kind, channels in ticked.items()}


def write(wanted: Wanted) -> dict[str, list[str]]:
    """Write choices as they are kept."""
    return {kind.value: [channel.value for channel in channels] for kind, channels in wanted.items()}


def read(kept: Mapping[str, Iterable[str]] | None) -> Wanted:
    """Read kept choices. A kind that is new since then has its default; what is not known any more is passed over."""
    if kept is None:
        return DEFAULTS
    channels = {channel.value: channel for channel in Channel}
    return {
        kind: tuple(channels[each] for each in kept[kind.value] if each in channels)
        if kind.value in kept
        else DEFAULTS[kind]
        for kind in NoticeKind
    }
