"""The log of decisions: all of them, of nobody, for whom the site wants, a page at a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.moderation import Outcome, Reason
from tertulia.domain.permissions import NOBODY, SYSTEM
from tertulia.domain.public_log import KINDS, BadLogFilter, Narrowed, span_of
from tertulia.domain.sanctions import Measure, SanctionKind
from tertulia.services import public_log, sanctions, stories
from tertulia.store.schema import audit
from tests.services.test_appeals import appeal, removed, settle
from tests.services.test_statements import decide, undo


@pytest.fixture
def open_log(make):
    make.policy(log="public")
    return make


def kinds(make, before=None, **wanted):
    with make.read() as unit:
        return [each.kind for each in public_log.list_public(unit, Narrowed(**wanted), before=before).entries]


def test_a_site_keeps_it_to_itself_unless_it_chooses_otherwise(make):
    with make.read() as unit, pytest.raises(NotFound):
        public_log.list_public(unit, Narrowed())
    with make.read(make.moderator) as unit, pytest.raises(NotFound):
        public_log.list_for_staff(unit, Narrowed())

    make.policy(log="staff")
    with make.read() as unit, pytest.raises(NotFound):
        public_log.list_public(unit, Narrowed())
    with make.read(make.moderator) as unit:
        assert public_log.list_for_staff(unit, Narrowed()).entries == ()
    for actor in (NOBODY, make.guest().actor):
        with make.read(actor) as unit, pytest.raises(Forbidden):
            public_log.list_for_staff(unit, Narrowed())

    make.policy(log="public")
    with make.read() as unit:
        assert public_log.list_public(unit, Narrowed()).entries == ()


def test_every_decision_and_sanction_is_in_it_newest_first(open_log):
    make = open_log
    held = make.comment(status="held")
    undo(make, decide(make, held, Outcome.REMOVE, Reason.SPAM))
    settle(make, appeal(make, removed(make)), "upheld")
    face = make.comment().author
    with make.write(make.moderator) as unit:
        message = Measure(kind=SanctionKind.MESSAGE, words="Hello.")
        told = sanctions.impose(unit, face.id, message, seen=None)
        measure = Measure(kind=SanctionKind.SILENCE, reason="abuse", words="Please.", days=3)
        made = sanctions.impose(unit, face.id, measure, seen=told.id)
    with make.write(make.moderator) as unit:
        sanctions.lift(unit, made.id, restores_comments=False)

    assert kinds(make) == [
        "author-lifted",
        "author-silence",
        "appeal-upheld",
        "remove",
        "hold",
        "remove",
        "hold",
    ]
    assert set(kinds(make)) <= set(KINDS)


def test_it_says_why_and_who_or_what_and_names_nobody(open_log):
    make = open_log
    comment = make.comment("My secret words.")
    decide(make, comment, Outcome.REMOVE, Reason.ILLEGAL, words="Said of somebody.", law="A law")

    with make.read() as unit:
        (entry,) = public_log.list_public(unit, Narrowed()).entries

    assert (entry.kind, entry.reason, entry.is_unlawful, entry.is_by_person) == (
        "remove",
        "illegal",
        True,
        True,
    )
    for hidden in (comment.id, comment.author.id, comment.author.name, "Maren", "secret", "Said of", "A law"):
        assert str(hidden) not in repr(entry)


def test_it_is_narrowed_by_kind_reason_section_and_month(open_log):
    make = open_log
    with make.write(SYSTEM) as unit:
        story = stories.open_at(unit, "https://gazette.example/match", title="A match")
        unit.db.exec_driver_sql("UPDATE story SET section = 'Sport'")
    first = make.comment(story=story)
    decide(make, first, Outcome.REMOVE, Reason.SPAM)
    make.clock.advance(timedelta(days=62))
    decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE)
    decide(make, make.comment(), Outcome.HOLD)

    this, last = make.clock(), make.clock() - timedelta(days=62)
    assert kinds(make, kind="hold") == ["hold"]
    assert kinds(make, reason="spam") == ["remove"]
    assert kinds(make, section="Sport") == ["remove"]
    assert kinds(make, month=f"{this:%Y-%m}") == ["hold", "remove"]
    assert kinds(make, month=f"{last:%Y-%m}", reason="spam") == ["remove"]
    assert kinds(make, month=f"{last:%Y-%m}", reason="abuse") == []
    assert kinds(make, month="2020-01") == []
    with make.read() as unit:
        assert public_log.list_sections(unit) == ["Sport"]


@pytest.mark.parametrize(
    "wanted", [{"kind": "x"}, {"reason": "y"}, {"month": "2026-13"}, {"month": "26-1"}, {"month": "2026-1\n"}]
)
def test_what_cannot_be_is_refused(open_log, wanted):
    with pytest.raises(BadLogFilter):
        kinds(open_log, **wanted)


def test_a_month_ends_where_the_next_begins():
    assert span_of("2026-12") == (
        datetime.fromisoformat("2026-12-01T00:00+00:00"),
        datetime.fromisoformat("2027-01-01T00:00+00:00"),
    )


def test_a_walk_sees_each_entry_once(open_log, monkeypatch):
    make = open_log
    monkeypatch.setattr(public_log, "SHOWN", 3)
    monkeypatch.setattr(public_log, "WALKED", 4)
    for number in range(11):
        decide(make, make.comment(), Outcome.REMOVE if number % 3 else Outcome.HOLD, Reason.ABUSE)

    for wanted in ({}, {"kind": "hold"}, {"kind": "restore"}):
        seen, before = [], None
        while True:
            with make.read() as unit:
                page = public_log.list_public(unit, Narrowed(**wanted), before=before)
            seen += [each.number for each in page.entries]
            if page.next_before is None:
                break
            before = page.next_before
        assert seen == sorted(set(seen), reverse=True)
        assert len(seen) == {None: 11, "hold": 4, "restore": 0}[wanted.get("kind")]


def test_what_is_erased_stays_in_it(open_log):
    make = open_log
    comment = removed(make)
    with make.write(SYSTEM) as unit:
        unit.db.exec_driver_sql("DELETE FROM decision")

    assert kinds(make) == ["remove"]
    with make.read() as unit:
        assert unit.db.execute(select(audit.c.comment_id)).scalar_one() == comment.id
