"""`tertulia doctor --audit`: whole trails, one that was changed by hand, one whose end was cut off."""

import pytest
from sqlalchemy import delete, update

from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.domain.permissions import SYSTEM
from tertulia.services import moderation, sites
from tertulia.store import engine
from tertulia.store.schema import audit
from tertulia.testing.builders import ORIGIN, Make, opened
from tests.cli.conftest import Done, Run
from tests.cli.test_doctor import faults

DIGEST = "0123456789abcdef" * 4


def decide(make: Make, times: int) -> None:
    for number in range(times):
        comment = make.comment(f"Number {number} of {times}.")
        with make.write(make.moderator) as unit:
            ruling = Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE)
            moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def change(url: str, statement: object) -> None:
    database = engine.connect(url)
    with database.write() as db:
        db.execute(statement)  # type: ignore[call-overload]  # a statement of a test
    database.close()


def digest_of(done: Done) -> str:
    return done.output.partition("the last has ")[2].partition("\n")[0]


@pytest.fixture
def decided(gazette: str) -> str:
    with opened(gazette) as make:
        with make.write(SYSTEM) as unit:
            sites.change(unit, origins=[ORIGIN])
        decide(make, 3)
    return gazette


def test_a_site_without_entries_is_whole(run: Run, gazette: str) -> None:
    done = run("doctor", "--audit", database=gazette)

    assert done.code == 0
    assert "ok    audit trail of gazette: 0 entries fit\n" in done.output
    assert done.output.endswith("every audit trail is whole\n")


def test_a_whole_trail_says_what_to_write_down_and_knows_it_later(run: Run, decided: str) -> None:
    noted = digest_of(run("doctor", "--audit", database=decided))
    with opened(decided) as make:
        decide(make, 2)

    done = run("doctor", "--audit", "--audit-digest", f"gazette={noted}", database=decided)

    assert len(noted) == 64
    assert (done.code, "5 entries fit" in done.output) == (0, True)


def test_an_entry_changed_by_hand_is_found(run: Run, decided: str) -> None:
    change(decided, update(audit).where(audit.c.number == 2).values(comment_id=77))

    done = run("doctor", "--audit", database=decided)

    assert done.code == 1
    assert faults(done) == ["audit trail of gazette: entry 2 does not fit the one before; 1 before it do"]


def test_an_end_that_was_cut_off_is_found_by_what_was_written_down(run: Run, decided: str) -> None:
    noted = digest_of(run("doctor", "--audit", database=decided))
    change(decided, delete(audit).where(audit.c.number == 3))

    assert run("doctor", "--audit", database=decided).code == 0
    done = run("doctor", "--audit-digest", f"gazette={noted}", database=decided)

    assert done.code == 1
    assert faults(done) == ["audit trail of gazette: no entry has the digest that was written down"]


@pytest.mark.parametrize("told", ["gazette", f"={DIGEST}", "gazette=abc", f"gazette={DIGEST[:-1]}X"])
def test_what_is_no_digest_is_refused(run: Run, gazette: str, told: str) -> None:
    assert run("doctor", "--audit-digest", told, database=gazette).code == 2


def test_a_site_that_is_not_there_is_a_fault(run: Run, gazette: str) -> None:
    done = run("doctor", "--audit-digest", f"times={DIGEST}", database=gazette)

    assert (done.code, faults(done)) == (1, ["audit trail of times: there is no such site"])
