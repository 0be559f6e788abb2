"""What moderators said and did to an author, as the author themselves finds it: on their page, above the composer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tertulia.domain import ids
from tertulia.domain.authors import Restriction
from tertulia.domain.sanctions import Sanction
from tertulia.render import addresses, environment, texts
from tertulia.render.look import Look

PATH: Final = "/warnings"


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnWarning:
    """A message or a warning that waits to be read. `key` stands for it in the form."""

    key: str
    name: str
    reason: str
    words: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSanctions:
    """What an author is told on their pages; nothing for nearly everybody."""

    restriction: str = ""
    """What they may not do, until when and why."""
    words: str = ""
    """What the moderator says to that."""
    is_silent: bool = False
    """Whether they cannot write at all."""
    unread: Sequence[OwnWarning] = ()
    action: str = ""


NOTHING: Final = OwnSanctions()


def own(look: Look, current: Sanction | None, unread: Sequence[Sanction]) -> OwnSanctions:
    """Prepare what restricts an author now, and what they did not read yet."""
    return OwnSanctions(
        restriction=_restriction(look.language, current) if current else "",
        words=current.words if current else "",
        is_silent=current is not None and current.restriction is not Restriction.HOLD,
        unread=[_warning(look, each) for each in unread],
        action=addresses.site(look, PATH),
    )


def _warning(look: Look, of: Sanction) -> OwnWarning:
    name, _ = texts.sanction_kind(look.language, of.kind)
    return OwnWarning(
        key=ids.encode(of.id),
        name=name,
        reason=texts.reason(look.language, of.reason) if of.reason else "",
        words=of.words,
        made_at=of.made_at,
    )


def _restriction(language: str, of: Sanction) -> str:
    why = texts.reason(language, of.reason)
    until = "" if of.ends_at is None else environment.moment(language, of.ends_at)
    if of.restriction is not Restriction.HOLD:
        return texts.restricted(language, until=until, reason=why)
    if until:
        return texts.gettext(
            "Until %(until)s a moderator reads what you write before it appears. The reason: %(reason)s.",
            language,
            until=until,
            reason=why,
        )
    return texts.gettext(
        "A moderator reads what you write before it appears. The reason: %(reason)s.", language, reason=why
    )
