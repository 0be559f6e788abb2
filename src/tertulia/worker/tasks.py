"""The tasks that jobs name. Each may run twice for one job, and stops soon when it is asked to."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tertulia.domain import second_factor
from tertulia.domain.accounts import AccountId, Purpose, SignInId
from tertulia.domain.appeals import AppealId
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.passwords import Change
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.reports import ReportId
from tertulia.domain.sanctions import SanctionId
from tertulia.domain.statements import StatementId
from tertulia.domain.takeouts import TakeoutId
from tertulia.plugins.contracts import Message
from tertulia.render import addresses, environment, mail
from tertulia.render import my_data as rendered
from tertulia.render import reports as rendered_reports
from tertulia.render import statements as rendered_statements
from tertulia.render.look import Look
from tertulia.render.mail import Rendered
from tertulia.services import (
    accounts,
    appeals,
    banned_comments,
    erasure,
    following,
    jobs,
    merging,
    my_data,
    proofs,
    rendering,
    reports,
    retention,
    sanctions,
    statements,
)
from tertulia.services.jobs import Taken
from tertulia.services.unit import Unit, Units
from tertulia.worker import packing
from tertulia.worker.post import NOWHERE, Post, deliver

WALK_SECONDS: Final = 30.0
"""A walk over all comments gives way to other jobs after this long and goes on in a job of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a task receives: the job and the means to do it."""

    units: Units
    job: Taken
    is_stopping: Callable[[], bool] = lambda: False
    post: Post = NOWHERE


Task = Callable[[Work], None]
Step = Callable[[CommentId], CommentId | None]
"""Does a piece of a walk behind an id; gives where to go on, None at the end."""


def render_again(work: Work) -> None:
    """Render comments that older rules rendered."""
    _walk(work, lambda after: rendering.renew(work.units, work.job.site, after=after))


def forget_networks(work: Work) -> None:
    """Clear the hashes of networks from old sessions, flags and comments."""
    retention.forget_networks_of_sessions(work.units, work.job.site)
    retention.forget_networks_of_flags(work.units, work.job.site)
    retention.forget_networks_of_reports(work.units, work.job.site)
    _walk(work, lambda after: retention.forget_networks(work.units, work.job.site, after=after))


def forget_notifiers(work: Work) -> None:
    """Forget who reported something that was decided long ago."""
    retention.forget_notifiers(work.units, work.job.site)


def forget_submissions(work: Work) -> None:
    """Delete old keys of submits."""
    retention.forget_submissions(work.units)


def forget_sessions(work: Work) -> None:
    """Delete sessions that are over."""
    retention.forget_sessions(work.units)


def forget_takeouts(work: Work) -> None:
    """Delete takeouts that are over."""
    retention.forget_takeouts(work.units)


def forget_jobs(work: Work) -> None:
    """Delete old finished jobs."""
    while retention.forget_jobs(work.units):
        if work.is_stopping():
            return


def mail_sign_in(work: Work) -> None:
    """Send somebody who wants to sign in, or to choose a password, their link and code, while these still count."""
    sign_in_id = SignInId(work.job.arguments["sign_in"])
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = proofs.letter(unit, sign_in_id, key=work.post.key)
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    address, write = {
        Purpose.SIGN_IN: (addresses.sign_in_link, mail.sign_in),
        Purpose.PASSWORD: (addresses.choosing_link, mail.password),
    }[letter.purpose]
    link = address(look, sign_in_id, letter.token)
    written = write(look, link=link, code=letter.code, minutes=letter.minutes)
    _send(work, look, letter.address, written, link=link, code=letter.code)


def mail_password_changed(work: Work) -> None:
    """Tell somebody that their password was set, changed or removed, in case it was not them."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        account = accounts.find_by_id(unit, AccountId(work.job.arguments["account_id"]))
        if account is None or not account.email:
            return
        look = _look(work, unit, account.language)
    link = addresses.choosing(look)
    written = mail.password_changed(look, Change(work.job.arguments["change"]), link=link)
    _send(work, look, account.email, written, link=link)


