"""Flagging: who may, how often, what it weighs, what becomes of it, and when it holds a comment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tertulia.domain import flags as domain
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.flags import (
    AlreadyFlagged,
    BadFlagReason,
    Flag,
    FlagSettled,
    FlagsRefused,
    FlagTooLong,
    NotFlaggable,
    OwnComment,
    State,
    TooManyFlags,
)
from tertulia.domain.moderation import Outcome, Reason, Ruling, Source, Status
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor
from tertulia.domain.queues import NO_FILTERS, Queue
from tertulia.services import (
    accounts,
    adoption,
    comments,
    erasure,
    flags,
    moderation,
    my_data,
    queue,
    retention,
)
from tertulia.services.flags import Shown
from tertulia.store import schema
from tertulia.testing.builders import Guest, Make
from tests.services.test_conversations import reader
from tests.services.test_erasure import work
from tests.services.test_sign_in import signed_in


def flag(make: Make, comment: Comment, actor: Actor | None = None, **options: str) -> Flag:
    make.clock.advance(timedelta(seconds=1))
    told = {"reason": "spam", **options}
    with make.write(actor or make.guest().actor) as unit:
        return flags.make(unit, comment.id, **told)


def written(make: Make, number: int) -> list[Actor]:
    """Readers who wrote before, longer ago than a day: no newcomers."""
    guests = [make.guest() for _ in range(number)]
    for guest in guests:
        make.comment(guest=guest)
    make.clock.advance(domain.NEW_FOR)
    return [guest.actor for guest in guests]


def waiting(make: Make, comment: Comment) -> tuple[int, float, bool] | None:
    """What the desk finds of a comment: how many flags, what they weigh, whether it is held."""
    table = schema.item
    with make.read() as unit:
        row = unit.db.execute(
            select(table.c.flag_count, table.c.flag_weight, table.c.is_held).where(
                table.c.site_id == unit.site.id, table.c.comment_id == comment.id
            )
        ).one_or_none()
    return None if row is None else (row.flag_count, row.flag_weight, row.is_held)


def shown(make: Make, comment: Comment) -> list[Shown]:
    with make.read(make.moderator) as unit:
        return flags.for_comments(unit, [comment.id]).get(comment.id, [])


def now(make: Make, comment: Comment) -> Comment:
    with make.read(make.moderator) as unit:
        return comments.access(unit, comment.id)


def decide(make: Make, comment: Comment, outcome: Outcome) -> Comment:
    make.clock.advance(timedelta(seconds=1))
    with make.write(make.moderator) as unit:
        seen = comments.access(unit, comment.id).revision
        return moderation.decide(
            unit, comment.id, Ruling(outcome=outcome, reason=Reason.SPAM), seen_revision=seen
        )


def undo(make: Make, comment: Comment) -> Comment:
    make.clock.advance(timedelta(seconds=1))
    with make.write(make.moderator) as unit:
        return moderation.undo(unit, comment.id, seen_revision=comments.access(unit, comment.id).revision)


def test_a_reader_flags_a_comment_and_the_desk_sees_who_and_why(make: Make) -> None:
    comment = make.comment()
    make.comment(guest=reader(make))
    make.clock.advance(timedelta(days=2))

    with make.write(reader(make).actor) as unit:
        flags.make(unit, comment.id, reason="abuse", words="  Line three.  ", network="n1")
        happened = [type(each).__name__ for each in unit.happened()]

    (told,) = shown(make, comment)
    assert (told.name, told.is_guest, told.reason, told.words) == ("Ann", False, "abuse", "Line three.")
    assert (told.weight, told.state, told.brigade) == (1.0, State.OPEN, 1)
    assert waiting(make, comment) == (1, 1.0, False)
    assert happened == ["CommentFlagged"]
    assert now(make, comment) == comment


def test_a_guest_flags_by_a_secret_and_weighs_less(make: Make) -> None:
    comment = make.comment()

    flag(make, comment)

    assert waiting(make, comment) == (1, 0.5, False)
    (told,) = shown(make, comment)
    assert (told.name, told.is_guest) == ("", True)


def test_nobody_without_a_secret_flags(make: Make) -> None:
    with pytest.raises(Forbidden):
        flag(make, make.comment(), NOBODY)


@pytest.mark.parametrize("choices", [{"guest_flags": False}, {"guests": "refused"}])
def test_guests_flag_only_where_the_policy_lets_them(make: Make, choices: dict[str, object]) -> None:
    comment, ann = make.comment(), signed_in(make)
    make.policy(**choices)

    with pytest.raises(FlagsRefused):
        flag(make, comment)
    flag(make, comment, ann)


def test_once_and_no_more(make: Make) -> None:
    comment, guest = make.comment(), make.guest().actor
    flag(make, comment, guest)

    with pytest.raises(AlreadyFlagged):
        flag(make, comment, guest, reason="hate")
    assert waiting(make, comment) == (1, 0.5, False)


def test_what_was_taken_back_counts_no_more_and_can_be_flagged_again(make: Make) -> None:
    comment, guest = make.comment(), make.guest().actor
    flag(make, comment, guest)
    with make.write(guest) as unit:
        flags.withdraw(unit, comment.id)

    assert waiting(make, comment) is None
    assert shown(make, comment) == []
    with pytest.raises(NotFound), make.write(guest) as unit:
        flags.withdraw(unit, comment.id)
    flag(make, comment, guest, reason="hate")
    assert [each.reason for each in shown(make, comment)] == ["hate"]


def test_nobody_takes_back_what_somebody_else_flagged(make: Make) -> None:
    comment = make.comment()
    flag(make, comment)

    with pytest.raises(NotFound), make.write(make.guest().actor) as unit:
        flags.withdraw(unit, comment.id)
    assert waiting(make, comment) == (1, 0.5, False)


def test_nobody_flags_their_own(make: Make) -> None:
    guest = make.guest()

    with pytest.raises(OwnComment):
        flag(make, make.comment(guest=guest), guest.actor)


@pytest.mark.parametrize(
    ("status", "refusal"), [("held", NotFound), ("removed", NotFlaggable), ("withdrawn", NotFlaggable)]
)
def test_only_what_everybody_sees_is_flagged(make: Make, status: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        flag(make, make.comment(status=status))


@pytest.mark.parametrize("reason", ["", "illegal", "nonsense", "abuse "])
def test_only_for_a_reason_of_the_site(make: Make, reason: str) -> None:
    with pytest.raises(BadFlagReason):
        flag(make, make.comment(), reason=reason)


def test_a_site_without_reasons_takes_no_flags(make: Make) -> None:
    make.policy(flag_reasons=())

    with pytest.raises(BadFlagReason):
        flag(make, make.comment())


def test_words_have_a_limit(make: Make) -> None:
    comment = make.comment()

    with pytest.raises(FlagTooLong):
        flag(make, comment, words="x" * (domain.LONGEST_WORDS + 1))
    flag(make, comment, words="x" * domain.LONGEST_WORDS)


def test_one_reader_flags_so_much_an_hour(make: Make) -> None:
    make.policy(flags_per_hour=2)
    guest = make.guest().actor
    for _ in range(2):
        flag(make, make.comment(), guest)

    with pytest.raises(TooManyFlags):
        flag(make, make.comment(), guest)
    make.clock.advance(timedelta(hours=1, seconds=1))
    flag(make, make.comment(), guest)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.REMOVE, State.UPHELD), (Outcome.PUBLISH, State.DISMISSED), (Outcome.HOLD, State.OPEN)],
)
def test_a_decision_settles_flags_and_its_undo_opens_them_again(
    make: Make, outcome: Outcome, state: State
) -> None:
    comment = make.comment()
    flag(make, comment)

    decide(make, comment, outcome)
    settled, counted = [each.state for each in shown(make, comment)], waiting(make, comment)
    undo(make, comment)

    assert settled == [state]
    assert counted == (None if state is not State.OPEN else (1, 0.5, True))
    assert [each.state for each in shown(make, comment)] == [State.OPEN]
    assert waiting(make, comment) == (1, 0.5, False)


def test_accuracy_follows_what_was_decided_last(make: Make) -> None:
    guest = make.guest().actor
    wrong, right, last = (make.comment() for _ in range(3))
    for comment in (wrong, right):
        flag(make, comment, guest)
    decide(make, wrong, Outcome.PUBLISH)
    decide(make, right, Outcome.REMOVE)
    before = flag(make, last, guest).weight
    undo(make, wrong)
    decide(make, wrong, Outcome.REMOVE)

    (told, *_) = shown(make, last)
    assert before == pytest.approx(2 * 2 / 6)
    assert (told.record.upheld, told.record.dismissed) == (2, 0)
    assert flag(make, make.comment(), guest).weight == pytest.approx(2 * 3 / 6)


def test_what_was_decided_cannot_be_taken_back(make: Make) -> None:
    comment, guest = make.comment(), make.guest().actor
    flag(make, comment, guest)
    decide(make, comment, Outcome.PUBLISH)

    with pytest.raises(FlagSettled), make.write(guest) as unit:
        flags.withdraw(unit, comment.id)


def test_a_comment_that_its_author_took_back_waits_no_more(make: Make) -> None:
    author = make.guest()
    comment = make.comment(guest=author)
    flag(make, comment)
    with make.write(author.actor) as unit:
        comments.withdraw(unit, comment.id)

    assert waiting(make, comment) is None
    assert shown(make, comment) == []


def test_without_a_threshold_no_number_of_flags_holds_anything(make: Make) -> None:
    comment = make.comment()
    for actor in written(make, 8):
        flag(make, comment, actor)

    assert now(make, comment).status is Status.VISIBLE
    assert waiting(make, comment) == (8, 4.0, False)


def test_at_the_threshold_a_comment_is_held_by_no_person_and_told_in_the_trail(make: Make) -> None:
    make.policy(flags_hold_at=1)
    comment, (first, second) = make.comment(), written(make, 2)
    flag(make, comment, first)
    before = now(make, comment).status

    make.clock.advance(timedelta(seconds=1))
    with make.write(second) as unit:
        flags.make(unit, comment.id, reason="hate")
        happened = [type(each).__name__ for each in unit.happened()]
        (entry,) = unit.audited()

    with make.read(make.moderator) as unit:
        (held,) = queue.list_items(unit, Queue.HELD, NO_FILTERS).items
    made = held.decisions[-1]
    assert before is Status.VISIBLE
    assert (held.comment.id, held.comment.status) == (comment.id, Status.HELD)
    assert (made.outcome, made.made_by, made.source, made.is_by_person) == (
        Outcome.HOLD, "system", Source.FLAG, False,
    )  # fmt: skip
    assert [(each.code, each.parameters) for each in made.findings] == [("flagged", {"count": 2})]
    assert waiting(make, comment) == (2, 1.0, True)
    assert happened == ["CommentFlagged", "DecisionMade"]
    assert (entry.act, entry.comment_id, entry.facts["source"]) == ("decision.made", comment.id, "flag")


def test_what_was_held_and_approved_needs_twice_as_much_for_the_same_reason(make: Make) -> None:
    make.policy(flags_hold_at=1)
    comment, readers = make.comment(), written(make, 7)
    for actor in readers[:2]:
        flag(make, comment, actor)
    assert decide(make, comment, Outcome.PUBLISH).status is Status.VISIBLE

    for actor in readers[2:5]:
        flag(make, comment, actor)
    below = now(make, comment).status
    flag(make, comment, readers[5])

    assert (below, now(make, comment).status) == (Status.VISIBLE, Status.HELD)


def test_another_reason_counts_in_full_after_an_approval(make: Make) -> None:
    make.policy(flags_hold_at=1)
    comment, readers = make.comment(), written(make, 4)
    for actor in readers[:2]:
        flag(make, comment, actor)
    decide(make, comment, Outcome.PUBLISH)
    for actor in readers[2:]:
        flag(make, comment, actor, reason="hate")

    assert now(make, comment).status is Status.HELD


def test_flags_hold_nothing_that_the_publication_wrote(make: Make) -> None:
    make.policy(flags_hold_at=1)
    own = reader(make, "maren@gazette.example", "Maren")
    make.comment(guest=own)
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, "maren@gazette.example", accounts.Role.STAFF)
    comment = make.comment(guest=Guest(name="Maren", actor=signed_in(make, "maren@gazette.example")))
    for actor in written(make, 4):
        flag(make, comment, actor)

    assert now(make, comment).status is Status.VISIBLE
    assert waiting(make, comment) == (4, 2.0, False)


def test_twenty_fresh_guests_of_one_network_count_once(make: Make) -> None:
    make.policy(flags_hold_at=1)
    comment = make.comment()
    for _ in range(20):
        flag(make, comment, network="one network")

    assert waiting(make, comment) == (20, 0.5, False)
    assert {each.brigade for each in shown(make, comment)} == {20}
    assert now(make, comment).status is Status.VISIBLE


def test_twenty_fresh_guests_of_twenty_networks_within_minutes_count_once(make: Make) -> None:
    comment = make.comment()
    for number in range(20):
        flag(make, comment, network=f"network {number}")

    assert waiting(make, comment) == (20, 0.5, False)


def test_guests_who_flagged_before_are_no_newcomers(make: Make) -> None:
    comment, guests = make.comment(), [make.guest().actor for _ in range(domain.MANY)]
    for actor in guests:
        flag(make, make.comment(), actor)
    make.clock.advance(domain.NEW_FOR)
    for number, actor in enumerate(guests):
        flag(make, comment, actor, network=f"network {number}")

    assert waiting(make, comment) == (domain.MANY, 0.5 * domain.MANY, False)


def test_twenty_honest_readers_are_no_brigade(make: Make) -> None:
    comment = make.comment()
    for number, actor in enumerate(written(make, 20)):
        flag(make, comment, actor, network=f"network {number}")

    assert waiting(make, comment) == (20, 10.0, False)
    assert {each.brigade for each in shown(make, comment)} == {1}


def test_a_network_that_goes_over_an_author_s_comments_counts_once_on_all(make: Make) -> None:
    author = make.guest()
    written_by = [make.comment(guest=author) for _ in range(domain.MANY)]
    for comment in written_by:
        flag(make, comment, network="one network")

    found = [waiting(make, comment) for comment in written_by]
    assert found == [(1, 0.5, False), *[(1, 0.0, False)] * (domain.MANY - 1)]


def test_a_brigade_falls_apart_when_enough_of_it_take_their_flags_back(make: Make) -> None:
    comment, first, second = make.comment(), make.guest().actor, make.guest().actor
    for actor in (first, second):
        flag(make, comment, actor, network="one network")
    with make.write(first) as unit:
        flags.withdraw(unit, comment.id)

    assert waiting(make, comment) == (1, 0.5, False)
    assert [each.brigade for each in shown(make, comment)] == [1]


def test_only_moderators_see_who_flagged(make: Make) -> None:
    comment = make.comment()

    for actor in (NOBODY, make.guest().actor, signed_in(make)):
        with pytest.raises(Forbidden), make.read(actor) as unit:
            flags.for_comments(unit, [comment.id])


def test_a_comment_of_another_site_cannot_be_flagged(make: Make) -> None:
    other = Make(make.units, make.clock, key="tribune")
    other.site(name="The Tribune")
    stranger = other.comment()

    with pytest.raises(NotFound):
        flag(make, stranger)


def test_networks_of_flags_are_forgotten_with_those_of_comments(make: Make) -> None:
    comment = make.comment()
    flag(make, comment, network="secret")
    kept = timedelta(days=31)

    retention.forget_networks_of_flags(make.units, make.key)
    with make.read() as unit:
        before = unit.db.execute(select(schema.flag.c.network)).scalar_one()
    make.clock.advance(kept)
    retention.forget_networks_of_flags(make.units, make.key)
    with make.read() as unit:
        after = unit.db.execute(select(schema.flag.c.network)).scalar_one()

    assert (before, after) == ("secret", "")


def test_a_takeout_tells_what_one_flagged_also_as_a_guest_before(make: Make) -> None:
    guest = make.guest("Ann before")
    early, late = make.comment(), make.comment()
    own = make.comment(guest=guest)
    flag(make, early, guest.actor, words="As a guest.")
    ann = reader(make)
    make.comment(guest=ann)
    with make.write(SYSTEM) as unit:
        adoption.adopt_guest(unit, reader(make).actor.account, own.author)
    flag(make, late, reader(make).actor, words="Signed in.")

    with make.read(reader(make).actor) as unit:
        assert unit.actor.account is not None
        owned = my_data.belongings(unit, unit.actor.account)

    assert [(each.words, each.reason, each.state) for each in owned.flags] == [
        ("Signed in.", "spam", State.OPEN), ("As a guest.", "spam", State.OPEN),
    ]  # fmt: skip


def test_who_leaves_takes_their_flags_along(make: Make) -> None:
    comment, ann = make.comment(), signed_in(make)
    flag(make, comment, ann)
    flag(make, comment)
    with make.write(ann) as unit:
        erasure.ask(unit, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    assert waiting(make, comment) == (1, 0.5, False)
    assert [each.is_guest for each in shown(make, comment)] == [True]


def test_words_of_flags_are_not_in_events(make: Make) -> None:
    comment = make.comment()
    with make.write(make.guest().actor) as unit:
        flags.make(unit, comment.id, reason="spam", words="Private.")
        told = unit.happened()

    assert "Private." not in repr(told)
    assert replace(comment) == comment
