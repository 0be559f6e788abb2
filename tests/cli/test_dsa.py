"""`tertulia dsa export`: records that the schema takes, of every way to restrict, with nothing about persons."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import jsonschema_rs
import pytest
from msgspec import json

from tertulia.domain.moderation import Outcome, Reason, Source
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sanctions import Measure, SanctionKind
from tertulia.domain.transparency import FIELDS
from tertulia.services import sanctions, sites, transparency
from tertulia.testing.builders import ORIGIN, Make, opened
from tests.cli.conftest import Run
from tests.docs.test_statement_record import SCHEMA
from tests.services.test_statements import decide, undo


@pytest.fixture
def make(gazette: str) -> Iterator[Make]:
    with opened(gazette) as made:
        with made.write(SYSTEM) as unit:
            sites.change(unit, origins=[ORIGIN])
        yield made


def days(make: Make) -> list[str]:
    today = make.clock()
    return [
        "--from",
        f"{today - timedelta(days=1):%Y-%m-%d}",
        "--until",
        f"{today + timedelta(days=1):%Y-%m-%d}",
    ]


def export(make: Make, run: Run, url: str, *words: str) -> str:
    done = run("dsa", "export", "gazette", *days(make), *words, database=url)
    assert done.code == 0, done.errors
    return done.output


def restrict_in_every_way(make: Make) -> None:
    for reason in Reason:
        decide(make, make.comment(), Outcome.REMOVE, reason, words="Words about Ann.")
    decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE, law="=A law", source=Source.REPORT)
    undo(make, decide(make, make.comment(), Outcome.HOLD))
    make.comment(status="held")
    make.policy(most_links=0)
    make.comment("See https://elsewhere.example for it.")
    for kind, length in ((SanctionKind.HOLD, 3), (SanctionKind.SILENCE, 3), (SanctionKind.BAN, None)):
        face = make.comment().author
        with make.write(make.moderator) as unit:
            measure = Measure(kind=kind, reason="abuse", words="Words about Ann.", days=length)
            sanctions.impose(unit, face.id, measure, seen=None)


def test_the_schema_takes_a_record_of_every_way_to_restrict(make: Make, run: Run, gazette: str) -> None:
    restrict_in_every_way(make)

    told = json.decode(export(make, run, gazette))

    jsonschema_rs.validator_for(SCHEMA).validate(told)
    found = told["statements"]
    assert len(found) == len(Reason) + 7
    assert len({each["puid"] for each in found}) == len(found)
    assert {each.get("decision_provision") for each in found} == {
        None,
        "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "DECISION_PROVISION_PARTIAL_TERMINATION",
    }
    assert [each["source_type"] for each in found].count("SOURCE_ARTICLE_16") == 1
    assert [each["automated_detection"] for each in found].count("Yes") == 1
    assert [each["automated_decision"] for each in found].count("AUTOMATED_DECISION_FULLY") == 2


def test_nothing_about_persons_is_in_it(make: Make, run: Run, gazette: str) -> None:
    restrict_in_every_way(make)

    for words in ((), ("--format", "csv")):
        told = export(make, run, gazette, *words)
        for hidden in ("Words about Ann", "Guest", "Maren", "elsewhere.example"):
            assert hidden not in told


def test_the_table_has_the_same_and_starts_no_formula(make: Make, run: Run, gazette: str) -> None:
    restrict_in_every_way(make)

    head, *lines = csv.reader(io.StringIO(export(make, run, gazette, "--format", "csv")))
    records = [dict(zip(head, line, strict=True)) for line in lines]

    assert tuple(head) == FIELDS
    assert len(records) == len(Reason) + 7
    assert records[0]["decision_visibility"] == '["DECISION_VISIBILITY_CONTENT_REMOVED"]'
    assert {each["illegal_content_legal_ground"] for each in records} >= {"'=A law"}


def test_only_the_days_that_were_asked_for_are_in_it(make: Make, run: Run, gazette: str) -> None:
    decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE)
    make.clock.advance(timedelta(days=30))
    decide(make, make.comment(), Outcome.REMOVE, Reason.SPAM)

    (only,) = json.decode(export(make, run, gazette))["statements"]

    assert only["category"] == "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"


def test_many_are_read_in_pieces(make: Make, run: Run, gazette: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transparency, "STEP", 2)
    for _ in range(5):
        decide(make, make.comment(), Outcome.REMOVE, Reason.ABUSE)

    assert len(json.decode(export(make, run, gazette))["statements"]) == 5


def test_what_need_not_be_told_is_no_record(make: Make, run: Run, gazette: str) -> None:
    decide(make, make.comment(), Outcome.REMOVE, Reason.SPAM, by=SYSTEM)

    assert json.decode(export(make, run, gazette)) == {"statements": []}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("times", "--from", "2026-01-01", "--until", "2026-01-31"), 1),
        (("gazette", "--from", "2026-02-01", "--until", "2026-01-31"), 2),
        (("gazette", "--from", "yesterday", "--until", "2026-01-31"), 2),
        (("gazette",), 2),
    ],
)
def test_what_cannot_be_is_refused(run: Run, gazette: str, words: tuple[str, ...], code: int) -> None:
    assert run("dsa", "export", *words, database=gazette).code == code