def mail_second_factor_changed(work: Work) -> None:
    """Tell somebody that their second factor was set up, used up or removed, in case it was not them."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        account = accounts.find_by_id(unit, AccountId(work.job.arguments["account_id"]))
        if account is None or not account.email:
            return
        look = _look(work, unit, account.language)
    written = mail.second_factor_changed(look, second_factor.Change(work.job.arguments["change"]))
    _send(work, look, account.email, written, link=addresses.site(look, "/me"))


def mail_statement(work: Work) -> None:
    """Tell an author the reasons of what was decided, unless it was taken back meanwhile."""
    statement_id = StatementId(work.job.arguments["statement"])
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = statements.letter(unit, statement_id, key=work.post.key)
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    link = rendered_statements.address(look, letter.statement.id, letter.access)
    _send(work, look, letter.address, mail.statement(look, letter.statement, link=link), link=link)
    with work.units.write(work.job.site, SYSTEM) as unit:
        statements.mark_mailed(unit, statement_id)


def mail_statement_lifted(work: Work) -> None:
    """Tell an author that a restriction was taken back of which a mail told."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        statement_id = StatementId(work.job.arguments["statement"])
        letter = statements.letter_lifted(unit, statement_id, key=work.post.key)
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    link = rendered_statements.address(look, letter.statement.id, letter.access)
    _send(work, look, letter.address, mail.statement_lifted(look, letter.statement, link=link), link=link)


def mail_appeal_decided(work: Work) -> None:
    """Tell an author how their appeal ended, and what they are answered."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = appeals.letter(unit, AppealId(work.job.arguments["appeal_id"]), key=work.post.key)
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    link = rendered_statements.address(look, letter.appeal.statement_id, letter.access)
    _send(work, look, letter.address, mail.appeal_decided(look, letter.appeal, link=link), link=link)


def mail_report_received(work: Work) -> None:
    """Confirm to whoever reported something that it was received."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = reports.letter(unit, ReportId(work.job.arguments["report_id"]), key=work.post.key)
        if letter is None:
            return
        look = _look(work, unit, letter.report.language)
    link = rendered_reports.address(look, letter.report.id, letter.token)
    _send(work, look, letter.report.email, mail.report_received(look, letter.report, link=link), link=link)


def mail_report_decided(work: Work) -> None:
    """Tell whoever reported something what was decided."""
    report_id = ReportId(work.job.arguments["report_id"])
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = reports.letter(unit, report_id, key=work.post.key)
        if letter is None or letter.report.told_at is not None:
            return
        look = _look(work, unit, letter.report.language)
    link = rendered_reports.address(look, report_id, letter.token)
    _send(work, look, letter.report.email, mail.report_decided(look, letter.report, link=link), link=link)
    with work.units.write(work.job.site, SYSTEM) as unit:
        reports.mark_told(unit, report_id)


def make_takeout(work: Work) -> None:
    """Pack all that is an account's own; in a process that is shut down it is left to another."""
    takeout_id = TakeoutId(work.job.arguments["takeout"])
    with work.units.read(work.job.site, SYSTEM) as unit:
        account = my_data.find_asker(unit, takeout_id)
        if account is None:
            return
        owned, now = my_data.belongings(unit, account), unit.now
        look = _look(work, unit, account.language)
    comments = my_data.own_comments(work.units, work.job.site, account)
    packed = packing.pack(look, owned, comments, made_at=now, is_stopping=work.is_stopping)
    with work.units.write(work.job.site, SYSTEM) as unit:
        if packed is None:
            jobs.defer(unit, work.job.task, work.job.arguments)
        else:
            my_data.keep(unit, takeout_id, packed)


def mail_takeout(work: Work) -> None:
    """Tell somebody where to fetch what they asked for."""
    takeout_id = TakeoutId(work.job.arguments["takeout"])
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = my_data.letter(unit, takeout_id)
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    link = rendered.address(look, takeout_id)
    _send(work, look, letter.address, mail.takeout(look, link=link, expires_at=letter.expires_at), link=link)


def erase_account(work: Work) -> None:
    """Erase an account whose time of grace is over."""
    account_id = AccountId(work.job.arguments["account"])
    _walk(work, lambda after: erasure.erase_some(work.units, work.job.site, account_id, after=after))


def merge_author(work: Work) -> None:
    """Make what an author wrote another's; in a process that is shut down the rest is left to another."""
    alias = AuthorId(work.job.arguments["author"])
    until = time.monotonic() + WALK_SECONDS
    while merging.move_some(work.units, work.job.site, alias):
        if work.is_stopping() or time.monotonic() > until:
            with work.units.write(work.job.site, SYSTEM) as unit:
                merging.pause(unit, alias)
            return
    with work.units.write(work.job.site, SYSTEM) as unit:
        merging.settle(unit, alias, is_last=bool(work.job.arguments.get("is_last")))


