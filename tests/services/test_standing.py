"""One's own standing, what is usual, and what earned trust does."""

from datetime import timedelta

from tertulia.domain.comments import CommentDraft
from tertulia.domain.moderation import Outcome, Reason, Ruling, Status
from tertulia.domain.permissions import NOBODY
from tertulia.domain.sanctions import SanctionKind
from tertulia.domain.trust import Standing
from tertulia.services import comments, flags, moderation, standing
from tests.services.test_sanctions import impose
from tests.services.test_sign_in import signed_in


def decide(make, comment, outcome, reason=""):
    with make.write(make.moderator) as unit:
        seen = comments.access(unit, comment.id)
        return moderation.decide(
            unit, comment.id, Ruling(outcome=outcome, reason=reason), seen_revision=seen.revision
        )


def own(make, actor):
    with make.read(actor) as unit:
        return standing.own(unit)


def post(make, guest, body="Hello https://a.example https://b.example"):
    make.clock.advance(timedelta(minutes=1))
    with make.write(guest.actor) as unit:
        draft = CommentDraft(body=body, story_url="https://gazette.example/a", name="Ann")
        return comments.post(unit, draft).comment


def test_a_reader_s_standing_counts_what_was_decided(make):
    guest, other = make.guest(), make.comment()
    made = [make.comment(guest=guest, status="held") for _ in range(4)]
    decide(make, made[0], Outcome.PUBLISH)
    decide(make, made[1], Outcome.PUBLISH)
    decide(make, made[2], Outcome.REMOVE, Reason.SPAM)
    with make.write(guest.actor) as unit:
        flags.make(unit, other.id, reason="abuse")
    decide(make, other, Outcome.REMOVE, Reason.ABUSE)

    assert own(make, guest.actor) == Standing(
        comments=4, approved=2, removed=1, flags_upheld=1, flags_settled=1
    )


def test_who_never_wrote_has_none(make):
    assert own(make, NOBODY) is None
    assert own(make, signed_in(make)) is None


def test_what_is_old_is_no_longer_lately(make):
    guest = make.guest()
    make.comment(guest=guest)
    make.clock.advance(timedelta(days=91))
    make.comment(guest=guest)

    assert own(make, guest.actor).comments == 1


def test_the_usual_range_is_over_those_who_wrote_lately(make):
    old = make.guest()
    for _ in range(9):
        make.comment(guest=old)
    make.clock.advance(timedelta(days=91))
    for number in range(10):
        guest = make.guest()
        for _ in range(1 + number % 3):
            made = make.comment(guest=guest, status="held")
        decide(make, made, Outcome.PUBLISH)

    with make.read() as unit:
        found = standing.usual(unit)
    assert found.authors == 10
    assert (found.comments.low, found.comments.median, found.comments.high) == (1, 2, 3)
    assert (found.approved.low, found.approved.high) == (1, 1)


def test_a_site_with_few_authors_has_no_range(make):
    for _ in range(9):
        make.comment()

    with make.read() as unit:
        assert standing.usual(unit) is None


def test_earned_trust_lets_comments_through_that_rules_would_hold(make):
    make.policy(most_links=1, trusted_after=2)
    guest = make.guest()
    first, second = post(make, guest), post(make, guest, "Again https://c.example https://d.example")
    assert (first.status, second.status) == (Status.HELD, Status.HELD)
    for each in (first, second):
        decide(make, each, Outcome.PUBLISH)

    assert post(make, guest, "Third https://e.example https://f.example").status is Status.VISIBLE
    decide(make, first, Outcome.REMOVE, Reason.SPAM)
    assert post(make, guest, "Fourth https://g.example https://h.example").status is Status.HELD


def test_nobody_earns_trust_where_the_site_gives_none(make):
    make.policy(most_links=1)
    guest = make.guest()
    for number in range(3):
        decide(make, post(make, guest, f"{number} https://a.example https://b.example"), Outcome.PUBLISH)

    assert post(make, guest, "More https://e.example https://f.example").status is Status.HELD


def test_who_is_held_is_held_whatever_they_earned(make):
    make.policy(trusted_after=1)
    guest = make.guest()
    made = post(make, guest, "Plain words.")
    decide(make, decide(make, made, Outcome.HOLD), Outcome.PUBLISH)
    impose(make, made.author.id, SanctionKind.HOLD)

    assert post(make, guest, "More words.").status is Status.HELD
