"""The notifier `email` against a real mail server: what arrives, how safely, and which failures are final."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from tertulia.builtin.notifiers import email
from tertulia.plugins.contracts import Message, NeverSent, Notifier, NotSent, TryLater
from tertulia.testing.contracts import NotifierContract, message
from tests.letterbox import Letterbox, knows, letterbox

SENDER = "comments@gazette.example"
SECRET = "p@ss:w/rd"
LOGIN = "desk%40gazette.example:p%40ss%3Aw%2Frd"


def notifier(server: str, **settings: object) -> email.Email:
    return email.make({"server": server, "sender": SENDER, "host": "comments.gazette.example", **settings})


def refusal(server: str, sent: Message | None = None) -> NotSent:
    with pytest.raises(NotSent) as caught:
        notifier(server).send(sent or message())
    return caught.value


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as opened:
        yield opened


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port on which nobody listens: it is ours, and we do not."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certified(authority: trustme.CA) -> ssl.SSLContext:
    """What a server shows whose certificate the authority signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the authority, as an operator's own would be trusted."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


class TestEmail(NotifierContract):
    @pytest.fixture(autouse=True)
    def _opened(self, box: Letterbox, nobody: int) -> None:
        self.box, self.nobody = box, nobody

    def notifier(self) -> Notifier:
        return notifier(self.box.url())

    def unreachable(self) -> Notifier:
        return notifier(f"smtp://127.0.0.1:{self.nobody}")

    def count_arrived(self) -> int:
        return len(self.box.letters)


def test_a_letter_says_who_wrote_it_and_that_a_machine_did(box: Letterbox) -> None:
    notifier(box.url()).send(
        replace(message("Seven, as ever."), html="<p>Seven.</p>", sender="Gazette, “The”")
    )

    (arrived,) = box.letters
    assert (arrived.sender, arrived.to) == (SENDER, ["reader@example.org"])
    assert arrived.letter["From"].addresses[0].display_name == "Gazette, “The”"
    assert arrived.letter["From"].addresses[0].addr_spec == SENDER
    assert arrived.letter["To"] == "reader@example.org"
    assert arrived.letter["Subject"] == "News of the ferry"
    assert arrived.letter["Auto-Submitted"] == "auto-generated"
    assert arrived.letter["Message-ID"].endswith("@gazette.example>")
    assert arrived.letter["Date"].datetime is not None
    assert (arrived.body(), arrived.body("html")) == ("Seven, as ever.\n", "<p>Seven.</p>\n")


def test_words_of_any_script_and_length_arrive_as_they_are(box: Letterbox) -> None:
    words = ".\n" + "مرحبا " * 300 + "\n..\nFrom me\n" + "x" * 3000 + "\n"

    notifier(box.url()).send(replace(message(words), subject="عبارة " * 30 + "🧵", html=f"<p>{words}</p>"))

    (arrived,) = box.letters
    assert arrived.body() == words
    assert arrived.body("html") == f"<p>{words}</p>\n"
    assert arrived.letter["Subject"] == ("عبارة " * 30 + "🧵")


def test_two_letters_have_two_ids(box: Letterbox) -> None:
    for _ in range(2):
        notifier(box.url()).send(message())

    assert len({arrived.letter["Message-ID"] for arrived in box.letters}) == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "reader",
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "Reader <reader@example.org>",
        "readers: a@example.org;",
        "a@example.org b@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "a@@example.org",
    ],
)
def test_what_is_not_one_address_gets_nothing(box: Letterbox, address: str) -> None:
    assert isinstance(refusal(box.url(), message(to=address)), NeverSent)
    assert box.letters == []


@pytest.mark.parametrize("word", ["\0", "\x0b", "\x85", "\ud800"])
def test_control_characters_stay_out_of_head_lines(box: Letterbox, word: str) -> None:
    for hostile in (replace(message(), subject=f"a{word}b"), replace(message(), sender=f"a{word}b")):
        assert isinstance(refusal(box.url(), hostile), NeverSent)
    assert box.letters == []


def test_an_address_in_another_script_needs_a_server_that_takes_it(box: Letterbox) -> None:
    notifier(box.url()).send(message(to="مها@example.org"))
    with letterbox(enable_SMTPUTF8=False) as old:
        refused = refusal(old.url(), message(to="مها@example.org"))

    assert box.letters[0].to == ["مها@example.org"]
    assert isinstance(refused, NeverSent)


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("RCPT", "450 4.2.1 try again", TryLater),
        ("RCPT", "550 5.1.1 no such reader", NeverSent),
        ("DATA", "451 4.3.0 try again", TryLater),
        ("DATA", "421 4.3.2 closing", TryLater),
        ("DATA", "554 5.7.1 looks like spam", NeverSent),
        # Not the letter is refused but we are, which the operator can mend.
        ("MAIL", "550 5.7.1 not from you", TryLater),
        ("MAIL", "451 4.3.0 try again", TryLater),
    ],
)
def test_the_code_says_whether_another_try_makes_sense(
    command: str, answer: str, kind: type[NotSent]
) -> None:
    with letterbox(answers={command: f"{answer}: reader@example.org"}) as box:
        refused = refusal(box.url())

    assert type(refused) is kind
    assert answer[:3] in str(refused)
    assert "reader@example.org" not in str(refused)
    assert refused.__cause__ is None
    assert refused.__suppress_context__
    assert box.letters == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_is_asked_again(command: str) -> None:
    with letterbox(drops=command) as box:
        assert isinstance(refusal(box.url()), TryLater)


