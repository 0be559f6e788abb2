"""Appeals at the desk: what is to be decided until when, and one whole case with the form that decides it."""

from datetime import datetime

from tertulia.domain import ids
from tertulia.domain.appeals import LONGEST_WORDS, Appeal, AppealId, Case, Open, Result, Results
from tertulia.domain.stories import Story
from tertulia.render import addresses, environment, rows, sentences, statements, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look


def listed(look: Look, at: Frame, found: Open, results: Results, *, now: datetime, notice: str = "") -> str:
    """List open appeals, the first due first, and say what became of others."""
    return environment.render(
        look.language,
        "desk/appeals.html",
        **frame(look, at),
        appeals=[_line(look, each, now) for each in found.appeals],
        own=found.own,
        may_decide_own=look.policy.own_appeals,
        results=results,
        overturned=None if results.overturned is None else round(100 * results.overturned),
        notice=notice,
    )


def case(
    look: Look, at: Frame, of: Case, story: Story | None, *, now: datetime, error: str = "", answer: str = ""
) -> str:
    """Show a whole case: what the author says, what was decided first and why, and the comment."""
    here, language = rows.here(look, story), look.language
    return environment.render(
        language,
        "desk/appeal.html",
        **frame(look, at),
        case=of,
        line=_line(look, of.appeal, now),
        told=statements.told(look, of.statement),
        outcome=texts.outcome(language, of.decision.outcome) if of.decision else "",
        row=rows.row(here, of.comment) if of.comment else None,
        html=rows.body(here.root, of.comment.html) if of.comment else "",
        story=story,
        story_href=addresses.story(look, story) if story else "",
        comment_href=addresses.comment(look, of.comment) if of.comment else "",
        action=address(look, of.appeal.id),
        take_action=f"{addresses.root(look)}/desk/appeals/{ids.encode(of.appeal.id)}/take",
        results=[
            (each, texts.verdict(language, each, is_of_author=of.comment is None)) for each in _possible(of)
        ],
        reasons=[
            (code, texts.reason(language, code))
            for code in sentences.REASONS
            if code != of.statement.cause.reason
        ],
        longest=LONGEST_WORDS,
        error=error,
        answer=answer,
    )


def address(look: Look, appeal_id: AppealId) -> str:
    """Address a case at the desk."""
    return addresses.site(look, f"/desk/appeals/{ids.encode(appeal_id)}")


def decided(language: str) -> str:
    """Say that an appeal was decided."""
    return texts.gettext("The appeal is decided, and its author is told.", language)


def _possible(of: Case) -> list[Result]:
    """List what can become of the first decision here."""
    return list(Result) if of.comment is not None else [Result.UPHELD, Result.REVERSED]


def _line(look: Look, of: Appeal, now: datetime) -> dict[str, object]:
    return {
        "href": address(look, of.id),
        "made_at": of.made_at,
        "due_at": of.due_at,
        "is_overdue": of.is_open and of.due_at < now,
        "first": of.first_name,
        "words": of.words,
        "taken_name": of.taken_name if of.taken_until is not None and of.taken_until > now else "",
        "said": "" if of.is_open else texts.result(look.language, of.result),
    }
