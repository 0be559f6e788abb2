"""The page on which a reader flags a comment, sees what became of that, or takes it back."""

from dataclasses import dataclass
from typing import Final

from tertulia.domain import flags as domain
from tertulia.domain.comments import Comment
from tertulia.domain.flags import Flag, State
from tertulia.domain.moderation import Status
from tertulia.domain.stories import Story
from tertulia.render import addresses, rows, texts
from tertulia.render.look import Look
from tertulia.render.people import own_page


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """How the person who looks at the page stands to the comment."""

    may_flag: bool
    is_own: bool
    flag: Flag | None = None
    """What they flagged already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What somebody typed, and why it was not taken."""

    reason: str = ""
    words: str = ""
    error: str = ""


NOTHING_TYPED: Final = Typed()


def page(
    look: Look, story: Story, comment: Comment, asker: Asker, *, key: str, typed: Typed = NOTHING_TYPED
) -> str:
    """Show a comment and ask why it is flagged, or say what became of the reader's flag."""
    flag = asker.flag if asker.flag and asker.flag.state is not State.WITHDRAWN else None
    is_open = comment.status is Status.VISIBLE and not asker.is_own and flag is None
    action = addresses.site(look, f"/c/{rows.encoded(comment.id)}/flag")
    at = rows.here(look, story)
    return own_page(
        look,
        "flag.html",
        here=at,
        row=rows.row(at, comment),
        is_own=asker.is_own,
        asks=is_open and asker.may_flag and bool(look.policy.flag_reasons),
        needs_account=is_open and not asker.may_flag,
        state=texts.flag_state(look.language, flag.state) if flag else "",
        can_withdraw=flag is not None and flag.state is State.OPEN,
        action=action,
        key=key,
        typed=typed,
        longest=domain.LONGEST_WORDS,
        reasons=[(code, texts.reason(look.language, code)) for code in look.policy.flag_reasons],
        sign_in_href=addresses.site(look, "/sign-in", next=action),
        report_comment_href=addresses.report(look, comment=rows.encoded(comment.id))
        if comment.is_listed
        else "",
        back=addresses.comment(look, comment),
    )
