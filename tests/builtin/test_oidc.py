"""Signing in at an OpenID provider: what is believed and what is not, against a real one on loopback."""

import json
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tertulia.builtin.sign_in import fetched, oidc
from tertulia.builtin.sign_in.oidc import OpenIdConnect
from tertulia.plugins.contracts import Asked, BadProof, Challenge, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts import SignInContract
from tests import provider as providers
from tests.provider import (
    CLIENT,
    DESCRIPTION,
    KEYS,
    PERSON,
    SECRET,
    TOKEN,
    Provider,
    answers,
    signed_by_public_key,
    unsigned,
)
from tests.publication import NOW, signer

BACK = "http://testserver/gazette/sign-in/with/home/back"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ASKED = Asked(
    secret=b"s" * 32, now=NOON, ends_at=NOON + 10 * MINUTE, return_to=BACK, reference="0123456789abc"
)


@pytest.fixture
def op() -> Iterator[Provider]:
    with providers.serving() as opened:
        yield opened


def way(op: Provider, **fields: Any) -> OpenIdConnect:
    return oidc.make({"site": "gazette", "name": "home", **op.settings(**fields)})


def come_back(op: Provider, made: OpenIdConnect, asked: Asked = ASKED) -> dict[str, str]:
    return op.approve(made.begin(asked).go_to)


def enter(op: Provider, made: OpenIdConnect, asked: Asked = ASKED) -> Any:
    return made.finish(asked, come_back(op, made, asked))


def refusal(op: Provider, made: OpenIdConnect | None = None, asked: Asked = ASKED) -> str:
    return refused(made or way(op), come_back(op, made or way(op), asked), asked)


def refused(made: OpenIdConnect, answer: dict[str, str], asked: Asked = ASKED) -> str:
    with pytest.raises(BadProof) as found:
        made.finish(asked, answer)
    assert found.value.__cause__ is None
    return found.value.reason


class TestOpenIdConnect(SignInContract):
    @pytest.fixture(autouse=True)
    def provider(self) -> Iterator[None]:
        with ExitStack() as stack:
            self.op = stack.enter_context(providers.serving())
            yield

    def sign_in(self) -> SignIn:
        return way(self.op)

    def asked(self) -> Asked:
        return ASKED

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return self.op.approve(challenge.go_to)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_whom_the_provider_vouches_for_is_believed(algorithm: str) -> None:
    with providers.serving(algorithm) as op:
        seen = enter(op, way(op, algorithm=algorithm))

    assert (seen.subject, seen.name, seen.email) == (PERSON["sub"], "Nora Lind", "nora@example.org")
    assert not seen.is_email_verified
    assert seen.expires_at == datetime.fromtimestamp(NOW + 660, UTC)
    assert (seen.badges, seen.one_time_id) == ((), "")


def test_it_is_asked_for_a_code_with_all_that_binds_the_answer(op: Provider) -> None:
    url = urlsplit(way(op).begin(ASKED).go_to)
    told = dict(parse_qsl(url.query))

    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{op.issuer}/authorize"
    assert {name: told.pop(name) for name in ("response_type", "client_id", "redirect_uri", "scope")} == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid email profile",
    }
    assert told.pop("state").startswith("0123456789abc.")
    assert told.pop("code_challenge_method") == "S256"
    assert told.pop("kept") == "1"
    assert sorted(told) == ["code_challenge", "nonce"]
    assert all(len(value) == 43 for value in told.values())


def test_another_try_shares_nothing_with_this_one(op: Provider) -> None:
    made = way(op)
    other = replace(ASKED, secret=b"t" * 32)
    ours, theirs = (dict(parse_qsl(urlsplit(made.begin(each).go_to).query)) for each in (ASKED, other))

    assert [name for name in ("state", "nonce", "code_challenge") if ours[name] == theirs[name]] == []


@pytest.mark.parametrize("auth", ["basic", "post"])
def test_the_client_proves_itself_as_the_settings_say(op: Provider, auth: str) -> None:
    op.client_auth = f"client_secret_{auth}"

    assert enter(op, way(op, client_auth=auth)).subject
    other = "post" if auth == "basic" else "basic"
    assert refusal(op, way(op, client_auth=other)) == "client-refused"
    assert refusal(op, way(op, client_auth=auth, client_secret="another")) == "client-refused"


def test_a_client_without_a_secret_is_proven_by_the_verifier(op: Provider) -> None:
    op.client_auth = "none"

    assert enter(op, way(op, client_secret="")).subject


