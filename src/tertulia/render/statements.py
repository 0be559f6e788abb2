"""Statements of reasons as their author reads them: on the comment's place, on their own page, in a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tertulia.domain import ids
from tertulia.domain.statements import Statement, StatementId
from tertulia.render import addresses, assets, environment, texts
from tertulia.render.look import Look


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
    comment_href: str


def told(look: Look, of: Statement) -> Told:
    """Put a statement into words of the reader's language."""
    cause, language = of.cause, look.language
    return Told(
        key=ids.encode(of.id),
        href=address(look, of.id),
        what=texts.measure(language, of.measure),
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        is_lasting=of.ends_at is None and bool(cause.reason),
        lifted_at=of.lifted_at,
        reason=texts.reason(language, cause.reason) if cause.reason else "",
        ground=texts.ground(language, cause.ground),
        law=cause.law,
        facts=cause.facts,
        findings=[texts.finding(language, each) for each in cause.findings],
        source=texts.source(language, cause.source),
        automation=texts.automation(
            language, is_detected=cause.is_detected_by_machine, is_decided=cause.is_decided_by_machine
        ),
        comment_href=standing(look, of),
    )


def address(look: Look, statement_id: StatementId) -> str:
    """Address a statement."""
    return addresses.site(look, f"/statements/{ids.encode(statement_id)}")


def standing(look: Look, of: Statement) -> str:
    """Address where the author sees what the statement is about; empty for one about themselves."""
    return "" if of.comment_id is None else addresses.site(look, f"/c/{ids.encode(of.comment_id)}/standing")


def link(look: Look, of: Statement) -> str:
    """Address what a mail about a statement leads to: the comment in its place, or else the statement."""
    return standing(look, of) or address(look, of.id)


def redress(look: Look) -> str:
    """Say what somebody can do who does not agree."""
    return texts.gettext("If you do not agree, you can go to court.", look.language)


def lifted(look: Look, of: Statement) -> str:
    """Say that a restriction was taken back."""
    if of.comment_id is None:
        return texts.gettext("What was decided about you was taken back.", look.language)
    return texts.gettext("The decision was taken back: everybody can read your comment.", look.language)


def show(look: Look, of: Statement) -> str:
    """Show one statement on a page of its own."""
    return environment.render(
        look.language,
        "statement.html",
        stylesheets=assets.own_sheets(look.base),
        site=look.site,
        site_href=addresses.site(look),
        each=told(look, of),
    )
