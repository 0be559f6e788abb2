"""Giving roles: who may give which to whom, invitations, and that a site keeps an owner."""

from datetime import timedelta
from itertools import product

import pytest

from tertulia.domain.accounts import AccountExists, AccountId, BadAddress, BadSections, LastOwner, Role
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Conflict, Forbidden, NotFound, TertuliaError
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.services import accounts, comments, erasure, roles, sign_in, sites
from tertulia.services.roles import INVITATION_HOURS, InvitationOver, RoleHeld
from tertulia.testing.builders import Make
from tests.services.looking import happened, names_of_events
from tests.services.test_concurrency import at_once
from tests.services.test_erasure import work
from tests.services.test_sign_in import email_of, signed_in

UP_TO_MODERATOR = {Role.READER, Role.TRUSTED, Role.STAFF, Role.MODERATOR}
MAY_RULE = {Role.EDITOR: UP_TO_MODERATOR, Role.OWNER: set(Role)}


def person(make: Make, role: Role, address: str = "") -> Actor:
    """Somebody who is signed in with this role."""
    address = address or f"{role}@gazette.example"
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, address, role)
    return signed_in(make, address)


def account(make: Make, address: str):
    with make.read() as unit:
        return accounts.find(unit, address)


def give(make: Make, actor: Actor, address: str, role: Role, **options):
    known = account(make, address)
    with make.write(actor) as unit:
        return roles.give(unit, known.id, role, **{"sections": (), "seen": known.standing, **options})


def invitation(make: Make, role: Role = Role.OWNER, sections: tuple[str, ...] = ()) -> str:
    with make.write(SYSTEM) as unit:
        return roles.invite(unit, role, sections=sections)


def accept(make: Make, actor: Actor, token: str):
    with make.write(actor) as unit:
        return roles.accept(unit, token)


@pytest.mark.parametrize(("giver", "before", "after"), list(product(Role, Role, Role)))
def test_each_role_gives_what_it_may_to_whom_it_may(sqlite_make, giver, before, after):
    make = sqlite_make
    actor = person(make, giver, "giver@gazette.example")
    person(make, before, "ada@gazette.example")

    may = before in MAY_RULE.get(giver, set()) and after in MAY_RULE.get(giver, set())
    if may:
        assert give(make, actor, "ada@gazette.example", after).role is after
        return
    with pytest.raises(Forbidden):
        give(make, actor, "ada@gazette.example", after)
    assert account(make, "ada@gazette.example").role is before


@pytest.mark.parametrize("actor", [NOBODY, Actor(kind=ActorKind.MODERATOR, name="Maren")])
def test_nobody_without_an_account_gives_roles_or_ends_sessions(make, actor):
    known = person(make, Role.READER, "ada@gazette.example")

    with pytest.raises(Forbidden):
        give(make, actor, "ada@gazette.example", Role.TRUSTED)
    with pytest.raises(Forbidden), make.write(actor) as unit:
        roles.end_sessions(unit, account(make, "ada@gazette.example").id)
    with pytest.raises(Forbidden), make.write(actor) as unit:
        roles.invite(unit, Role.READER)
    assert email_of(make, known) == "ada@gazette.example"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OWNER])
def test_nobody_changes_their_own_role_or_ends_all_their_own_sessions(make, role):
    person(make, Role.OWNER, "other@gazette.example")
    actor = person(make, role, "ada@gazette.example")

    with pytest.raises(Forbidden):
        give(make, actor, "ada@gazette.example", Role.READER)
    with pytest.raises(Forbidden), make.write(actor) as unit:
        roles.end_sessions(unit, account(make, "ada@gazette.example").id)


def test_a_role_is_given_with_its_event_and_ends_sessions(make):
    owner, reader = person(make, Role.OWNER), person(make, Role.READER, "ada@gazette.example")

    given = give(make, owner, "ada@gazette.example", Role.MODERATOR, sections=["Sport"])

    assert (given.role, given.sections) == (Role.MODERATOR, ("Sport",))
    assert email_of(make, reader) == ""
    assert happened(make)[-1] == (
        "role.given",
        {
            "account_id": given.id,
            "role": "moderator",
            "before": "reader",
            "sections": ["Sport"],
            "made_by": account(make, "owner@gazette.example").id,
        },
    )


def test_a_role_that_is_not_as_it_was_seen_is_a_conflict(make):
    owner = person(make, Role.OWNER)
    person(make, Role.READER, "ada@gazette.example")
    seen = account(make, "ada@gazette.example").standing
    give(make, owner, "ada@gazette.example", Role.MODERATOR, sections=["Sport"])

    with pytest.raises(Conflict):
        give(make, owner, "ada@gazette.example", Role.TRUSTED, seen=seen)
    seen = account(make, "ada@gazette.example").standing
    give(make, owner, "ada@gazette.example", Role.MODERATOR, sections=["Politics"])
    with pytest.raises(Conflict):
        give(make, owner, "ada@gazette.example", Role.TRUSTED, seen=seen)


