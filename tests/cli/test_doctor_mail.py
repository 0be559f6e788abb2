"""What `tertulia doctor` says of mail: the whole way to the server is gone, and nothing is sent."""

import ssl
from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import Run
from tests.cli.test_doctor import SOUND, faults, notes
from tests.letterbox import knows, letterbox


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server shows whose certificate this machine trusts."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return context


def test_no_mail_server_is_said_aloud_and_no_fault(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, **SOUND)

    assert done.code == 0
    assert "mail: NOT CONFIGURED: readers cannot sign in by e-mail" in notes(done)


def test_in_development_no_mail_server_is_well(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, is_development="true", **SOUND)

    assert "ok    mail: no server is set: links to sign in are written to the log" in done.output


def test_a_mail_server_that_is_down_is_a_fault(run: Run, sqlite_database: str, closed_port: int) -> None:
    done = run("doctor", database=sqlite_database, smtp=f"smtp://127.0.0.1:{closed_port}", **SOUND)

    assert done.code == 1
    assert faults(done) == ["mail: 127.0.0.1: the mail server does not let us in: Connection refused"]


def test_a_mail_server_that_answers_is_well_and_gets_no_mail(run: Run, sqlite_database: str) -> None:
    with letterbox() as box:
        done = run("doctor", database=sqlite_database, smtp=box.url(), **SOUND)

    assert done.code == 0
    assert "ok    mail: 127.0.0.1 answers" in done.output
    assert box.letters == []


def test_tls_and_password_are_tried(run: Run, sqlite_database: str, certified: ssl.SSLContext) -> None:
    known = knows("desk", "pa55word")
    with letterbox(tls_context=certified, authenticator=known, auth_required=True) as box:
        right = run(
            "doctor", database=sqlite_database, smtp=box.url("smtp+starttls", "desk:pa55word"), **SOUND
        )
        wrong = run(
            "doctor", database=sqlite_database, smtp=box.url("smtp+starttls", "desk:pa55wort"), **SOUND
        )

    assert "ok    mail: 127.0.0.1 answers" in right.output
    assert (right.code, wrong.code) == (0, 1)
    assert faults(wrong)[0].endswith("it refuses the user or the password (code 535)")
    assert "pa55wor" not in wrong.output + wrong.errors


def test_a_password_that_may_travel_in_the_clear_is_a_note(run: Run, sqlite_database: str) -> None:
    with letterbox(authenticator=knows("desk", "pa55word"), auth_require_tls=False) as box:
        # This machine by a name that does not say so.
        far = box.url("smtp", "desk:pa55word").replace("127.0.0.1", str(0x7F000001))
        done = run("doctor", database=sqlite_database, smtp=far, **SOUND)

    assert done.code == 0
    assert any("sends the password in the clear" in note for note in notes(done))
    assert "smtp+starttls://" in done.output


def test_required_tls_that_is_not_offered_is_a_fault(run: Run, sqlite_database: str) -> None:
    with letterbox() as box:
        done = run("doctor", database=sqlite_database, smtp=box.url("smtp+starttls"), **SOUND)

    assert [fault.partition(":")[0] for fault in faults(done)] == ["mail"]
    assert "STARTTLS" in faults(done)[0]


@pytest.mark.parametrize("address", ["comments", "The Gazette <comments@gazette.example>", "a@b@c.example"])
def test_a_wrong_address_that_mail_comes_from_is_a_fault(
    run: Run, sqlite_database: str, address: str
) -> None:
    with letterbox() as box:
        done = run("doctor", database=sqlite_database, smtp=box.url(), mail_from=address, **SOUND)

    assert done.code == 1
    assert "no e-mail address" in faults(done)[0]
    assert "`mail_from`" in done.output


def test_a_url_that_is_none_is_a_fault_that_repeats_no_password(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, smtp="smtp://desk:pa55/word@mail.example", **SOUND)

    assert done.code == 1
    assert "%2F" in faults(done)[0]
    assert "pa55" not in done.output + done.errors
    assert "Traceback" not in done.errors


def test_another_scheme_is_refused_with_those_there_are(run: Run, sqlite_database: str) -> None:
    done = run("doctor", database=sqlite_database, smtp="http://mail.example", **SOUND)

    assert done.code == 1
    assert "smtp: must begin with smtp://, smtp+starttls:// or smtps://" in done.errors


def test_passwords_without_mail_are_said_aloud(run: Run, sqlite_database: str) -> None:
    for key, ways in (("gazette", "password,passkey"), ("tribune", "email")):
        run(
            "site", "add", key, "--name", key, "--origin", "https://gazette.example", database=sqlite_database
        )
        run("site", "set", key, "--policy", f"ways_in={ways}", database=sqlite_database)

    done = run("doctor", database=sqlite_database, **SOUND)
    with letterbox() as box:
        well = run("doctor", database=sqlite_database, smtp=box.url(), **SOUND)

    assert [note for note in notes(done) if "passwords" in note] == [
        "passwords of gazette: NO MAIL: nobody can register, or choose a new password for a forgotten one"
    ]
    assert "passwords" not in well.output
