"""Who may do what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tertulia.domain import permissions
from tertulia.domain.accounts import Account, AccountId, Role, is_above
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import NOBODY, SYSTEM, Act, Actor, ActorKind
from tertulia.domain.policy import GuestPolicy, Policy
from tests.domain.samples import NOON, comment, story

ANN = Author(id=AuthorId(7), name="Ann", kind=AuthorKind.GUEST)
GUEST = Actor(kind=ActorKind.GUEST, secret_hash="s", author=ANN)
AUTHOR = Actor(kind=ActorKind.AUTHOR, author=replace(ANN, kind=AuthorKind.ACCOUNT))
MODERATOR = Actor(kind=ActorKind.MODERATOR, name="Maren")
OTHER = Actor(kind=ActorKind.GUEST, secret_hash="t", author=replace(ANN, id=AuthorId(8)))


@pytest.mark.parametrize(
    ("actor", "policy", "may"),
    [
        (GUEST, Policy(), True),
        (NOBODY, Policy(), True),
        (AUTHOR, Policy(), True),
        (GUEST, Policy(guests=GuestPolicy.REFUSED), False),
        (NOBODY, Policy(guests=GuestPolicy.REFUSED), False),
        (AUTHOR, Policy(guests=GuestPolicy.REFUSED), True),
        (MODERATOR, Policy(guests=GuestPolicy.REFUSED), True),
        (GUEST, Policy(is_read_only=True), False),
        (AUTHOR, Policy(is_read_only=True), False),
        (MODERATOR, Policy(is_read_only=True), False),
        (SYSTEM, Policy(is_read_only=True), True),
    ],
)
def test_who_may_write(actor, policy, may):
    assert permissions.may_write(actor, policy) is may
    assert permissions.may_comment(actor, story(), policy) is may
    assert not permissions.may_comment(actor, story(closed_at=NOON), policy)


@pytest.mark.parametrize("status", Status)
def test_only_a_visible_comment_takes_replies(status):
    assert permissions.may_reply(comment(1, status=status)) is (status is Status.VISIBLE)


@pytest.mark.parametrize(
    ("seconds", "may"), [(0, True), (299, True), (300, True), (300.000001, False), (86_400, False)]
)
def test_the_edit_window_ends_to_the_microsecond(seconds, may):
    own = comment(1, author=ANN, created_at=NOON)

    assert permissions.may_edit(GUEST, own, now=NOON + timedelta(seconds=seconds), policy=Policy()) is may


@pytest.mark.parametrize(
    ("actor", "changes", "policy", "may"),
    [
        (GUEST, {}, Policy(), True),
        (GUEST, {"status": Status.HELD}, Policy(), True),
        (GUEST, {"status": Status.REMOVED}, Policy(), False),
        (GUEST, {"status": Status.WITHDRAWN}, Policy(), False),
        (GUEST, {"created_at": None}, Policy(), False),
        (GUEST, {}, Policy(is_read_only=True), False),
        (OTHER, {}, Policy(), False),
        (NOBODY, {}, Policy(), False),
        (MODERATOR, {}, Policy(), False),
        (SYSTEM, {}, Policy(), False),
    ],
)
def test_who_may_edit(actor, changes, policy, may):
    own = comment(1, **{"author": ANN, "created_at": NOON, **changes})

    assert permissions.may_edit(actor, own, now=NOON, policy=policy) is may


@pytest.mark.parametrize("status", Status)
def test_own_words_may_be_taken_back_while_they_stand_or_wait(status):
    own = comment(1, author=ANN, status=status)

    assert permissions.may_withdraw(GUEST, own) is (status in {Status.VISIBLE, Status.HELD})
    assert not permissions.may_withdraw(OTHER, own)
    assert not permissions.may_withdraw(MODERATOR, own)


@pytest.mark.parametrize(
    ("actor", "sees"), [(GUEST, True), (OTHER, False), (NOBODY, False), (MODERATOR, True), (SYSTEM, True)]
)
def test_what_was_never_listed_is_for_its_author_and_staff(actor, sees):
    waiting = comment(1, author=ANN, status=Status.HELD, published_at=None)

    assert permissions.may_see(actor, waiting, section="") is sees
    listed = replace(waiting, published_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert permissions.may_see(actor, listed, section="")


@pytest.mark.parametrize("kind", ActorKind)
def test_staff_decides(kind):
    expected = kind in {ActorKind.MODERATOR, ActorKind.SYSTEM}

    assert permissions.may_moderate(Actor(kind=kind, author=ANN), "") is expected
    assert permissions.may_moderate(Actor(kind=kind, author=ANN), "Sport") is expected


def account(role, *sections, number=1):
    return Account(
        id=AccountId(number),
        email="",
        role=role,
        author=None,
        language="",
        created_at=NOON,
        sections=sections,
    )


@pytest.mark.parametrize(("role", "act"), list(product(Role, Act)))
def test_an_account_may_what_the_table_says(role, act):
    actor = Actor(kind=ActorKind.AUTHOR, account=account(role))

    assert permissions.may(actor, act) is (role in permissions.ROLES[act])


@pytest.mark.parametrize("act", Act)
def test_without_an_account_a_link_moderates_and_the_system_does_all(act):
    assert permissions.may(NOBODY, act) is (act in permissions.GUESTS)
    assert permissions.may(MODERATOR, act) is (act in permissions.GUESTS or act is Act.MODERATE)
    assert permissions.may(SYSTEM, act)


def test_each_role_may_all_that_those_before_it_may():
    for roles in permissions.ROLES.values():
        assert roles == set(list(Role)[-len(roles) :])


@pytest.mark.parametrize(
    ("role", "sections", "section", "may"),
    [
        (Role.MODERATOR, (), "", True),
        (Role.MODERATOR, (), "Sport", True),
        (Role.MODERATOR, ("Sport",), "sport", True),
        (Role.MODERATOR, ("Sport", "Arts"), " ARTS", True),
        (Role.MODERATOR, ("Sport",), "Sports", False),
        (Role.MODERATOR, ("Sport",), "", False),
        (Role.EDITOR, ("Sport",), "Arts", True),
        (Role.STAFF, ("Sport",), "Sport", False),
    ],
)
def test_a_moderator_of_sections_decides_there_only(role, sections, section, may):
    actor = Actor(kind=ActorKind.MODERATOR, account=account(role, *sections))

    assert permissions.may_moderate(actor, section) is may


@pytest.mark.parametrize("role", Role)
def test_nobody_rules_themselves_or_those_above_them(role):
    actor = Actor(kind=ActorKind.MODERATOR, account=account(role))

    assert not permissions.may_rule(actor, account(role))
    above = [other for other in Role if is_above(other, role)]
    assert not any(permissions.may_rule(actor, account(other, number=2)) for other in above)
