"""Mail to whoever reported something: a confirmation with the case number, and what was decided. Real SMTP."""

import re
from datetime import timedelta

from tertulia.domain import ids
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.domain.reports import Kind, Report, ReportDraft
from tertulia.plugins import registry
from tertulia.realtime.bus import MemoryBus
from tertulia.services import reports, retention
from tertulia.services.reports import Answer
from tertulia.services.unit import Units
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.relay import Relay
from tertulia.worker.tasks import TASKS
from tests.letterbox import Letterbox, letterbox
from tests.worker.house import SITE, Clock, founded, post

BASE = "https://comments.example"
KEY = "thirty-two or more random characters"
MODERATOR = Actor(kind=ActorKind.MODERATOR, name="Maren")


def receive(units: Units, url: str = "https://elsewhere.example/1", **fields: object) -> Report:
    told = {"kind": Kind.SPEECH, "name": "Ann Rees", "email": "ann@example.org", "language": "en", **fields}
    draft = ReportDraft(url=url, words="It calls for violence.", is_in_good_faith=True, **told)  # type: ignore[arg-type]  # what the fields take
    with units.write(SITE, NOBODY) as unit:
        return reports.receive(unit, draft, root=f"{BASE}/{SITE}")


def work(units: Units, box: Letterbox) -> None:
    """Relay what happened, and run what follows."""
    email = registry.notifier("email", {"server": box.url(), "sender": "comments@gazette.example"})
    Relay(units, MemoryBus(), holder="one").run_once()
    runner = Runner(units, tasks=TASKS, post=Post(base_url=BASE, key=KEY, send=email.send))
    while runner.run_one() is not None:
        pass


def decide(units: Units, report: Report, result: str, **told: object) -> None:
    with units.write(SITE, MODERATOR) as unit:
        reports.decide(unit, report.id, Answer(result=result, **told))  # type: ignore[arg-type]  # as above


def test_the_receipt_names_the_case_and_leads_to_where_it_stands(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        report = receive(units)
        work(units, box)
        work(units, box)
        with units.read(SITE, NOBODY) as unit:
            token = reports.token_of(unit, report.id, key=KEY)

    (told,) = box.letters
    assert (told.to, report.case in told.letter["subject"]) == (["ann@example.org"], True)
    assert f"{BASE}/{SITE}/report/{ids.encode(report.id)}?token={token}" in told.body()
    for body in (told.body(), told.body("html")):
        assert "somebody entered your address by mistake" in body
        for typed in ("elsewhere.example", "It calls for violence.", "Ann"):
            assert typed not in body  # nobody proved the address: it gets no words of a stranger


def test_the_outcome_says_what_was_done_by_whom_and_what_can_be_done_against_it(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        comment = post(units).comment
        report = receive(units, f"{BASE}/{SITE}/c/{ids.encode(comment.id)}")
        decide(units, report, "removed", words="Thank you.", law="§ 130 StGB", seen_revision=1)
        work(units, box)
        work(units, box)

    outcome = next(each for each in box.letters if "removed as illegal" in each.body())
    assert len(box.letters) == 2
    for said in ("Thank you.", "A person decided", "No automated means", "out-of-court", "to a court"):
        assert said in re.sub(r"\s+", " ", outcome.body()), said


def test_both_speak_the_notifier_s_language(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        report = receive(units, language="de")
        decide(units, report, "not-ours")
        work(units, box)

    said = sorted(each.body() for each in box.letters)
    assert any("Ihre Meldung rechtswidriger Inhalte ist eingegangen" in each for each in said)
    assert any("Es steht nicht auf unseren Seiten" in each for each in said)


def test_who_gave_no_address_gets_no_mail(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        decide(units, receive(units, kind=Kind.CHILD_ABUSE, name="", email=""), "not-ours")
        work(units, box)

    assert box.letters == []


def test_who_is_forgotten_gets_no_mail(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units, letterbox() as box:
        decide(units, receive(units), "not-ours")
        clock.turn(timedelta(days=366))
        retention.forget_notifiers(units, SITE)
        work(units, box)

    assert box.letters == []
