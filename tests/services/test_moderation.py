"""Deciding: publish, hold, remove, restore and undo, with what each counts and tells."""

from datetime import timedelta

import pytest

from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Reason, Ruling, Status
from tertulia.domain.permissions import NOBODY
from tertulia.domain.queues import NO_FILTERS, Place, Queue
from tertulia.domain.transfer import EntryState, PortableEntry, PortableStory
from tertulia.services import comments, moderation, queue, stories, threads, transfer
from tertulia.services.moderation import BadReason, NothingToUndo, Stale, TooManyWords
from tertulia.store import authors
from tertulia.testing.builders import ORIGIN
from tests.services.looking import counted_anew, counters, happened, names_of_events


def decide(make, comment, outcome, reason=""):
    with make.write(make.moderator) as unit:
        return moderation.decide(
            unit, comment.id, Ruling(outcome=outcome, reason=reason), seen_revision=comment.revision
        )


def remove(make, comment):
    return decide(make, comment, Outcome.REMOVE, Reason.ABUSE)


def undo(make, comment):
    with make.write(make.moderator) as unit:
        return moderation.undo(unit, comment.id, seen_revision=comment.revision)


def count_of(make, comment):
    with make.read() as unit:
        return stories.get(unit, comment.story_id).comment_count


def test_publishing_a_held_reply_counts_and_tells_it(make):
    top = make.comment()
    held = make.comment(parent=top, status="held")
    make.clock.advance(timedelta(hours=1))

    published = decide(make, held, Outcome.PUBLISH)

    assert (published.status, published.published_at) == (Status.VISIBLE, make.clock())
    assert counters(make) == counted_anew(make)
    assert counters(make)[top.id] == (1, 1)
    assert count_of(make, top) == 2
    assert names_of_events(make)[-2:] == ["comment.posted", "decision.made"]
    assert happened(make)[-1][1] == {
        "comment_id": held.id,
        "outcome": "publish",
        "reason": "",
        "comment_revision": 2,
        "revision": 3,
    }


def test_a_removed_comment_leaves_its_place_and_reason(make):
    top = make.comment()
    reply = make.comment(parent=top)

    removed = remove(make, top)

    assert (removed.status, removed.reason, removed.is_listed) == (Status.REMOVED, "abuse", True)
    assert count_of(make, top) == 1
    with make.read() as unit:
        assert threads.context(unit, reply.id).ancestors[0].status is Status.REMOVED


def test_restoring_counts_it_once(make):
    removed = make.comment(status="removed")

    restored = decide(make, removed, Outcome.RESTORE)

    assert (restored.status, restored.reason) == (Status.VISIBLE, "")
    assert restored.published_at == removed.published_at
    assert count_of(make, removed) == 1
    assert names_of_events(make).count("comment.posted") == 1


def test_holding_a_visible_comment_keeps_its_place(make):
    comment = make.comment()

    held = decide(make, comment, Outcome.HOLD)

    assert (held.status, held.is_listed) == (Status.HELD, True)
    assert count_of(make, comment) == 0


def test_rejecting_a_held_comment_lists_nothing(make):
    held = make.comment(status="held")

    rejected = decide(make, held, Outcome.REJECT)

    assert (rejected.status, rejected.is_listed) == (Status.REMOVED, False)
    assert count_of(make, held) == 0


def test_a_decision_on_what_changed_meanwhile_is_stale(make):
    guest = make.guest()
    comment = make.comment(guest=guest)
    with make.write(guest.actor) as unit:
        comments.edit(unit, comment.id, "Something else.")

    with pytest.raises(Stale):
        remove(make, comment)


def test_two_moderators_do_not_decide_on_the_same_sight(make):
    comment = make.comment()
    remove(make, comment)

    with pytest.raises(Stale):
        remove(make, comment)


def test_a_withdrawn_comment_is_past_deciding(make):
    gone = make.comment(status="withdrawn")

    with pytest.raises(Stale):
        decide(make, gone, Outcome.RESTORE)