def remove_banned(work: Work) -> None:
    """Remove what a banned author wrote before."""
    sanction = SanctionId(work.job.arguments["sanction"])
    _walk(work, lambda after: banned_comments.remove_some(work.units, work.job.site, sanction, after=after))


def restore_banned(work: Work) -> None:
    """Bring back what a ban removed that was lifted."""
    sanction, by = SanctionId(work.job.arguments["sanction"]), work.job.arguments["by"]
    account = None if by is None else AccountId(by)
    _walk(
        work,
        lambda after: banned_comments.restore_some(
            work.units, work.job.site, sanction, by=account, after=after
        ),
    )


def spread_ban(work: Work) -> None:
    """Let a ban that holds everywhere arrive on the other sites."""
    following.spread(work.units, work.job.site, SanctionId(work.job.arguments["sanction"]))


def lift_followers(work: Work) -> None:
    """Lift what followed from a ban that was lifted."""
    following.lift_all(work.units, work.job.site, SanctionId(work.job.arguments["sanction"]))


def forget_traces(work: Work) -> None:
    """Delete what bans kept for a time."""
    retention.forget_traces(work.units)


def mail_sanction(work: Work) -> None:
    """Send an author what a moderator wrote to them, where they have an address."""
    with work.units.read(work.job.site, SYSTEM) as unit:
        letter = sanctions.letter(unit, SanctionId(work.job.arguments["sanction_id"]))
        if letter is None:
            return
        look = _look(work, unit, letter.language)
    written = mail.sanction(look, letter.sanction)
    _send(work, look, letter.address, written, link=addresses.site(look, "/me"))


def _look(work: Work, unit: Unit, language: str) -> Look:
    """Say how to show things to somebody in their language, or the site's."""
    spoken = environment.supported(language, unit.site.language)
    return Look(site=unit.site, base=work.post.base_url, language=spoken, policy=unit.policy)


def _send(work: Work, look: Look, to: str, written: Rendered, *, link: str, code: str = "") -> None:
    site = look.site
    message = Message(to=to, subject=written.subject, text=written.text, html=written.html, sender=site.name)
    deliver(work.post, message, task=work.job.task, site=site.key, link=link, code=code)


def _walk(work: Work, step: Step) -> None:
    """Go on from where the job says until the end, the time limit or a shutdown; the rest is another job."""
    until = time.monotonic() + WALK_SECONDS
    after: CommentId | None = CommentId(work.job.arguments.get("after", 0))
    while after is not None:
        after = step(after)
        if after is not None and (work.is_stopping() or time.monotonic() > until):
            _go_on(work, after)
            return


def _go_on(work: Work, after: CommentId) -> None:
    slot = work.job.arguments.get("slot", 0)
    with work.units.write(work.job.site, SYSTEM) as unit:
        jobs.defer(
            unit,
            work.job.task,
            {**work.job.arguments, "after": after},
            unique_key=f"{work.job.task}@{slot}>{after}",
        )


TASKS: Final[Mapping[str, Task]] = {
    "render_again": render_again,
    "forget_networks": forget_networks,
    "forget_notifiers": forget_notifiers,
    "forget_submissions": forget_submissions,
    "forget_sessions": forget_sessions,
    "forget_takeouts": forget_takeouts,
    "forget_jobs": forget_jobs,
    "erase_account": erase_account,
    "merge_author": merge_author,
    "remove_banned": remove_banned,
    "restore_banned": restore_banned,
    "spread_ban": spread_ban,
    "lift_followers": lift_followers,
    "forget_traces": forget_traces,
    "mail_sanction": mail_sanction,
    "mail_sign_in": mail_sign_in,
    "mail_password_changed": mail_password_changed,
    "mail_second_factor_changed": mail_second_factor_changed,
    "mail_statement": mail_statement,
    "mail_statement_lifted": mail_statement_lifted,
    "mail_appeal_decided": mail_appeal_decided,
    "mail_report_received": mail_report_received,
    "mail_report_decided": mail_report_decided,
    "make_takeout": make_takeout,
    "mail_takeout": mail_takeout,
}
