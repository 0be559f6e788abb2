"""The small moderation desk: what waits for a person, and what was decided a moment ago. Plain forms.

Every form posts to `/{site}/desk/c/{comment}` with `outcome` (publish, remove or undo), `reason` and `revision`,
the comment's revision that the moderator saw: deciding on something that changed meanwhile is a conflict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.comments import Comment
from tertulia.domain.moderation import Decision, Finding, Outcome
from tertulia.domain.stories import Story
from tertulia.render import addresses, assets, environment, rows, sentences, texts
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Who sits at the desk, for which sections, and which of its pages they may open."""

    moderator: str = ""
    sections: Sequence[str] = ()
    """Empty for the whole site."""
    pages: Sequence[str] = ()
    here: str = ""
    lacks_mail: bool = False
    """Whether no mail can be sent, and so nobody gets a link, a code or word of anything."""


NOBODY_HERE: Final = Frame()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A comment that waits, and why."""

    comment: Comment
    story: Story | None = None
    findings: tuple[Finding, ...] = ()
    person: AccountId | None = None
    """Whose account wrote it, for their page at the desk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A comment and the latest decision on it."""

    comment: Comment
    decision: Decision
    story: Story | None = None
    person: AccountId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """What the desk shows. `notice` is a sentence about what the moderator just did."""

    waiting: Sequence[Waiting]
    decided: Sequence[Decided] = ()
    frame: Frame = NOBODY_HERE
    notice: str = ""
    next_after: str = ""


def queue(look: Look, queue: Queue) -> str:
    """Show the comments that wait, and those decided lately."""
    at = rows.here(look, None)
    return environment.render(
        look.language,
        "desk/queue.html",
        **frame(look, queue.frame),
        here=at,
        queue=queue,
        waiting=[_waiting(at, each) for each in queue.waiting],
        decided=[_decided(at, each) for each in queue.decided],
        reasons=[(code, texts.reason(look.language, code)) for code in sentences.REASONS],
        next_href=addresses.site(look, "/desk", after=queue.next_after) if queue.next_after else "",
    )


def landing(look: Look, *, is_expired: bool = False) -> str:
    """Tell a person without a valid sign-in link how moderators come in."""
    return environment.render(look.language, "desk/landing.html", **frame(look), is_expired=is_expired)


def second_needed(look: Look, *, has_one: bool) -> str:
    """Tell staff that came with one factor how to come with two."""
    again = addresses.site(look, "/sign-in", again="1", next=addresses.site(look, "/desk"))
    href = again if has_one else f"{addresses.site(look, '/me')}#second"
    return environment.render(
        look.language, "desk/second_needed.html", **frame(look), href=href, has_one=has_one
    )


def enter(look: Look, *, token: str) -> str:
    """Show the button that a sign-in link leads to: whoever only follows links does not use it up."""
    return environment.render(
        look.language,
        "desk/enter.html",
        **frame(look),
        action=f"{addresses.root(look)}/desk/enter",
        token=token,
    )


def frame(look: Look, at: Frame = NOBODY_HERE) -> dict[str, object]:
    """Give what stands around every page of the desk."""
    return {
        "stylesheets": [*assets.own_sheets(look.base), assets.address(look.base, "desk/desk.css")],
        "site": look.site,
        "site_href": addresses.site(look),
        "desk_href": addresses.site(look, "/desk"),
        "leave_href": f"{addresses.root(look)}/desk/leave",
        "at": at,
        "pages": [
            {
                "href": addresses.site(look, "/desk" if name == "queue" else f"/desk/{name}"),
                "words": texts.desk_page(look.language, name),
                "is_here": name == at.here,
            }
            for name in at.pages
        ],
    }


def _waiting(at: rows.Here, each: Waiting) -> dict[str, object]:
    return {
        **_subject(at, each.comment, each.story, each.person),
        "is_imported": bool(each.comment.origin),
        "findings": [texts.finding(at.language, noticed) for noticed in each.findings],
    }


def _decided(at: rows.Here, each: Decided) -> dict[str, object]:
    decision = each.decision
    has_reason = decision.outcome in (Outcome.REMOVE, Outcome.REJECT) and decision.reason
    return {
        **_subject(at, each.comment, each.story, each.person),
        "outcome": texts.outcome(at.language, decision.outcome),
        "reason": texts.reason(at.language, decision.reason) if has_reason else "",
        "made_by": decision.made_by,
        "made_at": decision.made_at,
    }


def _subject(
    at: rows.Here, comment: Comment, story: Story | None, person: AccountId | None
) -> dict[str, object]:
    return {
        "person_href": addresses.site(at.look, f"/desk/people/{ids.encode(person)}") if person else "",
        "row": rows.row(at, comment),
        "html": rows.body(at.root, comment.html),
        "story": story,
        "story_href": addresses.story(at.look, story) if story else "",
        "action": addresses.site(at.look, f"/desk/c/{rows.encoded(comment.id)}"),
    }
