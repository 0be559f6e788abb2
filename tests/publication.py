"""A publication's own side of signing in: keys and tokens made without our library, and the public keys on loopback."""

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tertulia.testing.clocks import NOON

ALGORITHMS = ("EdDSA", "ES256", "RS256", "HS256")
SECRET = "a secret of the publication's own, long enough"
NOW = int(NOON.timestamp())


@dataclass(frozen=True, kw_only=True)
class Signer:
    """One key of a publication."""

    algorithm: str
    private: Any
    kid: str = ""

    def token(self, header: dict[str, Any] | None = None, /, **claims: Any) -> str:
        """Sign claims; None takes one of the usual ones away."""
        told = {
            "sub": "reader-7",
            "name": "Nora Lind",
            "aud": "gazette",
            "iat": NOW,
            "exp": NOW + 600,
            **claims,
        }
        kept = {name: value for name, value in told.items() if value is not None}
        head = {
            "typ": "JWT",
            "alg": self.algorithm,
            **({"kid": self.kid} if self.kid else {}),
            **(header or {}),
        }
        return self.signed(json.dumps(head).encode(), json.dumps(kept).encode())

    def signed(self, header: bytes, payload: bytes) -> str:
        """Sign whatever it is."""
        data = f"{encoded(header)}.{encoded(payload)}"
        return f"{data}.{encoded(self._signature(data.encode()))}"

    @property
    def key(self) -> str:
        """What the settings hold: the public key as PEM, or the secret."""
        if self.algorithm == "HS256":
            return str(self.private)
        public = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return str(public.decode())

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key as a set of keys holds it."""
        public = self.private.public_key()
        common = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "EdDSA":
            return {"kty": "OKP", "crv": "Ed25519", "x": encoded(public.public_bytes_raw()), **common}
        told = public.public_numbers()
        if self.algorithm == "ES256":
            return {"kty": "EC", "crv": "P-256", "x": number(told.x), "y": number(told.y), **common}
        return {"kty": "RSA", "n": number(told.n), "e": number(told.e), **common}

    def _signature(self, data: bytes) -> bytes:
        if self.algorithm == "HS256":
            return hmac.digest(self.private.encode(), data, hashlib.sha256)
        if self.algorithm == "EdDSA":
            return bytes(self.private.sign(data))
        if self.algorithm == "RS256":
            return bytes(self.private.sign(data, padding.PKCS1v15(), hashes.SHA256()))
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


@cache
def signer(algorithm: str = "EdDSA", kid: str = "") -> Signer:
    """Make a key, the same for the same name."""
    make = {
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "HS256": lambda: SECRET,
    }
    return Signer(algorithm=algorithm, private=make[algorithm](), kid=kid)


def encoded(data: bytes) -> str:
    """Write bytes as tokens do."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8))


@dataclass(kw_only=True)
class KeyServer:
    """Where a publication offers its keys; what it answers can change while it runs."""

    url: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b"{}"
    asked: int = 0

    def offer(self, *signers: Signer) -> None:
        """Offer these keys from now on."""
        self.status, self.content = 200, json.dumps({"keys": [each.jwk for each in signers]}).encode()


@contextmanager
def offering(*signers: Signer) -> Iterator[KeyServer]:
    """Serve public keys on a port of our own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered.asked += 1
            self.send_response(offered.status)
            for name, value in offered.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(offered.content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        offered = KeyServer(url=f"http://127.0.0.1:{server.server_port}/keys.json")
        offered.offer(*signers)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield offered
        server.shutdown()
        thread.join()
