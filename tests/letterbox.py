"""A mail server on this machine that keeps what it gets. Real SMTP: what arrives went over a socket."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One letter with its envelope."""

    sender: str
    to: list[str]
    letter: EmailMessage
    was_encrypted: bool
    user: str

    def body(self, kind: str = "plain") -> str:
        part = self.letter.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass(kw_only=True)
class Letterbox:
    """The server as a test sees it. `answers` replaces what it says to a command: MAIL, RCPT, DATA or QUIT."""

    answers: Mapping[str, str] = field(default_factory=dict)
    drops: str = ""
    """The command at which it hangs up."""
    port: int = 0
    letters: list[Arrived] = field(default_factory=list)

    def url(self, scheme: str = "smtp", user: str = "") -> str:
        return f"{scheme}://{user and f'{user}@'}127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, "MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer(server, "RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._answer(server, "DATA", "250 OK")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=default)
            self.letters.append(
                Arrived(
                    sender=envelope.mail_from or "",
                    to=list(envelope.rcpt_tos),
                    letter=letter,
                    was_encrypted=session.ssl is not None,
                    user=session.auth_data or "",
                )
            )
        return answer

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self._answer(server, "QUIT", "221 Bye")

    def _answer(self, server: SMTP, command: str, usual: str) -> str:
        if command == self.drops:
            server.transport.abort()
        return self.answers.get(command, usual)


def knows(user: str, password: str) -> Callable[..., AuthResult]:
    """Make an authenticator that lets one user in."""

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_known = (data.login.decode(), data.password.decode()) == (user, password)
        return AuthResult(success=is_known, handled=False, auth_data=data.login.decode())

    return authenticate


@contextmanager
def letterbox(
    *,
    answers: Mapping[str, str] | None = None,
    drops: str = "",
    ssl_context: ssl.SSLContext | None = None,
    **options: Any,
) -> Iterator[Letterbox]:
    """Open a letterbox. `ssl_context` speaks TLS from the start; `options` are those of the library's server."""
    box = Letterbox(answers=answers or {}, drops=drops)
    with _loop() as run:

        async def open_() -> asyncio.Server:
            loop = asyncio.get_running_loop()
            return await loop.create_server(
                lambda: SMTP(box, **{"enable_SMTPUTF8": True, **options}), "127.0.0.1", 0, ssl=ssl_context
            )

        async def close(server: asyncio.Server) -> None:
            server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        server = run(open_())
        box.port = server.sockets[0].getsockname()[1]
        try:
            yield box
        finally:
            run(close(server))


@contextmanager
def _loop() -> Iterator[Callable[[Awaitable[Any]], Any]]:
    """Run an event loop in a thread; give what waits for a coroutine in it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="letterbox")
    thread.start()
    try:
        yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(20)  # type: ignore[arg-type]  # a coroutine
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
