"""The trail of a comment and of an author: what was done, by whom, from where to where; for whom it is."""

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Outcome, Reason
from tertulia.domain.permissions import NOBODY
from tertulia.services import audit
from tests.services.test_appeals import appeal, moderator, removed, settle
from tests.services.test_merging import ann_of, come_in
from tests.services.test_statements import decide, undo
from tests.services.working import work


def trail(make, comment, actor=None, **options):
    with make.read(actor or make.moderator) as unit:
        return audit.trail_of_comment(unit, comment.id, **options)


def told(of):
    return [(each.entry.act, of.names[each.number]) for each in of.entries]


def test_it_lists_what_was_done_to_a_comment_and_by_whom(make):
    greta = moderator(make, "Greta")
    held = make.comment(status="held")
    gone = decide(make, held, Outcome.REMOVE, Reason.ABUSE, by=greta)
    decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE)
    settle(make, appeal(make, gone), "upheld")

    found = trail(make, held)

    assert told(found) == [
        ("appeal.decided", "Otto"),
        ("appeal.made", ""),
        ("decision.made", "Greta"),
        ("decision.made", "system"),
    ]
    facts = found.entries[2].entry.facts
    assert (facts["status_before"], facts["status_after"], facts["reason"]) == ("held", "removed", "abuse")
    assert found.next_before is None


def test_it_lists_what_was_done_to_an_author_also_as_whom_they_were_before(make):
    guest, (ann, account) = make.guest(), ann_of(make)
    undo(make, removed(make, guest=guest))
    come_in(make, account, guest.actor)
    work(make)
    removed(make)

    with make.read(make.moderator) as unit:
        found = audit.trail_of_author(unit, account.author.id)

    assert [each.entry.facts["outcome"] for each in found.entries] == ["restore", "remove"]
    assert ann


def test_it_is_for_moderators_of_what_it_is_about(make):
    comment = removed(make)
    sport = moderator(make, "Sepp", sections=("Sport",))
    reader = moderator(make, "Rita", role=Role.TRUSTED)
    for actor in (NOBODY, make.guest().actor, sport, reader):
        with make.read(actor) as unit:
            with pytest.raises(Forbidden):
                audit.trail_of_comment(unit, comment.id)
            with pytest.raises(Forbidden):
                audit.trail_of_author(unit, comment.author.id)
    with make.read(make.moderator) as unit:
        with pytest.raises(NotFound):
            audit.trail_of_comment(unit, CommentId(5))
        with pytest.raises(NotFound):
            audit.trail_of_author(unit, AuthorId(5))


def test_a_walk_sees_each_entry_once(make, monkeypatch):
    monkeypatch.setattr(audit, "TRAIL_SHOWN", 2)
    comment = make.comment()
    for _ in range(2):
        comment = undo(make, decide(make, comment, Outcome.REMOVE, Reason.ABUSE))

    first = trail(make, comment)
    second = trail(make, comment, before=first.next_before)

    assert [each.number for each in (*first.entries, *second.entries)] == [4, 3, 2, 1]
    assert second.next_before is None


def test_a_digest_that_was_written_down_is_found_again_or_missed(make):
    removed(make)
    noted = audit.verify(make.units, make.key).digest
    removed(make)

    assert audit.verify(make.units, make.key).knows is None
    assert audit.verify(make.units, make.key, known=noted).knows is True
    assert audit.verify(make.units, make.key, known="0" * 64).knows is False
