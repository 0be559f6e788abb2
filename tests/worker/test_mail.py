"""Mail that tasks send: by a real mail server, or not at all and with a word about it in the log."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tertulia import app
from tertulia.domain import ids
from tertulia.domain.accounts import Purpose, Role, SignInId
from tertulia.domain.events import PasswordChanged
from tertulia.domain.permissions import NOBODY, SYSTEM
from tertulia.plugins import registry
from tertulia.plugins.contracts import Message, NeverSent, TryLater
from tertulia.realtime.bus import MemoryBus
from tertulia.services import accounts, jobs, proofs, sign_in, sites
from tertulia.services.jobs import End
from tertulia.services.proofs import Letter
from tertulia.services.unit import Units
from tertulia.settings import Settings
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.relay import Relay
from tertulia.worker.tasks import TASKS
from tests.letterbox import letterbox
from tests.worker.house import SITE, Clock, founded, until

ADDRESS = "ann@example.org"
BASE = "https://comments.example"
KEY = "thirty-two or more random characters"

Send = Callable[[Message], None]


def ask(units: Units, language: str = "en", purpose: Purpose = Purpose.SIGN_IN) -> SignInId:
    with units.write(SITE, NOBODY) as unit:
        return sign_in.ask(
            unit, ADDRESS, browser_hash="hash of a browser", language=language, purpose=purpose
        )


def letter_of(units: Units, asked: SignInId) -> Letter:
    with units.read(SITE, SYSTEM) as unit:
        letter = proofs.letter(unit, asked, key=KEY)
    assert letter is not None
    return letter


def run(units: Units, send: Send | None, **post: Any) -> tuple[End | None, list[dict[str, Any]]]:
    """Run one job; give what became of it and what was logged."""
    posted = Post(base_url=BASE, key=KEY, send=send, **post)
    with capture_logs() as logged:
        end = Runner(units, tasks=TASKS, post=posted).run_one()
    return end, [dict(line) for line in logged]


def refuse(refusal: Exception) -> Send:
    def send(_message: Message) -> None:
        raise refusal

    return send


def test_who_asks_gets_link_and_code_by_mail(database: str) -> None:
    with founded(database) as units, letterbox() as box:
        asked = ask(units)
        email = registry.notifier("email", {"server": box.url(), "sender": "comments@gazette.example"})

        assert run(units, email.send) == (End.FINISHED, [])

        (arrived,) = box.letters
        letter = letter_of(units, asked)
        assert arrived.to == [ADDRESS]
        assert arrived.letter["From"].addresses[0].display_name == "The Gazette"
        assert arrived.letter["Subject"] == "Sign in to The Gazette"
        assert f"?token={letter.token}\n" in arrived.body()
        assert f"\n{BASE}/{SITE}/sign-in/" in arrived.body()
        assert f"\n{letter.code}\n" in arrived.body()
        assert letter.code in arrived.body("html")


def test_who_wants_to_choose_a_password_gets_a_mail_of_its_own(database: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        with units.write(SITE, SYSTEM) as unit:
            sites.change_policy(unit, {"ways_in": ("password",)})
        asked = ask(units, purpose=Purpose.PASSWORD)
        letter = letter_of(units, asked)

        assert run(units, sent.append) == (End.FINISHED, [])

    (message,) = sent
    assert message.subject == "Choose a password for The Gazette"
    assert f"\n{BASE}/{SITE}/sign-in/password/{ids.encode(asked)}/open?token={letter.token}\n" in message.text
    assert f"\n{letter.code}\n" in message.text
    assert letter.code in message.html


@pytest.mark.parametrize(
    ("change", "said"),
    [("set", "has a password now"), ("changed", "was changed"), ("removed", "was removed")],
)
def test_who_has_another_password_is_told_so_by_mail(database: str, change: str, said: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        with units.write(SITE, SYSTEM) as unit:
            accounts.set_role(unit, ADDRESS, Role.TRUSTED)
            account = accounts.find(unit, ADDRESS)
            unit.record(PasswordChanged(account_id=account.id, change=change))
        relay = Relay(units, MemoryBus(), holder="a test")
        relay.run_once()

        assert run(units, sent.append) == (End.FINISHED, [])

    (message,) = sent
    assert (message.to, message.subject) == (ADDRESS, "Your password at The Gazette")
    assert said in message.text
    assert f"\n{BASE}/{SITE}/sign-in/password/new\n" in message.text + "\n"
    assert said in message.html


def test_nobody_is_told_of_an_account_that_is_gone(database: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        with units.write(SITE, SYSTEM) as unit:
            jobs.defer(unit, "mail_password_changed", {"account_id": 5, "change": "set"})

        assert run(units, sent.append) == (End.FINISHED, [])

    assert sent == []


def test_mail_speaks_the_language_it_was_asked_in(database: str) -> None:
    sent: list[Message] = []
    with founded(database) as units:
        for language in ("ar", "de-AT", "xx"):
            ask(units, language)
            run(units, sent.append)

    assert [message.subject for message in sent] == [
        "تسجيل الدخول إلى The Gazette",
        "Anmelden bei The Gazette",
        "Sign in to The Gazette",
    ]
    assert "&lang=de\n" in sent[1].text


def test_a_way_in_that_is_over_needs_no_mail(database: str) -> None:
    clock, sent = Clock(), list[Message]()
    with founded(database, clock=clock) as units:
        ask(units)
        clock.turn(timedelta(minutes=sign_in.MINUTES))

        assert run(units, sent.append) == (End.FINISHED, [])

    assert sent == []


def test_a_mail_server_that_is_away_is_tried_again(database: str) -> None:
    clock, sent = Clock(), list[Message]()
    with founded(database, clock=clock) as units:
        ask(units)

        end, logged = run(units, refuse(TryLater("the mail server does not let us in: code 421")))
        clock.turn(timedelta(minutes=1))
        again, _ = run(units, sent.append)

    assert (end, again, len(sent)) == (End.RETRIED, End.FINISHED, 1)
    assert [line["event"] for line in logged] == ["job.failed", "job.not-finished"]


def test_what_can_never_be_sent_is_given_up_with_a_warning(database: str) -> None:
    with founded(database) as units:
        ask(units)

        end, logged = run(units, refuse(NeverSent("the mail server refuses it: code 550")))

        assert end is End.FINISHED
        assert logged == [
            {
                "event": "mail.never-sent",
                "log_level": "warning",
                "task": "mail_sign_in",
                "site": SITE,
                "reason": "the mail server refuses it: code 550",
            }
        ]
        assert jobs.count_by_state(units) == {"finished": 1}


@pytest.mark.parametrize("refusal", [TryLater("later"), NeverSent("never")])
def test_log_names_nobody_and_lets_nobody_in(
    sqlite_database: str, refusal: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with founded(sqlite_database) as units:
        letter = letter_of(units, ask(units))
        _, logged = run(units, refuse(refusal))

    for private in (ADDRESS, letter.token, letter.code):
        assert private not in repr(logged) + caplog.text


def test_without_a_mail_server_the_operator_is_told_and_nobody_else(database: str) -> None:
    with founded(database) as units:
        letter = letter_of(units, ask(units))

        end, logged = run(units, None)

        assert end is End.FINISHED
        assert [(line["event"], line["log_level"]) for line in logged] == [("mail.not-set-up", "error")]
        assert letter.token not in repr(logged)
        assert letter.code not in repr(logged)


def test_a_developer_without_a_mail_server_finds_the_way_in_in_the_log(database: str) -> None:
    with founded(database) as units:
        letter = letter_of(units, ask(units))

        end, (line,) = run(units, None, is_development=True)

        assert end is End.FINISHED
        assert (line["event"], line["code"]) == ("mail.link", letter.code)
        assert line["link"].endswith(f"/open?token={letter.token}")
        assert ADDRESS not in repr(line)


def test_a_worker_process_sends_by_the_operators_settings(database: str) -> None:
    with founded(database, clock=app.clock) as units, letterbox() as box:
        ask(units)
        settings = Settings(database=database, base_url=BASE, secret=KEY, smtp=box.url())

        with app.working(settings) as (_, worker):
            worker.start()
            asyncio.run(until(lambda: box.letters, "the mail arrived"))
            assert worker.stop()

        assert box.letters[0].sender == "comments@comments.example"


def test_the_operator_says_where_mail_comes_from() -> None:
    with letterbox() as box:
        settings = Settings(smtp=box.url(), mail_from="readers@gazette.example")

        app.notifier_of(settings).send(Message(to=ADDRESS, subject="News", text="None."))

    assert box.letters[0].sender == "readers@gazette.example"


@pytest.mark.parametrize(
    "base_url", ["http://[::1]:8080", "http://127.0.0.1:8080", "https://comments.example"]
)
def test_mail_can_come_from_any_base_address(base_url: str) -> None:
    with letterbox() as box:
        app.notifier_of(Settings(smtp=box.url(), base_url=base_url)).send(
            Message(to=ADDRESS, subject="News", text="None.")
        )

    assert box.letters[0].sender.startswith("comments@")


def test_wrong_settings_for_mail_stop_the_worker_at_its_start(sqlite_database: str) -> None:
    settings = Settings(database=sqlite_database, smtp="smtp://127.0.0.1", mail_from="The Gazette")

    with pytest.raises(registry.BrokenPlugin, match="no e-mail address"), app.working(settings):
        pass
