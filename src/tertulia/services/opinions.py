"""Second opinions: ask a colleague about a comment, answer, see what was said. Nothing is decided by it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tertulia.domain.accounts import Account, AccountId
from tertulia.domain.audit import AuditEntry
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import SYSTEM_NAME
from tertulia.domain.opinions import OUTCOMES, BadOpinion, Opinion, OpinionGiven, OpinionId, clean
from tertulia.domain.permissions import ROLES, Act, Actor, ActorKind, may, may_moderate
from tertulia.services import comments, moderation
from tertulia.services.unit import Unit
from tertulia.store import opinions as store
from tertulia.store import people, stories, threads

MOST_OPEN: Final = 100
MOST_COLLEAGUES: Final = 200
MOST_OF_COMMENT: Final = 20


def ask(unit: Unit, comment_id: CommentId, question: str, *, of: AccountId | None = None) -> Opinion:
    """Ask a colleague, or whoever comes first, about a comment; raise `BadOpinion`, `Forbidden` or `NotFound`."""
    comment = comment_of(unit, comment_id)
    if of is not None and of not in {each.id for each in list_colleagues(unit, comment)}:
        raise BadOpinion(choice="of")
    new = Opinion(
        id=OpinionId(unit.new_id()),
        comment_id=comment_id,
        asked_by=unit.actor.account_id,
        asked_name=unit.actor.name or SYSTEM_NAME,
        asked_of=of,
        question=clean(question, is_needed=True),
        asked_at=unit.now,
    )
    store.insert_opinion(unit.db, unit.site.id, new)
    unit.audit(_entry(new, comment, "opinion.asked"))
    return new


def answer(unit: Unit, opinion_id: OpinionId, outcome: str, words: str) -> Opinion:
    """Answer what somebody else asked; raise `BadOpinion`, `OpinionGiven`, `Forbidden` or `NotFound`."""
    asked = store.find(unit.db, unit.site.id, opinion_id)
    if asked is None:
        raise NotFound("opinion")
    comment = comment_of(unit, asked.comment_id)
    if not may_answer(unit, asked):
        raise Forbidden
    advice = next((each for each in OUTCOMES if each.value == outcome), None)
    if advice is None:
        raise BadOpinion(choice="outcome")
    answered = replace(
        asked,
        outcome=advice,
        answer=clean(words, is_needed=False),
        answered_by=unit.actor.account_id,
        answered_name=unit.actor.name or SYSTEM_NAME,
        answered_at=unit.now,
    )
    if not store.save_answer(unit.db, unit.site.id, answered):
        raise OpinionGiven
    unit.audit(_entry(answered, comment, "opinion.given"))
    return answered


def may_answer(unit: Unit, asked: Opinion) -> bool:
    """Whether it is the actor's to answer: they or anybody is asked, and they did not ask it themselves."""
    own = unit.actor.account_id
    if asked.asked_by == own and (own is not None or asked.asked_name == unit.actor.name):
        return False
    return asked.asked_of is None or asked.asked_of == own


def list_open(unit: Unit) -> list[Opinion]:
    """List what the acting moderator or anybody is asked, within their sections, oldest first."""
    sections = moderation.own_sections(unit)
    found = store.list_open(
        unit.db, unit.site.id, asked_of=unit.actor.account_id, sections=sections, most=MOST_OPEN
    )
    return [each for each in found if may_answer(unit, each)]


def for_comments(unit: Unit, comment_ids: Sequence[CommentId]) -> dict[CommentId, list[Opinion]]:
    """Give what was asked about these comments, which the actor may see, and what was answered; oldest first."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    if not comment_ids:
        return {}
    most = MOST_OF_COMMENT * len(comment_ids)
    found: dict[CommentId, list[Opinion]] = {}
    for each in store.list_of_comments(unit.db, unit.site.id, comment_ids, most=most):
        found.setdefault(each.comment_id, []).append(each)
    return found


def comment_of(unit: Unit, comment_id: CommentId) -> Comment:
    """Give a comment that the actor may decide on; raise `Forbidden`, or `NotFound` where they may not know of it."""
    found = comments.access(unit, comment_id)
    if not may_moderate(unit.actor, comments.section_of(unit, found)):
        raise Forbidden
    return found


def comments_of(unit: Unit, asked: Sequence[Opinion]) -> dict[CommentId, Comment]:
    """Give the comments that questions are about, as `list_open` gave them."""
    wanted = {each.comment_id for each in asked}
    found = threads.list_by_ids(unit.db, unit.site.id, wanted) if wanted else []
    return {each.id: each for each in found}


def list_colleagues(unit: Unit, comment: Comment) -> list[Account]:
    """List who else may decide on a comment: its section is theirs."""
    section = stories.get(unit.db, unit.site.id, comment.story_id).section
    found: list[Account] = []
    for role in sorted(ROLES[Act.MODERATE]):
        found += people.list_found(
            unit.db, unit.site.id, address="", looks=(), role=role, before=None, most=MOST_COLLEAGUES
        )
    return [
        each
        for each in found
        if each.id != unit.actor.account_id
        and may_moderate(Actor(kind=ActorKind.MODERATOR, account=each), section)
    ]


def _entry(of: Opinion, comment: Comment, act: str) -> AuditEntry:
    outcome = None if of.outcome is None else of.outcome.value
    facts = {"opinion": of.id, "outcome": outcome}
    return AuditEntry(act=act, comment_id=comment.id, author_id=comment.author.id, facts=facts)