def test_an_answer_to_another_question_is_refused_before_anything_is_asked(op: Provider) -> None:
    made = way(op)
    answer = come_back(op, made)
    op.asked.clear()

    for state in ("", "x", answer["state"][:-1], answer["state"].swapcase(), "é", "\ud800"):
        assert refused(made, {**answer, "state": state}) == "wrong-state"
    assert refused(made, answer, replace(ASKED, secret=b"t" * 32)) == "wrong-state"
    assert refused(made, answer, replace(ASKED, reference="another")) == "wrong-state"
    assert op.asked == []
    assert made.finish(ASKED, answer).subject


def test_an_answer_of_another_provider_is_refused(op: Provider) -> None:
    made = way(op)
    answer = come_back(op, made)

    assert refused(made, {**answer, "iss": "https://evil.example"}) == "wrong-issuer"
    del answer["iss"]
    assert refused(made, answer) == "wrong-issuer"
    op.says_issuer = False
    plain = way(op)
    assert enter(op, plain).subject
    assert refused(plain, {**come_back(op, plain), "iss": "https://evil.example"}) == "wrong-issuer"


def test_a_code_counts_once(op: Provider) -> None:
    made = way(op)
    answer = come_back(op, made)

    assert made.finish(ASKED, answer).subject
    assert refused(made, answer) == "code-refused"


def test_a_code_of_another_try_is_refused(op: Provider) -> None:
    made, other = way(op), replace(ASKED, secret=b"t" * 32)
    stolen = come_back(op, made, other)["code"]

    assert refused(made, {**come_back(op, made), "code": stolen}) == "code-refused"


@pytest.mark.parametrize("code", ["", "é", "\0", "a\nb", "\ud800", "x" * 2501])
def test_what_is_no_code_is_not_sent(op: Provider, code: str) -> None:
    made = way(op)
    answer = come_back(op, made)
    op.asked.clear()

    assert refused(made, {**answer, "code": code}) == "no-code"
    assert TOKEN not in op.asked


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("access_denied", "declined"),
        ("interaction_required", "declined"),
        ("temporarily_unavailable", "provider-unreachable"),
        ("server_error", "provider-unreachable"),
        ("invalid_scope", "provider-refused"),
        ("<script>", "provider-refused"),
    ],
)
def test_what_the_provider_calls_an_error_is_one_of_our_words(op: Provider, error: str, reason: str) -> None:
    op.error = error

    assert refusal(op) == reason


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "wrong-nonce"),
        ({"nonce": None}, "wrong-nonce"),
        ({"nonce": 7}, "wrong-nonce"),
        ({"aud": "another"}, "wrong-audience"),
        ({"aud": None}, "wrong-audience"),
        ({"aud": []}, "wrong-audience"),
        ({"aud": {CLIENT: 1}}, "wrong-audience"),
        ({"aud": [CLIENT, "another"]}, "wrong-party"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "wrong-party"),
        ({"azp": "another"}, "wrong-party"),
        ({"iss": "https://evil.example"}, "wrong-issuer"),
        ({"iss": None}, "no-iss"),
        ({"iss": ["x"]}, "no-iss"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": None}, "no-exp"),
        ({"exp": "x"}, "no-exp"),
        ({"iat": NOW + 61}, "not-yet-valid"),
        ({"iat": None}, "no-iat"),
        ({"nbf": NOW + 61}, "not-yet-valid"),
        ({"sub": None}, "no-sub"),
        ({"sub": ""}, "no-sub"),
        ({"sub": 7}, "no-sub"),
        ({"sub": "x" * 256}, "no-sub"),
        ({"sub": "a\0b"}, "no-sub"),
        ({"at_hash": "another"}, "wrong-access-token"),
        ({"at_hash": 7}, "wrong-access-token"),
        ({"pad": "x" * 40_000}, "too-long"),
    ],
)
def test_a_token_that_is_not_about_this_is_refused(op: Provider, claims: dict[str, Any], reason: str) -> None:
    op.claims = claims

    assert refusal(op) == reason


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
        {"azp": CLIENT},
        {"iat": NOW + 60},
        {"exp": NOW - 59},
        {"at_hash": None},
        {"sub": "x" * 255},
        {"pad": "x" * 8000},
    ],
)
def test_a_token_within_its_limits_is_taken(op: Provider, claims: dict[str, Any]) -> None:
    op.claims = claims

    assert enter(op, way(op)).subject


