"""Reports at the desk: what waits, take and release, decide."""

from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Conflict, Invalid, TertuliaError
from tertulia.domain.permissions import Act, Actor, may
from tertulia.domain.reports import Report, ReportId
from tertulia.render import addresses, texts
from tertulia.render import reports as render
from tertulia.render.reports import Listed, Waiting
from tertulia.services import reports, stories
from tertulia.services.reports import Answer
from tertulia.services.unit import Unit
from tertulia.web import errors
from tertulia.web.call import Call, Unreadable, asked, own_look, sent
from tertulia.web.desk.signing import frame_of

SHOWN: Final = 30


class ActSent(Struct, frozen=True, kw_only=True):
    """What a moderator does with a report: take, release or decide it."""

    act: str = ""
    result: str = ""
    answer: str = ""
    law: str = ""
    facts: str = ""
    revision: int = 0


def show(call: Call, actor: Actor) -> Response:
    """List the reports that wait, or with `decided=1` those that were decided."""
    return _page(call, actor)


def act(call: Call, actor: Actor) -> Response:
    """Take, release or decide a report; what changed meanwhile is shown anew, with nothing done."""
    wanted = sent(call, ActSent)
    report_id = ReportId(ids.decode(str(call.request.path_params["report"])))
    try:
        with call.write(actor) as unit:
            _act(unit, report_id, wanted)
            seen = own_look(call, unit)
    except (Conflict, Invalid) as refusal:
        return _page(call, actor, refusal)
    place = "" if wanted.act == "decide" else f"#report-{ids.encode(report_id)}"
    return RedirectResponse(addresses.site(seen, "/desk/reports", done=wanted.act) + place, status_code=303)


def _act(unit: Unit, report_id: ReportId, wanted: ActSent) -> None:
    if wanted.act == "take":
        reports.take(unit, report_id)
    elif wanted.act == "release":
        reports.release(unit, report_id)
    elif wanted.act == "decide":
        answer = Answer(
            result=wanted.result,
            words=wanted.answer.strip(),
            law=wanted.law.strip(),
            facts=wanted.facts.strip(),
            seen_revision=wanted.revision,
        )
        reports.decide(unit, report_id, answer)
    else:
        raise Unreadable


def _page(call: Call, actor: Actor, refusal: TertuliaError | None = None) -> Response:
    is_decided = bool(asked(call, "decided"))
    with call.read(actor) as unit:
        found = _list(call, unit, is_decided=is_decided)
        shown = _waiting(unit, found[:SHOWN])
        seen = own_look(call, unit)
    listed = Listed(
        reports=shown,
        is_decided=is_decided,
        shows_addresses=may(actor, Act.PEOPLE),
        next=ids.encode(found[SHOWN - 1].id) if len(found) > SHOWN else "",
        notice=texts.report_done(seen.language) if asked(call, "done") == "decide" and not refusal else "",
        error=texts.refusal(seen.language, refusal) if refusal else "",
    )
    page = render.desk(seen, frame_of(call, actor, "reports"), listed)
    return HTMLResponse(page, status_code=errors.status_of(refusal) if refusal else 200)


def _list(call: Call, unit: Unit, *, is_decided: bool) -> list[Report]:
    place = asked(call, "before" if is_decided else "after")
    from_here = ReportId(ids.decode(place)) if place else None
    if is_decided:
        return reports.list_decided(unit, before=from_here, most=SHOWN + 1)
    return reports.list_open(unit, after=from_here, most=SHOWN + 1)


def _waiting(unit: Unit, found: list[Report]) -> list[Waiting]:
    about = reports.comments_of(unit, found)
    known = stories.list_by_ids(unit, {each.story_id for each in about.values()})
    listed = []
    for each in found:
        comment = about.get(each.comment_id) if each.comment_id is not None else None
        is_taken = each.taken_until is not None and each.taken_until > unit.now
        is_anothers = reports.is_anothers(unit, each)
        listed.append(
            Waiting(
                report=each,
                comment=comment,
                story=known.get(comment.story_id) if comment else None,
                is_anothers=is_anothers,
                is_mine=is_taken and not is_anothers,
            )
        )
    return listed
