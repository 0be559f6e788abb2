"""Says in a language what `sentences` has for every code that people meet; their translations are in `locale/`."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache

from tertulia.domain import reports
from tertulia.domain.comments import Comment, NotTaken, Reconsider
from tertulia.domain.errors import Parameter, TertuliaError
from tertulia.domain.flags import State
from tertulia.domain.moderation import Finding, Status
from tertulia.domain.passwords import Change
from tertulia.domain.reports import Kind
from tertulia.render import sentences
from tertulia.render.environment import moment, number, translations


def gettext(message: str, language: str, /, **parameters: Parameter) -> str:
    """Translate a message and fill in its parameters."""
    return _filled(translations(language).gettext(message), language, parameters)


_said = gettext
"""The same for messages out of the tables, which are marked for extraction where they stand."""


def ngettext(one: str, many: str, count: int, language: str) -> str:
    """Translate a message in the plural form of `count`, which it may hold as `%(n)s`."""
    return _filled(translations(language).ngettext(one, many, count), language, {"n": count})


@lru_cache(maxsize=1024)
def count(language: str, comments: int) -> str:
    """Word a number of comments."""
    if not comments:
        return gettext("No comments yet", language)
    return ngettext("%(n)s comment", "%(n)s comments", comments, language)


def refusal(language: str, error: TertuliaError) -> str:
    """Say to the person who asked why it was refused; an unknown code of a plug-in is said by its kind."""
    if "retry_after" in error.parameters and error.code == "too-many":
        seconds = int(error.parameters["retry_after"] or 0)
        return ngettext(
            "Too much at once. Please try again in %(n)s second.",
            "Too much at once. Please try again in %(n)s seconds.",
            seconds,
            language,
        )
    if isinstance(error, Reconsider | NotTaken):
        why = " ".join(dict.fromkeys(advice(language, each) for each in error.findings))
        return _said(sentences.REFUSALS[error.code], language, why=why)
    if error.code in ("author-silenced", "author-banned"):
        return _of_restriction(language, error)
    return _said(_by_kind(sentences.REFUSALS, error), language, **error.parameters)


def restricted(language: str, *, until: str, reason: str) -> str:
    """Say to an author that they may not write, until when, if ever, and why."""
    if until:
        return gettext(
            "You cannot write here until %(until)s. The reason: %(reason)s.",
            language,
            until=until,
            reason=reason,
        )
    return gettext("You cannot write here any more. The reason: %(reason)s.", language, reason=reason)


def _of_restriction(language: str, error: TertuliaError) -> str:
    until, code = error.parameters.get("until"), str(error.parameters.get("reason", ""))
    when = moment(language, datetime.fromisoformat(until)) if isinstance(until, str) else ""
    return restricted(language, until=when, reason=reason(language, code))


def title(language: str, error: TertuliaError | None = None) -> str:
    """Give the title of a message about a refusal, or about a bug."""
    return _said(_by_kind(sentences.TITLES, error) if error else sentences.TITLES["error"], language)


def bug(language: str) -> str:
    """Say that we failed."""
    return _said(sentences.REFUSALS["error"], language)


def finding(language: str, noticed: Finding) -> str:
    """Say to a moderator what a rule noticed; a plug-in's own code stands for itself."""
    return _said(sentences.FINDINGS.get(noticed.code, noticed.code), language, **noticed.parameters)


def advice(language: str, noticed: Finding) -> str:
    """Say to a writer what a rule noticed."""
    return _said(sentences.ADVICE.get(noticed.code, sentences.ADVICE[""]), language, **noticed.parameters)


def reason(language: str, code: str) -> str:
    """Name a reason class."""
    return _said(sentences.REASONS.get(code, sentences.REASONS["other"]), language)


def effect(language: str, code: str) -> str:
    """Say to an author what was done."""
    return _said(sentences.EFFECTS[code], language)


def ground(language: str, code: str) -> str:
    """Name what was broken."""
    return _said(sentences.GROUNDS[code], language)