@pytest.mark.parametrize("goodbye", [{"drops": "QUIT"}, {"answers": {"QUIT": "451 no"}}])
def test_how_the_server_says_goodbye_changes_nothing(goodbye: dict[str, object]) -> None:
    with letterbox(**goodbye) as box:
        notifier(box.url()).send(message())

        assert len(box.letters) == 1


def test_a_server_that_says_nothing_is_asked_again_later() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        mute = notifier(f"smtp://127.0.0.1:{silent.getsockname()[1]}", seconds=0.05)

        with pytest.raises(TryLater, match="timed out"):
            mute.send(message())
        with pytest.raises(TryLater, match="timed out"):
            mute.check()


def test_tls_is_used_where_it_is_offered_whoever_signed_it(certified: ssl.SSLContext) -> None:
    with letterbox(tls_context=certified) as box:
        notifier(box.url()).send(message())

    assert box.letters[0].was_encrypted


@pytest.mark.usefixtures("trusted")
def test_required_tls_is_used(certified: ssl.SSLContext) -> None:
    with letterbox(tls_context=certified) as offering, letterbox(ssl_context=certified) as speaking:
        notifier(offering.url("smtp+starttls")).send(message())
        notifier(speaking.url("smtps")).send(message())

    assert offering.letters[0].was_encrypted
    assert len(speaking.letters) == 1


@pytest.mark.usefixtures("trusted")
def test_required_tls_that_is_not_offered_ends_it(box: Letterbox) -> None:
    for scheme in ("smtp+starttls", "smtps"):
        assert isinstance(refusal(box.url(scheme)), TryLater)

    assert box.letters == []


def test_required_tls_takes_no_strange_certificate(certified: ssl.SSLContext) -> None:
    with letterbox(tls_context=certified) as offering, letterbox(ssl_context=certified) as speaking:
        for url in (offering.url("smtp+starttls"), speaking.url("smtps")):
            assert "CERTIFICATE_VERIFY_FAILED" in str(refusal(url))


@pytest.mark.usefixtures("trusted")
def test_user_and_password_are_written_as_in_any_url(certified: ssl.SSLContext) -> None:
    known = knows("desk@gazette.example", SECRET)
    with letterbox(tls_context=certified, authenticator=known, auth_required=True) as box:
        notifier(box.url("smtp+starttls", LOGIN)).send(message())
        notifier(box.url("smtp", LOGIN)).check()

        assert box.letters[0].user == "desk@gazette.example"


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_the_operators_to_mend(certified: ssl.SSLContext) -> None:
    with letterbox(tls_context=certified, authenticator=knows("desk", "right")) as box:
        refused = refusal(box.url("smtp+starttls", "desk:wrong"))

        assert isinstance(refused, TryLater)
        assert str(refused).endswith("it refuses the user or the password (code 535)")
        with pytest.raises(TryLater, match="535"):
            notifier(box.url("smtp+starttls", "desk:wrong")).check()


def test_a_password_goes_to_no_strange_certificate(certified: ssl.SSLContext) -> None:
    with letterbox(tls_context=certified, authenticator=knows("desk", "right")) as box:
        assert "CERTIFICATE_VERIFY_FAILED" in str(refusal(box.url("smtp", "desk:right")))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"server": "http://mail.example"}, "begins with one of smtp, smtp"),
        ({"server": "smtp://desk:half/the-secret@mail.example"}, "port is none.*%2F"),
        ({"server": "smtp://desk:secret℀@mail.example"}, "host or port is none"),
        ({"server": "smtp://[mail.example"}, "host or port is none"),
        ({"server": "smtp://desk:%D9%85secret@mail.example"}, "ASCII"),
        ({"sender": "comments"}, "no e-mail address"),
        ({"sender": "The Gazette <comments@gazette.example>"}, "no e-mail address"),
        ({"sender": "comments@gazette.example\nBcc: x@example.org"}, "no e-mail address"),
    ],
)
def test_wrong_settings_are_refused_without_repeating_a_secret(settings: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        email.make({"server": "smtp://mail.example", "sender": SENDER, **settings})

    assert "half" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://mail.example", 587), ("smtp+starttls://mail.example", 587), ("smtps://mail.example", 465)],
)
def test_each_scheme_has_its_usual_port(url: str, port: int) -> None:
    assert email.server_of(url).port == port


def test_nothing_of_a_message_shows_in_its_representation() -> None:
    assert repr(message()) == "Message(sender='The Gazette')"
