"""What is known of providers beforehand: where they are, what they are asked for, whose word on addresses counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tertulia.builtin.sign_in.client_secret import AppleSecret
from tertulia.builtin.sign_in.tokens import Claims, text

MICROSOFT: Final = "https://login.microsoftonline.com"
CONSUMERS: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of Microsoft's private accounts, as its own documents name it."""
TENANT: Final = "{tenantid}"
"""Where an issuer of Microsoft's that is for many tenants has the one of the person."""
SCOPES: Final = ("openid", "email", "profile")

Secret = Callable[[float], str]
"""Gives the secret of a client at a moment, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """How one provider is asked, and what of its word is believed."""

    issuer: str
    """What it calls itself. With `{tenantid}` it stands for many, of which a token names one in `tid`."""
    place: str = ""
    """Where its description is, where that does not follow from `issuer`."""
    scopes: tuple[str, ...] = SCOPES
    client_auth: str = "client_secret_basic"
    secret: Secret = field(repr=False, default=lambda _: "")
    response_mode: str = ""
    vouches: Callable[[Claims], bool] = lambda _: False
    """Whether it has made sure that the address belongs to the person now, and may be believed in that."""

    @property
    def description(self) -> str:
        """Where it describes itself."""
        return f"{self.place or self.issuer.rstrip('/')}/.well-known/openid-configuration"


def preset_of(given: Mapping[str, Any]) -> Preset:
    """Give what is known of the provider of a table of the settings; raise `ValueError` for what does not fit."""
    return _MAKERS[str(given.get("preset", "generic"))](given)


def _generic(given: Mapping[str, Any]) -> Preset:
    return _common(given, issuer=str(given["issuer"]))


def _google(given: Mapping[str, Any]) -> Preset:
    return _common(given, issuer="https://accounts.google.com", client_auth="post", vouches=_google_vouches)


def _microsoft(given: Mapping[str, Any]) -> Preset:
    tenant = str(given["tenant"])
    named = {"common": TENANT, "organizations": TENANT, "consumers": CONSUMERS}.get(tenant, tenant)
    return _common(
        given,
        issuer=f"{MICROSOFT}/{named}/v2.0",
        place=f"{MICROSOFT}/{tenant}/v2.0",
        client_auth="post",
        # Any tenant's administrator may write any address there ("nOAuth"): it is nobody's proof of anything.
        vouches=_never,
    )


def _apple(given: Mapping[str, Any]) -> Preset:
    secret = AppleSecret(
        team=str(given["team"]),
        client_id=str(given["client_id"]),
        key_id=str(given["key_id"]),
        pem=str(given["key"]),
    )
    return _common(
        given,
        issuer="https://appleid.apple.com",
        # A name would come unsigned, beside the token, the first time only: it is not asked for.
        scopes=("openid", "email"),
        client_auth="post",
        secret=secret.at,
        response_mode="form_post",
        vouches=_says_so_in_words,
    )


def _gitlab(given: Mapping[str, Any]) -> Preset:
    issuer = str(given.get("issuer") or "https://gitlab.com")
    return _common(given, issuer=issuer, vouches=_says_so if issuer == "https://gitlab.com" else _never)


def _keycloak(given: Mapping[str, Any]) -> Preset:
    return _common(given, issuer=f"{str(given['base']).rstrip('/')}/realms/{given['realm']}")


def _common(given: Mapping[str, Any], *, issuer: str, client_auth: str = "basic", **known: Any) -> Preset:
    """Join what is known with what the table says."""
    key = str(given.get("client_secret", ""))
    auth = str(given.get("client_auth") or client_auth)
    found: dict[str, Any] = {
        "client_auth": f"client_secret_{auth}" if key or "secret" in known else "none",
        "secret": lambda _: key,
        **known,
    }
    if given.get("scopes"):
        found["scopes"] = tuple(dict.fromkeys(("openid", *given["scopes"])))
    if given.get("trusts_addresses"):
        found["vouches"] = _says_so
    return Preset(issuer=issuer, **found)


def _never(_: Claims) -> bool:
    return False


def _says_so(claims: Claims) -> bool:
    # A word that means yes is no yes: what links accounts is said plainly or not at all.
    return claims.get("email_verified") is True


def _says_so_in_words(claims: Claims) -> bool:
    """Apple writes it as a text, or as a truth."""
    return claims.get("email_verified") in (True, "true")


def _google_vouches(claims: Claims) -> bool:
    """Only where Google keeps the mailbox: an address elsewhere was its owner's when the account was made."""
    return _says_so(claims) and (
        text(claims, "email").lower().endswith("@gmail.com") or bool(text(claims, "hd"))
    )


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Preset]]] = {
    "generic": _generic,
    "google": _google,
    "microsoft": _microsoft,
    "apple": _apple,
    "gitlab": _gitlab,
    "keycloak": _keycloak,
}
