"""OpenID providers at which readers sign in: the table of each, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec

from tertulia.domain.policy import SLUG
from tertulia.domain.sites import is_private_way

LABELS: Final = {
    "google": "Google",
    "microsoft": "Microsoft",
    "apple": "Apple",
    "gitlab": "GitLab",
    "keycloak": "Keycloak",
}
"""What readers know the providers by that are known beforehand."""
TAKEN: Final = frozenset({"email", "password", "passkey", "publisher-token", "oidc"})
"""Names of other ways in, and of those to be."""
LONGEST_LABEL: Final = 40
_TENANTS: Final = ("common", "organizations", "consumers")
_TENANT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_REALM: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")
_NEEDS: Final = {
    "generic": ("issuer", "label"),
    "google": ("client_secret",),
    "microsoft": ("client_secret", "tenant"),
    "apple": ("team", "key_id", "key"),
    "gitlab": ("client_secret",),
    "keycloak": ("base", "realm"),
}
_MAY: Final = {"generic": ("issuer",), "gitlab": ("issuer",)}
_OF_FEW: Final = ("issuer", "tenant", "base", "realm", "team", "key_id", "key")
"""Fields that only some presets have."""
_NEVER: Final = {
    "microsoft": "any administrator of a tenant can write any address there",
    "google": "Google's word counts for the mailboxes that it keeps, and for no others",
    "apple": "Apple's word counts already",
}
"""Presets for which the operator does not choose whether addresses are believed, and why."""


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One OpenID provider of one site."""

    client_id: str
    """What the provider knows this site by."""
    client_secret: str = ""
    """What the provider gave with it; empty for a public client."""
    preset: Literal["generic", "google", "microsoft", "apple", "gitlab", "keycloak"] = "generic"
    """Which provider it is, where it is one that is known beforehand."""
    label: str = ""
    """What readers know it by."""
    issuer: str = ""
    """What the provider calls itself: its address, exactly as its description has it."""
    tenant: str = ""
    """Of Microsoft: the id of one's own tenant, or `common`, `organizations` or `consumers`."""
    base: str = ""
    """Of Keycloak: its address, up to what comes before `/realms`."""
    realm: str = ""
    """Of Keycloak: the name of the realm."""
    team: str = ""
    """Of Apple: the id of the team."""
    key_id: str = ""
    """Of Apple: the id of the key."""
    key: str = ""
    """Of Apple: the private key, as PEM."""
    scopes: tuple[str, ...] = ()
    """What is asked for instead of what the preset asks for; `openid` always is."""
    client_auth: Literal["", "basic", "post"] = ""
    """How the secret is sent, where it is not as the preset has it."""
    algorithm: Literal["RS256", "ES256", "EdDSA"] = "RS256"
    """The one algorithm of tokens that is taken."""
    trusts_addresses: bool = False
    """Believe the provider when it says that an address is its owner's."""

    @property
    def shown(self) -> str:
        """What readers see it called."""
        return self.label or LABELS[self.preset]

    def __repr__(self) -> str:
        """Say which it is without the secrets."""
        return f"Provider(preset={self.preset!r}, issuer={self.issuer!r}, client_id={self.client_id!r})"


def fault_among(providers: Mapping[str, Mapping[str, Provider]]) -> str:
    """Say what is wrong among providers; empty when nothing is."""
    faults = (
        (site, name, fault)
        for site, named in providers.items()
        for name, provider in named.items()
        for fault in _faults(name, provider)
    )
    return next((f"{site}: {name}: {fault}" for site, name, fault in faults), "")


def _faults(name: str, given: Provider) -> Iterator[str]:
    preset = given.preset
    if not SLUG.fullmatch(name) or name in TAKEN:
        yield "a name is one to forty of a–z, 0–9 and hyphen, and none of another way in"
    needed, allowed = _NEEDS[preset], (*_NEEDS[preset], *_MAY.get(preset, ()))
    for field in ("client_id", *needed):
        if not getattr(given, field).strip():
            yield f"needs {field}"
    for field in _OF_FEW:
        if getattr(given, field) and field not in allowed:
            yield f"{field} is not for {preset}"
    if preset == "apple" and given.client_secret:
        yield "client_secret is not for apple: it is made of team, key_id and key"
    if given.trusts_addresses and preset in _NEVER:
        yield f"trusts_addresses is not for {preset}: {_NEVER[preset]}"
    yield from _faults_of_values(given)


def _faults_of_values(given: Provider) -> Iterator[str]:
    for field in ("issuer", "base"):
        url: str = getattr(given, field)
        if url and (not is_private_way(url) or "?" in url or "#" in url or not url.isprintable()):
            yield f"{field} must begin with https://, or http:// on this machine, and have neither ? nor #"
    if given.tenant not in ("", *_TENANTS) and not _TENANT.match(given.tenant):
        yield f"tenant must be the id of a tenant, {', '.join(_TENANTS)}"
    if given.realm and not _REALM.match(given.realm):
        yield "realm must be the name that stands in addresses"
    if len(given.label) > LONGEST_LABEL or not given.label.isprintable():
        yield f"label must have {LONGEST_LABEL} characters at most"
    if any(
        not scope or not scope.isascii() or not scope.isprintable() or " " in scope for scope in given.scopes
    ):
        yield "scopes must be words"
