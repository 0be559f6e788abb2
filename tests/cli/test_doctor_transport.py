"""What `doctor` says of connections that leave the machine: a note with its remedy, and never a password."""

import pytest

from tertulia.cli import doctor_transport
from tertulia.cli.examined import Examined
from tertulia.settings import Settings
from tests.cli.conftest import Run
from tests.cli.test_doctor import SOUND

VERIFIED = "sslmode=verify-full&sslrootcert=/etc/tertulia/ca.pem"


def examined(**settings: str) -> list[Examined]:
    return list(doctor_transport.check(Settings(**settings)))


@pytest.mark.parametrize(
    "settings",
    [
        {"database": "sqlite:///tertulia.db"},
        {"database": "postgresql://tertulia:PASSWORD@127.0.0.1/tertulia"},
        {"database": "postgresql://localhost/tertulia", "valkey": "valkey://127.0.0.1:6379/0"},
        {"database": "postgresql:///tertulia?host=/run/postgresql", "valkey": "unix:///run/valkey.sock"},
    ],
)
def test_what_stays_on_this_machine_needs_no_tls(settings: dict[str, str]) -> None:
    assert examined(**settings) == []


@pytest.mark.parametrize("asked", ["", "?sslmode=require", "?sslmode=prefer", "?sslmode=verify-ca"])
def test_a_database_elsewhere_is_asked_for_its_certificate(asked: str) -> None:
    (found,) = examined(database=f"postgresql://tertulia:PASSWORD@db.internal/tertulia{asked}")

    assert "sslmode=verify-full" in found.advice
    assert not found.is_fault
    assert "db.internal" in found.found
    assert "PASSWORD" not in found.found + found.advice


def test_a_host_among_the_parameters_counts() -> None:
    (found,) = examined(database="postgresql:///tertulia?host=db.internal")

    assert found.advice


def test_valkey_elsewhere_speaks_tls() -> None:
    (found,) = examined(valkey="valkey://:PASSWORD@cache.internal:6379/0")

    assert "rediss://" in found.advice
    assert "PASSWORD" not in found.found + found.advice


def test_what_is_verified_is_well() -> None:
    found = examined(
        database=f"postgresql://db.internal/tertulia?{VERIFIED}", valkey="rediss://cache.internal:6379/0"
    )

    assert [each.what for each in found] == ["transport", "transport"]
    assert [each.advice for each in found] == ["", ""]


def test_doctor_says_so(run: Run, gazette: str) -> None:
    done = run("doctor", database=gazette, **{**SOUND, "valkey": "valkey://cache.invalid:6379/0"})

    assert "note  transport: valkey: without TLS to cache.invalid\n" in done.output
