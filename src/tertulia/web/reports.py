"""Reporting illegal content: a form that is open to anybody, and a page that shows its sender how it stands."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import NotFound, TertuliaError
from tertulia.domain.reports import ReportDraft, ReportId
from tertulia.render import addresses, texts
from tertulia.render import reports as render
from tertulia.render.look import Look
from tertulia.render.reports import Refused
from tertulia.services import reports, threads
from tertulia.services.unit import Unit
from tertulia.web import errors, sessions
from tertulia.web.call import Call, asked, asked_comment_id, look, own_look, sent
from tertulia.web.ways import has_mail


class ReportSent(Struct, frozen=True, kw_only=True):
    """The fields of a notice, as they are sent."""

    url: str = ""
    kind: str = ""
    words: str = ""
    law: str = ""
    name: str = ""
    email: str = ""
    good_faith: str = ""
    lang: str = ""


def show(call: Call) -> Response:
    """Show the form; with `comment=` it begins with that comment's address."""
    comment_id = asked_comment_id(call, "comment")
    with call.read(sessions.reader(call)) as unit:
        seen = _look(call, unit)
        url = addresses.comment(seen, threads.one(unit, comment_id)) if comment_id else ""
        account = unit.actor.account
    typed = ReportDraft(
        url=url,
        kind="",
        words="",
        name=account.name if account else "",
        email=account.email if account else "",
    )
    return HTMLResponse(render.ask(seen, typed))


def take(call: Call) -> Response:
    """Take a notice and lead to where its sender sees how it stands; what was refused comes back as it was typed."""
    fields = sent(call, ReportSent)
    try:
        network, seen = sessions.network(call), look(call, call.known(), fields.lang)
        call.parts.throttle.count_post(call.site, network)
        draft = reports.check(_draft(call, fields, seen.language))
        whom = sessions.address_key(call, draft.email) if draft.email else ""
        call.parts.throttle.count_report(call.site, network, whom)
        with call.write(sessions.guest(call)) as unit:
            report = reports.receive(unit, draft, root=addresses.root(seen))
            token = reports.token_of(unit, report.id, key=call.parts.settings.secret)
    except NotFound:
        raise
    except TertuliaError as refusal:
        return _again(call, fields, refusal)
    return RedirectResponse(render.address(seen, report.id, token, done="1"), status_code=303)


def standing(call: Call) -> Response:
    """Show how a report stands to whoever has its link."""
    report_id = ReportId(ids.decode(str(call.request.path_params["report"])))
    token = asked(call, "token")
    with call.read() as unit:
        report = reports.by_token(unit, report_id, token, key=call.parts.settings.secret)
        seen = look(call, unit, own=report.language)
    link = render.address(seen, report.id, token)
    gets_mail = bool(report.email) and has_mail(call)
    page = render.standing(seen, report, link=link, is_new=bool(asked(call, "done")), gets_mail=gets_mail)
    return HTMLResponse(page)


def _look(call: Call, unit: Unit, wish: str = "") -> Look:
    if not unit.policy.reports:
        raise NotFound("report")
    return own_look(call, unit, wish)


def _again(call: Call, fields: ReportSent, refusal: TertuliaError) -> Response:
    with call.read(sessions.reader(call)) as unit:
        seen = _look(call, unit, fields.lang)
    field = str(refusal.parameters.get("field") or ("email" if refusal.code == "bad-address" else ""))
    refused = Refused(error=texts.refusal(seen.language, refusal), field=field)
    page = render.ask(seen, _draft(call, fields, seen.language), refused)
    return HTMLResponse(page, status_code=errors.status_of(refusal), headers=errors.retry_headers(refusal))


def _draft(call: Call, fields: ReportSent, language: str) -> ReportDraft:
    return ReportDraft(
        url=fields.url.strip(),
        kind=fields.kind,
        words=fields.words.strip(),
        law=fields.law.strip(),
        name=" ".join(fields.name.split()),
        email=fields.email.strip(),
        is_in_good_faith=bool(fields.good_faith),
        language=language,
        network=sessions.network(call),
    )
