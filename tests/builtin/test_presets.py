"""Providers that are known beforehand: where they are, what they are asked for, and what of their word is believed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from tertulia.builtin.sign_in import oidc
from tertulia.builtin.sign_in.oidc import OpenIdConnect
from tertulia.builtin.sign_in.presets import CONSUMERS, preset_of
from tertulia.builtin.sign_in.provider import Description
from tertulia.plugins.contracts import BadProof, Identity
from tests import provider as providers
from tests.builtin.test_oidc import ASKED, refusal
from tests.provider import CLIENT, Provider
from tests.publication import NOW, signer

ANY = {"client_id": CLIENT, "client_secret": "x"}
TEAM = ec.generate_private_key(ec.SECP256R1())
PEM = TEAM.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
APPLE = {"preset": "apple", "client_id": CLIENT, "team": "TEAM123456", "key_id": "KEY1234567", "key": PEM}
TENANT = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"


@pytest.fixture
def op() -> Iterator[Provider]:
    with providers.serving() as opened:
        yield opened


def way(op: Provider, issuer: str = "", **fields: Any) -> OpenIdConnect:
    """Make the way of a preset, but to the provider on this machine."""
    made = oidc.make({"site": "gazette", "name": "home", **ANY, **fields})
    issuer = issuer or op.issuer
    described = Description(f"{op.issuer}{providers.DESCRIPTION}", issuer=issuer, algorithm="RS256")
    return replace(made, preset=replace(made.preset, issuer=issuer), description=described)


def enter(op: Provider, made: OpenIdConnect) -> Identity:
    return made.finish(ASKED, op.approve(made.begin(ASKED).go_to))


@pytest.mark.parametrize(
    ("fields", "issuer", "description"),
    [
        ({"preset": "google"}, "https://accounts.google.com", "https://accounts.google.com"),
        ({"preset": "gitlab"}, "https://gitlab.com", "https://gitlab.com"),
        ({"preset": "gitlab", "issuer": "https://git.example"}, "https://git.example", "https://git.example"),
        (APPLE, "https://appleid.apple.com", "https://appleid.apple.com"),
        (
            {"preset": "keycloak", "base": "https://id.example/", "realm": "readers"},
            "https://id.example/realms/readers",
            "https://id.example/realms/readers",
        ),
        (
            {"preset": "microsoft", "tenant": TENANT},
            f"https://login.microsoftonline.com/{TENANT}/v2.0",
            f"https://login.microsoftonline.com/{TENANT}/v2.0",
        ),
        (
            {"preset": "microsoft", "tenant": "common"},
            "https://login.microsoftonline.com/{tenantid}/v2.0",
            "https://login.microsoftonline.com/common/v2.0",
        ),
        (
            {"preset": "microsoft", "tenant": "consumers"},
            f"https://login.microsoftonline.com/{CONSUMERS}/v2.0",
            "https://login.microsoftonline.com/consumers/v2.0",
        ),
        ({"issuer": "https://id.example/"}, "https://id.example/", "https://id.example"),
    ],
)
def test_each_preset_knows_where_its_provider_is(
    fields: dict[str, str], issuer: str, description: str
) -> None:
    found = preset_of({**ANY, **fields})

    assert found.issuer == issuer
    assert found.description == f"{description}/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("fields", "claims", "believed"),
    [
        ({"preset": "google"}, {"email": "nora@gmail.com", "email_verified": True}, True),
        ({"preset": "google"}, {"email": "nora@gmail.com", "email_verified": False}, False),
        ({"preset": "google"}, {"email": "nora@gmail.com", "email_verified": "true"}, False),
        # The address is elsewhere: it was hers once.
        ({"preset": "google"}, {"email": "nora@example.org", "email_verified": True}, False),
        ({"preset": "google"}, {"email": "nora@notgmail.com", "email_verified": True}, False),
        (
            {"preset": "google"},
            {"email": "nora@corp.example", "email_verified": True, "hd": "corp.example"},
            True,
        ),
        ({"preset": "google"}, {"email": "nora@corp.example", "email_verified": True, "hd": True}, False),
        ({"preset": "microsoft", "tenant": TENANT}, {"email_verified": True, "xms_edov": True}, False),
        ({"preset": "microsoft", "tenant": "common"}, {"email_verified": True}, False),
        (APPLE, {"email_verified": "true"}, True),
        (APPLE, {"email_verified": True}, True),
        (APPLE, {"email_verified": "false"}, False),
        ({"preset": "gitlab"}, {"email_verified": True}, True),
        ({"preset": "gitlab", "issuer": "https://git.example"}, {"email_verified": True}, False),
        ({"preset": "keycloak", "base": "https://id.example", "realm": "r"}, {"email_verified": True}, False),
        (
            {"preset": "keycloak", "base": "https://id.example", "realm": "r", "trusts_addresses": True},
            {"email_verified": True},
            True,
        ),
        ({"issuer": "https://id.example"}, {"email_verified": True}, False),
    ],
)
def test_each_preset_knows_whose_word_on_addresses_counts(
    fields: dict[str, Any], claims: dict[str, Any], believed: bool
) -> None:
    assert preset_of({**ANY, **fields}).vouches(claims) is believed


def test_a_tenant_of_microsoft_speaks_for_itself_only(op: Provider) -> None:
    op.says_issuer = False
    op.described = {"issuer": f"{op.issuer}/{{tenantid}}/v2.0"}
    made = way(op, f"{op.issuer}/{{tenantid}}/v2.0", preset="microsoft", tenant="common")
    op.client_auth = "client_secret_post"
    op.secret = lambda told: told == "x"

    op.claims = {"tid": TENANT, "iss": f"{op.issuer}/{TENANT}/v2.0"}
    seen = enter(op, made)
    assert seen.subject == f"{TENANT}/{providers.PERSON['sub']}"
    assert not seen.is_email_verified
    op.claims = {"tid": TENANT, "iss": f"{op.issuer}/another/v2.0"}
    assert refusal(op, made) == "wrong-issuer"
    op.claims = {"iss": f"{op.issuer}/{TENANT}/v2.0"}
    assert refusal(op, made) == "no-tid"
    for tid in ("", "../x", "{tenantid}", 7, "x" * 37, "a/b", "é"):
        op.claims = {"tid": tid, "iss": f"{op.issuer}/{tid}/v2.0"}
        assert refusal(op, made) == "no-tid"


def test_apple_is_asked_with_a_secret_that_the_team_signed_just_now(op: Provider) -> None:
    shown: list[str] = []
    op.client_auth = "client_secret_post"
    op.secret = lambda told: not shown.append(told)  # type: ignore[func-returns-value]  # it keeps it
    made = way(op, **APPLE)

    told = dict(parse_qsl(urlsplit(made.begin(ASKED).go_to).query))
    assert (told["response_mode"], told["scope"]) == ("form_post", "openid email")
    assert enter(op, made).subject
    read = jwt.decode(shown[0], ECKey.import_key(signer_of(TEAM)))
    assert read.header == {"alg": "ES256", "kid": "KEY1234567", "typ": "JWT"}
    assert read.claims == {
        "iss": "TEAM123456",
        "sub": CLIENT,
        "aud": "https://appleid.apple.com",
        "iat": NOW,
        "exp": NOW + 300,
    }


def signer_of(key: ec.EllipticCurvePrivateKey) -> str:
    return replace(signer("ES256"), private=key).key


@pytest.mark.parametrize(
    "key",
    ["", "x", signer("ES256").key, "{}", "-----BEGIN PRIVATE KEY-----"],
    ids=["none", "word", "public", "object", "cut"],
)
def test_a_key_that_is_not_the_team_s_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(
        ValueError, match="gazette: apple: key is not the private key that Apple gave"
    ) as said:
        oidc.make({"site": "gazette", "name": "apple", **APPLE, "key": key})
    assert not key or key not in str(said.value)


def test_nothing_secret_is_shown_of_a_preset() -> None:
    made = oidc.make({"site": "gazette", "name": "apple", **APPLE})

    assert PEM.splitlines()[1] not in repr(made)


def test_a_tampered_tenant_in_the_description_is_refused(op: Provider) -> None:
    made = way(op, f"{op.issuer}/{{tenantid}}/v2.0", preset="microsoft", tenant="common")

    with pytest.raises(BadProof, match="provider-unreachable"):
        made.begin(ASKED)