def test_who_lost_their_role_a_moment_ago_gives_none(make):
    owner = person(make, Role.OWNER)
    person(make, Role.READER, "ada@gazette.example")
    with make.read(person(make, Role.EDITOR)) as unit:
        before = unit.actor
    give(make, owner, "editor@gazette.example", Role.READER)

    with pytest.raises(Forbidden):
        give(make, before, "ada@gazette.example", Role.MODERATOR)


def test_an_owner_whose_powers_rest_rules_nobody(make):
    owner = person(make, Role.OWNER)
    person(make, Role.READER, "ada@gazette.example")
    make.policy(staff_need_second=True)

    with pytest.raises(Forbidden):
        give(make, owner, "ada@gazette.example", Role.MODERATOR)
    with pytest.raises(Forbidden), make.write(owner) as unit:
        roles.end_sessions(unit, account(make, "ada@gazette.example").id)
    with pytest.raises(Forbidden), make.write(owner) as unit:
        roles.invite(unit, Role.READER)
    with pytest.raises(Forbidden), make.write(owner) as unit:
        sites.change_policy(unit, {"staff_need_second": False})


def test_roles_of_nobody_cannot_be_given(make):
    owner = person(make, Role.OWNER)

    with pytest.raises(NotFound), make.write(owner) as unit:
        roles.give(unit, AccountId(7), Role.READER, sections=(), seen="")


def test_sessions_of_somebody_are_ended_with_an_event(make):
    editor, reader = person(make, Role.EDITOR), person(make, Role.READER, "ada@gazette.example")
    known = account(make, "ada@gazette.example")

    with make.write(editor) as unit:
        assert roles.end_sessions(unit, known.id) == 1

    assert email_of(make, reader) == ""
    assert happened(make)[-1] == (
        "sessions.ended",
        {"account_id": known.id, "made_by": account(make, "editor@gazette.example").id},
    )


def test_the_badge_follows_the_role(make):
    owner, story = person(make, Role.OWNER), make.story()
    reader = person(make, Role.READER, "ada@gazette.example")
    with make.write(reader) as unit:
        comments.post(unit, CommentDraft(body="Hello.", story_id=story.id, name="Ada"))

    assert give(make, owner, "ada@gazette.example", Role.STAFF).author.badges == ("staff",)
    assert give(make, owner, "ada@gazette.example", Role.TRUSTED).author.badges == ()


def test_the_last_owner_stays(make):
    first, second = person(make, Role.OWNER), person(make, Role.OWNER, "second@gazette.example")

    assert give(make, first, "second@gazette.example", Role.EDITOR).role is Role.EDITOR
    with pytest.raises(LastOwner), make.write(first) as unit:
        erasure.ask(unit, "keep")
    assert email_of(make, second) == ""


def test_an_owner_who_is_about_to_leave_does_not_count(make):
    first, second = person(make, Role.OWNER), person(make, Role.OWNER, "second@gazette.example")
    with make.write(first) as unit:
        erasure.ask(unit, "keep")

    with pytest.raises(LastOwner), make.write(second) as unit:
        erasure.ask(unit, "keep")
    with pytest.raises(LastOwner):
        give(make, first, "second@gazette.example", Role.READER)
    make.clock.advance(timedelta(days=15))
    assert work(make) == 1
    assert account(make, "second@gazette.example").role is Role.OWNER


def test_the_operator_may_take_the_last_owner_away(make):
    person(make, Role.OWNER)

    with make.write(SYSTEM) as unit:
        assert accounts.set_role(unit, "owner@gazette.example", Role.READER).role is Role.READER


def test_an_account_is_added_once(make):
    with make.write(SYSTEM) as unit:
        added = roles.add(unit, "Ada@Gazette.example", Role.MODERATOR, sections=["Sport"])

    assert (added.email, added.role, added.sections) == (
        "ada@gazette.example",
        Role.MODERATOR,
        ("Sport",),
    )
    with pytest.raises(AccountExists), make.write(SYSTEM) as unit:
        roles.add(unit, "ada@gazette.example", Role.OWNER)
    with pytest.raises(BadAddress), make.write(SYSTEM) as unit:
        roles.add(unit, "ada", Role.OWNER)


