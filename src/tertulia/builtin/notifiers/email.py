"""The notifier `email`: hands messages to the operator's mail server by SMTP, one connection a message.

What goes wrong before the message is handed over is ours or the server's, so it is worth another try; what the
server says about the message itself counts by its code.
"""

import smtplib
import ssl
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from tertulia.plugins.contracts import Message, NeverSent, NotSent, TryLater

PATIENCE_SECONDS: Final = 20.0
"""How long the server may take for any one answer."""
PORTS: Final = {"smtp": 587, "smtp+starttls": 587, "smtps": 465}
"""Schemes of `server` with their usual ports: STARTTLS where it is offered, STARTTLS always, TLS from the start."""

# Seven bits: every server takes them, also one that does not offer 8BITMIME.
_POLICY: Final = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """Where the mail server is and who we are there."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


class Email:
    """Sends mail. `sender` is the address it comes from, `host` the name we greet with."""

    name = "email"

    def __init__(self, server: Server, *, sender: str, host: str, patience: float = PATIENCE_SECONDS) -> None:
        self._server = server
        self._sender = sender
        self._host = host
        self._patience = patience

    def send(self, message: Message) -> None:
        letter = self._written(message)
        with self._connected() as connection:
            try:
                connection.send_message(letter, from_addr=self._sender, to_addrs=[message.to])
            except (OSError, MessageError, ValueError) as error:
                # Without the cause: the server's own words repeat the address, and tracebacks go to the log.
                raise _failure(error) from None

    def check(self) -> None:
        with self._connected() as connection:
            try:
                code, _ = connection.noop()
            except OSError as error:
                raise TryLater(f"the mail server does not answer: {_said(error)}") from None
        if code != 250:
            raise TryLater(f"the mail server answers {code}")

    def _written(self, message: Message) -> EmailMessage:
        letter = EmailMessage(policy=_POLICY)
        try:
            _require_one_line(message.subject, message.sender)
            letter["From"] = Address(display_name=message.sender, addr_spec=self._sender)
            letter["To"] = _one_address(message.to)
            letter["Subject"] = message.subject
            letter["Date"] = formatdate(usegmt=True)
            letter["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
            letter["Auto-Submitted"] = "auto-generated"
            letter.set_content(message.text)
            if message.html:
                letter.add_alternative(message.html, subtype="html")
        except (ValueError, IndexError, MessageError):
            raise NeverSent("its address, its subject or its text cannot stand in a mail") from None
        return letter

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            connection = self._greeted()
        except OSError as error:
            raise TryLater(f"the mail server does not let us in: {_said(error)}") from None
        try:
            yield connection
            # What the server took, it has: how it says goodbye changes nothing, and trying again would send twice.
            with suppress(OSError):
                connection.quit()
        finally:
            connection.close()

    def _greeted(self) -> smtplib.SMTP:
        """Connect, go over to TLS and log in."""
        server = self._server
        connection = self._called()
        try:
            connection.ehlo_or_helo_if_needed()
            is_offered = server.scheme == "smtp" and connection.has_extn("starttls")
            if is_offered or server.scheme == "smtp+starttls":
                connection.starttls(context=self._tls())
                connection.ehlo()
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _called(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            return smtplib.SMTP_SSL(
                server.host, server.port, self._host, timeout=self._patience, context=self._tls()
            )
        return smtplib.SMTP(server.host, server.port, self._host, timeout=self._patience)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._server.scheme == "smtp" and not self._server.user:
            # Nobody required TLS here, so whoever pretends to be the server would just not offer it. A mail server on
            # this machine has a certificate of its own making; encrypted to it is better than not.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def make(settings: Mapping[str, object]) -> Email:
    """Make it from `server` (a URL), `sender`, and perhaps `host` and `seconds`; raise ValueError."""
    sender = str(settings["sender"])
    try:
        Address(addr_spec=sender)
    except (ValueError, IndexError, MessageError):
        raise ValueError("the address that mail comes from is no e-mail address") from None
    return Email(
        server_of(str(settings["server"])),
        sender=sender,
        host=str(settings.get("host") or sender.rpartition("@")[2]),
        patience=float(str(settings.get("seconds", PATIENCE_SECONDS))),
    )


def server_of(url: str) -> Server:
    """Read the mail server's URL; raise ValueError, which repeats nothing of a password."""
    address = _split(url)
    if address.scheme not in PORTS:
        raise ValueError(f"the mail server's URL begins with one of {', '.join(PORTS)}, and ://")
    user, password = unquote(address.username or ""), unquote(address.password or "")
    if not (user + password).isascii():
        raise ValueError("user and password of the mail server hold other characters than ASCII's")
    return Server(
        scheme=address.scheme,
        host=address.hostname or "localhost",
        port=address.port or PORTS[address.scheme],
        user=user,
        password=password,
    )


def _split(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        # Reading the port is what checks it.
        _ = address.port
    except ValueError:
        # The library's own message repeats what stands there, which may be half a password.
        raise ValueError(
            "the mail server's host or port is none; in user and password write /, @, : and # as %2F, %40, %3A and %23"
        ) from None
    return address


def _one_address(text: str) -> Address:
    """Read one address and nothing beside it; raise ValueError. The library's parser takes ASCII only."""
    Address(addr_spec="".join(character if character.isascii() else "x" for character in text))
    if text.isascii():
        return Address(addr_spec=text)
    username, _, domain = text.rpartition("@")
    return Address(username=username, domain=domain)


def _require_one_line(*words: str) -> None:
    if any(unicodedata.category(character) == "Cc" for each in words for character in each):
        raise ValueError("a control character")


def _failure(error: Exception) -> NotSent:
    """Say whether the same message may be sent later. All errors of smtplib are errors of the system."""
    code = _code(error)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return TryLater(f"the mail server refuses our own address: {_said(error)}")
    if 500 <= code < 600 or isinstance(error, smtplib.SMTPNotSupportedError):
        return NeverSent(f"the mail server refuses it: {_said(error)}")
    if not isinstance(error, OSError):
        return NeverSent("its address, its subject or its text cannot stand in a mail")
    return TryLater(f"the mail server did not take it: {_said(error)}")


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # One message has one addressee.
        return int(next(iter(error.recipients.values()))[0])
    return 0


def _said(error: Exception) -> str:
    """Say what happened without the words of the server, which may repeat an address."""
    code = _code(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it refuses the user or the password (code {code})"
    if code:
        return f"code {code}"
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