def result(language: str, code: str | None) -> str:
    """Say to an author what became of their appeal; None while it waits."""
    return _said(sentences.RESULTS[code or "open"], language)


def verdict(language: str, code: str, *, is_of_author: bool) -> str:
    """Name what a moderator can decide about an appeal, of a comment's or of one about an author."""
    return _said(sentences.VERDICTS[f"lifted-{code}" if is_of_author else code], language)


def source(language: str, code: str) -> str:
    """Say what led to a restriction."""
    return _said(sentences.SOURCES[code], language)


def automation(language: str, *, is_detected: bool, is_decided: bool) -> str:
    """Say what a program did, and what a person."""
    return _said(sentences.AUTOMATION[is_detected, is_decided], language)


def logged(language: str, code: str) -> str:
    """Say what was done, to nobody in particular."""
    return _said(sentences.LOGGED[code], language)


def audited(language: str, act: str, facts: Mapping[str, object]) -> str:
    """Say what an entry of the audit trail tells; an act of later versions stands for itself."""
    kind = {"decision.made": "outcome", "appeal.decided": "result"}.get(act, "kind")
    code = f"{act}:{facts.get(kind)}" if act in sentences.AUDITED_KINDS else act
    return _said(sentences.AUDITED.get(code, act), language)


def by_whom(language: str, *, is_person: bool) -> str:
    """Say whether a person decided or a program."""
    if is_person:
        return gettext("Decided by a person.", language)
    return gettext("Decided by a program.", language)


def status(language: str, code: str) -> str:
    """Say where a comment stands."""
    return _said(sentences.STATUSES[code], language)


def sanction_kind(language: str, code: str) -> tuple[str, str]:
    """Name what can be done to an author, and say what it means."""
    name, meaning = sentences.SANCTIONS[code]
    return _said(name, language), _said(meaning, language)


def advised(language: str, code: str) -> str:
    """Say what a moderator advises a colleague to do."""
    return _said(sentences.ADVISED[code], language)


def sign(language: str, code: str) -> str:
    """Say what speaks for somebody being a banned person."""
    return _said(sentences.SIGNS[code], language)


def author_kind(language: str, code: str) -> str:
    """Say how an author came to be."""
    return _said(sentences.AUTHOR_KINDS[code], language)


def outcome(language: str, code: str) -> str:
    """Name an outcome."""
    return _said(sentences.OUTCOMES.get(code, code), language)


def queue(language: str, code: str) -> str:
    """Name a queue of the desk."""
    return _said(sentences.QUEUES[code], language)


def queue_meaning(language: str, code: str) -> str:
    """Say what it means that a queue is empty."""
    return _said(sentences.QUEUE_MEANINGS[code], language)


def filter_name(language: str, name: str) -> str:
    """Name what a queue is narrowed by."""
    return _said(sentences.FILTERS[name], language)


def filter_value(language: str, name: str, value: str) -> str:
    """Say what a queue is narrowed to."""
    if name == "age":
        return _said(sentences.AGES[value], language)
    if name == "finding":
        return finding_name(language, value)
    return f"{number(language, int(value))} %" if name in ("least", "most") else value


def finding_name(language: str, code: str) -> str:
    """Name a kind of finding, without what a single one holds."""
    return finding(language, Finding(code=code))


def act(language: str, code: str) -> str:
    """Name what a moderator can do."""
    return _said(sentences.ACTS[code], language)


def done(language: str, code: str) -> str:
    """Say what a moderator just did."""
    return _said(sentences.DONE[code], language)


def right_so_far(language: str, upheld: int, settled: int) -> str:
    """Say how many of a reader's flags were right."""
    return gettext("right in %(upheld)s of %(settled)s", language, upheld=upheld, settled=settled)


def together(language: str, flags: int) -> str:
    """Say that flags count as one."""
    return ngettext(
        "%(n)s that came together counts as one",
        "%(n)s that came together count as one",
        flags,
        language,
    )


def done_with(language: str, comments: int) -> str:
    """Say with how many comments of a selection something was done."""
    return ngettext("Done with %(n)s comment.", "Done with %(n)s comments.", comments, language)


