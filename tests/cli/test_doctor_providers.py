"""What `tertulia doctor` says of providers: whether they are there, with their keys."""

import json

from tests import provider as providers
from tests.cli.conftest import Run
from tests.cli.test_doctor import SOUND, faults
from tests.provider import CLIENT, answers


def told(issuer: str) -> str:
    table = {"label": "Home", "issuer": issuer, "client_id": CLIENT}
    return json.dumps({"gazette": {"home": table}, "courier": {"home": table}})


def test_a_provider_that_answers_is_well(run: Run, sqlite_database: str) -> None:
    with providers.serving() as op:
        done = run("doctor", database=sqlite_database, providers=told(op.issuer), **SOUND)

    assert done.code == 0
    assert "ok    providers: gazette: home: answers" in done.output
    assert "ok    providers: courier: home: answers" in done.output


def test_a_provider_that_is_away_or_another_is_a_fault(
    run: Run, sqlite_database: str, closed_port: int
) -> None:
    away = run("doctor", database=sqlite_database, providers=told(f"http://127.0.0.1:{closed_port}"), **SOUND)
    with providers.serving() as op:
        other = run("doctor", database=sqlite_database, providers=told(f"{op.issuer}/"), **SOUND)
        op.strange[providers.KEYS] = answers(b"{}")
        keyless = run("doctor", database=sqlite_database, providers=told(op.issuer), **SOUND)

    assert [each.code for each in (away, other, keyless)] == [1, 1, 1]
    assert faults(away)[0] == "providers: gazette: home: provider-unreachable"
    assert faults(other)[0] == "providers: gazette: home: provider-misdescribed"
    assert faults(keyless)[0] == "providers: gazette: home: keys-unreachable"


def test_a_key_that_is_none_is_a_fault(run: Run, sqlite_database: str) -> None:
    apple = {"preset": "apple", "client_id": "x", "team": "T", "key_id": "K", "key": "none"}
    done = run(
        "doctor", database=sqlite_database, providers=json.dumps({"gazette": {"apple": apple}}), **SOUND
    )

    assert done.code == 1
    assert "gazette: apple: key is not the private key" in faults(done)[0]
