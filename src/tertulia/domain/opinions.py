"""A second opinion: a moderator asks a colleague what they would decide. It decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Invalid
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome

OpinionId = NewType("OpinionId", int)

LONGEST: Final = 5_000
"""Characters of a question, and of an answer."""
OUTCOMES: Final = (Outcome.PUBLISH, Outcome.HOLD, Outcome.REMOVE)
"""What one can advise."""


class BadOpinion(Invalid):
    """A question without words, an advice that is none, words that are too many, or a colleague who cannot answer."""

    code = "bad-opinion"


class OpinionGiven(Conflict):
    """Somebody answered already."""

    code = "opinion-given"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """A question about a comment, and the answer once there is one."""

    id: OpinionId
    comment_id: CommentId
    asked_by: AccountId | None
    asked_name: str
    asked_of: AccountId | None
    """The colleague who is asked; None for whoever comes first."""
    question: str
    asked_at: datetime
    outcome: Outcome | None = None
    answer: str = ""
    answered_by: AccountId | None = None
    answered_name: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody answered yet."""
        return self.answered_at is None


def clean(words: str, *, is_needed: bool) -> str:
    """Give a question or an answer as it is kept; raise `BadOpinion`."""
    kept = words.strip()
    if len(kept) > LONGEST or (is_needed and not kept):
        raise BadOpinion(choice="words")
    return kept
