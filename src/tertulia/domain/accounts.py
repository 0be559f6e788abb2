"""An account is how a person signs in on one site, and what they may do there. Their public face is an author."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from tertulia.domain.authors import Author
from tertulia.domain.errors import Conflict, Forbidden, Invalid, NotFound

AccountId = NewType("AccountId", int)
SignInId = NewType("SignInId", int)

LONGEST_ADDRESS: Final = 254
"""Characters of an e-mail address (RFC 5321)."""
_ADDRESS: Final = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@([^\s@<>(),;:\\\"\[\]]+)\Z")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


class BadAddress(Invalid):
    """What should be an e-mail address is none."""

    code = "bad-address"


class BadRole(Invalid):
    """There is no such role."""

    code = "bad-role"


class BadSections(Invalid):
    """Sections that are too many or too long, or for a role that is for the whole site."""

    code = "bad-sections"


class LastOwner(Conflict):
    """The site would be left without an owner."""

    code = "last-owner"


class AccountExists(Conflict):
    """Somebody has an account with this address already."""

    code = "account-exists"


class BadEnding(Invalid):
    """There is no such way to end an account."""

    code = "bad-ending"


class WayNotOffered(NotFound):
    """The site's policy does not offer this way to sign in."""

    code = "way-not-offered"

    def __init__(self, way: str) -> None:
        super().__init__("way", way[:60])


class SessionOver(Forbidden):
    """The session ended, by time or by hand: sign in again."""

    code = "session-over"


class Role(StrEnum):
    """What an account may do on its site; each may do all that those before it may."""

    READER = "reader"
    TRUSTED = "trusted"
    STAFF = "staff"
    MODERATOR = "moderator"
    EDITOR = "editor"
    OWNER = "owner"


class Purpose(StrEnum):
    """What a mail with a link and a code is for."""

    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - to choose one


class Ending(StrEnum):
    """What becomes of the comments when their account ends."""

    REMOVE = "remove"
    """Their words go; where they stood a tombstone says that their author took them back."""
    KEEP = "keep"
    """Their words stay, without a name."""


STAFF: Final = frozenset({Role.STAFF, Role.MODERATOR, Role.EDITOR, Role.OWNER})
"""Roles of people who work for the publication: their faces carry its badge."""
BADGE: Final = "staff"
MOST_SECTIONS: Final = 50
LONGEST_SECTION: Final = 200
"""Characters of a section's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """How a person signs in. `author` is their face, known once they wrote; `email` may be empty."""

    id: AccountId
    email: str
    role: Role
    author: Author | None
    language: str
    created_at: datetime
    ending: Ending | None = None
    ends_at: datetime | None = None
    """When the account ends, as its owner asked; None for one that lives on."""
    is_proven: bool = False
    """Whether somebody who came in proved that the address is theirs."""
    has_totp: bool = False
    """Whether an app on their telephone gives codes for this account."""
    sections: tuple[str, ...] = ()
    """Of a moderator: the sections they are for; empty for all."""
    second_at: datetime | None = None
    """Of one found by its session: when a second factor was last shown in it; None for never."""
    rests: bool = False
    """Whether what its role may beyond a reader rests, since the site asks staff for a second factor."""

    @property
    def powers(self) -> Role:
        """The role whose powers it has now: permissions ask for this one."""
        return Role.READER if self.rests else self.role

    @property
    def name(self) -> str:
        """The public name; empty before the first comment."""
        return self.author.name if self.author else ""

    @property
    def standing(self) -> str:
        """What stands for role and sections as somebody saw them: it differs when either changed."""
        told = "\0".join((self.role, *self.sections))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def clean_address(text: str) -> str:
    """Write an e-mail address in the one spelling that is kept; raise `BadAddress`.

    Lower case throughout: no provider that matters gives two people addresses that differ in case only.
    """
    address = unicodedata.normalize("NFC", text.strip()).lower()
    match = _ADDRESS.match(address)
    if match is None or len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise BadAddress
    try:
        domain = match.group(1).encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress from None
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        raise BadAddress
    return f"{address.rpartition('@')[0]}@{domain}"


def role_of(text: str) -> Role:
    """Read a role; raise `BadRole`."""
    try:
        return Role(text)
    except ValueError:
        raise BadRole(role=text[:40]) from None


def clean_sections(names: Iterable[str], *, role: Role) -> tuple[str, ...]:
    """Write the sections of a moderator, each once; raise `BadSections`.

    Sections are the publication's own words: case and spaces make no difference, everything else does.
    """
    shown: dict[str, str] = {}
    for name in names:
        if name.strip():
            shown.setdefault(section_key(name), " ".join(name.split()))
    if shown and role is not Role.MODERATOR:
        raise BadSections(role=role.value)
    too_long = any(len(name) > LONGEST_SECTION or not name.isprintable() for name in shown.values())
    if too_long or len(shown) > MOST_SECTIONS:
        raise BadSections(limit=MOST_SECTIONS)
    return tuple(shown.values())


def section_key(name: str) -> str:
    """Give what two spellings of one section share."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_above(one: Role, other: Role) -> bool:
    """Whether a role reaches further than another."""
    order = list(Role)
    return order.index(one) > order.index(other)
