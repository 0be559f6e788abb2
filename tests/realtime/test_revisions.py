"""What a process may believe about revisions, and when it must ask."""

from tertulia.domain.events import CommentHeld, StoryChanged
from tertulia.domain.ids import CommentId, StoryId
from tertulia.realtime.nudges import Nudge
from tertulia.realtime.revisions import Revisions


def nudge(revision: int, *, event: int = 1) -> Nudge:
    return Nudge(
        site="gazette", story_id=7, event_id=event, name="comment.changed", data={"revision": revision}
    )


def test_unread_story_is_unknown() -> None:
    revisions = Revisions()

    revisions.hear(nudge(3))

    assert revisions.get("gazette", 7) is None


def test_read_story_is_known_and_follows_nudges() -> None:
    revisions = Revisions()
    revisions.learn("gazette", 7, 3, generation=revisions.generation)

    revisions.hear(nudge(4))
    revisions.hear(nudge(2))

    assert revisions.get("gazette", 7) == 4
    assert revisions.get("tribune", 7) is None


def test_nudge_during_a_read_counts() -> None:
    revisions = Revisions()
    generation = revisions.generation

    revisions.hear(nudge(6))
    revisions.learn("gazette", 7, 5, generation=generation)

    assert revisions.get("gazette", 7) == 6


def test_nothing_is_known_while_the_bus_is_lost() -> None:
    revisions = Revisions()
    revisions.learn("gazette", 7, 3, generation=revisions.generation)

    revisions.lost()
    revisions.learn("gazette", 7, 3, generation=revisions.generation)

    assert revisions.get("gazette", 7) is None


def test_read_from_before_an_outage_is_not_believed_after_it() -> None:
    revisions = Revisions()
    before = revisions.generation
    revisions.lost()
    during = revisions.generation
    revisions.back()

    revisions.learn("gazette", 7, 3, generation=before)
    revisions.learn("gazette", 7, 3, generation=during)

    assert revisions.get("gazette", 7) is None
    revisions.learn("gazette", 7, 4, generation=revisions.generation)
    assert revisions.get("gazette", 7) == 4


def test_own_commit_is_seen_at_once() -> None:
    revisions = Revisions()
    revisions.learn("gazette", 7, 3, generation=revisions.generation)
    revisions.learn_site("gazette", 10, generation=revisions.generation)

    revisions.follow_commit(
        "gazette",
        [
            CommentHeld(story_id=StoryId(7), comment_id=CommentId(1), findings=()),
            StoryChanged(story_id=StoryId(7), revision=4, is_open=True),
        ],
    )

    assert revisions.get("gazette", 7) == 4
    assert revisions.get_site("gazette") is None


def test_site_follows_the_newest_event() -> None:
    revisions = Revisions()
    revisions.learn_site("gazette", 10, generation=revisions.generation)

    revisions.hear(nudge(4, event=12))

    assert revisions.get_site("gazette") == 12


def test_memory_is_bounded() -> None:
    revisions = Revisions()
    generation = revisions.generation

    for story_id in range(1, 100_010):
        revisions.learn("gazette", story_id, 1, generation=revisions.generation)

    assert revisions.generation > generation
    assert revisions.get("gazette", 1) is None
    assert revisions.get("gazette", 100_009) == 1
