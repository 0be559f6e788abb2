"""The plug points: one protocol per kind. A plug-in is found through an entry point in the group
`tertulia.<kind>` that names a factory taking the plug-in's settings (a mapping) and giving an object
that satisfies the protocol here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol, runtime_checkable

from tertulia.domain.moderation import Finding, Screening
from tertulia.domain.transfer import PortableRecord

KINDS = ("rule", "importer", "exporter", "notifier", "sign_in")


@runtime_checkable
class Rule(Protocol):
    """Notices things about a draft. Gives findings, changes nothing, needs no network, takes no time."""

    name: str

    def screen(self, screening: Screening) -> list[Finding]:
        """Say what is noticed about the text and its circumstances."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What the operator said about a file."""

    url: str | None = None
    """URL of the story, for files that hold one story and do not name it."""
    title: str | None = None
    article: str | None = None
    """The story's own text, where the operator has it."""
    order: str = "unknown"
    """Display order of flat text: nested, time or unknown."""


@runtime_checkable
class Importer(Protocol):
    """Reads one format. Streams: a million entries never stand in memory together."""

    name: str
    """The word for `--format`; also the source under which ids are kept."""

    def recognises(self, head: bytes, filename: str) -> bool:
        """Say from the file's first 64 KiB (decompressed) whether this format wrote it."""
        ...

    def read(self, file: BinaryIO, options: ImportOptions) -> Iterator[PortableRecord]:
        """Yield stories before their entries, in any order otherwise; raise `UnreadableFile` when broken.

        Parents may come after children. Remarks say what was repaired or left out.
        """
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes one format."""

    name: str

    def write(self, records: Iterable[PortableRecord], header: Mapping[str, str]) -> Iterator[bytes]:
        """Give the file's bytes piece by piece."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is sent to one person. It shows nothing of itself in logs: an address, a text and often a way in."""

    to: str = field(repr=False)
    """Where the channel finds the person; for `email` one address without a name."""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    """The whole message in plain words."""
    html: str = field(default="", repr=False)
    """The same for those who see it with colours; empty when there is no such form."""
    sender: str = ""
    """The name it comes from, as a site's. The address it comes from is the operator's."""


class NotSent(Exception):
    """A message was not sent. The reason names neither the person nor the text: it goes to the log."""


class TryLater(NotSent):
    """The channel is away, busy or not set up well: the same message may be sent later."""


class NeverSent(NotSent):
    """The channel refuses this message, and would refuse it again."""


@runtime_checkable
class Notifier(Protocol):
    """Sends messages over one channel. Called in jobs, so it may use the network; several threads may call it."""

    name: str

    def send(self, message: Message) -> None:
        """Hand the message to the channel; return when it has it. Raise `TryLater` or `NeverSent`."""
        ...

    def check(self) -> None:
        """Go the whole way to the channel and send nothing; raise `NotSent` with what is wrong."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whom a proof proves. Everything but `subject` may be empty."""

    subject: str
    """Who they are to whoever vouches for them: the same at every sign-in, and nobody else's."""
    name: str = field(default="", repr=False)
    """A public name as it was told; it may be unusable."""
    email: str = field(default="", repr=False)
    is_email_verified: bool = False
    """Whether whoever vouches has made sure that the address is theirs."""
    badges: tuple[str, ...] = ()
    """Badges that the operator allows, and no others."""
    expires_at: datetime
    """Until when the proof may be believed."""
    one_time_id: str = field(default="", repr=False)
    """What the proof is known by, where it counts once; empty where it may come again."""
    keeps: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What is to be kept of this way in from now on instead of `Asked.kept`; empty where nothing changes."""


class BadProof(Exception):
    """A proof proves nothing. `reason` is one word in lower case with hyphens, and holds nothing of the proof."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One try to sign in, from its beginning to its end, as far as a way in may know of it."""

    secret: bytes = field(repr=False)
    """Made of the operator's key for this try alone, and the same at its end: what must be random to others follows
    from it, so that nothing of it need be kept.
    """
    now: datetime
    """The moment of the call, at the end a later one."""
    ends_at: datetime
    """Until when this try may be finished."""
    return_to: str = ""
    """Our address that the browser comes back to, for ways that send it elsewhere."""
    reference: str = ""
    """What we know this try by. A way that sends the browser elsewhere lets it come back with this in `state`, before
    the first dot.
    """
    address: str = field(default="", repr=False)
    """The e-mail address that somebody typed, in the one spelling that is kept; empty where a way asks for none."""
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What is kept of this way in for the account that is claimed, such as the hash of a password; empty for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """What somebody must do to prove who they are. A way in uses what it needs; the rest stays empty."""

    go_to: str = field(default="", repr=False)
    """Address elsewhere that their browser is sent to."""
    letter: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Secrets that are sent to `Asked.address`, and to nobody else."""
    options: str = field(default="", repr=False)
    """JSON that a script of ours hands to their device."""


@runtime_checkable
class SignIn(Protocol):
    """One way to sign in, for one site. Several threads may call it.

    Whoever calls it keeps count of tries, of their time and of the browser that asked; this decides only what proves
    what. Both calls are made outside transactions, so they may use the network.
    """

    name: str

    def begin(self, asked: Asked) -> Challenge:
        """Say what somebody must do; raise `BadProof` where that cannot be said now."""
        ...

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say whom an answer proves; raise `BadProof`. `answer` comes from a stranger: whatever they sent, as text."""
        ...

    def check(self) -> None:
        """Go the whole way to what proofs are checked with; raise `BadProof` where it is not there."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Whom a device is set up for, and what is shown there."""

    handle: str
    """What stands for the account on the device, in base64url: always the same, and nothing about them."""
    name: str = field(repr=False)
    site: str
    known: tuple[Mapping[str, str], ...] = ()
    """What is kept of their devices, so that none is set up twice."""


@runtime_checkable
class DeviceKeeper(SignIn, Protocol):
    """A way to sign in by a device that was set up for it before."""

    def begin_to_keep(self, asked: Asked, holder: Holder) -> Challenge:
        """Say what a device must do to be set up."""
        ...

    def keep(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say which device it is, and in `keeps` what is kept of it; raise `BadProof`."""
        ...


@runtime_checkable
class SecretKeeper(SignIn, Protocol):
    """A way to sign in by a secret that its owner chooses, of which something is kept to compare with."""

    def keep(self, secret: str) -> Mapping[str, str]:
        """Say what is kept of a new secret, as `Asked.kept` from then on; raise `BadProof` where that cannot be said.

        Whether the secret is good enough was asked before.
        """
        ...


__all__ = [
    "KINDS",
    "Asked",
    "BadProof",
    "Challenge",
    "DeviceKeeper",
    "Exporter",
    "Holder",
    "Identity",
    "ImportOptions",
    "Importer",
    "Message",
    "NeverSent",
    "NotSent",
    "Notifier",
    "Rule",
    "SecretKeeper",
    "SignIn",
    "TryLater",
]
