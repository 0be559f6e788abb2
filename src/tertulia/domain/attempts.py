"""An attempt is a sign-in at a provider elsewhere, from leaving this server to coming back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Forbidden

AttemptId = NewType("AttemptId", int)


class AttemptOver(Forbidden):
    """A sign-in elsewhere took too long, was used already, or began in another browser or not here at all."""

    code = "attempt-over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One that is neither used nor over."""

    id: AttemptId
    way: str
    account_id: AccountId | None
    """Who was signed in when it began and connects one more way in; None where somebody signs in."""
    browser_hash: str
    onward: Mapping[str, str] = field(default_factory=dict)
    """Where to go on afterwards."""
    created_at: datetime
    expires_at: datetime
