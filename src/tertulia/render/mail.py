"""Mail to people: a subject, the words, and the same words as HTML. Who gets it and how it is sent is elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from tertulia.domain import passwords
from tertulia.domain.appeals import Appeal
from tertulia.domain.reports import Report
from tertulia.domain.sanctions import Sanction, SanctionKind
from tertulia.domain.second_factor import Change
from tertulia.domain.statements import Statement
from tertulia.render import addresses, environment, reports, second_factor, statements, texts
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A mail without its address. Logs show nothing of it: it may hold a way in."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


def sign_in(look: Look, *, link: str, code: str, minutes: int) -> Rendered:
    """Give somebody who wants to sign in both ways to do it, and say how long they lead in."""
    subject = texts.gettext("Sign in to %(site)s", look.language, site=look.site.name)
    words = {
        "go": texts.gettext("Sign in", look.language),
        "otherwise": texts.gettext(
            "If you did not ask for this, ignore it: without this mail nobody can sign in.", look.language
        ),
    }
    return _with_link_and_code(look, subject, words, link=link, code=code, minutes=minutes)


def password(look: Look, *, link: str, code: str, minutes: int) -> Rendered:
    """Give somebody who wants to choose a password both ways to prove that the address is theirs."""
    subject = texts.gettext("Choose a password for %(site)s", look.language, site=look.site.name)
    words = {
        "go": texts.gettext("Choose a password", look.language),
        "otherwise": texts.gettext(
            "If you did not ask for this, ignore it: your account stays as it is.", look.language
        ),
    }
    return _with_link_and_code(look, subject, words, link=link, code=code, minutes=minutes)


def password_changed(look: Look, change: passwords.Change, *, link: str) -> Rendered:
    """Tell somebody what became of their password, in case it was not them. The link is no secret."""
    subject = texts.gettext("Your password at %(site)s", look.language, site=look.site.name)
    said = texts.password_change(look.language, change)
    return _rendered(look, "password_changed", subject, said=said, link=link)


def second_factor_changed(look: Look, change: Change) -> Rendered:
    """Tell somebody what became of their second factor, in case it was not them. The link is no secret."""
    subject = texts.gettext("Your second factor at %(site)s", look.language, site=look.site.name)
    said, link = second_factor.said(look.language, change), addresses.site(look, "/me")
    return _rendered(look, "second_factor_changed", subject, said=said, link=link)


def report_received(look: Look, report: Report, *, link: str) -> Rendered:
    """Confirm to a notifier that their report was received; the link shows how it stands.

    Nobody proved the address, so nothing that was typed is in it: it is no way to write to strangers.
    """
    kind = texts.report_kind(look.language, report.kind)
    return _rendered(look, "report_received", _of_report(look, report), report=report, kind=kind, link=link)


def report_decided(look: Look, report: Report, *, link: str) -> Rendered:
    """Tell a notifier what was decided, that a person did, and what they can do against it."""
    state, against = texts.report_state(look.language, report.state), reports.redress(look, report)
    told = {"report": report, "state": state, "redress": against, "link": link}
    return _rendered(look, "report_decided", _of_report(look, report), **told)


def _of_report(look: Look, report: Report) -> str:
    site = look.site.name
    return texts.gettext("Your report %(case)s to %(site)s", look.language, case=report.case, site=site)


def takeout(look: Look, *, link: str, expires_at: datetime) -> Rendered:
    """Tell somebody where their own data lies ready, and for how long. The mail itself opens nothing."""
    subject = texts.gettext("Your data at %(site)s is ready", look.language, site=look.site.name)
    return _rendered(look, "takeout", subject, link=link, expires_at=expires_at)


def statement(look: Look, of: Statement, *, link: str) -> Rendered:
    """Tell somebody what was decided about their comment or about them, why, and what they can do."""
    subject = texts.gettext("A decision at %(site)s", look.language, site=look.site.name)
    told = statements.told(look, of)
    return _rendered(look, "statement", subject, told=told, redress=told.redress, link=link)


def statement_lifted(look: Look, of: Statement, *, link: str) -> Rendered:
    """Tell somebody that what they were told by mail was taken back."""
    subject = texts.gettext("A decision at %(site)s was taken back", look.language, site=look.site.name)
    said = statements.lifted(look, of)
    return _rendered(look, "statement_lifted", subject, said=said, told=statements.told(look, of), link=link)


def sanction(look: Look, of: Sanction) -> Rendered:
    """Send an author a message or a warning of a moderator's. The link is no secret."""
    subject = texts.gettext("From the moderators of %(site)s", look.language, site=look.site.name)
    said = (
        texts.gettext("A moderator warns you about what you wrote.", look.language)
        if of.kind is SanctionKind.WARNING
        else texts.gettext("A moderator wrote to you.", look.language)
    )
    return _rendered(
        look,
        "sanction",
        subject,
        said=said,
        reason=texts.reason(look.language, of.reason) if of.reason else "",
        words=of.words,
        link=addresses.site(look, "/me"),
    )


def appeal_decided(look: Look, of: Appeal, *, link: str) -> Rendered:
    """Tell somebody how their appeal ended. The answer is the publication's; no words of theirs are in it."""
    subject = texts.gettext("Your appeal at %(site)s", look.language, site=look.site.name)
    said = texts.result(look.language, of.result)
    return _rendered(look, "appeal_decided", subject, said=said, answer=of.answer, link=link)


def _with_link_and_code(look: Look, subject: str, words: Mapping[str, str], **values: object) -> Rendered:
    return _rendered(look, "sign_in", subject, host=urlsplit(look.base).netloc, **words, **values)


def _rendered(look: Look, template: str, subject: str, **values: object) -> Rendered:
    told = {"subject": subject, "site": look.site, **values}
    return Rendered(
        subject=subject,
        text=environment.render(look.language, f"mail/{template}.txt", **told),
        html=environment.render(look.language, f"mail/{template}.html", **told),
    )