@pytest.mark.parametrize("reason", ["", "because", "Abuse"])
def test_a_removal_needs_a_reason_class(make, reason):
    with pytest.raises(BadReason):
        decide(make, make.comment(), Outcome.REMOVE, reason)


def test_readers_decide_nothing(make):
    comment = make.comment()
    for actor in (NOBODY, make.guest().actor):
        with make.write(actor) as unit:
            with pytest.raises(Forbidden):
                moderation.decide(unit, comment.id, Ruling(outcome=Outcome.HOLD), seen_revision=1)
            with pytest.raises(Forbidden):
                moderation.undo(unit, comment.id, seen_revision=1)
            with pytest.raises(Forbidden):
                queue.list_items(unit, Queue.HELD, NO_FILTERS)
            with pytest.raises(Forbidden):
                queue.list_items(unit, Queue.DECIDED, NO_FILTERS)


def test_an_unknown_comment_cannot_be_decided_on(make):
    with pytest.raises(NotFound), make.write(make.moderator) as unit:
        moderation.decide(unit, CommentId(5), Ruling(outcome=Outcome.HOLD), seen_revision=1)


def test_undo_brings_back_what_stood_before(make):
    comment = make.comment()

    removed = remove(make, comment)
    back = undo(make, removed)

    assert (back.status, back.reason) == (Status.VISIBLE, "")
    assert count_of(make, comment) == 1


def test_undo_after_undo_goes_back_step_by_step(make):
    held = make.comment(status="held")
    removed = remove(make, decide(make, held, Outcome.PUBLISH))

    published = undo(make, removed)
    back = undo(make, published)

    assert (published.status, back.status) == (Status.VISIBLE, Status.HELD)
    with pytest.raises(NothingToUndo):
        undo(make, back)


def test_a_removal_that_is_brought_back_by_undo_has_its_reason_again(make):
    removed = remove(make, make.comment())

    again = undo(make, decide(make, removed, Outcome.RESTORE))

    assert (again.status, again.reason) == (Status.REMOVED, "abuse")


def test_what_is_said_about_a_decision_has_a_limit(make):
    comment = make.comment()

    for ruling in (
        Ruling(outcome=Outcome.REMOVE, reason="abuse", words="x" * 5_001),
        Ruling(outcome=Outcome.REMOVE, reason="abuse", law="x" * 501),
    ):
        with pytest.raises(TooManyWords), make.write(make.moderator) as unit:
            moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def test_undo_of_a_publication_holds_again(make):
    published = decide(make, make.comment(status="held"), Outcome.PUBLISH)

    back = undo(make, published)

    assert (back.status, back.is_listed) == (Status.HELD, True)
    assert count_of(make, published) == 0


def test_only_what_people_decided_is_undone(make):
    for comment in (make.comment(), make.comment(status="held")):
        with pytest.raises(NothingToUndo):
            undo(make, comment)


def test_after_many_changes_of_mind_the_last_one_is_undone(make):
    comment = make.comment()
    for _ in range(30):
        comment = decide(make, remove(make, comment), Outcome.RESTORE)

    assert undo(make, comment).status is Status.REMOVED


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (EntryState.VISIBLE, Status.VISIBLE),
        (EntryState.PENDING, Status.HELD),
        (EntryState.REMOVED, Status.REMOVED),
    ],
)
def test_undo_brings_back_how_an_import_left_a_comment(make, state, status):
    records = [
        PortableStory(source_id="s", url=f"{ORIGIN}/a"),
        PortableEntry(source_id="1", story_id="s", body="Words.", state=state),
    ]
    list(transfer.import_records(make.units, make.key, records, source="test", secret=""))
    with make.read(make.moderator) as unit:
        story = stories.find_by_url(unit, f"{ORIGIN}/a")
    with make.read(make.moderator) as unit:
        found = unit.db.exec_driver_sql("SELECT id FROM comment").scalar_one()
        comment = comments.access(unit, CommentId(found))
    assert story is not None

    changed = decide(make, comment, Outcome.RESTORE if status is not Status.VISIBLE else Outcome.HOLD)
    assert changed.status is not status

    assert undo(make, changed).status is status


