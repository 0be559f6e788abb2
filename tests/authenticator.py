"""A device that keeps passkeys, in software: what a browser and its authenticator would answer, faults on request."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One passkey on the device."""

    private: ec.EllipticCurvePrivateKey
    rp_id: str
    handle: str


@dataclass
class Device:
    """An authenticator and its browser. `origin` is the page that asks, `step` what a use adds to the count."""

    origin: str
    count: int = 0
    step: int = 1
    flags: int = PRESENT | VERIFIED
    cross_origin: bool = False
    keys: dict[str, Key] = field(default_factory=dict)

    def make(self, options: str) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        asked = json.loads(options)
        name = base64url(secrets.token_bytes(32))
        self.keys[name] = Key(ec.generate_private_key(ec.SECP256R1()), asked["rp"]["id"], asked["user"]["id"])
        raw, key = from_base64url(name), self.cose(name)
        attested = bytes(16) + struct.pack(">H", len(raw)) + raw + key
        data = self.data(asked["rp"]["id"], self.flags | ATTESTED) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {
                "clientDataJSON": base64url(self.client("webauthn.create", asked["challenge"])),
                "attestationObject": base64url(cbor2.dumps(statement)),
                "transports": ["internal"],
            },
        }

    def use(self, options: str, name: str = "") -> dict[str, Any]:
        """Answer `navigator.credentials.get()` with a passkey, or the only one."""
        asked = json.loads(options)
        name = name or next(iter(self.keys))
        key = self.keys[name]
        self.count += self.step
        client = self.client("webauthn.get", asked["challenge"])
        data = self.data(asked["rpId"], self.flags)
        signed = data + hashlib.sha256(client).digest()
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {
                "clientDataJSON": base64url(client),
                "authenticatorData": base64url(data),
                "signature": base64url(key.private.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": key.handle,
            },
        }

    def client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(told).encode()

    def data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)

    def cose(self, name: str) -> bytes:
        numbers = self.keys[name].private.public_key().public_numbers()
        parts = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return cbor2.dumps(parts)


def base64url(given: bytes) -> str:
    return urlsafe_b64encode(given).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
