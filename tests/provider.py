"""A small OpenID provider on loopback, made without our library or authlib: strict where providers are, and as strange
as a test wants it.
"""

import hashlib
import html
import json
import os
import re
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.publication import NOW, Signer, encoded, signer

CLIENT, SECRET = "comments", "a client's secret"
PERSON = {"sub": "248289761001", "name": "Nora Lind", "email": "nora@example.org", "email_verified": True}
DESCRIPTION, KEYS, AUTHORIZE, TOKEN = "/.well-known/openid-configuration", "/keys", "/authorize", "/token"

Strange = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a code stands for, until it is exchanged."""

    redirect_uri: str
    challenge: str
    nonce: str
    claims: dict[str, Any]


@dataclass(kw_only=True)
class Provider:
    """One provider with one client; what it says can change while it runs."""

    issuer: str
    signer: Signer
    offered: tuple[Signer, ...]
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    claims: dict[str, Any] = field(default_factory=dict)
    """Further claims of the token; None takes one away."""
    header: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    """Further parts of its description; None takes one away."""
    given: dict[str, Any] = field(default_factory=dict)
    """Further parts of its answer to a code."""
    forge: Callable[[str], str] = lambda token: token
    """What it does with a token that is ready."""
    strange: dict[str, Strange] = field(default_factory=dict)
    """What it does instead at an address."""
    client_auth: str = "client_secret_basic"
    secret: Callable[[str], bool] = lambda told: told == SECRET
    asks: bool = False
    """Whether it shows a page before it leads back."""
    posts: bool = False
    """Whether it leads back by a form in any case, as Apple does."""
    error: str = ""
    says_issuer: bool = True
    now: Callable[[], int] = lambda: NOW
    codes: dict[str, Code] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    numbers: Iterator[int] = field(default_factory=count)

    def settings(self, **fields: Any) -> dict[str, Any]:
        """Give the table of the settings that leads here."""
        return {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET, **fields}

    def rotate(self, fresh: Signer, *others: Signer) -> None:
        """Sign with a new key from now on, and offer these others beside it."""
        self.signer, self.offered = fresh, (fresh, *others)

    def approve(self, go_to: str) -> dict[str, str]:
        """Go there as a browser does; give what it brings back."""
        parts = urlsplit(go_to)
        connection = HTTPConnection(parts.netloc, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        if response.status == 303:
            return dict(parse_qsl(urlsplit(response.headers["Location"]).query))
        assert response.status == 200, text
        fields = (each.split('"')[:3] for each in text.split('type="hidden" name="')[1:])
        return {name: html.unescape(value) for name, _, value in fields}

    def description(self) -> dict[str, Any]:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}{AUTHORIZE}?kept=1",
            "token_endpoint": f"{self.issuer}{TOKEN}",
            "jwks_uri": f"{self.issuer}{KEYS}",
            "authorization_response_iss_parameter_supported": self.says_issuer,
            **self.described,
        }
        return {name: value for name, value in told.items() if value is not None}

    def keys(self) -> dict[str, Any]:
        return {"keys": [each.jwk for each in self.offered]}

    def lead_back(self, told: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Say where a browser goes on, and with what."""
        assert told["client_id"] == CLIENT
        assert told["response_type"] == "code"
        assert told["code_challenge_method"] == "S256"
        assert told["kept"] == "1"
        assert "openid" in told["scope"].split()
        back = {"state": told["state"], **({"iss": self.issuer} if self.says_issuer else {})}
        if self.error:
            return told["redirect_uri"], {**back, "error": self.error, "error_description": "<b>no</b>"}
        code = f"code-{next(self.numbers)}-{encoded(hashlib.sha256(told['state'].encode()).digest())}"
        self.codes[code] = Code(
            redirect_uri=told["redirect_uri"],
            challenge=told["code_challenge"],
            nonce=told["nonce"],
            claims=dict(self.person),
        )
        return told["redirect_uri"], {**back, "code": code}

    def exchange(self, told: Mapping[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        """Give what a code is worth."""
        if not self._is_client(told, basic):
            return 401, {"error": "invalid_client"}
        found = self.codes.get(told.get("code", ""))
        if found is None or told.get("redirect_uri") != found.redirect_uri:
            return 400, {"error": "invalid_grant", "error_description": "<b>no</b>"}
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        if encoded(digest) != found.challenge or told.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        del self.codes[told["code"]]
        return 200, {
            "access_token": "an access token",
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": self.forge(self.token(found)),
            **self.given,
        }

    def token(self, of: Code) -> str:
        name = hashlib.sha512 if self.signer.algorithm == "EdDSA" else hashlib.sha256
        digest = name(b"an access token").digest()
        now = self.now()
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": of.nonce,
            "at_hash": encoded(digest[: len(digest) // 2]),
        }
        return self.signer.token(self.header, **{"name": None, **usual, **of.claims, **self.claims})

    def _is_client(self, told: Mapping[str, str], basic: str) -> bool:
        if self.client_auth == "none":
            return told.get("client_id") == CLIENT and not basic and "client_secret" not in told
        if self.client_auth == "client_secret_post":
            return (
                told.get("client_id") == CLIENT and self.secret(told.get("client_secret", "")) and not basic
            )
        name, _, secret = b64decode(basic.partition(" ")[2]).decode().partition(":")
        return name == CLIENT and self.secret(unquote(secret)) and "client_secret" not in told


class Server(ThreadingHTTPServer):
    """Where a provider answers."""

    daemon_threads = True
    block_on_close = False
    op: Provider


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str) -> None:
        op, parts = self.server.op, urlsplit(self.path)
        op.asked.append(parts.path)
        if parts.path in op.strange:
            op.strange[parts.path](self)
        elif parts.path == AUTHORIZE:
            self._authorize(dict(parse_qsl(parts.query)), body)
        elif parts.path == TOKEN:
            self._json(*op.exchange(dict(parse_qsl(body)), self.headers.get("Authorization", "")))
        else:
            self._json(200, op.description() if parts.path == DESCRIPTION else op.keys())

    def _authorize(self, told: dict[str, str], body: str) -> None:
        if self.server.op.asks and not body:
            self._html(
                "<title>Provider</title><form method=post><button name=ok value=1>It is me</button></form>"
            )
            return
        where, fields = self.server.op.lead_back(told)
        if self.server.op.posts or told.get("response_mode") == "form_post":
            hidden = "".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in fields.items()
            )
            form = f"<form method=post action='{html.escape(where)}'>{hidden}</form>"
            self._html(f"<body onload='document.forms[0].submit()'>{form}")
            return
        self.send_response(303)
        self.send_header("Location", f"{where}?{urlencode(fields)}")
        self.end_headers()

    def _html(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def _json(self, status: int, content: Mapping[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@contextmanager
def serving(algorithm: str = "RS256", *, host: str = "127.0.0.1", **told: Any) -> Iterator[Provider]:
    """Serve a provider on a port of its own, which is reached by a name."""
    key = signer(algorithm, "spring")
    with Server(("127.0.0.1", 0), Handler) as server:
        server.op = Provider(issuer=f"http://{host}:{server.server_port}", signer=key, offered=(key,), **told)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.op
        finally:
            server.shutdown()
            thread.join()


def clock() -> int:
    """Give the time of the machine, for a provider that a browser visits."""
    return int(time.time())


def unsigned(token: str) -> str:
    """Take the signature off a token, and say so in its head."""
    return f"{encoded(json.dumps({'alg': 'none'}).encode())}.{token.split('.')[1]}."


def signed_by_public_key(token: str, of: Signer) -> str:
    """Sign a token's claims with the public key as if it were a secret."""
    secret = replace(of, algorithm="HS256", private=of.key)
    padded = token.split(".")[1]
    return secret.signed(b'{"alg":"HS256","kid":"spring"}', b64decode(padded + "==", altchars=b"-_"))


def answers(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Strange:
    """Answer with just this."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@contextmanager
def mock(**people: Mapping[str, Any]) -> Iterator[str]:
    """Serve a provider that somebody else wrote: oidc-provider-mock, by authlib's own server."""
    told = [
        part
        for name, claims in people.items()
        for part in ("--user-claims", json.dumps({"sub": name, **claims}))
    ]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0", *told]
    with TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            yield _address_in(log, process)
        finally:
            process.terminate()


def _address_in(log: IO[bytes], process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 30
    while True:
        said = os.pread(log.fileno(), 10_000, 0)
        if found := re.search(rb"http://[\d.]+:\d+", said):
            return found[0].decode()
        assert process.poll() is None, said
        assert time.monotonic() < deadline, f"waited in vain for its address: {said!r}"
        os.sched_yield()


def allow(go_to: str, name: str) -> dict[str, str]:
    """Say at somebody else's provider who one is, or no for nobody; give what it leads back with."""
    parts = urlsplit(go_to)
    connection = HTTPConnection(parts.netloc, timeout=10)
    form = urlencode({"sub": name} if name else {"action": "deny"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", form, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))