def test_the_queue_lists_what_waits_oldest_first_with_its_findings(make):
    make.policy(most_links=0)
    first = make.comment("See https://a.example")
    make.comment()
    second = make.comment(status="held")

    with make.read(make.moderator) as unit:
        items = queue.list_items(unit, Queue.HELD, NO_FILTERS).items
        behind = queue.list_items(unit, Queue.HELD, NO_FILTERS, after=Place(comment_id=first.id)).items
        assert queue.counts(unit)[Queue.HELD] == 2

    assert [item.comment.id for item in items] == [first.id, second.id]
    assert [item.comment.id for item in behind] == [second.id]
    assert items[0].decisions[0].findings[0].code == "many-links"


def test_what_was_decided_lately_is_listed_latest_first(make):
    one, other, _ = make.comment(), make.comment(), make.comment()
    remove(make, other)
    undone = undo(make, remove(make, one))

    with make.read(make.moderator) as unit:
        items = queue.list_items(unit, Queue.DECIDED, NO_FILTERS).items

    assert [item.comment.id for item in items] == [undone.id, other.id]
    assert [each.outcome for each in items[0].decisions] == [Outcome.PUBLISH, Outcome.REMOVE, Outcome.RESTORE]


def test_a_reply_to_what_was_removed_meanwhile_is_still_published(make):
    top = make.comment()
    held = make.comment(parent=top, status="held")
    remove(make, top)

    decide(make, held, Outcome.PUBLISH)

    assert counters(make) == counted_anew(make)
    with make.write(make.guest().actor) as unit:
        assert comments.post(unit, CommentDraft(body="Yes.", parent_id=held.id, name="Bo")).comment.depth == 2


def counts_of(make, comment):
    with make.read() as unit:
        found = authors.find(unit.db, unit.site.id, comment.author.id)
        return found.approved_count, found.removed_count


def test_the_author_s_approvals_and_removals_are_counted(make):
    guest = make.guest()
    first, second = (make.comment(guest=guest, status="held") for _ in range(2))

    decide(make, first, Outcome.PUBLISH)
    remove(make, second)

    assert counts_of(make, first) == (1, 1)
    with make.read(guest.actor) as unit:
        assert (unit.actor.author.approved_count, unit.actor.author.removed_count) == (1, 1)


def test_each_comment_counts_once_whatever_is_decided_on_it(make):
    comment = make.comment(status="held")

    for outcome, counts in [
        (Outcome.PUBLISH, (1, 0)),
        (Outcome.PUBLISH, (1, 0)),
        (Outcome.REMOVE, (0, 1)),
        (Outcome.RESTORE, (1, 0)),
        (Outcome.HOLD, (0, 0)),
        (Outcome.REJECT, (0, 1)),
    ]:
        comment = decide(make, comment, outcome, Reason.SPAM if outcome is Outcome.REMOVE else "")

        assert counts_of(make, comment) == counts


def test_undo_after_undo_takes_the_counts_back(make):
    comment = remove(make, decide(make, make.comment(status="held"), Outcome.PUBLISH))

    seen = [counts_of(make, comment)]
    for _ in range(2):
        comment = undo(make, comment)
        seen.append(counts_of(make, comment))

    assert seen == [(0, 1), (1, 0), (0, 0)]


def test_what_rules_decide_counts_for_nobody(make):
    guest = make.guest()

    held, visible = make.comment(guest=guest, status="held"), make.comment(guest=guest)

    assert (held.status, visible.status) == (Status.HELD, Status.VISIBLE)
    assert counts_of(make, held) == (0, 0)