def test_another_access_token_than_the_hash_says_is_refused(op: Provider) -> None:
    op.given = {"access_token": "another"}

    assert refusal(op) == "wrong-access-token"


def test_no_signature_and_the_public_key_as_a_secret_are_refused(op: Provider) -> None:
    op.forge = unsigned
    assert refusal(op) == "wrong-algorithm"
    op.forge = lambda token: signed_by_public_key(token, op.signer)
    assert refusal(op) == "wrong-algorithm"
    op.forge = lambda token: token.rpartition(".")[0] + "."
    assert refusal(op) == "bad-signature"


def test_a_token_for_something_else_is_no_id_token(op: Provider) -> None:
    for told in ("at+jwt", "logout+jwt", 7, None):
        op.header = {"typ": told}
        assert refusal(op) == "wrong-type"
    op.header = {"typ": "application/JWT"}
    assert enter(op, way(op)).subject


def test_a_token_that_was_changed_is_refused(op: Provider) -> None:
    def about_somebody_else(token: str) -> str:
        head, payload, signature = token.split(".")
        claims = json.loads(urlsafe_b64decode(payload + "=="))
        return ".".join((head, providers.encoded(json.dumps({**claims, "sub": "7"}).encode()), signature))

    op.forge = about_somebody_else
    assert refusal(op) == "bad-signature"


def test_a_key_that_the_token_brings_along_is_not_looked_at(op: Provider) -> None:
    other = signer("RS256", "somebody else's")
    op.signer, op.header = other, {"kid": "spring", "jwk": other.jwk, "jku": f"{op.issuer}/keys"}

    assert refusal(op) == "bad-signature"


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_another_algorithm_than_the_settings_say_is_refused(op: Provider, algorithm: str) -> None:
    op.rotate(signer(algorithm, "spring"))

    assert refusal(op) == "wrong-algorithm"


def test_a_new_key_is_found_and_one_that_is_gone_counts_no_more(op: Provider) -> None:
    made, spring, summer = way(op), op.signer, signer("RS256", "summer")
    enter(op, made)

    op.rotate(summer, spring)
    assert refusal(op, made) == "unknown-key"
    later = replace(ASKED, now=NOON + MINUTE)
    assert enter(op, made, later).subject
    op.signer = spring
    assert enter(op, made, later).subject
    op.rotate(summer)
    op.signer = spring
    last = NOON + MINUTE + HOUR
    op.now = lambda: int(last.timestamp())
    assert refusal(op, made, replace(ASKED, now=last)) == "unknown-key"
    assert op.asked.count(KEYS) == 3


def test_what_the_provider_says_of_itself_is_asked_for_once_an_hour(op: Provider) -> None:
    made = way(op)
    for minutes in range(0, 60, 10):
        made.begin(replace(ASKED, now=NOON + minutes * MINUTE))
    assert op.asked.count(DESCRIPTION) == 1
    made.begin(replace(ASKED, now=NOON + HOUR))
    assert op.asked.count(DESCRIPTION) == 2


def test_a_provider_that_is_away_is_asked_once_a_minute_and_then_again(op: Provider) -> None:
    made = way(op)
    op.strange[DESCRIPTION] = answers(b"", 500)
    for seconds in range(0, 60, 10):
        with pytest.raises(BadProof, match="provider-unreachable"):
            made.begin(replace(ASKED, now=NOON + timedelta(seconds=seconds)))
    assert op.asked.count(DESCRIPTION) == 1
    op.strange.clear()
    assert made.begin(replace(ASKED, now=NOON + MINUTE)).go_to


def test_what_was_known_stays_good_while_the_provider_is_away(op: Provider) -> None:
    made = way(op)
    made.begin(ASKED)
    op.strange[DESCRIPTION] = answers(b"", 500)

    assert made.begin(replace(ASKED, now=NOON + 2 * HOUR)).go_to


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/"},
        {"authorization_endpoint": 7},
        {"token_endpoint": "http://169.254.169.254/"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "https://example.org/" + "x" * 2000},
        {"jwks_uri": "http://evil.example/"},
        {"jwks_uri": None},
    ],
)
def test_a_description_that_leads_astray_is_refused(op: Provider, described: dict[str, Any]) -> None:
    op.described = described

    with pytest.raises(BadProof, match="provider-unreachable"):
        way(op).begin(ASKED)
    with pytest.raises(BadProof, match="provider-misdescribed"):
        way(op).check()


