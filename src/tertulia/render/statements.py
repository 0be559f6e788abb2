"""Statements of reasons as their author reads them: on the comment's place, on a page of their own, in a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tertulia.domain import appeals, ids
from tertulia.domain.appeals import Appeal
from tertulia.domain.statements import Statement, StatementId
from tertulia.render import addresses, environment, texts
from tertulia.render.look import Look
from tertulia.render.people import own_page


@dataclass(frozen=True, kw_only=True, slots=True)
class Appealed:
    """An appeal as its author reads it. `answer` is empty while it is open."""

    said: str
    words: str
    made_at: datetime
    due_at: datetime
    is_open: bool
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A statement in finished words. Where there are none for a part, it is empty."""

    key: str
    href: str
    what: str
    starts_at: datetime
    ends_at: datetime | None
    is_lasting: bool
    """Whether it has no end of its own: what only waits ends with a look."""
    lifted_at: datetime | None
    reason: str
    ground: str
    law: str
    facts: str
    findings: Sequence[str]
    source: str
    automation: str
    redress: str
    comment_href: str
    appealed: Appealed | None = None
    action: str = ""
    """Where an appeal is sent; empty where none is possible."""
    access: str = ""
    """What opens the statement to who cannot show that they are its author."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What belongs to a person's look at statements: now, what they appealed, what opens each."""

    now: datetime
    appeals: Mapping[StatementId, Appeal]
    access: Mapping[StatementId, str]


def told(look: Look, of: Statement, sight: Sight | None = None) -> Told:
    """Put a statement into words of the reader's language; without a sight of it, as for a mail."""
    cause, language = of.cause, look.language
    appealed = sight.appeals.get(of.id) if sight else None
    access = sight.access.get(of.id, "") if sight else ""
    can_appeal = sight is not None and appealed is None and _is_in_time(look, of, sight)
    return Told(
        key=ids.encode(of.id),
        href=address(look, of.id, access),
        what=texts.effect(language, of.effect),
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        is_lasting=of.ends_at is None and bool(cause.reason),
        lifted_at=of.lifted_at,
        reason=texts.reason(language, cause.reason) if cause.reason else "",
        ground=texts.ground(language, cause.ground) if cause.reason else "",
        law=cause.law,
        facts=cause.facts,
        findings=[texts.finding(language, each) for each in cause.findings],
        source=texts.source(language, cause.source),
        automation=texts.automation(
            language, is_detected=cause.is_detected_by_machine, is_decided=cause.is_decided_by_machine
        ),
        redress=_redress(look, of),
        comment_href=standing(look, of),
        appealed=None if appealed is None else _appealed(look, appealed),
        action=f"{addresses.root(look)}/statements/{ids.encode(of.id)}/appeal" if can_appeal else "",
        access=access,
    )


def address(look: Look, statement_id: StatementId, access: str = "", *, done: str = "") -> str:
    """Address a statement, for who has access to it without showing who they are."""
    named = {name: value for name, value in (("access", access), ("done", done)) if value}
    return addresses.site(look, f"/statements/{ids.encode(statement_id)}", **named)


def standing(look: Look, of: Statement) -> str:
    """Address where the author sees what the statement is about; empty for one about themselves."""
    return "" if of.comment_id is None else addresses.site(look, f"/c/{ids.encode(of.comment_id)}/standing")


def lifted(look: Look, of: Statement) -> str:
    """Say that a restriction was taken back."""
    if of.comment_id is None:
        return texts.gettext("What was decided about you was taken back.", look.language)
    return texts.gettext("The decision was taken back: everybody can read your comment.", look.language)


def show(
    look: Look, of: Statement, sight: Sight, *, notice: str = "", error: str = "", words: str = ""
) -> str:
    """Show one statement on a page of its own; `words` is an appeal that was refused."""
    return own_page(
        look,
        "statement.html",
        each=told(look, of, sight),
        notice=notice,
        error=error,
        words=words,
        longest=appeals.LONGEST_WORDS,
    )


def made(language: str) -> str:
    """Say that an appeal arrived."""
    return texts.gettext("Your appeal is with the publication.", language)


def _is_in_time(look: Look, of: Statement, sight: Sight) -> bool:
    return appeals.may_appeal(of, look.policy, now=sight.now)


def _redress(look: Look, of: Statement) -> str:
    """Say what somebody can do who does not agree."""
    language, until = look.language, appeals.until(of, look.policy)
    if until is None:
        return texts.gettext("If you do not agree, you can go to court.", language)
    day = environment.day(language, until.toordinal())
    said = [
        texts.gettext(
            "If you do not agree, you can appeal until %(day)s. It costs nothing.", language, day=day
        )
    ]
    if not look.policy.own_appeals:
        said.append(texts.gettext("Somebody else than who decided first looks at it.", language))
    return " ".join([*said, texts.gettext("You can also go to court.", language)])


def _appealed(look: Look, of: Appeal) -> Appealed:
    return Appealed(
        said=texts.result(look.language, of.result),
        words=of.words,
        made_at=of.made_at,
        due_at=of.due_at,
        is_open=of.is_open,
        answer=of.answer,
    )