def test_an_invitation_makes_its_first_taker_what_it_says(make):
    token = invitation(make, Role.MODERATOR, ("Sport",))
    ann, ben = signed_in(make, "ann@reader.example"), signed_in(make, "ben@reader.example")

    for _ in range(3):
        with make.read(ann) as unit:
            assert roles.look_at(unit, token).sections == ("Sport",)
    taken = accept(make, ann, token)

    assert (taken.role, taken.sections) == (Role.MODERATOR, ("Sport",))
    with pytest.raises(InvitationOver):
        accept(make, ben, token)
    with pytest.raises(InvitationOver), make.read(ben) as unit:
        roles.look_at(unit, token)
    assert account(make, "ben@reader.example").role is Role.READER


def test_taking_an_invitation_ends_all_sessions_and_is_an_event_without_its_token(make):
    token, ann = invitation(make), signed_in(make, "ann@reader.example")

    taken = accept(make, ann, token)

    assert email_of(make, ann) == ""
    assert names_of_events(make)[-1] == "role.given"
    assert happened(make)[-1][1]["made_by"] == taken.id
    assert token not in str(happened(make))


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False)])
def test_an_invitation_ends_with_its_day(make, seconds, works):
    token = invitation(make)
    make.clock.advance(timedelta(hours=INVITATION_HOURS, seconds=seconds))
    ann = signed_in(make, "ann@reader.example")

    if works:
        assert accept(make, ann, token).role is Role.OWNER
        return
    with pytest.raises(InvitationOver):
        accept(make, ann, token)


def test_an_invitation_takes_nothing_away_and_stays_good(make):
    token, owner = invitation(make, Role.MODERATOR), person(make, Role.OWNER)

    with pytest.raises(RoleHeld):
        accept(make, owner, token)

    assert account(make, "owner@gazette.example").role is Role.OWNER
    assert accept(make, signed_in(make, "ann@reader.example"), token).role is Role.MODERATOR


def test_other_tokens_are_no_invitations_and_an_invitation_no_session(make):
    with make.write(SYSTEM) as unit:
        link, token = accounts.make_link(unit, name="Maren"), roles.invite(unit, Role.OWNER)
    ann = signed_in(make, "ann@reader.example")

    for wrong in (link, "", "x" * 43):
        with pytest.raises(InvitationOver):
            accept(make, ann, wrong)
    with pytest.raises(accounts.LinkOver), make.write(NOBODY) as unit:
        accounts.open_session(unit, token)
    with pytest.raises(NotFound), make.read() as unit:
        accounts.moderator_of(unit, token)


def test_an_editor_invites_up_to_moderators(make):
    editor = person(make, Role.EDITOR)

    with make.write(editor) as unit:
        assert roles.invite(unit, Role.MODERATOR)
    for role in (Role.EDITOR, Role.OWNER):
        with pytest.raises(Forbidden), make.write(editor) as unit:
            roles.invite(unit, role)
    with pytest.raises(BadSections), make.write(SYSTEM) as unit:
        roles.invite(unit, Role.EDITOR, sections=["Sport"])


def test_only_hashes_of_invitations_are_kept(make):
    token = invitation(make)

    with make.read() as unit:
        kept = unit.db.exec_driver_sql("SELECT * FROM session").all()

    assert len(kept) == 1
    assert token not in str(kept)


def test_the_session_knows_by_which_way_its_owner_came(make):
    with make.read(signed_in(make, "ann@reader.example")) as unit:
        assert sign_in.way_of(unit) == "email"
    with make.read() as unit:
        assert sign_in.way_of(unit) == ""


def test_of_two_owners_who_demote_each_other_at_once_one_stays(make):
    first, second = person(make, Role.OWNER), person(make, Role.OWNER, "second@gazette.example")

    results = at_once(
        lambda: give(make, first, "second@gazette.example", Role.READER),
        lambda: give(make, second, "owner@gazette.example", Role.READER),
    )

    assert sum(isinstance(each, TertuliaError) for each in results) == 1
    owners = [
        each for each in ("owner", "second") if account(make, f"{each}@gazette.example").role is Role.OWNER
    ]
    assert len(owners) == 1


def test_of_two_who_change_the_policy_at_once_one_is_told(make):
    editors = [person(make, Role.EDITOR, f"{name}@gazette.example") for name in ("ada", "ben")]

    def change(actor: Actor, number: int) -> int:
        with make.write(actor) as unit:
            return sites.change_policy(unit, {"most_links": number}, seen=1).version

    results = at_once(lambda: change(editors[0], 1), lambda: change(editors[1], 2))

    assert sorted(map(str, results), key=len)[0] == "2"
    assert sum(isinstance(each, Conflict) for each in results) == 1
    with make.read() as unit:
        assert unit.policy.version == 2


def test_an_invitation_that_two_take_at_once_makes_one_owner(make):
    token = invitation(make)
    people = [signed_in(make, f"{name}@reader.example") for name in ("ann", "ben")]

    results = at_once(lambda: accept(make, people[0], token), lambda: accept(make, people[1], token))

    assert sum(isinstance(each, InvitationOver) for each in results) == 1
