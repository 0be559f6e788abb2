"""The queue: what waits for a moderator, and their decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Invalid
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import Actor
from tertulia.domain.stories import Story
from tertulia.render import addresses, desk, texts
from tertulia.render.desk import Decided, Queue, Waiting
from tertulia.services import moderation, people, stories
from tertulia.services.moderation import Item
from tertulia.services.unit import Unit
from tertulia.web import errors
from tertulia.web.call import Call, asked, asked_comment_id, comment_id, look, own_look, sent
from tertulia.web.desk import signing

WAITING_SHOWN: Final = 50
UNDO: Final = "undo"
_OUTCOMES: Final = {each.value: each for each in (Outcome.PUBLISH, Outcome.REMOVE, Outcome.RESTORE)}


class BadOutcome(Invalid):
    """A word that is no decision of a moderator's."""

    code = "bad-outcome"


class DecisionSent(Struct, frozen=True, kw_only=True):
    """A decision, and the revision of the comment that the moderator saw."""

    outcome: str = ""
    reason: str = ""
    revision: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What belongs to the comments of a page: their stories, and the accounts of those who wrote them."""

    stories: dict[StoryId, Story]
    people: dict[AuthorId, AccountId]


def show(call: Call) -> Response:
    """Show what waits and what was decided lately."""
    with call.read() as unit:
        moderator = signing.find_moderator(unit, call)
    if moderator is None:
        return signing.landing(call)
    done = asked(call, "done")
    return HTMLResponse(_page(call, moderator, lambda spoken: _notice(spoken, done)))


def decide(call: Call) -> Response:
    """Take a decision; what changed meanwhile is shown anew, with nothing done."""
    wanted = sent(call, DecisionSent)
    with call.read() as unit:
        moderator = signing.find_moderator(unit, call)
    if moderator is None:
        return signing.landing(call)
    try:
        with call.write(moderator) as unit:
            seen = look(call, unit)
            outcome = _decide(unit, comment_id(call), wanted)
    except (Conflict, Invalid) as refusal:
        said = refusal
        page = _page(call, moderator, lambda spoken: texts.refusal(spoken, said))
        return HTMLResponse(page, status_code=errors.status_of(refusal))
    return RedirectResponse(addresses.site(seen, "/desk", done=outcome), status_code=303)


def _decide(unit: Unit, comment: CommentId, wanted: DecisionSent) -> str:
    if wanted.outcome == UNDO:
        moderation.undo(unit, comment, seen_revision=wanted.revision)
        return UNDO
    outcome = _OUTCOMES.get(wanted.outcome)
    if outcome is None:
        raise BadOutcome(outcome=wanted.outcome[:40])
    ruling = Ruling(outcome=outcome, reason=wanted.reason)
    moderation.decide(unit, comment, ruling, seen_revision=wanted.revision)
    return outcome.value


def _notice(spoken: str, done: str) -> str:
    return texts.outcome(spoken, done) if done in _OUTCOMES else ""


def _page(call: Call, moderator: Actor, notice: Callable[[str], str]) -> str:
    after = asked_comment_id(call, "after")
    with call.read(moderator) as unit:
        held = moderation.list_held(unit, after=after, most=WAITING_SHOWN + 1)
        decided = moderation.list_decided(unit)
        shown = held[:WAITING_SHOWN]
        known = _known(unit, [*shown, *decided])
        seen = own_look(call, unit)
    content = Queue(
        waiting=[_waiting(item, known) for item in shown],
        decided=[_decided(item, known) for item in decided],
        frame=signing.frame_of(call, moderator, "queue"),
        notice=notice(seen.language),
        next_after=ids.encode(shown[-1].comment.id) if len(held) > WAITING_SHOWN else "",
    )
    return desk.queue(seen, content)


def _known(unit: Unit, items: list[Item]) -> Known:
    return Known(
        stories=stories.list_by_ids(unit, {item.comment.story_id for item in items}),
        people=people.accounts_of(unit, {item.comment.author.id for item in items}),
    )


def _waiting(item: Item, known: Known) -> Waiting:
    return Waiting(
        comment=item.comment,
        story=known.stories[item.comment.story_id],
        findings=item.decisions[-1].findings if item.decisions else (),
        person=known.people.get(item.comment.author.id),
    )


def _decided(item: Item, known: Known) -> Decided:
    return Decided(
        comment=item.comment,
        decision=item.decisions[-1],
        story=known.stories[item.comment.story_id],
        person=known.people.get(item.comment.author.id),
    )
