"""Publishers in the settings: what is taken from a file and from the environment, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tertulia import app
from tertulia.plugins.registry import BrokenPlugin
from tertulia.settings import Provider, Publisher, Settings, WrongSettings, load
from tests.publication import ALGORITHMS, SECRET, signer

URL = "https://gazette.example/keys.json"


def refusal(**fields: Any) -> str:
    with pytest.raises(WrongSettings) as refused:
        load(None, {"TERTULIA_PUBLISHERS": json.dumps({"gazette": fields})})
    assert str(refused.value).startswith("environment variable TERTULIA_PUBLISHERS: publishers: ")
    return str(refused.value)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_publisher_is_a_table_of_the_file(algorithm: str, tmp_path: Path) -> None:
    file = tmp_path / "tertulia.toml"
    key = json.dumps(signer(algorithm).key)
    file.write_text(
        f'[publishers.gazette]\nalgorithm = "{algorithm}"\nkey = {key}\nallows_badges = ["subscriber"]\n'
    )

    found = load(str(file), {}).publishers

    assert found == {
        "gazette": Publisher(algorithm=algorithm, key=signer(algorithm).key, allows_badges=("subscriber",))  # type: ignore[arg-type]  # one of the four
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"algorithm": "none", "key": "x"}, "Invalid enum value 'none'"),
        ({"algorithm": "RS512", "key": "x"}, "Invalid enum value 'RS512'"),
        ({"key": "x"}, "missing required field `algorithm`"),
        ({"algorithm": "ES256", "kei": "x"}, "unknown field `kei`"),
        ({"algorithm": "ES256"}, "gazette: needs either key or jwks_url"),
        ({"algorithm": "ES256", "key": "x", "jwks_url": URL}, "gazette: needs either key or jwks_url"),
        ({"algorithm": "HS256", "jwks_url": URL}, "HS256 takes a secret as key, and no jwks_url"),
        ({"algorithm": "ES256", "jwks_url": "http://gazette.example/"}, "jwks_url must begin with https://"),
        ({"algorithm": "ES256", "jwks_url": "file:///etc/keys"}, "jwks_url must begin with https://"),
        (
            {"algorithm": "ES256", "jwks_url": "http://127.0.0.1.evil.example/"},
            "jwks_url must begin with https://",
        ),
        ({"algorithm": "HS256", "key": "x" * 31}, "at least 32 characters"),
        ({"algorithm": "HS256", "key": signer("RS256").key}, "is a secret of its own"),
        ({"algorithm": "HS256", "key": json.dumps(signer("ES256").jwk)}, "is a secret of its own"),
    ],
)
def test_a_wrong_publisher_is_refused(fields: dict[str, Any], reason: str) -> None:
    assert reason in refusal(**fields)


def test_keys_of_this_machine_need_no_https() -> None:
    for url in ("http://127.0.0.1:8000/keys", "http://localhost/keys", "http://[::1]/keys", URL):
        told = json.dumps({"gazette": {"algorithm": "ES256", "jwks_url": url}})
        assert load(None, {"TERTULIA_PUBLISHERS": told}).publishers["gazette"].jwks_url == url


def test_a_secret_is_not_shown() -> None:
    publisher = Publisher(algorithm="HS256", key=SECRET)

    assert SECRET not in f"{publisher} {Settings(publishers={'gazette': publisher})!r}"


def test_a_key_that_is_none_is_refused_at_the_start() -> None:
    publishers = {"gazette": Publisher(algorithm="ES256", key=signer("RS256").key)}

    with pytest.raises(BrokenPlugin, match="gazette: the key is no public key for ES256"):
        app.sign_ins_of(Settings(publishers=publishers))


@pytest.mark.parametrize("secret", ["x", "s" * 31])
def test_a_secret_that_could_be_guessed_is_refused(secret: str) -> None:
    with pytest.raises(WrongSettings, match="secret: must have 32 or more random characters"):
        load(None, {"TERTULIA_SECRET": secret})
    assert load(None, {"TERTULIA_SECRET": "s" * 32}).secret == "s" * 32


@pytest.mark.parametrize("hsts", ["", "max-age=0", "max-age=63072000; includeSubDomains; preload"])
def test_a_policy_for_https_is_a_header_s_value(hsts: str) -> None:
    assert load(environment={"TERTULIA_HSTS": hsts}).hsts == hsts


@pytest.mark.parametrize(
    "hsts", ["yes", "max-age=", "max-age=1\r\nSet-Cookie: a=b", "max-age=1; other", "includeSubDomains"]
)
def test_what_is_no_policy_for_https_is_refused(hsts: str) -> None:
    with pytest.raises(WrongSettings, match="hsts: must be like max-age"):
        load(environment={"TERTULIA_HSTS": hsts})


def test_networks_that_are_none_are_refused() -> None:
    with pytest.raises(WrongSettings, match="metrics_networks: everybody is no network"):
        load(environment={"TERTULIA_METRICS_NETWORKS": "everybody"})


ISSUER = "https://id.example"
TEAM = {"team": "ABCDE12345", "key_id": "FGHIJ67890", "key": "a key"}


def refused_provider(name: str = "home", **fields: Any) -> str:
    table = {"client_id": "comments", **fields}
    with pytest.raises(WrongSettings) as refused:
        load(None, {"TERTULIA_PROVIDERS": json.dumps({"gazette": {name: table}})})
    assert str(refused.value).startswith("environment variable TERTULIA_PROVIDERS: providers: ")
    return str(refused.value)


def test_a_provider_is_a_table_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tertulia.toml"
    file.write_text(
        '[providers.gazette.google]\npreset = "google"\nclient_id = "comments"\nclient_secret = "x"\n'
    )

    found = load(str(file), {}).providers

    assert found == {
        "gazette": {"google": Provider(preset="google", client_id="comments", client_secret="x")}
    }
    assert found["gazette"]["google"].shown == "Google"


@pytest.mark.parametrize(
    "fields",
    [
        {"issuer": ISSUER, "label": "Home", "scopes": ["email"], "algorithm": "EdDSA", "client_auth": "post"},
        {"issuer": "http://127.0.0.1:8000/realm", "label": "Home", "trusts_addresses": True},
        {"preset": "google", "client_secret": "x"},
        {"preset": "microsoft", "client_secret": "x", "tenant": "common"},
        {"preset": "microsoft", "client_secret": "x", "tenant": "6babcaad-604b-40ac-a9d7-9fd97c0b779f"},
        {"preset": "apple", **TEAM},
        {"preset": "gitlab", "client_secret": "x"},
        {"preset": "gitlab", "client_secret": "x", "issuer": "https://git.example", "trusts_addresses": True},
        {"preset": "keycloak", "base": "https://id.example/auth", "realm": "readers", "label": "Readers"},
    ],
)
def test_each_preset_takes_what_it_needs(fields: dict[str, Any]) -> None:
    table = {"client_id": "comments", **fields}

    assert load(None, {"TERTULIA_PROVIDERS": json.dumps({"gazette": {"a-1": table}})}).providers


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "gazette: home: needs issuer"),
        ({"issuer": ISSUER}, "gazette: home: needs label"),
        ({"client_id": " ", "issuer": ISSUER, "label": "x"}, "needs client_id"),
        ({"preset": "google"}, "needs client_secret"),
        ({"preset": "microsoft", "client_secret": "x"}, "needs tenant"),
        ({"preset": "apple", **TEAM, "key_id": ""}, "needs key_id"),
        ({"preset": "apple", **TEAM, "client_secret": "x"}, "client_secret is not for apple"),
        ({"preset": "keycloak", "base": ISSUER}, "needs realm"),
        ({"preset": "google", "client_secret": "x", "issuer": ISSUER}, "issuer is not for google"),
        ({"preset": "gitlab", "client_secret": "x", "tenant": "common"}, "tenant is not for gitlab"),
        ({"preset": "facebook"}, "Invalid enum value 'facebook'"),
        ({"issuer": ISSUER, "label": "x", "algorithm": "none"}, "Invalid enum value 'none'"),
        ({"issuer": ISSUER, "label": "x", "algorithm": "HS256"}, "Invalid enum value 'HS256'"),
        ({"issuer": ISSUER, "label": "x", "secret": "x"}, "unknown field `secret`"),
        ({"issuer": "http://id.example", "label": "x"}, "issuer must begin with https://"),
        ({"issuer": "http://127.0.0.1.evil.example", "label": "x"}, "issuer must begin with https://"),
        ({"issuer": f"{ISSUER}/?x=1", "label": "x"}, "have neither ? nor #"),
        ({"preset": "keycloak", "base": "ftp://x", "realm": "r"}, "base must begin with https://"),
        ({"preset": "keycloak", "base": ISSUER, "realm": "../x"}, "realm must be the name"),
        ({"preset": "microsoft", "client_secret": "x", "tenant": "example.org"}, "tenant must be the id"),
        ({"preset": "microsoft", "client_secret": "x", "tenant": "common", "trusts_addresses": True},
         "any administrator of a tenant"),
        ({"preset": "google", "client_secret": "x", "trusts_addresses": True}, "not for google"),
        ({"issuer": ISSUER, "label": "x" * 41}, "label must have 40 characters at most"),
        ({"issuer": ISSUER, "label": "x", "scopes": ["a b"]}, "scopes must be words"),
    ],
)  # fmt: skip
def test_a_wrong_provider_is_refused(fields: dict[str, Any], reason: str) -> None:
    assert reason in refused_provider(**fields)


@pytest.mark.parametrize(
    "name", ["email", "password", "passkey", "publisher-token", "", "Home", "a/b", "-a", "a" * 41, "é"]
)
def test_a_provider_is_not_called_like_something_else(name: str) -> None:
    assert "a name is one to forty" in refused_provider(name, issuer=ISSUER, label="x")


def test_secrets_of_a_provider_are_not_shown() -> None:
    provider = Provider(client_id="comments", client_secret=SECRET, key=SECRET)

    assert SECRET not in f"{provider} {Settings(providers={'gazette': {'home': provider}})!r}"
