"""What `tertulia doctor` says of publishers: whether the keys that tokens are checked with are there."""

import json

from tests.cli.conftest import Run
from tests.cli.test_doctor import SOUND, faults
from tests.publication import offering, signer


def test_keys_that_are_there_are_well(run: Run, sqlite_database: str) -> None:
    with offering(signer("ES256", "spring")) as server:
        publishers = {
            "gazette": {"algorithm": "ES256", "jwks_url": server.url},
            "courier": {"algorithm": "EdDSA", "key": signer().key},
        }
        done = run("doctor", database=sqlite_database, publishers=json.dumps(publishers), **SOUND)

    assert done.code == 0
    assert "ok    publishers: gazette: the keys are there" in done.output
    assert "ok    publishers: courier: the keys are there" in done.output


def test_keys_that_are_away_are_a_fault(run: Run, sqlite_database: str, closed_port: int) -> None:
    publishers = {"gazette": {"algorithm": "ES256", "jwks_url": f"http://127.0.0.1:{closed_port}/"}}
    done = run("doctor", database=sqlite_database, publishers=json.dumps(publishers), **SOUND)

    assert done.code == 1
    assert faults(done) == ["publishers: gazette: keys-unreachable"]


def test_a_key_that_is_none_is_a_fault(run: Run, sqlite_database: str) -> None:
    publishers = {"gazette": {"algorithm": "ES256", "key": signer("RS256").key}}
    done = run("doctor", database=sqlite_database, publishers=json.dumps(publishers), **SOUND)

    assert done.code == 1
    assert "gazette: the key is no public key for ES256" in faults(done)[0]
