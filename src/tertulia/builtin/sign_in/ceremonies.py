"""What WebAuthn asks of a device, and whether its answer holds; by the library, which weighs thirteen megabytes.

So this module is imported only where a passkey is at hand, never when the program starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from cbor2 import CBORError
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tertulia.plugins.contracts import BadProof, Holder

TIMEOUT: Final = 300_000
"""Milliseconds that a browser may take to ask its reader; a challenge lasts as long."""
LONGEST_ID: Final = 1_023
"""Bytes of a credential's id (WebAuthn, 5.1.3)."""
KEYS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# We ask for none; a device may vouch for itself all the same. What chains of makers say, nobody here would check.
STATEMENTS: Final = {AttestationFormat.NONE, AttestationFormat.PACKED}
# The library raises its own errors for most of what a stranger can send, and lets through those of its decoders.
BROKEN: Final = (
    WebAuthnException,
    CBORError,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    RecursionError,
    OverflowError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a device answered, read and not yet believed."""

    credential: dict[str, Any]
    challenge: bytes
    credential_id: str
    handle: str


def creation(origin: str, holder: Holder, *, challenge: bytes) -> str:
    """Write what a browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=holder.site,
        user_id=base64url_to_bytes(holder.handle),
        # Devices list passkeys by these words; those of several sites on this server stand beside each other.
        user_name=holder.name,
        user_display_name=f"{holder.name} · {holder.site}",
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(each) for each in holder.known],
        supported_pub_key_algs=KEYS,
    )
    return options_to_json(options)


def request(origin: str, *, challenge: bytes) -> str:
    """Write what a browser needs to use any passkey of this server, as JSON."""
    options = generate_authentication_options(
        rp_id=_host(origin),
        challenge=challenge,
        timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def read_made(credential: dict[str, Any]) -> Answer:
    """Read what a device answered that made a passkey; raise `BadProof`."""
    try:
        parsed = parse_registration_credential_json(credential)
        client = parse_client_data_json(parsed.response.client_data_json)
        made = parse_attestation_object(parsed.response.attestation_object)
    except BROKEN:
        raise BadProof("unreadable") from None
    if made.fmt not in STATEMENTS:
        raise BadProof("strange-statement")
    return _read(credential, client, parsed, handle="")


def read_used(credential: dict[str, Any]) -> Answer:
    """Read what a device answered that used a passkey; raise `BadProof`."""
    try:
        parsed = parse_authentication_credential_json(credential)
        client = parse_client_data_json(parsed.response.client_data_json)
        handle = bytes_to_base64url(parsed.response.user_handle or b"")
    except BROKEN:
        raise BadProof("unreadable") from None
    return _read(credential, client, parsed, handle=handle)


def check_made(origin: str, answer: Answer) -> Mapping[str, str]:
    """Give what is kept of a passkey that a device made for this server; raise `BadProof`.

    The challenge was checked before.
    """
    try:
        made = verify_registration_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=KEYS,
        )
        told = parse_registration_credential_json(answer.credential).response.transports or []
    except BROKEN:
        raise BadProof("wrong-answer") from None
    if bytes_to_base64url(made.credential_id) != answer.credential_id:
        raise BadProof("wrong-answer")
    return {
        "public_key": bytes_to_base64url(made.credential_public_key),
        "sign_count": str(made.sign_count),
        "transports": ",".join(dict.fromkeys(each.value for each in told)),
    }


def check_used(origin: str, answer: Answer, kept: Mapping[str, str]) -> int:
    """Give the device's count of uses, when it has the private key; raise `BadProof`, also when it counts back."""
    try:
        used = verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(kept["public_key"]),
            credential_current_sign_count=int(kept["sign_count"]),
            require_user_verification=True,
        )
    except BROKEN:
        raise BadProof("wrong-answer") from None
    return used.new_sign_count


def _read(
    credential: dict[str, Any],
    client: CollectedClientData,
    parsed: RegistrationCredential | AuthenticationCredential,
    *,
    handle: str,
) -> Answer:
    if client.cross_origin or len(parsed.raw_id) > LONGEST_ID:
        raise BadProof("unreadable")
    return Answer(credential=credential, challenge=client.challenge, credential_id=parsed.id, handle=handle)


def _host(origin: str) -> str:
    """Give the name that devices keep passkeys under."""
    return urlsplit(origin).hostname or ""


def _descriptor(known: Mapping[str, str]) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(known["credential_id"]),
        transports=[AuthenticatorTransport(each) for each in known["transports"].split(",") if each],
    )
