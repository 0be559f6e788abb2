"""Tokens that a publication signs: what is believed, and what is not, with keys from settings and from an address."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.errors import SecurityWarning

from tertulia.builtin.sign_in import fetched, publisher_token
from tertulia.builtin.sign_in.publisher_token import PublisherToken
from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity, SignIn
from tertulia.testing.clocks import NOON
from tertulia.testing.contracts import SignInContract
from tests.publication import ALGORITHMS, NOW, SECRET, KeyServer, Signer, encoded, offering, signer

NONE = encoded(b'{"alg":"none"}')
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def reader(of: Signer, **settings: Any) -> PublisherToken:
    return publisher_token.make({"site": "gazette", "algorithm": of.algorithm, "key": of.key, **settings})


def refusal(made: PublisherToken, token: str, *, now: datetime = NOON) -> str:
    with pytest.raises(BadProof) as refused:
        made.identify(token, now=now)
    assert refused.value.__cause__ is None
    return refused.value.reason


@pytest.fixture
def ours() -> Signer:
    return signer()


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with offering(signer("EdDSA", "spring")) as offered:
        yield offered


def at_address(server: KeyServer, algorithm: str = "EdDSA") -> PublisherToken:
    return publisher_token.make({"site": "gazette", "algorithm": algorithm, "jwks_url": server.url})


class TestPublisherToken(SignInContract):
    def sign_in(self) -> SignIn:
        return reader(signer())

    def answer(self, asked: Asked, challenge: Challenge) -> dict[str, str]:
        return {"token": signer().token()}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_the_publication_signed_is_believed(algorithm: str) -> None:
    of = signer(algorithm)
    token = of.token(
        email="nora@example.org", email_verified=True, badges=["subscriber", "staff"], jti="1", role="owner"
    )

    assert reader(of, allows_badges=("subscriber",)).identify(token, now=NOON) == Identity(
        subject="reader-7",
        name="Nora Lind",
        email="nora@example.org",
        is_email_verified=True,
        badges=("subscriber",),
        expires_at=datetime.fromtimestamp(NOW + 660, UTC),
    )


def test_the_key_may_be_a_jwk(ours: Signer) -> None:
    assert reader(ours, key=json.dumps(ours.jwk)).identify(ours.token(), now=NOON).subject == "reader-7"


def test_the_new_name_of_the_algorithm_is_understood(ours: Signer) -> None:
    assert reader(ours).identify(ours.token({"alg": "Ed25519"}), now=NOON).subject == "reader-7"


@pytest.mark.parametrize("pinned", ALGORITHMS)
@pytest.mark.parametrize(
    "told", [*ALGORITHMS, "none", "None", "HS512", "PS256", "Ed448", "", None, 1, ["EdDSA"]]
)
def test_no_algorithm_but_the_pinned_one_is_taken(pinned: str, told: object) -> None:
    if told == pinned:
        return
    assert refusal(reader(signer(pinned)), signer(pinned).token({"alg": told})) == "wrong-algorithm"


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_the_public_key_is_no_secret_to_sign_with(algorithm: str) -> None:
    of = signer(algorithm)
    for secret in (of.key, of.key.strip(), json.dumps(of.jwk)):
        head = encoded(json.dumps({"alg": "HS256"}).encode())
        data = f"{head}.{of.token().split('.')[1]}"
        forged = f"{data}.{encoded(hmac.digest(secret.encode(), data.encode(), hashlib.sha256))}"

        assert refusal(reader(of), forged) == "wrong-algorithm"
        assert refusal(
            reader(of), forged.replace(head, encoded(b'{"alg":"' + algorithm.encode() + b'"}'))
        ) == ("bad-signature")


def test_no_signature_is_none(ours: Signer) -> None:
    head, payload, _ = ours.token().split(".")

    assert refusal(reader(ours), f"{head}.{payload}.") == "bad-signature"
    assert refusal(reader(ours), f"{head}.{payload}") == "unreadable"
    assert refusal(reader(ours), f"{NONE}.{payload}.") == "wrong-algorithm"


def test_another_key_is_not_believed_even_if_the_token_brings_it_along(ours: Signer) -> None:
    other = signer("EdDSA", "somebody else's")

    assert refusal(reader(ours), other.token()) == "bad-signature"
    assert refusal(reader(ours), other.token({"jwk": other.jwk})) == "bad-signature"
    assert refusal(reader(ours), other.token({"jku": "http://127.0.0.1:1/keys"})) == "bad-signature"


def test_what_must_be_understood_and_is_not_is_refused(ours: Signer) -> None:
    assert refusal(reader(ours), ours.token({"crit": ["b64"], "b64": False})) == "bad-signature"
    assert refusal(reader(ours), ours.token({"crit": ["tenant"], "tenant": "x"})) == "bad-signature"
    assert reader(ours).identify(ours.token({"tenant": "x"}), now=NOON).subject == "reader-7"


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b'"x"', b"null", b"{", b"\xff", b"[" * 5000, b'{"exp":' * 800]
)
def test_signed_rubbish_is_refused(ours: Signer, payload: bytes) -> None:
    assert refusal(reader(ours), ours.signed(b'{"alg":"EdDSA"}', payload)) in ("bad-signature", "no-iat")


@pytest.mark.parametrize("header", [b"", b"[]", b'["alg"]', b'"alg"', b"{", b"\xff", b"[" * 5000])
def test_a_head_that_is_none_is_refused(ours: Signer, header: bytes) -> None:
    assert refusal(reader(ours), ours.signed(header, b"{}")) == "unreadable"


def test_a_token_is_good_from_a_minute_before_to_a_minute_after_its_time(ours: Signer) -> None:
    made, token, second = reader(ours), ours.token(iat=NOW, exp=NOW + 600), timedelta(seconds=1)

    assert made.identify(token, now=NOON - MINUTE).subject
    assert refusal(made, token, now=NOON - MINUTE - second) == "not-yet-valid"
    assert made.identify(token, now=NOON + 11 * MINUTE - second).subject
    assert refusal(made, token, now=NOON + 11 * MINUTE) == "expired"
    assert refusal(made, ours.token(nbf=NOW + 61)) == "not-yet-valid"
    assert made.identify(ours.token(nbf=NOW + 60), now=NOON).subject


def test_a_token_lives_for_an_hour_at_most(ours: Signer) -> None:
    assert reader(ours).identify(ours.token(exp=NOW + 3600), now=NOON).subject
    assert refusal(reader(ours), ours.token(exp=NOW + 3601)) == "lives-too-long"


@pytest.mark.parametrize("name", ["iat", "exp", "nbf"])
@pytest.mark.parametrize("told", ["1773489600", True, [], {}, -1, 1e300, 10**400, float("nan"), float("inf")])
def test_times_are_numbers(ours: Signer, name: str, told: object) -> None:
    assert refusal(reader(ours), ours.token(**{name: told})) == f"no-{name}"


@pytest.mark.parametrize("name", ["iat", "exp", "sub"])
def test_some_claims_are_needed(ours: Signer, name: str) -> None:
    assert refusal(reader(ours), ours.token(**{name: None})) == f"no-{name}"


@pytest.mark.parametrize("subject", ["", "  ", 7, True, ["x"], "x" * 201, "a\0b", "a\nb", "\ud800"])
def test_a_subject_is_a_text_of_some_characters(ours: Signer, subject: object) -> None:
    assert refusal(reader(ours), ours.token(sub=subject)) == "no-sub"


@pytest.mark.parametrize(
    "audience", [None, "", "gazett", "Gazette", ["other"], {"gazette": 1}, 1, [["gazette"]]]
)
def test_a_token_for_another_site_is_refused(ours: Signer, audience: object) -> None:
    assert refusal(reader(ours), ours.token(aud=audience)) == "wrong-audience"


def test_a_token_may_be_for_several_sites(ours: Signer) -> None:
    assert reader(ours).identify(ours.token(aud=["other", "gazette"]), now=NOON).subject


def test_the_issuer_counts_where_the_settings_name_one(ours: Signer) -> None:
    strict = reader(ours, issuer="https://gazette.example")

    assert strict.identify(ours.token(iss="https://gazette.example"), now=NOON).subject
    assert refusal(strict, ours.token(iss="https://evil.example")) == "wrong-issuer"
    assert refusal(strict, ours.token()) == "wrong-issuer"
    assert reader(ours).identify(ours.token(iss="anything"), now=NOON).subject


@pytest.mark.parametrize("told", ["true", 1, "yes", [True], None, False])
def test_only_true_says_that_an_address_is_verified(ours: Signer, told: object) -> None:
    assert (
        not reader(ours)
        .identify(ours.token(email="a@b.example", email_verified=told), now=NOON)
        .is_email_verified
    )


@pytest.mark.parametrize("told", [7, ["x"], {"x": 1}, True])
def test_a_claim_of_another_kind_counts_as_none(ours: Signer, told: object) -> None:
    seen = reader(ours).identify(ours.token(name=told, email=told, badges=told), now=NOON)

    assert (seen.name, seen.email, seen.badges) == ("", "", ())


def test_a_badge_that_the_settings_do_not_name_is_not_given(ours: Signer) -> None:
    token = ours.token(badges=["staff", "editor", "subscriber", ["x"], 7])

    assert reader(ours).identify(token, now=NOON).badges == ()
    assert reader(ours, allows_badges=("subscriber", "staff")).identify(token, now=NOON).badges == (
        "subscriber",
        "staff",
    )


def test_a_token_of_one_time_needs_an_id_of_its_own(ours: Signer) -> None:
    strict = reader(ours, one_time=True)

    assert strict.identify(ours.token(jti="j-1"), now=NOON).one_time_id == "j-1"
    assert refusal(strict, ours.token()) == "no-jti"
    assert refusal(strict, ours.token(jti=7)) == "no-jti"
    assert reader(ours).identify(ours.token(jti="j-1"), now=NOON).one_time_id == ""


def test_a_huge_token_is_not_even_looked_at(ours: Signer) -> None:
    assert refusal(reader(ours), ours.token(name="x" * 8000)) == "too-long"
    assert reader(ours).identify(ours.token(pad="x" * 5500), now=NOON).subject


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_keys_come_from_an_address(algorithm: str) -> None:
    others = [signer(each, "other") for each in ("EdDSA", "ES256", "RS256")]
    of = signer(algorithm, "spring")
    with offering(*others, of) as server:
        made = at_address(server, algorithm)
        assert [made.identify(of.token(), now=NOON).subject for _ in range(3)] == ["reader-7"] * 3
        assert server.asked == 1


def test_a_set_of_one_key_needs_no_name(server: KeyServer) -> None:
    spring = signer("EdDSA", "spring")

    assert at_address(server).identify(replace(spring, kid="").token(), now=NOON).subject
    server.offer(spring, signer("EdDSA", "summer"))
    assert refusal(at_address(server), replace(spring, kid="").token()) == "unknown-key"


def test_a_new_key_is_found_and_one_that_is_gone_counts_no_more(server: KeyServer) -> None:
    made, spring, summer = at_address(server), signer("EdDSA", "spring"), signer("EdDSA", "summer")
    made.identify(spring.token(), now=NOON)

    server.offer(spring, summer)
    later = NOON + MINUTE
    assert made.identify(summer.token(), now=later).subject
    assert made.identify(spring.token(), now=later).subject
    server.offer(summer)
    last = later + HOUR
    fresh = {"iat": int(last.timestamp()), "exp": int(last.timestamp()) + 60}
    assert refusal(made, spring.token(**fresh), now=last) == "unknown-key"
    assert made.identify(summer.token(**fresh), now=last).subject
    assert server.asked == 3


def test_made_up_names_of_keys_ask_the_publication_once_a_minute(server: KeyServer) -> None:
    made, stranger = at_address(server), signer("EdDSA", "x")
    for number in range(50):
        flood = replace(stranger, kid=f"made-up-{number}").token()
        assert refusal(made, flood, now=NOON + timedelta(seconds=number)) == "unknown-key"
    assert server.asked == 1
    assert refusal(made, stranger.token(), now=NOON + MINUTE) == "unknown-key"
    assert server.asked == 2


@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (500, {}, b""),
        (404, {}, b""),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (200, {}, b"not json"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, b'{"keys": [7, {}, {"kty": "OKP"}, {"kty": "OKP", "crv": "Ed25519", "x": "!"}]}'),
        (200, {}, b'{"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}'),
        (200, {}, b" " * (fetched.MOST_BYTES + 1) + b'{"keys": []}'),
    ],
    ids=["bug", "missing", "redirect", "text", "list", "no-list", "no-keys", "secret", "huge"],
)
def test_an_address_without_keys_is_said_and_takes_none_away(
    server: KeyServer, status: int, headers: dict[str, str], content: bytes
) -> None:
    knowing, spring = at_address(server), signer("EdDSA", "spring")
    knowing.identify(spring.token(), now=NOON)
    server.status, server.headers, server.content = status, headers, content

    assert refusal(at_address(server), spring.token()) == "keys-unreachable"
    later = NOON + 2 * HOUR
    fresh = spring.token(iat=int(later.timestamp()), exp=int(later.timestamp()) + 60)
    assert knowing.identify(fresh, now=later).subject


def test_an_address_that_is_away_is_said() -> None:
    with offering(signer("EdDSA", "spring")) as server:
        at_address(server).check()
    assert refusal(at_address(server), signer("EdDSA", "spring").token()) == "keys-unreachable"
    with pytest.raises(BadProof, match="keys-unreachable"):
        at_address(server).check()


def test_a_key_for_something_else_is_passed_over(server: KeyServer) -> None:
    spring = signer("EdDSA", "spring")
    for other in ({"use": "enc"}, {"alg": "ES256"}):
        server.content = json.dumps({"keys": [{**spring.jwk, **other}]}).encode()
        assert refusal(at_address(server), spring.token()) == "keys-unreachable"


@pytest.mark.parametrize(
    "key", ["", "x", "-----BEGIN PUBLIC KEY-----", "{}", '{"kty": "oct", "k": "eHh4"}', SECRET]
)
@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_what_is_no_key_is_refused_at_the_start(algorithm: str, key: str) -> None:
    with pytest.raises(ValueError, match=f"gazette: the key is no public key for {algorithm}"):
        publisher_token.make({"site": "gazette", "algorithm": algorithm, "key": key})


def test_a_key_of_another_kind_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="no public key for EdDSA"):
        publisher_token.make({"site": "gazette", "algorithm": "EdDSA", "key": signer("RS256").key})


def test_a_private_key_is_refused_at_the_start(ours: Signer) -> None:
    pem = ours.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    with pytest.raises(ValueError, match="a private one") as refused:
        reader(ours, key=pem)
    assert pem not in str(refused.value)


def test_a_weak_key_and_one_of_another_curve_are_refused_at_the_start() -> None:
    weak = Signer(
        algorithm="RS256", private=rsa.generate_private_key(65537, 1024)
    )  # the library warns of it, too
    other = Signer(algorithm="ES256", private=ec.generate_private_key(ec.SECP384R1()))

    with pytest.warns(SecurityWarning), pytest.raises(ValueError, match="at least 2048 bits"):
        reader(weak)
    with pytest.raises(ValueError, match="is one of P-256"):
        reader(other)


def test_a_key_that_is_too_short_is_passed_over_at_an_address_too(server: KeyServer) -> None:
    short = Signer(algorithm="RS256", private=rsa.generate_private_key(65537, 1024), kid="short")
    server.offer(short)

    with pytest.warns(SecurityWarning):
        assert refusal(at_address(server, "RS256"), short.token()) == "keys-unreachable"


@pytest.mark.parametrize("told", ["JWT", "jwt", "application/jwt", ""])
def test_any_jwt_is_one_for_us(ours: Signer, told: str) -> None:
    assert reader(ours).identify(ours.token({"typ": told}), now=NOON).subject == "reader-7"


def test_a_token_need_not_say_its_type(ours: Signer) -> None:
    claims = {"sub": "reader-7", "aud": "gazette", "iat": NOW, "exp": NOW + 600}
    token = ours.signed(b'{"alg":"EdDSA"}', json.dumps(claims).encode())

    assert reader(ours).identify(token, now=NOON).subject == "reader-7"


@pytest.mark.parametrize(
    "told", ["at+jwt", "application/at+jwt", "AT+JWT", "logout+jwt", "secevent+jwt", "JOSE", 5, None, []]
)
def test_a_token_for_something_else_is_refused(ours: Signer, told: object) -> None:
    assert refusal(reader(ours), ours.token({"typ": told})) == "wrong-type"


@pytest.mark.parametrize("set_to", ["comments+jwt", "application/Comments+JWT"])
def test_where_a_type_is_chosen_no_other_is_taken(ours: Signer, set_to: str) -> None:
    made = reader(ours, token_type=set_to)

    for told in ("comments+jwt", "application/comments+jwt"):
        assert made.identify(ours.token({"typ": told}), now=NOON).subject == "reader-7"
    for told in ("JWT", "", "at+jwt"):
        assert refusal(made, ours.token({"typ": told})) == "wrong-type"
