"""What WebAuthn asks of a device, and whether its answer holds; by the library, which weighs thirteen megabytes.

So this module is imported only where a passkey is at hand, never when the program starts.
"""

from collections.abc import Mapping, Sequence
from typing import Final

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
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tertulia.domain.passkeys import Answer, BadPasskey, Made, Party, Passkey

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


def creation(
    party: Party, *, challenge: bytes, handle: str, site: str, person: str, known: Sequence[Passkey]
) -> str:
    """Write what a browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=site,
        user_id=base64url_to_bytes(handle),
        # Devices list passkeys by these words; those of several sites on this server stand beside each other.
        user_name=person,
        user_display_name=f"{person} · {site}",
        challenge=challenge,
        timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(each) for each in known],
        supported_pub_key_algs=KEYS,
    )
    return options_to_json(options)


def request(party: Party, *, challenge: bytes) -> str:
    """Write what a browser needs to use any passkey of this server, as JSON."""
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def read_made(credential: Mapping[str, object]) -> Answer:
    """Read what a device answered that made a passkey; raise `BadPasskey`."""
    try:
        parsed = parse_registration_credential_json(dict(credential))
        client = parse_client_data_json(parsed.response.client_data_json)
        made = parse_attestation_object(parsed.response.attestation_object)
    except BROKEN as broken:
        raise BadPasskey from broken
    if client.cross_origin or made.fmt not in STATEMENTS or len(parsed.raw_id) > LONGEST_ID:
        raise BadPasskey
    return Answer(credential=credential, challenge=client.challenge, credential_id=parsed.id, handle="")


def read_used(credential: Mapping[str, object]) -> Answer:
    """Read what a device answered that used a passkey; raise `BadPasskey`."""
    try:
        parsed = parse_authentication_credential_json(dict(credential))
        client = parse_client_data_json(parsed.response.client_data_json)
        handle = bytes_to_base64url(parsed.response.user_handle or b"")
    except BROKEN as broken:
        raise BadPasskey from broken
    if client.cross_origin or len(parsed.raw_id) > LONGEST_ID:
        raise BadPasskey
    return Answer(credential=credential, challenge=client.challenge, credential_id=parsed.id, handle=handle)


def check_made(party: Party, answer: Answer) -> Made:
    """Give the passkey that a device made for this server; raise `BadPasskey`. The challenge was checked before."""
    try:
        made = verify_registration_response(
            credential=dict(answer.credential),
            expected_challenge=answer.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=KEYS,
        )
        told = parse_registration_credential_json(dict(answer.credential)).response.transports or []
    except BROKEN as broken:
        raise BadPasskey from broken
    if bytes_to_base64url(made.credential_id) != answer.credential_id:
        raise BadPasskey
    return Made(
        credential_id=answer.credential_id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=tuple(dict.fromkeys(each.value for each in told)),
    )


def check_used(party: Party, answer: Answer, known: Passkey) -> int:
    """Give the device's count of uses, when it has the private key; raise `BadPasskey`, also when it counts back."""
    try:
        used = verify_authentication_response(
            credential=dict(answer.credential),
            expected_challenge=answer.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except BROKEN as broken:
        raise BadPasskey from broken
    return used.new_sign_count


def _descriptor(known: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(known.credential_id),
        transports=[AuthenticatorTransport(each) for each in known.transports],
    )
