"""What rules are told of who writes, and what their findings lead to when somebody posts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tertulia.domain.accounts import Role
from tertulia.domain.authors import Restriction
from tertulia.domain.comments import CommentDraft, NotTaken, PostState, Reconsider
from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.domain.permissions import Actor
from tertulia.services import comments, moderation
from tertulia.services.sites import BadPolicy
from tertulia.store import decisions
from tertulia.store.schema import author, comment, story, submission
from tertulia.testing.builders import ORIGIN, Guest, Make
from tests.services.looking import happened
from tests.services.test_roles import person

SHOUTED = "NOBODY EVER ASKED US ABOUT THE HARBOUR"


def post(make: Make, actor: Actor, body: str = "A calm word.", **draft: object):
    with make.write(actor) as unit:
        given = CommentDraft(body=body, **{"name": "Ann", "story_url": f"{ORIGIN}/harbour", **draft})
        return comments.post(unit, given)


def found_in(make: Make, posted) -> list[str]:
    with make.read() as unit:
        (made,) = decisions.for_comment(unit.db, unit.site.id, posted.comment.id)
    return [each.code for each in made.findings]


def decide(make: Make, posted, outcome: Outcome) -> None:
    with make.write(make.moderator) as unit:
        seen = comments.access(unit, posted.comment.id)
        ruling = Ruling(outcome=outcome, reason=Reason.ABUSE if outcome is Outcome.REMOVE else "")
        moderation.decide(unit, seen.id, ruling, seen_revision=seen.revision)


@pytest.fixture
def guest(make: Make) -> Guest:
    return make.guest("Ann")


def test_whoever_is_asked_to_reconsider_leaves_no_trace(make, guest):
    with pytest.raises(Reconsider) as asked:
        post(make, guest.actor, SHOUTED, key="k" * 20)

    assert [each.code for each in asked.value.findings] == ["shouting"]
    assert happened(make) == []
    with make.read() as unit:
        for table in (comment, author, story, submission):
            assert unit.db.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_sent_again_it_is_published_and_the_finding_kept(make, guest):
    posted = post(make, guest.actor, SHOUTED, has_reconsidered=True)

    assert posted.state is PostState.POSTED
    assert found_in(make, posted) == ["shouting"]


def test_sent_again_where_everything_is_read_it_waits(make, guest):
    make.policy(hold_first=True)

    assert post(make, guest.actor, SHOUTED, has_reconsidered=True).state is PostState.HELD


def test_what_the_policy_refuses_is_refused_though_it_was_reconsidered(make, guest):
    make.policy(outcomes=["shouting reject"])

    with pytest.raises(NotTaken) as refused:
        post(make, guest.actor, SHOUTED, has_reconsidered=True)
    assert [each.code for each in refused.value.findings] == ["shouting"]


def test_the_first_comments_wait_whatever_became_of_them(make, guest):
    make.policy(first_held=2)

    states = [post(make, guest.actor, f"Sentence number {number} of mine.").state for number in range(3)]

    assert states == [PostState.HELD, PostState.HELD, PostState.POSTED]


def test_comments_wait_until_enough_were_approved(make, guest):
    make.policy(approved_needed=1)
    first, second = (post(make, guest.actor, f"Sentence number {number} of mine.") for number in range(2))
    assert (first.state, second.state) == (PostState.HELD, PostState.HELD)

    decide(make, first, Outcome.REMOVE)
    assert post(make, guest.actor, "After one was removed.").state is PostState.HELD
    decide(make, second, Outcome.PUBLISH)
    assert post(make, guest.actor, "After one was approved.").state is PostState.POSTED


def test_an_edit_counts_the_others_and_not_itself(make, guest):
    make.policy(first_held=1)
    first = post(make, guest.actor, "The first sentence of mine.")
    decide(make, first, Outcome.PUBLISH)

    def edited(posted) -> PostState:
        with make.write(guest.actor) as unit:
            return comments.edit(unit, posted.comment.id, "Other words than those that were read.").state

    assert edited(first) is PostState.HELD
    assert edited(post(make, guest.actor, "The second sentence of mine.")) is PostState.POSTED


@pytest.mark.parametrize(
    ("role", "state"),
    [(Role.READER, PostState.HELD), (Role.TRUSTED, PostState.POSTED), (Role.STAFF, PostState.POSTED)],
)
def test_whom_the_site_knows_does_not_wait_for_a_finding(make, role, state):
    make.policy(most_links=0)
    actor = person(make, role)

    assert post(make, actor, "See https://example.org/", name="Ann").state is state


def test_staff_whose_powers_rest_are_readers(make):
    actor = person(make, Role.MODERATOR)
    make.policy(most_links=0, staff_need_second=True)

    assert post(make, actor, "See https://example.org/").state is PostState.HELD


@pytest.mark.parametrize(
    ("minutes", "state"), [(None, PostState.HELD), (1, PostState.HELD), (0, PostState.POSTED)]
)
def test_whoever_is_restricted_waits_until_that_is_over(make, guest, minutes, state):
    post(make, guest.actor)
    until = None if minutes is None else make.clock() + timedelta(minutes=minutes)
    with make.write() as unit:
        unit.db.execute(update(author).values(restriction=Restriction.HOLD.value, restricted_until=until))

    assert post(make, guest.actor, "Another calm word.").state is state


@pytest.mark.parametrize(
    "choices",
    [
        {"outcomes": ["shouting shout"]},
        {"outcomes": ["too-long publish"]},
        {"outcomes": ["shouting nudge", "shouting"]},
        {"first_held": 11},
        {"first_held": -1},
    ],
)
def test_choices_that_say_nothing_are_refused(make, choices):
    with pytest.raises(BadPolicy):
        make.policy(**choices)

    with make.read() as unit:
        assert unit.policy.version == 1


def test_newcomers_under_one_story_wait_from_the_limit_on_and_others_do_not(make):
    make.policy(burst_newcomers=3, rules=["burst"])
    regular = make.guest("Regular")
    for number in range(3):
        post(
            make, regular.actor, f"Sentence {number} of mine.", name="Regular", story_url=f"{ORIGIN}/{number}"
        )
    make.clock.advance(timedelta(minutes=11))

    states = [
        post(make, make.guest().actor, f"Newcomer {number}.", name=f"N {number}").state for number in range(4)
    ]
    elsewhere = post(make, make.guest().actor, name="N 9", story_url=f"{ORIGIN}/elsewhere")

    assert states == [PostState.POSTED] * 3 + [PostState.HELD]
    assert elsewhere.state is PostState.POSTED
    assert post(make, regular.actor, "A regular.", name="Regular").state is PostState.POSTED
    make.clock.advance(timedelta(minutes=11))
    assert post(make, make.guest().actor, name="N 10").state is PostState.POSTED


def test_nearly_the_text_of_others_waits_for_a_day(make):
    make.policy(rules=["near-repeat"])
    advert = "Buy the finest harbour tickets at half the price today, and tell them that the ferry sent you there {}."
    post(make, make.guest().actor, advert.format("one"), name="A 1")

    near = post(make, make.guest().actor, advert.format("two"), name="A 2")
    make.clock.advance(timedelta(days=1, minutes=1))

    assert near.state is PostState.HELD
    assert found_in(make, near) == ["near-repeat"]
    assert post(make, make.guest().actor, advert.format("six"), name="A 3").state is PostState.POSTED


def test_an_edit_is_not_like_its_own_words(make, guest):
    make.policy(rules=["near-repeat"])
    own = post(
        make,
        guest.actor,
        "Buy the finest harbour tickets at half the price today, and tell them who sent you.",
    )

    with make.write(guest.actor) as unit:
        words = "Buy the finest harbour tickets at half the price today, and tell them that we sent you."
        assert comments.edit(unit, own.comment.id, words).state is PostState.POSTED


def test_an_account_with_an_address_for_minutes_waits(make):
    make.policy(rules=["disposable-mail"])
    actor = person(make, Role.READER, "ada@mailinator.com")

    assert post(make, actor).state is PostState.HELD
    assert post(make, person(make, Role.READER, "bo@reader.example"), name="Bo").state is PostState.POSTED


def test_blocked_domains_are_refused_and_said(make, guest):
    make.policy(blocked_domains="spam.example")

    with pytest.raises(NotTaken) as refused:
        post(make, guest.actor, "See https://www.spam.example/offer")
    assert refused.value.findings[0].parameters == {"domain": "spam.example"}
