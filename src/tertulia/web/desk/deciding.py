"""Decisions of moderators: on one comment or on a selection, by a plain form or by the desk's script."""

from typing import Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import Actor
from tertulia.domain.queues import MOST_AT_ONCE
from tertulia.render import items, texts
from tertulia.render import queue as render
from tertulia.render.queue import Notice
from tertulia.services import deciding, queue, surroundings
from tertulia.services.deciding import Picked, Result
from tertulia.services.unit import Unit
from tertulia.web import errors
from tertulia.web.call import Call, Unreadable, comment_id, own_look, sent, wants_json
from tertulia.web.desk import queue as pages
from tertulia.web.desk import rows

_OUTCOMES: Final = {
    each.value: each for each in (Outcome.PUBLISH, Outcome.HOLD, Outcome.REMOVE, Outcome.RESTORE)
}
_TOGETHER: Final = 10
"""Comments of a selection in one transaction."""
_STAYS: Final = frozenset({"take", "over", "release", "undo"})
"""After these the item is shown again; after others a line stands in its place."""


class BadOutcome(Invalid):
    """A word that is no decision of a moderator's."""

    code = "bad-outcome"


class DecisionSent(Struct, frozen=True, kw_only=True):
    """A decision, and which revision of the comment the moderator saw, and when."""

    outcome: str = ""
    reason: str = ""
    words: str = ""
    law: str = ""
    revision: int = 0
    seen_at: int = 0

    @property
    def ruling(self) -> Ruling:
        """What is decided, if it is a decision; raise `BadOutcome`."""
        outcome = _OUTCOMES.get(self.outcome)
        if outcome is None:
            raise BadOutcome(outcome=self.outcome[:40])
        words, law = self.words.strip(), self.law.strip()
        return Ruling(outcome=outcome, reason=self.reason, words=words, law=law)


class Answer(Struct, frozen=True, kw_only=True):
    """What the desk's script puts in the place of an item, and what it says."""

    fragment: str
    message: str


def decide(call: Call, actor: Actor) -> Response:
    """Do something with one comment; what changed meanwhile is shown anew, with nothing done."""
    wanted, on, where = sent(call, DecisionSent), comment_id(call), pages.asked_of(call)
    try:
        with call.write(actor) as unit:
            _do(unit, on, wanted)
            seen = own_look(call, unit)
            found = queue.get(unit, on)
            revision = str(found.comment.revision)
            fragment = _fragment(call, unit, found, wanted.outcome) if wants_json(call) else ""
    except (Conflict, Invalid) as refusal:
        return _refused(call, actor, refusal, wanted)
    if fragment:
        return _answer(Answer(fragment=fragment, message=texts.done(seen.language, wanted.outcome)))
    onward = render.href(seen, where, done=wanted.outcome, on=ids.encode(on), revision=revision)
    return RedirectResponse(onward, status_code=303)


def decide_all(call: Call, actor: Actor) -> Response:
    """Do the same with each comment of a selection, and tell what became of each."""
    pages.asked_of(call)
    fields, picked = _selection(call)
    wanted = DecisionSent(
        outcome=fields.get("outcome", ""),
        reason=fields.get("reason", ""),
        words=fields.get("words", ""),
        law=fields.get("law", ""),
    )
    results: list[Result] = []
    try:
        # Some at a time: where the database has one writer, others write in between.
        for some in range(0, len(picked), _TOGETHER):
            with call.write(actor) as unit:
                results += _do_all(unit, picked[some : some + _TOGETHER], wanted)
    except Invalid as refusal:
        return pages.page(call, actor, rows.refused(refusal), status=errors.status_of(refusal))
    return pages.page(call, actor, lambda spoken: _told(spoken, wanted.outcome, results))


def _do(unit: Unit, on: CommentId, wanted: DecisionSent) -> None:
    match wanted.outcome:
        case "undo":
            deciding.undo(unit, on, seen_revision=wanted.revision)
        case "take":
            queue.take(unit, on)
        case "over":
            queue.take_over(unit, on)
        case "release":
            queue.release(unit, on)
        case "seen":
            queue.mark_read(unit, [on])
        case _:
            deciding.decide(unit, on, wanted.ruling, seen_revision=wanted.revision)


def _do_all(unit: Unit, picked: list[Picked], wanted: DecisionSent) -> list[Result]:
    match wanted.outcome:
        case "undo":
            return deciding.undo_all(unit, picked)
        case "take":
            return deciding.take_all(unit, picked)
        case "seen":
            return deciding.mark_all(unit, picked)
        case _:
            return deciding.decide_all(unit, picked, wanted.ruling)


def _refused(call: Call, actor: Actor, refusal: TertuliaError, wanted: DecisionSent) -> Response:
    status, on = errors.status_of(refusal), comment_id(call)
    seen_at = items.moment_of(wanted.seen_at) if wanted.seen_at and isinstance(refusal, Conflict) else None
    if not wants_json(call):
        return pages.item(call, actor, on, rows.refused(refusal), seen_at=seen_at, status=status)
    with call.read(actor) as unit:
        found, spoken = queue.get(unit, on), own_look(call, unit).language
        beside = surroundings.of_items(unit, [found])
        changes = rows.changes_of(unit, on, seen_at) if seen_at else None
        shown = rows.item_of(found, beside, changes=changes)
        fragment = render.fragment(own_look(call, unit), shown, now=unit.now, asked=pages.asked_of(call))
    return _answer(Answer(fragment=fragment, message=texts.refusal(spoken, refusal)), status)


def _fragment(call: Call, unit: Unit, found: queue.Item, outcome: str) -> str:
    stays = outcome in _STAYS
    # A line that says what was done needs nothing of what stood around.
    beside = surroundings.of_items(unit, [found]) if stays else surroundings.NOTHING
    shown = rows.item_of(found, beside, done="" if stays else outcome)
    return render.fragment(own_look(call, unit), shown, now=unit.now, asked=pages.asked_of(call))


def _answer(answer: Answer, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status_code=status, media_type=pages.JSON)


def _selection(call: Call) -> tuple[dict[str, str], list[Picked]]:
    """Read a form in which one field comes again and again: the comments, each with the revision that was seen."""
    try:
        pairs = parse_qsl(call.body.decode(), max_num_fields=MOST_AT_ONCE + 20, errors="strict")
    except ValueError as error:
        raise Unreadable from error
    picked = [_picked(value) for name, value in pairs if name == "item"]
    return {name: value.replace("\0", "") for name, value in pairs}, picked


def _picked(text: str) -> Picked:
    comment, _, revision = text.partition(".")
    if not (revision.isascii() and revision.isdigit() and len(revision) < 10):
        raise Unreadable
    return Picked(comment_id=CommentId(ids.decode(comment)), revision=int(revision))


def _told(spoken: str, outcome: str, results: list[Result]) -> Notice:
    """Say how many were done and why others were not, with the way back for all that were."""
    done = [each for each in results if each.comment is not None]
    refused = [each.refusal for each in results if each.refusal is not None]
    undo = [f"{ids.encode(each.comment.id)}.{each.comment.revision}" for each in done if each.comment]
    return Notice(
        text=texts.done_with(spoken, len(done)),
        undo_all=undo if outcome in rows.UNDONE else (),
        is_refusal=not done,
        details=[texts.refusal(spoken, refusal) for refusal in refused],
    )
