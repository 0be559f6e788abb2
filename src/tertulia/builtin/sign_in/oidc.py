"""Sign-in at an OpenID provider (OpenID Connect Core 1.0): code flow with PKCE, state and nonce, for any provider.

authlib speaks OAuth, httpx2 carries it, joserfc checks the token. `state`, `nonce` and the verifier of PKCE follow from
`Asked.secret`, so that none of them is kept.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from tertulia.builtin.sign_in.fetched import FAILURES, Answer, ask
from tertulia.builtin.sign_in.presets import TENANT, Preset, preset_of
from tertulia.builtin.sign_in.provider import Described, Description
from tertulia.builtin.sign_in.tokens import (
    SKEW,
    Claims,
    PinnedAlgorithm,
    check_time,
    required,
    signed,
    text,
)
from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity

LONGEST_TOKEN: Final = 32 * 1024
LONGEST_CODE: Final = 2_500
LONGEST_SUBJECT: Final = 255
"""Characters (Core, 2)."""
LONGEST_TENANT: Final = 36
# What providers say when a person changed their mind, or would have to do something there first; the last is Apple's.
_DECLINED: Final = (
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
    "user_cancelled_authorize",
)
_AWAY: Final = ("server_error", "temporarily_unavailable")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenIdConnect:
    """One provider, for one site."""

    name: str
    client_id: str
    preset: Preset
    description: Description = field(repr=False)
    registry: PinnedAlgorithm

    def begin(self, asked: Asked) -> Challenge:
        """Lead to the provider; raise `BadProof` where it is away."""
        described = self.description.get(asked.now)
        url, _ = self._client(asked).create_authorization_url(
            described.authorization,
            state=_state(asked),
            nonce=_derived(asked, "nonce"),
            code_verifier=_derived(asked, "verifier"),
            response_mode=self.preset.response_mode or None,
        )
        return Challenge(go_to=url)

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say whom the provider vouches for; raise `BadProof`."""
        if not _is_same(answer.get("state", ""), _state(asked)):
            raise BadProof("wrong-state")
        described = self.description.get(asked.now)
        self._check_sender(described, answer)
        _check_error(answer.get("error", ""))
        given = self._exchanged(described, asked, answer.get("code", ""))
        token = given.get("id_token")
        claims = signed(
            token if isinstance(token, str) else "",
            described.keys,
            self.registry,
            now=asked.now,
            longest=LONGEST_TOKEN,
        )
        check_time(claims, asked.now.timestamp())
        self._check_parties(claims)
        if not _is_same(text(claims, "nonce"), _derived(asked, "nonce")):
            raise BadProof("wrong-nonce")
        self._check_access_token(claims, given.get("access_token"))
        return self._identity(claims)

    def check(self) -> None:
        """Look whether the provider is there, with its keys; raise `BadProof`."""
        self.description.check()

    def _client(self, asked: Asked) -> Any:
        """Make authlib's client. It is imported where somebody signs in, and not when a server starts."""
        from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; see above

        return OAuth2Client(
            _Session(),
            client_id=self.client_id,
            client_secret=self.preset.secret(asked.now.timestamp()),
            token_endpoint_auth_method=self.preset.client_auth,
            scope=" ".join(self.preset.scopes),
            redirect_uri=asked.return_to,
            code_challenge_method="S256",
        )

    def _check_sender(self, described: Described, answer: Mapping[str, str]) -> None:
        """Look whether the answer is this provider's and not another's (RFC 9207)."""
        told = answer.get("iss", "")
        if (told or described.says_issuer) and not _is_same(told, self.preset.issuer):
            raise BadProof("wrong-issuer")

    def _exchanged(self, described: Described, asked: Asked, code: str) -> Mapping[str, Any]:
        """Exchange a code for tokens."""
        from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

        if not code or len(code) > LONGEST_CODE or not code.isascii() or not code.isprintable():
            raise BadProof("no-code")
        verifier = _derived(asked, "verifier")
        try:
            given: Mapping[str, Any] = self._client(asked).fetch_token(
                described.token, code=code, code_verifier=verifier, grant_type="authorization_code"
            )
        except OAuth2Error as refused:
            is_ours = refused.error in ("invalid_client", "unauthorized_client")
            raise BadProof("client-refused" if is_ours else "code-refused") from None
        except (*FAILURES, TypeError, LookupError, AttributeError, ArithmeticError):
            # What the library makes of an answer that is none: numbers as words, lists as texts.
            raise BadProof("provider-unreachable") from None
        return given

    def _check_parties(self, claims: Claims) -> None:
        if required(claims, "iss", longest=LONGEST_CODE) != self._issuer(claims):
            raise BadProof("wrong-issuer")
        told = claims.get("aud")
        audience = told if isinstance(told, list) else [told]
        if self.client_id not in audience:
            raise BadProof("wrong-audience")
        if claims.get("azp", self.client_id if len(audience) == 1 else None) != self.client_id:
            raise BadProof("wrong-party")

    def _issuer(self, claims: Claims) -> str:
        return self.preset.issuer.replace(TENANT, self._tenant(claims))

    def _tenant(self, claims: Claims) -> str:
        """Give which of many a person is of; empty where there is only one."""
        if TENANT not in self.preset.issuer:
            return ""
        tenant = required(claims, "tid", longest=LONGEST_TENANT)
        if not tenant.replace("-", "").isalnum() or not tenant.isascii():
            raise BadProof("no-tid")
        return tenant

    def _check_access_token(self, claims: Claims, token: object) -> None:
        """Look whether the other token came with this one, where it says so (Core, 3.1.3.6)."""
        if "at_hash" not in claims:
            return
        name = "sha512" if "EdDSA" in self.registry.names else "sha256"
        digest = hashlib.new(name, str(token).encode("utf-8", "replace")).digest()
        if not _is_same(text(claims, "at_hash"), _encoded(digest[: len(digest) // 2])):
            raise BadProof("wrong-access-token")

    def _identity(self, claims: Claims) -> Identity:
        # A subject is its issuer's own word: where there are many, theirs comes first.
        tenant = self._tenant(claims)
        subject = required(claims, "sub", longest=LONGEST_SUBJECT)
        name = text(claims, "name")
        return Identity(
            subject=f"{tenant}/{subject}" if tenant else subject,
            # Some write an address where there is no name: nobody's address is shown to all.
            name="" if "@" in name else name,
            email=text(claims, "email"),
            is_email_verified=self.preset.vouches(claims),
            expires_at=datetime.fromtimestamp(claims["exp"] + SKEW, UTC),
        )


class _Session:
    """What authlib sends its questions by."""

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:
        """Send a form, with what proves the client."""
        place, told, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = ask("POST", place, body=body, headers=told)
        if HTTPStatus.OK != answer.status_code < HTTPStatus.BAD_REQUEST:
            # A redirect is not followed: the code is for this address.
            answer.raise_for_status()
        return answer


def make(settings: Mapping[str, object]) -> OpenIdConnect:
    """Make the way to one provider of a site; raise `ValueError` for settings that do not fit."""
    given: Any = settings
    site, name, algorithm = str(given["site"]), str(given["name"]), str(given.get("algorithm", "RS256"))
    try:
        preset = preset_of(given)
    except (ValueError, KeyError) as error:
        message = f"{site}: {name}: {error}"
        raise ValueError(message) from None
    return OpenIdConnect(
        name=name,
        client_id=str(given["client_id"]),
        preset=preset,
        description=Description(preset.description, issuer=preset.issuer, algorithm=algorithm),
        registry=PinnedAlgorithm(algorithm),
    )


def _check_error(told: str) -> None:
    """Refuse what the provider calls an error; nothing of its words is repeated."""
    if not told:
        return
    if told in _DECLINED:
        raise BadProof("declined")
    raise BadProof("provider-unreachable" if told in _AWAY else "provider-refused")


def _state(asked: Asked) -> str:
    return f"{asked.reference}.{_derived(asked, 'state')}"


def _derived(asked: Asked, purpose: str) -> str:
    return _encoded(hmac.digest(asked.secret, f"oidc\0{purpose}".encode(), hashlib.sha256))


def _encoded(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _is_same(told: str, wanted: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode())
