"""Appeals: once, in time, by the author; decided by somebody else, whatever else happens meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.appeals import (
    AppealDecided,
    AppealTaken,
    AppealThere,
    BadResult,
    NoAppeal,
    NoWords,
    OwnDecision,
    Result,
    Verdict,
)
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Outcome, Reason, Source, Status
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.sanctions import Measure, SanctionKind
from tertulia.services import accounts, appeals, audit, comments, sanctions, statements
from tertulia.services.moderation import BadReason, Stale, TooManyWords
from tertulia.store import accounts as account_store
from tertulia.store import audit as audit_store
from tertulia.store import decisions
from tertulia.store import statements as store
from tests.services.looking import happened
from tests.services.test_statements import account, decide, told, undo, write

OTHER = Actor(kind=ActorKind.MODERATOR, name="Otto")


def moderator(make, name, *, role=Role.MODERATOR, sections=()):
    """A moderator with an account."""
    email = f"{name.lower()}@gazette.example"
    with make.write(SYSTEM) as unit:
        made = accounts.set_role(unit, email, role, sections=sections)
        accounts.make_named_face(unit, made, name)
    with make.read() as unit:
        found = account_store.find_by_email(unit.db, unit.site.id, email)
    return Actor(kind=ActorKind.MODERATOR, account=found, author=found.author, name=name)


def removed(make, *, by=None, guest=None):
    return decide(make, make.comment(guest=guest or make.guest()), Outcome.REMOVE, Reason.ABUSE, by=by)


def appeal(make, comment, words="It was a joke."):
    with make.write(NOBODY) as unit:
        statement = store.list_of_comment(unit.db, unit.site.id, comment.id, most=1)[0]
        return appeals.make(unit, statement, words)


def found(make, made):
    with make.read(OTHER) as unit:
        return appeals.get(unit, made.id)


def settle(make, made, result, *, by=OTHER, answer="We looked at it.", reason="", revision=None):
    with make.read(SYSTEM) as unit:
        seen = comments.access(unit, made.comment_id).revision if revision is None else revision
    verdict = Verdict(result=result, answer=answer, reason=reason)
    with make.write(by) as unit:
        appeals.decide(unit, made.id, verdict, seen_revision=seen)


def open_for(make, actor):
    with make.read(actor) as unit:
        return appeals.list_open(unit)


def test_an_author_appeals_once(make):
    comment = removed(make)

    made = appeal(make, comment)

    assert (made.words, made.first_name, made.first_by) == ("It was a joke.", "Maren", None)
    assert (made.due_at - made.made_at, made.is_open) == (timedelta(days=14), True)
    assert happened(make)[-1] == (
        "appeal.made",
        {"appeal_id": made.id, "statement_id": made.statement_id},
    )
    with pytest.raises(AppealThere):
        appeal(make, comment)


def test_the_author_of_a_statement_can_and_nobody_else(make):
    guest = make.guest()
    comment = removed(make, guest=guest)
    statement_id = told(make, comment)[0].id

    with make.read(guest.actor) as unit:
        assert statements.get(unit, statement_id)
    for actor in (NOBODY, make.guest().actor, make.moderator):
        with make.read(actor) as unit, pytest.raises(NotFound):
            statements.get(unit, statement_id)


def test_what_opens_one_statement_opens_no_other_and_nothing_without_a_key(make):
    first, second = (told(make, removed(make))[0].id for _ in range(2))

    with make.read() as unit:
        access = statements.access_to(unit, first, key="a key")
        assert statements.get(unit, first, access=access, key="a key").id == first
        for wrong in (
            (second, access, "a key"),
            (first, access, "another"),
            (first, access, ""),
            (first, statements.access_to(unit, first, key=""), ""),
            (first, access[:-1], "a key"),
            (first, "", "a key"),
            (first, "ä", "a key"),
        ):
            with pytest.raises(NotFound):
                statements.get(unit, wrong[0], access=wrong[1], key=wrong[2])


@pytest.mark.parametrize(("days", "is_late"), [(183, False), (183.01, True)])
def test_there_are_six_months_for_it(make, days, is_late):
    comment = removed(make)
    make.clock.advance(timedelta(days=days))

    if is_late:
        with pytest.raises(NoAppeal):
            appeal(make, comment)
    else:
        assert appeal(make, comment).is_open


def test_what_was_taken_back_or_only_waits_cannot_be_appealed(make):
    with pytest.raises(NoAppeal):
        appeal(make, undo(make, removed(make)))
    with pytest.raises(NoAppeal):
        appeal(make, make.comment(status="held"))


def test_a_site_may_do_without_appeals(make):
    make.policy(appeals=False)

    with pytest.raises(NoAppeal):
        appeal(make, removed(make))


def test_an_appeal_says_something_and_no_more_than_anybody_reads(make):
    comment = removed(make)
    with pytest.raises(NoWords):
        appeal(make, comment, " \n ")
    with pytest.raises(TooManyWords):
        appeal(make, comment, "x" * 5_001)
    assert appeal(make, comment, "x" * 5_000)


def test_upheld_it_stays_as_it_is(make):
    comment = removed(make)
    made = appeal(make, comment)

    settle(make, made, "upheld")

    case = found(make, made)
    assert (case.appeal.result, case.appeal.answer, case.appeal.decided_name) == (
        Result.UPHELD,
        "We looked at it.",
        "Otto",
    )
    assert case.comment.status is Status.REMOVED
    assert [each.is_standing for each in told(make, comment)] == [True]
    assert happened(make)[-1][1]["result"] == "upheld"


def test_reversed_the_comment_is_shown_again(make):
    comment = removed(make)
    made = appeal(make, comment)

    settle(make, made, "reversed")

    with make.read() as unit:
        assert comments.access(unit, comment.id).status is Status.VISIBLE
        last = decisions.for_comment(unit.db, unit.site.id, comment.id)[-1]
    assert (last.outcome, last.source, last.made_by) == (Outcome.RESTORE, Source.APPEAL, "Otto")
    assert [each.is_standing for each in told(make, comment)] == [False]
    assert found(make, made).appeal.answer == "We looked at it."


def test_changed_it_is_removed_for_another_reason_with_the_source_it_had(make):
    comment = decide(
        make, make.comment(), Outcome.REMOVE, Reason.HATE, words="As it was.", source=Source.REPORT
    )
    made = appeal(make, comment)

    settle(make, made, "changed", reason="off-topic")

    newest, first = told(make, comment)
    assert (newest.cause.reason, newest.cause.facts, newest.cause.source) == (
        "off-topic",
        "As it was.",
        Source.REPORT,
    )
    assert (newest.is_standing, first.is_standing) == (True, False)
    assert found(make, made).appeal.result is Result.CHANGED


@pytest.mark.parametrize("reason", ["", "abuse", "because"])
def test_a_change_needs_another_reason(make, reason):
    made = appeal(make, removed(make))

    with pytest.raises(BadReason):
        settle(make, made, "changed", reason=reason)

    assert found(make, made).appeal.is_open


def test_a_decision_needs_a_known_result_and_an_answer(make):
    made = appeal(make, removed(make))
    with pytest.raises(BadResult):
        settle(make, made, "open")
    with pytest.raises(NoWords):
        settle(make, made, "upheld", answer=" ")
    with pytest.raises(TooManyWords):
        settle(make, made, "upheld", answer="x" * 5_001)
    assert found(make, made).appeal.is_open


def test_whoever_decided_first_neither_sees_nor_decides_it(make):
    greta, otto = moderator(make, "Greta"), moderator(make, "Otto")
    made = appeal(make, removed(make, by=greta))

    assert (made.first_by, made.first_name) == (greta.account_id, "Greta")
    assert (open_for(make, greta).appeals, open_for(make, greta).own) == ((), 1)
    assert [each.id for each in open_for(make, otto).appeals] == [made.id]
    with make.read(greta) as unit, pytest.raises(NotFound):
        appeals.get(unit, made.id)
    with pytest.raises(OwnDecision):
        settle(make, made, "upheld", by=greta)
    with make.write(greta) as unit, pytest.raises(OwnDecision):
        appeals.take(unit, made.id)
    # By another name, and by a link with the same name, it is the same person.
    for same in (replace(greta, name="Gretchen"), Actor(kind=ActorKind.MODERATOR, name="greta")):
        with pytest.raises(OwnDecision):
            settle(make, made, "upheld", by=same)
    settle(make, made, "upheld", by=otto)


def test_a_site_with_one_moderator_can_let_them_decide(make):
    greta = moderator(make, "Greta")
    made = appeal(make, removed(make, by=greta))

    make.policy(own_appeals=True)

    assert [each.id for each in open_for(make, greta).appeals] == [made.id]
    settle(make, made, "reversed", by=greta)


def test_what_a_rule_decided_anybody_may_decide(make):
    comment = decide(make, make.comment(), Outcome.HOLD, by=SYSTEM)
    made = appeal(make, comment)

    settle(make, made, "reversed", by=make.moderator)

    assert found(make, made).appeal.result is Result.REVERSED


def test_one_moderator_at_a_time_has_it(make):
    made = appeal(make, removed(make))
    with make.write(OTHER) as unit:
        appeals.take(unit, made.id)
    third = Actor(kind=ActorKind.MODERATOR, name="Thea")

    for act in (
        lambda unit: appeals.take(unit, made.id),
        lambda unit: appeals.release(unit, made.id),
        lambda unit: appeals.decide(unit, made.id, Verdict(result="upheld", answer="No.")),
    ):
        with make.write(third) as unit, pytest.raises(AppealTaken):
            act(unit)
    with make.read(third) as unit:
        case = appeals.get(unit, made.id)
        assert (case.is_taken, case.may_decide, case.is_mine) == (True, False, False)
    assert found(make, made).is_mine

    make.clock.advance(timedelta(minutes=31))
    with make.write(third) as unit:
        appeals.take(unit, made.id)
    with make.write(third) as unit:
        appeals.release(unit, made.id)
    settle(make, made, "upheld")


def test_it_is_decided_once(make):
    made = appeal(make, removed(make))
    settle(make, made, "upheld")

    with pytest.raises(AppealDecided):
        settle(make, made, "reversed")
    with make.write(OTHER) as unit, pytest.raises(AppealDecided):
        appeals.take(unit, made.id)
    assert open_for(make, OTHER).appeals == ()


def test_a_comment_that_changed_meanwhile_is_seen_anew_and_nothing_is_done(make):
    made = appeal(make, removed(make))

    with pytest.raises(Stale):
        settle(make, made, "reversed", revision=1)

    assert found(make, made).appeal.is_open


@pytest.mark.parametrize(
    ("act", "result"),
    [
        (undo, Result.REVERSED),
        (lambda make, comment: decide(make, comment, Outcome.REMOVE, Reason.SPAM), Result.CHANGED),
    ],
)
def test_what_is_decided_anew_in_between_ends_the_appeal(make, act, result):
    comment = removed(make)
    made = appeal(make, comment)

    act(make, comment)

    case = found(make, made)
    assert (case.appeal.result, case.appeal.answer) == (result, "")
    with make.read() as unit:
        assert appeals.letter(unit, made.id, key="k") is None


def test_readers_decide_nothing(make):
    made = appeal(make, removed(make))
    for actor in (NOBODY, make.guest().actor):
        with make.write(actor) as unit:
            for act in (
                lambda: appeals.list_open(unit),
                lambda: appeals.get(unit, made.id),
                lambda: appeals.take(unit, made.id),
                lambda: appeals.count_results(unit),
                lambda: appeals.decide(unit, made.id, Verdict(result="upheld", answer="No.")),
            ):
                with pytest.raises(Forbidden):
                    act()


def test_moderators_of_a_section_decide_on_appeals_there(make):
    sport = moderator(make, "Sepp", sections=("Sport",))
    made = appeal(make, removed(make))

    assert open_for(make, sport).appeals == ()
    with make.read(sport) as unit, pytest.raises(Forbidden):
        appeals.get(unit, made.id)
    with pytest.raises(Forbidden):
        settle(make, made, "upheld", by=sport)


def test_they_are_listed_by_when_they_are_due(make):
    late = appeal(make, removed(make))
    make.policy(appeal_answer_days=2)
    soon = appeal(make, removed(make))

    assert [each.id for each in open_for(make, OTHER).appeals] == [soon.id, late.id]


def test_results_are_counted(make):
    made = [appeal(make, removed(make)) for _ in range(5)]
    settle(make, made[0], "upheld")
    settle(make, made[1], "reversed")
    settle(make, made[2], "changed", reason="spam")
    settle(make, made[3], "upheld")
    make.clock.advance(timedelta(days=15))

    with make.read(OTHER) as unit:
        counted = appeals.count_results(unit)

    assert (counted.open, counted.overdue) == (1, 1)
    assert (counted.upheld, counted.reversed, counted.changed, counted.overturned) == (2, 1, 1, 0.5)


def test_nothing_decided_is_no_share(make):
    with make.read(OTHER) as unit:
        assert appeals.count_results(unit).overturned is None


def test_the_audit_trail_has_both_and_no_words(make):
    made = appeal(make, removed(make))
    settle(make, made, "upheld", answer="Said in answer.")

    with make.read() as unit:
        entries = audit_store.list_after(unit.db, unit.site.id, after=0, most=100)
    asked, answered = entries[-2:]
    assert (asked.entry.act, answered.entry.act) == ("appeal.made", "appeal.decided")
    assert answered.entry.facts == {
        "appeal": made.id,
        "statement": made.statement_id,
        "result": "upheld",
    }
    assert {each.entry.comment_id for each in (asked, answered)} == {made.comment_id}
    assert "joke" not in str(entries)
    assert "Said in answer" not in str(entries)
    assert audit.verify(make.units, make.key).broken_at is None


def test_who_has_an_address_is_told_by_mail_and_only_of_the_answer(make):
    comment = write(make, account(make))
    gone = decide(make, comment, Outcome.REMOVE, Reason.ABUSE)
    with make.write(SYSTEM) as unit:
        statements.mark_mailed(unit, told(make, comment)[0].id)
    made = appeal(make, gone)
    with make.read() as unit:
        assert appeals.letter(unit, made.id, key="k") is None

    settle(make, made, "reversed")

    with make.read() as unit:
        letter = appeals.letter(unit, made.id, key="k")
        assert (letter.address, letter.appeal.answer) == ("ada@reader.example", "We looked at it.")
        assert statements.letter_lifted(unit, made.statement_id, key="k") is None


def silenced(make, guest):
    """Somebody who may not write for three days; gives what they are told."""
    face = make.comment(guest=guest).author
    with make.write(make.moderator) as unit:
        measure = Measure(kind=SanctionKind.SILENCE, reason="abuse", words="Thrice.", days=3)
        sanctions.impose(unit, face.id, measure, seen=None)
    with make.read(guest.actor) as unit:
        return statements.list_own(unit)[0]


@pytest.mark.parametrize("days", [1, 4])
def test_what_restricts_an_author_is_lifted_by_their_appeal_also_after_its_end(make, days):
    guest = make.guest()
    statement = silenced(make, guest)
    with make.write(guest.actor) as unit:
        made = appeals.make(unit, statement, "Never.")
    assert (made.comment_id, made.first_name) == (None, "Maren")
    with pytest.raises(OwnDecision), make.write(make.moderator) as unit:
        appeals.decide(unit, made.id, Verdict(result="reversed", answer="Yes."))
    with pytest.raises(BadResult), make.write(OTHER) as unit:
        appeals.decide(unit, made.id, Verdict(result="changed", answer="Yes.", reason="spam"))
    make.clock.advance(timedelta(days=days))

    with make.write(OTHER) as unit:
        appeals.decide(unit, made.id, Verdict(result="reversed", answer="Yes."))

    assert make.comment(guest=guest).status is Status.VISIBLE
    with make.read(guest.actor) as unit:
        assert not statements.list_own(unit)[0].is_standing
    assert found(make, made).appeal.result is Result.REVERSED


def test_what_is_about_an_author_is_for_moderators_of_the_whole_site(make):
    guest = make.guest()
    statement = silenced(make, guest)
    with make.write(guest.actor) as unit:
        made = appeals.make(unit, statement, "Never.")
    sport = moderator(make, "Sepp", sections=("Sport",))

    assert open_for(make, sport).appeals == ()
    with make.write(sport) as unit, pytest.raises(Forbidden):
        appeals.decide(unit, made.id, Verdict(result="upheld", answer="No."))
