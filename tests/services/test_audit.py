"""The audit trail: what it says, and that no change of it goes unseen."""

import pytest
from sqlalchemy import delete, insert, select, update

from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.services import audit, moderation
from tertulia.services.moderation import Stale
from tertulia.store import audit as store
from tertulia.store.schema import audit as table


def entries(make):
    with make.read() as unit:
        return store.list_after(unit.db, unit.site.id, after=0, most=100)


def decide(make, comment, outcome, reason=""):
    ruling = Ruling(outcome=outcome, reason=reason, words="Said by a person.")
    with make.write(make.moderator) as unit:
        return moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def test_a_comment_that_is_published_leaves_no_entry(make):
    make.comment()

    assert entries(make) == []
    assert audit.verify(make.units, make.key) == audit.Verdict(entries=0, digest="")


def test_what_is_done_to_a_comment_is_told_in_ids_and_codes(make):
    make.policy(most_links=0)
    held = make.comment("See https://elsewhere.example for it.")
    removed = decide(make, held, Outcome.REMOVE, Reason.SPAM)
    with make.write(make.moderator) as unit:
        moderation.undo(unit, removed.id, seen_revision=removed.revision)

    first, second, third = entries(make)

    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    assert {each.entry.comment_id for each in (first, second, third)} == {held.id}
    assert {each.entry.author_id for each in (first, second, third)} == {held.author.id}
    facts = first.entry.facts
    assert (facts["outcome"], facts["findings"], facts["is_by_person"]) == ("hold", ["many-links"], False)
    facts = second.entry.facts
    assert (facts["outcome"], facts["reason"], facts["is_by_person"]) == ("remove", "spam", True)
    assert (facts["status_before"], facts["status_after"]) == ("held", "removed")
    assert third.entry.facts["undoes"] == facts["decision"]
    assert "Said by a person" not in str([each.entry.facts for each in (first, second, third)])


def test_what_was_rolled_back_leaves_no_entry(make):
    comment = make.comment()

    def decide_twice():
        with make.write(make.moderator) as unit:
            for _ in range(2):
                moderation.decide(
                    unit, comment.id, Ruling(outcome=Outcome.HOLD), seen_revision=comment.revision
                )

    with pytest.raises(Stale):
        decide_twice()

    assert entries(make) == []


@pytest.fixture
def chain(make, monkeypatch):
    monkeypatch.setattr(audit, "STEP", 2)
    for _ in range(5):
        decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE)
    assert audit.verify(make.units, make.key).broken_at is None
    return make


def change(make, statement):
    with make.write(make.moderator) as unit:
        unit.db.execute(statement)


def test_a_whole_chain_is_whole(chain):
    verdict = audit.verify(chain.units, chain.key)

    assert (verdict.entries, verdict.broken_at) == (5, None)
    assert verdict.digest == entries(chain)[-1].digest


@pytest.mark.parametrize("column", ["comment_id", "author_id", "account_id", "policy_version"])
def test_a_changed_entry_is_found(chain, column):
    change(chain, update(table).where(table.c.number == 3).values({column: 77}))

    assert audit.verify(chain.units, chain.key).broken_at == 3


def test_changed_facts_and_times_are_found(chain):
    change(chain, update(table).where(table.c.number == 4).values(facts={"outcome": "publish"}))
    assert audit.verify(chain.units, chain.key).broken_at == 4
    change(chain, update(table).where(table.c.number == 2).values(made_at=chain.clock()))
    assert audit.verify(chain.units, chain.key).broken_at == 2


def test_an_entry_that_was_taken_out_is_found(chain):
    change(chain, delete(table).where(table.c.number == 2))

    assert audit.verify(chain.units, chain.key).broken_at == 3


def test_an_entry_that_was_put_in_is_found(chain):
    with chain.read() as unit:
        last = dict(unit.db.execute(select(table).where(table.c.number == 5)).mappings().one())

    change(chain, insert(table).values({**last, "number": 6}))

    assert audit.verify(chain.units, chain.key).broken_at == 6


def test_an_end_that_was_cut_off_is_seen_by_whoever_wrote_the_digest_down(chain):
    before = audit.verify(chain.units, chain.key)

    change(chain, delete(table).where(table.c.number == 5))

    after = audit.verify(chain.units, chain.key)
    assert after.broken_at is None
    assert (after.entries, after.digest) != (before.entries, before.digest)
