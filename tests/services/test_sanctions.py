"""Sanctions: who may do what to whom, what an author may still do, how it ends, that nobody writes themselves free."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select

from tertulia.domain.accounts import Role
from tertulia.domain.authors import Restriction
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Conflict, Forbidden, NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import Outcome, Ruling, Status
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.domain.sanctions import (
    AboveYou,
    AuthorBanned,
    AuthorSilenced,
    BadSanction,
    Measure,
    SanctionKind,
    SanctionOver,
)
from tertulia.services import accounts, audit, comments, erasure, flags, moderation, sanctions, statements
from tertulia.store import authors as author_store
from tertulia.store import sanctions as store
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.services.looking import counted_anew, counters, happened
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_merging import come_in
from tests.services.test_roles import person
from tests.services.test_sections import moderator as of_sections
from tests.services.test_sign_in import signed_in
from tests.services.working import work

KIND = SanctionKind
STRICT = {KIND.HOLD, KIND.SILENCE, KIND.BAN}


def measure(kind: SanctionKind, **choices) -> Measure:
    days = {"days": 7} if kind is KIND.SILENCE else {}
    reason = "" if kind is KIND.MESSAGE else "abuse"
    return Measure(kind=kind, **{"reason": reason, "words": "Please stop.", **days, **choices})


def newest(make: Make, author_id: AuthorId):
    with make.read() as unit:
        found = sanctions.list_of(unit, author_id)
        return found[0].id if found else None


def impose(make: Make, author_id: AuthorId, kind: SanctionKind, *, by: Actor | None = None, **choices):
    with make.write(by or make.moderator) as unit:
        return sanctions.impose(unit, author_id, measure(kind, **choices), seen=newest(make, author_id))


def lift(make: Make, sanction, *, by: Actor | None = None, restores: bool = False):
    with make.write(by or make.moderator) as unit:
        return sanctions.lift(unit, sanction.id, restores_comments=restores)


def write(make: Make, actor: Actor, body: str = "One more.", story=None):
    make.clock.advance(timedelta(minutes=1))
    draft = CommentDraft(
        body=body,
        story_id=None if story is None else story.id,
        story_url="https://gazette.example/more",
        name="Ann",
    )
    with make.write(actor) as unit:
        return comments.post(unit, draft).comment


def author_of(make: Make, actor: Actor) -> AuthorId:
    write(make, actor, f"First words at {make.clock()}.")
    with make.read(actor) as unit:
        assert unit.actor.author is not None
        return unit.actor.author.id


def face(make: Make, author_id: AuthorId):
    with make.read() as unit:
        found = author_store.find(unit.db, unit.site.id, author_id)
        assert found is not None
        return found


def status_of(make: Make, comment) -> Status:
    with make.read(SYSTEM) as unit:
        return comments.access(unit, comment.id).status


@pytest.fixture
def guest(make):
    return make.guest("Ann")


@pytest.fixture
def ann(make, guest) -> AuthorId:
    return make.comment(guest=guest).author.id


def test_a_banned_author_writes_no_more_until_it_is_lifted(make, guest, ann):
    ban = impose(make, ann, KIND.BAN)

    with pytest.raises(AuthorBanned) as refused:
        write(make, guest.actor)
    lift(make, ban)
    again = write(make, guest.actor)

    assert refused.value.parameters == {"until": None, "reason": "abuse"}
    assert again.status is Status.VISIBLE
    assert face(make, ann).restriction is None


def test_a_silence_ends_by_itself(make, guest, ann):
    silence = impose(make, ann, KIND.SILENCE, days=3)

    with pytest.raises(AuthorSilenced) as refused:
        write(make, guest.actor)
    make.clock.advance(silence.ends_at - make.clock())
    again = write(make, guest.actor)

    assert refused.value.parameters["until"] == silence.ends_at.isoformat(timespec="seconds")
    assert again.status is Status.VISIBLE
    assert face(make, ann).restriction is None


def test_the_strongest_counts_and_then_the_next(make, guest, ann):
    impose(make, ann, KIND.HOLD)
    impose(make, ann, KIND.BAN, days=1)
    impose(make, ann, KIND.SILENCE, days=2)

    with pytest.raises(AuthorBanned):
        write(make, guest.actor)
    make.clock.advance(timedelta(days=1))
    with pytest.raises(AuthorSilenced):
        write(make, guest.actor)
    make.clock.advance(timedelta(days=1))
    write(make, guest.actor)

    assert face(make, ann).restriction is Restriction.HOLD


def test_lifting_the_strongest_leaves_the_next(make, ann):
    impose(make, ann, KIND.SILENCE, days=30)
    ban = impose(make, ann, KIND.BAN)

    lift(make, ban)

    assert face(make, ann).restriction is Restriction.SILENCE
    assert face(make, ann).restricted_until == make.clock() + timedelta(days=30)


def test_who_may_not_write_edits_renames_and_flags_nothing_but_may_withdraw(make):
    actor = signed_in(make)
    mine = write(make, actor)
    impose(make, mine.author.id, KIND.BAN)

    with pytest.raises(AuthorBanned), make.write(actor) as unit:
        comments.edit(unit, mine.id, "Other words.")
    with pytest.raises(AuthorBanned), make.write(actor) as unit:
        accounts.rename(unit, "Another name")
    other = make.comment()
    with pytest.raises(AuthorBanned), make.write(actor) as unit:
        flags.make(unit, other.id, reason="abuse")
    with make.write(actor) as unit:
        gone = comments.withdraw(unit, mine.id)

    assert gone.status is Status.WITHDRAWN


def test_words_take_nothing_from_anybody(make, guest, ann):
    impose(make, ann, KIND.MESSAGE)
    impose(make, ann, KIND.WARNING)

    assert write(make, guest.actor).status is Status.VISIBLE
    assert face(make, ann).restriction is None


def test_messages_and_warnings_wait_until_they_are_read(make, guest, ann):
    first, second = impose(make, ann, KIND.MESSAGE), impose(make, ann, KIND.WARNING)
    impose(make, ann, KIND.HOLD)

    with make.write(guest.actor) as unit:
        waiting = sanctions.list_unread(unit)
        sanctions.mark_read(unit, first.id)
    with make.read(guest.actor) as unit:
        left = sanctions.list_unread(unit)

    assert [each.id for each in waiting] == [first.id, second.id]
    assert [each.id for each in left] == [second.id]


def test_nobody_reads_what_was_written_to_somebody_else(make, guest, ann):
    told = impose(make, ann, KIND.MESSAGE)
    other = make.guest()
    make.comment(guest=other)

    with pytest.raises(NotFound), make.write(other.actor) as unit:
        sanctions.mark_read(unit, told.id)
    with make.read(other.actor) as unit:
        assert sanctions.list_unread(unit) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Measure(kind=KIND.MESSAGE),
        Measure(kind=KIND.MESSAGE, words="  "),
        Measure(kind=KIND.MESSAGE, words="Hello.", reason="because"),
        Measure(kind=KIND.MESSAGE, words="Hello.", days=3),
        Measure(kind=KIND.WARNING, words="Stop."),
        Measure(kind=KIND.WARNING, words="S" * 5001, reason="abuse"),
        Measure(kind=KIND.SILENCE, reason="abuse"),
        Measure(kind=KIND.SILENCE, reason="abuse", days=0),
        Measure(kind=KIND.SILENCE, reason="abuse", days=366),
        Measure(kind=KIND.BAN, reason="abuse", days=3651),
        Measure(kind=KIND.BAN, reason="abuse", days=-1),
        Measure(kind=KIND.SILENCE, reason="abuse", days=3, removes_comments=True),
        Measure(kind=KIND.HOLD, reason="abuse", removes_comments=True),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_done(make, ann, wrong):
    with pytest.raises(BadSanction), make.write(make.moderator) as unit:
        sanctions.impose(unit, ann, wrong, seen=None)

    assert newest(make, ann) is None


def test_the_longest_there_is_is_taken(make, ann):
    for kind, days in ((KIND.SILENCE, 365), (KIND.BAN, 3650), (KIND.HOLD, 3650)):
        assert impose(make, ann, kind, days=days).ends_at == make.clock() + timedelta(days=days)


@pytest.mark.parametrize("kind", list(KIND))
@pytest.mark.parametrize(("who", "whom"), list(product(Role, Role)))
def test_nobody_acts_on_staff_of_their_own_role_or_above(sqlite_make, who, whom, kind):
    make = sqlite_make
    actor = person(make, who, "who@gazette.example")
    target = author_of(make, person(make, whom, "whom@gazette.example"))
    order = list(Role)
    is_moderator = who in {Role.MODERATOR, Role.EDITOR, Role.OWNER}
    is_below = whom in {Role.READER, Role.TRUSTED} or order.index(whom) < order.index(who)

    if is_moderator and is_below:
        assert impose(make, target, kind, by=actor).kind is kind
    else:
        with pytest.raises(AboveYou if is_moderator else Forbidden):
            impose(make, target, kind, by=actor)


def test_nobody_acts_on_themselves(make):
    owner = person(make, Role.OWNER)
    own = author_of(make, owner)

    for kind in KIND:
        with pytest.raises(AboveYou):
            impose(make, own, kind, by=owner)


@pytest.mark.parametrize("kind", list(KIND))
def test_moderators_of_sections_write_and_warn_only(make, ann, kind):
    actor = of_sections(make, "Sport")

    if kind in STRICT:
        with pytest.raises(Forbidden):
            impose(make, ann, kind, by=actor)
        return
    assert impose(make, ann, kind, by=actor).kind is kind


def test_only_those_who_rule_people_ban_everywhere_and_lift_that(make, ann):
    with pytest.raises(Forbidden):
        impose(make, ann, KIND.BAN, is_everywhere=True)
    editor = person(make, Role.EDITOR)
    ban = impose(make, ann, KIND.BAN, by=editor, is_everywhere=True)
    with pytest.raises(Forbidden):
        lift(make, ban)

    assert lift(make, ban, by=editor).lifted_at is not None


def test_two_moderators_do_not_act_on_the_same_sight(make, ann):
    impose(make, ann, KIND.WARNING)

    with pytest.raises(Conflict), make.write(make.moderator) as unit:
        sanctions.impose(unit, ann, measure(KIND.WARNING), seen=None)


def test_what_is_over_cannot_be_lifted(make, ann):
    over = [impose(make, ann, KIND.SILENCE, days=1), impose(make, ann, KIND.WARNING)]
    twice = impose(make, ann, KIND.BAN)
    lift(make, twice)
    make.clock.advance(timedelta(days=2))

    for sanction in (*over, twice):
        with pytest.raises(SanctionOver):
            lift(make, sanction)


def test_an_unknown_author_or_sanction_is_not_found(make):
    with pytest.raises(NotFound), make.write(make.moderator) as unit:
        sanctions.impose(unit, AuthorId(5), measure(KIND.BAN), seen=None)
    with pytest.raises(NotFound), make.write(make.moderator) as unit:
        sanctions.lift(unit, 5, restores_comments=False)


def test_it_is_told_and_audited_without_anybody_s_words(make, ann):
    editor = person(make, Role.EDITOR)
    ban = impose(make, ann, KIND.BAN, by=editor, days=10, words="Secret words.")
    lift(make, ban, by=editor)

    told = [each for each in happened(make) if each[0].startswith("sanction.")]
    with make.read(editor) as unit:
        account_id = unit.actor.account.id
        trail = unit.db.execute(select(schema.audit).order_by(schema.audit.c.number)).all()
    assert told == [
        (
            "sanction.imposed",
            {
                "sanction_id": ban.id,
                "author_id": ann,
                "kind": "ban",
                "reason": "abuse",
                "days": 10,
                "is_everywhere": False,
                "made_by": account_id,
            },
        ),
        (
            "sanction.lifted",
            {"sanction_id": ban.id, "author_id": ann, "kind": "ban", "made_by": account_id},
        ),
    ]
    assert [(each.act, each.author_id, each.account_id) for each in trail] == [
        ("sanction.imposed", ann, account_id),
        ("sanction.lifted", ann, account_id),
    ]
    assert "Secret" not in str(trail)
    assert audit.verify(make.units, make.key).broken_at is None


def test_a_ban_takes_comments_along_and_its_lifting_brings_them_back(make, guest, ann):
    standing, waiting, gone, removed = (
        make.comment(guest=guest, status=status) for status in ("visible", "held", "withdrawn", "removed")
    )
    other = make.comment(parent=standing)

    ban = impose(make, ann, KIND.BAN, removes_comments=True)
    work(make)
    after = [status_of(make, each) for each in (standing, waiting, gone, removed, other)]
    lift(make, ban, restores=True)
    work(make)

    assert after == [
        Status.REMOVED,
        Status.REMOVED,
        Status.WITHDRAWN,
        Status.REMOVED,
        Status.VISIBLE,
    ]
    assert [status_of(make, each) for each in (standing, waiting, gone, removed)] == [
        Status.VISIBLE,
        Status.HELD,
        Status.WITHDRAWN,
        Status.REMOVED,
    ]
    assert counters(make) == counted_anew(make)
    assert (face(make, ann).approved_count, face(make, ann).removed_count) == (0, 1)


def test_lifting_without_choosing_so_brings_nothing_back(make, guest, ann):
    comment = make.comment(guest=guest)
    ban = impose(make, ann, KIND.BAN, removes_comments=True)
    work(make)

    lift(make, ban)
    work(make)

    assert status_of(make, comment) is Status.REMOVED


def test_what_somebody_decided_since_stays_when_a_ban_is_lifted(make, guest, ann):
    first, second = make.comment(guest=guest), make.comment(guest=guest)
    ban = impose(make, ann, KIND.BAN, removes_comments=True)
    work(make)
    with make.write(make.moderator) as unit:
        seen = comments.access(unit, first.id)
        moderation.decide(
            unit, first.id, Ruling(outcome=Outcome.REMOVE, reason="spam"), seen_revision=seen.revision
        )

    lift(make, ban, restores=True)
    work(make)

    assert (status_of(make, first), status_of(make, second)) == (Status.REMOVED, Status.VISIBLE)


def test_a_ban_that_is_lifted_at_once_removes_nothing(make, guest, ann):
    comment = make.comment(guest=guest)

    lift(make, impose(make, ann, KIND.BAN, removes_comments=True))
    work(make)

    assert status_of(make, comment) is Status.VISIBLE


def test_the_removals_name_the_moderator_and_the_ban(make, guest, ann):
    editor = person(make, Role.EDITOR)
    with make.read(editor) as unit:
        editor_id = unit.actor.account.id
    comment = make.comment(guest=guest)

    ban = impose(make, ann, KIND.BAN, by=editor, reason="hate", removes_comments=True)
    work(make)

    with make.read() as unit:
        made = unit.db.execute(
            select(schema.decision).where(
                schema.decision.c.comment_id == comment.id, schema.decision.c.outcome == "remove"
            )
        ).one()
        trail = unit.db.execute(
            select(schema.audit).where(
                schema.audit.c.act == "decision.made", schema.audit.c.comment_id == comment.id
            )
        ).one()
    assert (made.sanction_id, made.account_id, made.reason, made.source) == (
        ban.id,
        editor_id,
        "hate",
        "sanction",
    )
    assert trail.account_id == editor_id


def test_a_banned_guest_who_opens_an_account_stays_banned(make, guest, ann):
    ban = impose(make, ann, KIND.BAN)

    actor = signed_in(make, guest=guest.actor)

    with make.read(actor) as unit:
        assert unit.actor.author.id == ann
        assert unit.actor.author.restriction is Restriction.BAN
    with pytest.raises(AuthorBanned):
        write(make, actor)
    lift(make, ban)
    write(make, actor)


def test_a_banned_guest_who_becomes_a_face_that_is_there_takes_the_ban_along(make, guest, ann):
    actor = signed_in(make)
    own = author_of(make, actor)
    warned = impose(make, ann, KIND.WARNING)
    ban = impose(make, ann, KIND.BAN, days=9)
    with make.read(actor) as unit:
        account = unit.actor.account

    come_in(make, account, guest.actor)
    work(make)

    with pytest.raises(AuthorBanned):
        write(make, actor)
    assert face(make, own).restricted_until == ban.ends_at
    with make.read(actor) as unit:
        assert [each.id for each in sanctions.list_unread(unit)] == [warned.id]
    # Whoever has the old address of the guest finds who they are now.
    lift(make, ban)
    assert impose(make, own, KIND.HOLD).author_id == own


def test_an_account_that_ends_leaves_what_was_done_on_record(make):
    actor = signed_in(make)
    own = author_of(make, actor)
    impose(make, own, KIND.BAN, words="You, Ann of Mill Lane.")

    ask_to_leave(make, actor, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    with make.read() as unit:
        (kept,) = store.list_of_author(unit.db, unit.site.id, own, most=9)
    assert (kept.kind, kept.reason, kept.words) == (KIND.BAN, "abuse", "")
    assert face(make, own).restriction is Restriction.BAN


def test_a_restriction_is_told_with_its_reasons_until_it_is_lifted(make, guest, ann):
    ban = impose(make, ann, KIND.BAN, days=4, words="That was enough.")
    with make.read(guest.actor) as unit:
        (told,) = statements.list_own(unit)
    lift(make, ban)

    assert (told.effect, told.sanction_id, told.ends_at) == ("author-ban", ban.id, ban.ends_at)
    assert (told.cause.reason, told.cause.facts) == ("abuse", "That was enough.")
    with make.read(guest.actor) as unit:
        assert not statements.list_own(unit)[0].is_standing


def test_who_is_banned_with_all_their_comments_gets_one_mail(make):
    actor = signed_in(make)
    own = author_of(make, actor)
    written = [write(make, actor, f"Number {number}.") for number in range(3)]

    impose(make, own, KIND.BAN, removes_comments=True)
    work(make, "remove_banned")

    with make.read(actor) as unit:
        told = [each.effect for each in statements.list_own(unit)]
        query = select(func.count()).where(schema.job.c.task == "mail_statement")
        mails = unit.db.execute(query).scalar_one()
    assert sorted(told) == ["author-ban", *["removal"] * (len(written) + 1)]
    assert mails == 1


def test_a_guest_s_reasons_go_along_to_the_account_they_open(make, guest, ann):
    actor = signed_in(make)
    author_of(make, actor)
    impose(make, ann, KIND.BAN)
    with make.read(actor) as unit:
        account = unit.actor.account

    come_in(make, account, guest.actor)
    work(make)
    make.clock.advance(timedelta(hours=1))
    work(make)

    with make.read(actor) as unit:
        assert [each.effect for each in statements.list_own(unit)] == ["author-ban"]


def test_who_was_never_restricted_costs_no_query(make, guest, ann):
    with make.write(guest.actor) as unit:
        assert sanctions.admit(unit) is unit
