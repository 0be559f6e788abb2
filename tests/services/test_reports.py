"""Reports of illegal content: received from anybody, decided by moderators, and their senders forgotten in time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tertulia.domain import ids
from tertulia.domain import reports as domain
from tertulia.domain.accounts import BadAddress
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Outcome, Reason, Ruling, Source, Status
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.domain.queues import NO_FILTERS, Queue
from tertulia.domain.reports import (
    BadReportResult,
    Kind,
    Report,
    ReportClosed,
    ReportDraft,
    ReportIncomplete,
    ReportTaken,
    ReportTooLong,
    State,
)
from tertulia.services import comments, moderation, queue, reports, retention
from tertulia.services.moderation import Stale
from tertulia.services.reports import Answer
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.services.test_sections import moderator, story_in

ROOT = "https://talk.example/gazette"
KEY = "the operator's secret"
BEN = Actor(kind=ActorKind.MODERATOR, name="Ben")


def draft(url: str = "https://elsewhere.example/1", **fields: object) -> ReportDraft:
    whole = ReportDraft(
        url=url,
        kind=Kind.SPEECH,
        words="It calls for violence.",
        law="§ 130 StGB",
        name="Ann Rees",
        email="Ann@Example.org",
        is_in_good_faith=True,
        language="de",
        network="n1",
    )
    return replace(whole, **fields)  # type: ignore[arg-type]  # what the fields take


def receive(make: Make, comment: Comment | None = None, **fields: object) -> Report:
    make.clock.advance(timedelta(seconds=1))
    url = f"{ROOT}/c/{ids.encode(comment.id)}" if comment else "https://elsewhere.example/1"
    with make.write() as unit:
        return reports.receive(unit, draft(**{"url": url, **fields}), root=ROOT)


def decide(make: Make, report: Report, result: str, actor: Actor | None = None, **fields: object) -> Report:
    told = {"words": "We looked.", "law": "§ 130 StGB", "seen_revision": 1, **fields}
    with make.write(actor or make.moderator) as unit:
        return reports.decide(unit, report.id, Answer(result=result, **told))  # type: ignore[arg-type]  # as above


def waiting(make: Make, actor: Actor | None = None) -> list[Report]:
    with make.read(actor or make.moderator) as unit:
        return reports.list_open(unit, most=50)


def test_anybody_reports_a_comment_and_gets_a_case_number(make: Make) -> None:
    comment = make.comment()
    with make.write(NOBODY) as unit:
        url = f"{ROOT}/c/{ids.encode(comment.id)}#comment-{ids.encode(comment.id)}"
        received = reports.receive(unit, draft(url), root=ROOT)
        happened, (entry,) = [type(each).__name__ for each in unit.happened()], unit.audited()

    (found,) = waiting(make)
    assert (found.case, found.comment_id, found.state) == ("2026-1", comment.id, State.RECEIVED)
    assert (found.name, found.email, found.language) == ("Ann Rees", "ann@example.org", "de")
    assert found == received
    assert happened == ["ReportReceived"]
    assert (entry.act, entry.comment_id, entry.author_id) == (
        "report.received",
        comment.id,
        comment.author.id,
    )
    assert entry.facts == {"report": found.id, "case": "2026-1", "kind": "speech"}


def test_what_is_none_of_ours_is_kept_and_said(make: Make) -> None:
    receive(make, url="https://elsewhere.example/#comment-0000000000001")

    (found,) = waiting(make)
    assert (found.comment_id, found.url) == (None, "https://elsewhere.example/#comment-0000000000001")


def test_cases_are_numbered_within_each_site(make: Make) -> None:
    other = Make(make.units, make.clock, key="tribune")
    other.site(name="The Tribune")

    numbers = [receive(make, words=f"Case {number}.").number for number in range(3)]

    assert (numbers, receive(other).number) == ([1, 2, 3], 1)


def test_the_same_report_sent_twice_is_one(make: Make) -> None:
    first, again = receive(make), receive(make)
    make.clock.advance(reports.SENT_TWICE)
    later, another = receive(make), receive(make, network="n2")

    assert first.id == again.id
    assert len({first.id, later.id, another.id}) == 3


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"words": ""}, ReportIncomplete),
        ({"kind": "nonsense"}, ReportIncomplete),
        ({"is_in_good_faith": False}, ReportIncomplete),
        ({"email": "nobody"}, BadAddress),
        ({"email": "a@example.org\nBcc: b@example.org"}, BadAddress),
        ({"words": "x" * (domain.LONGEST_WORDS + 1)}, ReportTooLong),
    ],
)
def test_what_is_refused_leaves_nothing(
    make: Make, fields: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        receive(make, **fields)

    assert waiting(make) == []


def test_a_site_without_the_form_takes_none(make: Make) -> None:
    make.policy(reports=False)

    with pytest.raises(NotFound):
        receive(make)


def test_only_whoever_has_the_link_sees_how_it_stands(make: Make) -> None:
    report, other = receive(make), receive(make, words="Other.")
    with make.read() as unit:
        token, foreign = (reports.token_of(unit, each.id, key=KEY) for each in (report, other))
        assert reports.by_token(unit, report.id, token, key=KEY) == report
        for wrong in ("", "x", foreign, token[:-1], token.upper(), "ü"):
            with pytest.raises(NotFound):
                reports.by_token(unit, report.id, wrong, key=KEY)


def test_a_removal_removes_the_comment_as_illegal_and_answers_all_reports_about_it(make: Make) -> None:
    comment = make.comment()
    first, second = receive(make, comment), receive(make, comment, words="Another reader.")
    unrelated = receive(make, make.comment())

    with make.write(make.moderator) as unit:
        answer = Answer(
            result="removed", words="Thank you.", law=" § 130 StGB ", facts="Incitement.", seen_revision=1
        )
        decided = reports.decide(unit, first.id, answer)
        happened = [type(each).__name__ for each in unit.happened()]
        acts = [entry.act for entry in unit.audited()]

    with make.read(make.moderator) as unit:
        lately = queue.list_items(unit, Queue.DECIDED, NO_FILTERS).items
        (item,) = [each for each in lately if each.comment.id == comment.id]
        closed = reports.list_decided(unit, most=10)
    made = item.decisions[-1]
    assert (item.comment.status, made.reason, made.law) == (Status.REMOVED, Reason.ILLEGAL, "§ 130 StGB")
    assert (made.words, made.source, decided.decision_id) == ("Incitement.", Source.REPORT, made.id)
    assert [(each.id, each.state, each.answer, each.decision_id) for each in closed] == [
        (second.id, State.REMOVED, "Thank you.", made.id), (first.id, State.REMOVED, "Thank you.", made.id),
    ]  # fmt: skip
    assert [each.id for each in waiting(make)] == [unrelated.id]
    assert happened == ["DecisionMade", "ReportDecided", "ReportDecided"]
    assert acts == ["decision.made", "report.decided", "report.decided"]


@pytest.mark.parametrize("result", ["no-action", "not-ours"])
def test_without_a_removal_the_comment_stays_and_others_still_wait(make: Make, result: str) -> None:
    comment = make.comment()
    first, second = receive(make, comment), receive(make, comment, words="Another reader.")

    decided = decide(make, first, result)

    with make.read() as unit:
        assert comments.access(unit, comment.id) == comment
    assert (decided.state, decided.decision_id) == (State(result), None)
    assert [each.id for each in waiting(make)] == [second.id]


@pytest.mark.parametrize(
    ("result", "fields", "refusal"),
    [
        ("removed", {"law": " "}, ReportIncomplete),
        ("no-action", {"words": ""}, ReportIncomplete),
        ("received", {}, BadReportResult),
        ("", {}, BadReportResult),
        ("removed", {"seen_revision": 7}, Stale),
        ("no-action", {"words": "x" * (domain.LONGEST_ANSWER + 1)}, ReportTooLong),
    ],
)
def test_an_answer_that_is_refused_changes_nothing(
    make: Make, result: str, fields: dict[str, object], refusal: type[Exception]
) -> None:
    comment = make.comment()
    report = receive(make, comment)

    with pytest.raises(refusal):
        decide(make, report, result, **fields)
    assert waiting(make) == [report]
    with make.read() as unit:
        assert comments.access(unit, comment.id) == comment


def test_what_is_not_ours_cannot_be_removed(make: Make) -> None:
    with pytest.raises(BadReportResult):
        decide(make, receive(make), "removed")


def test_a_report_is_decided_once(make: Make) -> None:
    report = receive(make)
    decide(make, report, "not-ours")

    with pytest.raises(ReportClosed):
        decide(make, report, "no-action")
    with pytest.raises(ReportClosed), make.write(make.moderator) as unit:
        reports.take(unit, report.id)


def test_who_took_it_keeps_others_from_it_until_released_or_for_half_an_hour(make: Make) -> None:
    report = receive(make)
    with make.write(make.moderator) as unit:
        taken = reports.take(unit, report.id)

    assert (taken.state, taken.taken_name) == (State.IN_REVIEW, "Maren")
    for act in (reports.take, reports.release):
        with pytest.raises(ReportTaken), make.write(BEN) as unit:
            act(unit, report.id)
    with pytest.raises(ReportTaken):
        decide(make, report, "not-ours", BEN)

    make.clock.advance(domain.TAKEN_FOR)
    with make.write(BEN) as unit:
        reports.take(unit, report.id)
        reports.release(unit, report.id)
    assert [(each.state, each.taken_name) for each in waiting(make)] == [(State.RECEIVED, "")]


def test_only_moderators_see_and_decide(make: Make) -> None:
    report = receive(make)

    for actor in (NOBODY, make.guest().actor):
        with pytest.raises(Forbidden):
            waiting(make, actor)
        with pytest.raises(Forbidden):
            decide(make, report, "not-ours", actor)


def test_a_moderator_of_sections_sees_reports_of_these_and_none_about_nothing(make: Make) -> None:
    sport, politics = (
        make.comment(story=story_in(make, each.lower(), each)) for each in ("Sport", "Politics")
    )
    own, foreign, nothing = receive(make, sport), receive(make, politics), receive(make)
    maren = moderator(make, "sport")

    assert [each.id for each in waiting(make, maren)] == [own.id]
    for other in (foreign, nothing):
        with pytest.raises(NotFound):
            decide(make, other, "not-ours", maren)
    assert decide(make, own, "no-action", maren).state is State.NO_ACTION


def test_a_comment_that_was_removed_before_can_still_be_answered(make: Make) -> None:
    comment = make.comment()
    report = receive(make, comment)
    with make.write(make.moderator) as unit:
        ruling = Ruling(outcome=Outcome.REMOVE, reason=Reason.HATE)
        removed = moderation.decide(unit, comment.id, ruling, seen_revision=1)

    assert decide(make, report, "removed", seen_revision=removed.revision).state is State.REMOVED


def test_who_reported_is_forgotten_in_time_and_the_case_stays(make: Make) -> None:
    decided, still_open = receive(make), receive(make, words="Still open.")
    decide(make, decided, "not-ours")

    def named() -> dict[int, tuple[str, str]]:
        with make.read() as unit:
            table = schema.report
            rows = unit.db.execute(select(table.c.id, table.c.name, table.c.email))
            return {row.id: (row.name, row.email) for row in rows}

    retention.forget_notifiers(make.units, make.key)
    before = named()[decided.id]
    make.clock.advance(timedelta(days=365, seconds=1))
    retention.forget_notifiers(make.units, make.key)

    assert before == ("Ann Rees", "ann@example.org")
    assert named() == {decided.id: ("", ""), still_open.id: before}
    with make.read() as unit:
        assert reports.letter(unit, decided.id, key=KEY) is None


def test_networks_of_reports_are_forgotten_with_those_of_comments(make: Make) -> None:
    receive(make)
    make.clock.advance(timedelta(days=31))
    retention.forget_networks_of_reports(make.units, make.key)

    with make.read() as unit:
        assert unit.db.execute(select(schema.report.c.network)).scalar_one() == ""


def test_words_of_reports_are_not_in_events_or_the_trail(make: Make) -> None:
    with make.write() as unit:
        reports.receive(unit, draft(), root=ROOT)
        told = repr(unit.happened()) + repr(unit.audited())

    for private in ("violence", "Ann", "example.org", "130"):
        assert private not in told