def role(language: str, code: str) -> str:
    """Name a role."""
    return _said(sentences.ROLES[code], language)


def role_meaning(language: str, code: str) -> str:
    """Say what a role may do."""
    return _said(sentences.ROLE_MEANINGS[code], language)


def desk_page(language: str, code: str) -> str:
    """Name a page of the desk."""
    return _said(sentences.DESK_PAGES[code], language)


def way(language: str, code: str) -> str:
    """Say by which way somebody came in."""
    return _said(sentences.WAYS[code], language) if code in sentences.WAYS else code


def phrase_word(language: str, code: str) -> str:
    """Name a list of phrases, or a way in which phrases are found."""
    return _said(sentences.PHRASE_WORDS[code], language) if code in sentences.PHRASE_WORDS else code


def phrase_meaning(language: str, code: str) -> str:
    """Say where a phrase is found."""
    return _said(sentences.MATCHING_MEANINGS[code], language)


def choice(language: str, name: str) -> tuple[str, str]:
    """Name a choice of policy and say what it means."""
    label, meaning = sentences.CHOICES[name]
    return _said(label, language), _said(meaning, language)


def choice_word(language: str, code: str) -> str:
    """Say what can be chosen; what is no word of ours stands for itself."""
    return _said(sentences.CHOICE_WORDS[code], language) if code in sentences.CHOICE_WORDS else code


def state(language: str, code: str) -> str:
    """Say what became of what a writer sent: posted, held, edited, withdrawn or removed."""
    return _said(sentences.STATES[code], language)


def report_kind(language: str, kind: Kind) -> str:
    """Name a kind of illegal content."""
    return _said(sentences.REPORT_KINDS[kind], language)


def report_state(language: str, state: reports.State) -> str:
    """Say how a report stands."""
    return _said(sentences.REPORT_STATES[state], language)


def report_result(language: str, state: reports.State) -> str:
    """Say to a moderator how a report can be decided."""
    return _said(sentences.REPORT_RESULTS[state], language)


def report_done(language: str) -> str:
    """Say to a moderator that a report is decided."""
    return gettext("The report is decided. Whoever sent it is told.", language)


def flag_state(language: str, state: State) -> str:
    """Say to a reader what became of their flag."""
    return _said(sentences.FLAG_STATES[state], language)


def password_change(language: str, change: Change) -> str:
    """Say what became of a password."""
    return _said(sentences.PASSWORD_CHANGES[change], language)


@cache
def badge(language: str, code: str) -> str:
    """Name a badge; a site's own badge is its own name."""
    return _said(sentences.BADGES[code], language) if code in sentences.BADGES else code


def tombstone(language: str, comment: Comment) -> str:
    """Say why a comment's place is empty; empty text for one that is not."""
    if comment.status is Status.VISIBLE:
        return ""
    return _tombstone(language, comment.status, comment.reason)


@cache
def _tombstone(language: str, status: Status, code: str) -> str:
    if status is Status.WITHDRAWN:
        return gettext("Withdrawn by its author.", language)
    if status is Status.HELD:
        return gettext("Under review by a moderator.", language)
    if not code:
        return gettext("Removed by a moderator.", language)
    why = reason(language, code)
    return gettext("Removed by a moderator: %(reason)s.", language, reason=why)


def _by_kind(table: Mapping[str, str], error: TertuliaError) -> str:
    """Find what a table says of an error's code, or of the kind of refusal it is."""
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    return next(table[code] for code in codes if code in table)


def _filled(sentence: str, language: str, parameters: Mapping[str, Parameter]) -> str:
    if "%(" not in sentence:
        return sentence
    return sentence % _Readable(
        (name, number(language, value) if isinstance(value, int) else value)
        for name, value in parameters.items()
    )


class _Readable(dict[str, Parameter]):
    """Parameters of a sentence; one that the error does not carry leaves a gap, not a second error."""

    def __missing__(self, name: str) -> str:
        return "…"
