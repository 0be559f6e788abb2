"""Reports of illegal content: the form that is open to anybody, how a report stands, and the desk's list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain import ids
from tertulia.domain import reports as domain
from tertulia.domain.comments import Comment
from tertulia.domain.moderation import LONGEST_WORDS
from tertulia.domain.reports import RESULTS, Kind, Report, ReportDraft, ReportId, State
from tertulia.domain.stories import Story
from tertulia.render import addresses, environment, rows, sentences, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look
from tertulia.render.people import own_page

PATH: Final = "/report"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Why a form was not taken, and which field is to blame."""

    error: str = ""
    field: str = ""


NOT_REFUSED: Final = Refused()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A report at the desk, with what was found at its address."""

    report: Report
    comment: Comment | None = None
    story: Story | None = None
    is_anothers: bool = False
    is_mine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What the desk shows of reports."""

    reports: Sequence[Waiting]
    is_decided: bool = False
    shows_addresses: bool = False
    next: str = ""
    notice: str = ""
    error: str = ""


def ask(look: Look, typed: ReportDraft, refused: Refused = NOT_REFUSED) -> str:
    """Show the form for a notice, with what was typed."""
    return own_page(
        look,
        "report.html",
        action=addresses.site(look, PATH),
        typed=typed,
        refused=refused,
        kinds=_kinds(look),
        free=Kind.CHILD_ABUSE.value,
        limits={
            "url": domain.LONGEST_ADDRESS,
            "words": domain.LONGEST_WORDS,
            "law": domain.LONGEST_LAW,
            "name": domain.LONGEST_NAME,
        },
    )


def standing(look: Look, report: Report, *, link: str, is_new: bool, gets_mail: bool) -> str:
    """Show whoever has the secret link how their report stands."""
    return own_page(
        look,
        "report_standing.html",
        report=report,
        kind=texts.report_kind(look.language, report.kind),
        state=texts.report_state(look.language, report.state),
        link=link,
        is_new=is_new,
        is_decided=report.decided_at is not None,
        gets_mail=gets_mail,
        redress=redress(look, report),
    )


def desk(look: Look, at: Frame, listed: Listed) -> str:
    """Show moderators the reports that wait, or those that were decided."""
    return environment.render(
        look.language,
        "desk/reports.html",
        **frame(look, at),
        here=rows.here(look, None),
        listed=listed,
        reports=[_waiting(look, each, listed) for each in listed.reports],
        results=[(each.value, texts.report_result(look.language, each)) for each in RESULTS],
        open_href=addresses.site(look, "/desk/reports"),
        decided_href=addresses.site(look, "/desk/reports", decided="1"),
        next_href=_next_href(look, listed),
        longest_answer=domain.LONGEST_ANSWER,
        longest_law=domain.LONGEST_LAW,
        longest_facts=LONGEST_WORDS,
    )


def address(look: Look, report_id: ReportId, token: str, **query: str) -> str:
    """Address where a report is followed: whoever has it sees how the report stands."""
    return addresses.site(look, f"{PATH}/{ids.encode(report_id)}", token=token, **query)


def redress(look: Look, report: Report) -> str:
    """Say to a notifier what they can do against a decision; empty while there is none."""
    if report.decided_at is None:
        return ""
    return texts.gettext(
        "If you do not agree, write to the publication and name the case number. You can also turn to a certified"
        " body for out-of-court dispute settlement, or to a court.",
        look.language,
    )


def _kinds(look: Look) -> list[tuple[str, str]]:
    return [(each.value, texts.report_kind(look.language, each)) for each in Kind]


def _waiting(look: Look, each: Waiting, listed: Listed) -> dict[str, object]:
    report, at = each.report, rows.here(look, each.story)
    comment = each.comment
    action = addresses.site(look, f"/desk/reports/{ids.encode(report.id)}")
    return {
        "id": ids.encode(report.id),
        "report": report,
        "kind": texts.report_kind(look.language, report.kind),
        "state": texts.report_state(look.language, report.state),
        "email": report.email if listed.shows_addresses else "",
        "law": report.law or texts.report_kind(look.language, report.kind),
        "author_href": addresses.site(look, f"/desk/authors/{ids.encode(comment.author.id)}")
        if comment
        else "",
        "item_href": addresses.site(look, f"/desk/c/{ids.encode(comment.id)}") if comment else "",
        "row": rows.row(at, comment) if comment else None,
        "html": rows.body(at.root, comment.html) if comment else "",
        "story": each.story,
        "story_href": addresses.story(look, each.story) if each.story else "",
        "is_anothers": each.is_anothers,
        "is_mine": each.is_mine,
        "can_decide": report.decided_at is None and not each.is_anothers,
        "action": action,
        "results": [result for result in sentences.REPORT_RESULTS if comment or result != State.REMOVED],
    }


def _next_href(look: Look, listed: Listed) -> str:
    if not listed.next:
        return ""
    if listed.is_decided:
        return addresses.site(look, "/desk/reports", decided="1", before=listed.next)
    return addresses.site(look, "/desk/reports", after=listed.next)