def test_a_provider_elsewhere_leads_nowhere_on_this_machine(op: Provider) -> None:
    made = way(op, issuer="https://id.example")
    told = json.dumps({**op.description(), "issuer": "https://id.example"}).encode()

    with pytest.raises(ValueError, match="no authorization_endpoint"):
        made.description._read(told)  # noqa: SLF001 - no test may ask a server elsewhere


@pytest.mark.parametrize(
    "strange",
    [
        answers(b"", 500),
        answers(b"not json"),
        answers(b"[]"),
        answers(b'"x"'),
        answers(b"[" * 100_000),
        answers(b"{}", 302, {"Location": "http://127.0.0.1:1/"}),
        answers(b'{"id_token": "x", "expires_in": "soon"}'),
        answers(b'{"id_token": "x", "expires_in": [1]}'),
        answers(b'{"id_token": "x", "expires_at": {}}'),
        answers(b" " * (fetched.MOST_BYTES + 1) + b"{}"),
        answers(b"\x1f\x8b", 200, {"Content-Encoding": "gzip"}),
    ],
    ids=["bug", "text", "list", "word", "deep", "redirect", "soon", "listed", "object", "huge", "packed"],
)
def test_a_broken_answer_to_the_code_is_said(op: Provider, strange: providers.Strange) -> None:
    op.strange[TOKEN] = strange

    assert refusal(op) == "provider-unreachable"


@pytest.mark.parametrize("given", [{"id_token": None}, {"id_token": 7}, {"id_token": ""}, {"id_token": "x"}])
def test_an_answer_without_a_token_is_refused(op: Provider, given: dict[str, Any]) -> None:
    op.given = given

    assert refusal(op) == "unreadable"


@pytest.mark.parametrize("where", [DESCRIPTION, TOKEN])
def test_a_provider_that_drips_is_not_waited_for(
    op: Provider, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not done.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            return

    monkeypatch.setattr(fetched, "PATIENCE_SECONDS", 0.2)
    op.strange[where] = drip
    try:
        with pytest.raises(BadProof, match="provider-unreachable"):
            enter(op, way(op))
    finally:
        done.set()


@pytest.mark.parametrize("name", ["nora@example.org", "", None, 7])
def test_an_address_is_no_public_name(op: Provider, name: object) -> None:
    op.person["name"] = name

    assert enter(op, way(op)).name == ""


@pytest.mark.parametrize(
    ("told", "believed"), [(True, True), ("true", False), (1, False), (None, False), (False, False)]
)
def test_an_address_counts_where_the_operator_trusts_it_and_the_provider_says_so(
    op: Provider, told: object, believed: bool
) -> None:
    op.person["email_verified"] = told

    assert enter(op, way(op, trusts_addresses=True)).is_email_verified is believed
    assert enter(op, way(op)).is_email_verified is False


def test_scopes_are_the_operator_s_and_always_ask_who_it_is(op: Provider) -> None:
    url = way(op, scopes=["email"]).begin(ASKED).go_to

    assert dict(parse_qsl(urlsplit(url).query))["scope"] == "openid email"


def test_nothing_secret_is_shown_of_it(op: Provider) -> None:
    assert SECRET not in repr(way(op))


@pytest.mark.parametrize("auth", ["basic", "post"])
def test_a_provider_that_somebody_else_wrote_is_understood(auth: str) -> None:
    claims = {"name": "Nora Lind", "email": "nora@example.org", "email_verified": True}
    with providers.mock(nora=claims) as issuer:
        made = oidc.make(
            {
                "site": "gazette",
                "name": "home",
                "issuer": issuer,
                "client_id": CLIENT,
                "client_secret": SECRET,
            }
            | {"client_auth": auth, "trusts_addresses": True}
        )
        made.check()
        now = datetime.now(UTC)
        asked = replace(ASKED, now=now, ends_at=now + 10 * MINUTE)
        answer = providers.allow(made.begin(asked).go_to, "nora")
        seen = made.finish(asked, answer)

        assert (seen.subject, seen.name, seen.email) == ("nora", "Nora Lind", "nora@example.org")
        assert seen.is_email_verified
        assert refused(made, answer, asked) == "code-refused"


def test_what_a_check_finds(op: Provider) -> None:
    made = way(op)
    made.check()
    op.strange[KEYS] = answers(b'{"keys": []}')
    with pytest.raises(BadProof, match="keys-unreachable"):
        made.check()
    op.strange[DESCRIPTION] = answers(b"", 404)
    with pytest.raises(BadProof, match="provider-unreachable"):
        made.check()
