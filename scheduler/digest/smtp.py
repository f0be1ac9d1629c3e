"""Hands one finished letter to a mail server, and tells apart what the server's answer means for the outbox."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from email.utils import parseaddr
from types import TracebackType
from typing import Literal, Self

from crawler.errors import InDoubt, PermanentRefusal, SendError, TemporaryRefusal


@dataclass
class SmtpMailer:
    """Speaks SMTP (RFC 5321) with STARTTLS or TLS, certificates verified; each step ends after ``timeout`` seconds.

    As a context manager it keeps its connection from letter to letter, and asks a server that it could not come to terms with
    only once: neither its timeouts nor a login that it refuses are gone through for every letter. Otherwise each letter has its
    own connection.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: str = ""
    timeout: float = 30.0
    ca_file: str = ""
    kept: smtplib.SMTP | None = field(default=None, init=False, repr=False)
    """The connection of the last letter, while it is kept."""
    _keeps: bool = field(default=False, init=False, repr=False)
    _useless: SendError | None = field(default=None, init=False, repr=False)
    """Why there is no connection to be had this time."""

    def __enter__(self) -> Self:
        self._keeps, self._useless = True, None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeps = False
        if self.kept is not None:
            _leave(self.kept)
            self.kept = None

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        """Sends to one recipient.

        Raises TemporaryRefusal (try again), PermanentRefusal (do not), or InDoubt where the connection broke after
        the whole letter was handed over but before the server answered: it may or may not have been taken. A server that
        refuses us (login, certificate, STARTTLS) has not refused the letter: it is tried again once somebody has mended that.
        """
        connection = self._taken_up() or self._opened()
        try:
            self._hand_over(connection, message, parseaddr(sender)[1], parseaddr(recipient)[1])
        except BaseException:
            _leave(connection)
            raise
        if self._keeps:
            self.kept = connection
        else:
            _leave(connection)

    def _taken_up(self) -> smtplib.SMTP | None:
        """The kept connection, if the server still answers on it; servers end idle ones and after some letters."""
        connection, self.kept = self.kept, None
        if connection is None:
            return None
        try:
            if connection.rset()[0] == 250:
                return connection
        except (smtplib.SMTPException, OSError):
            connection.close()
            return None
        _leave(connection)
        return None

    def _opened(self) -> smtplib.SMTP:
        if self._keeps and self._useless is not None:
            raise type(self._useless)(str(self._useless))
        try:
            return self._open()
        except SendError as error:
            self._useless = error
            raise

    def _open(self) -> smtplib.SMTP:
        where = f"mail server {self.host}:{self.port}"
        connection: smtplib.SMTP | None = None
        try:
            if self.security == "tls":
                connection = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=self._trust())
            else:
                connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
                if self.security == "starttls":
                    connection.starttls(context=self._trust())
            # The last dot goes alone: it must not wait for the server to acknowledge what went before (Nagle's rule).
            assert connection.sock is not None
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._logged_in(connection)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                raise TemporaryRefusal(
                    f"{where} shows a certificate that cannot be verified ({error.verify_message}); "
                    "check mail.host, or name its authority in fetch.ca_file"
                ) from error
            if isinstance(error, smtplib.SMTPNotSupportedError):
                raise TemporaryRefusal(f"{where} offers no STARTTLS; set mail.security to tls or none") from error
            if isinstance(error, (OSError, smtplib.SMTPException)):
                raise TemporaryRefusal(f"{where} could not be reached ({error}); {self._spoken()}") from error
            raise

    def _spoken(self) -> str:
        if self.port == 465 and self.security != "tls":
            return 'port 465 speaks TLS from the start: set mail.security to "tls"'
        if self.port in (25, 587) and self.security == "tls":
            return f'port {self.port} begins without TLS: set mail.security to "starttls", or mail.port to 465'
        return "check mail.host, mail.port and mail.security"

    def _trust(self) -> ssl.SSLContext:
        # The system's certificates take tens of milliseconds to load: only where they are needed.
        return ssl.create_default_context(cafile=self.ca_file or None)

    def _logged_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self.username:
            try:
                connection.login(self.username, self.password)
            except smtplib.SMTPNotSupportedError as error:
                mend = "many offer it after STARTTLS alone: set mail.security, or " if self.security == "none" else ""
                raise TemporaryRefusal(f"mail server {self.host} offers no login; {mend}leave mail.username empty") from error  # fmt: skip
            except smtplib.SMTPAuthenticationError as error:
                raise TemporaryRefusal(
                    f"mail server {self.host} refused the login of {self.username} "
                    f"({_said(error.smtp_code, error.smtp_error)}); check mail.username and mail.password_file "
                    "(some providers want an app password or authorisation code)"
                ) from error
        return connection

    def _hand_over(self, connection: smtplib.SMTP, message: bytes, sender: str, recipient: str) -> None:
        try:
            connection.ehlo_or_helo_if_needed()
            code, said = connection.mail(sender)
            _accepted(code, said, f"letters from {sender}", (250,), self._sender_mend(said))
            _accepted(*connection.rcpt(recipient), f"letters to {recipient}", (250, 251), "check the address")
            _accepted(*connection.docmd("DATA"), f"the letter to {recipient}", (354,))
            # The dot that ends the letter goes last and alone: what breaks before it was surely not taken.
            connection.send(_stuffed(message))
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise TemporaryRefusal(
                f"the connection to {self.host} broke before the letter was handed over ({error})"
            ) from error
        try:
            connection.send(b".\r\n")
            code, said = connection.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise InDoubt(
                f"the connection to {self.host} broke after the letter to {recipient} was handed over: "
                "whether it was taken is not known"
            ) from error
        _accepted(code, said, f"the letter to {recipient}", (250,))

    def _sender_mend(self, said: bytes) -> str:
        if b"STARTTLS" in said.upper():
            return 'set mail.security to "starttls"'
        if not self.username:
            return "many want a login first: mail.username and mail.password_file"
        return f"many take letters of the account alone: put {self.username} into mail.sender"


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _stuffed(message: bytes) -> bytes:
    # RFC 5321 4.5.2: lines end in CRLF, a leading dot is doubled.
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _accepted(code: int, said: bytes, what: str, wanted: tuple[int, ...], mend: str = "") -> None:
    if code in wanted:
        return
    if 500 <= code < 600:
        raise PermanentRefusal(f"the mail server refuses {what}: {_said(code, said)}{mend and f'; {mend}'}")
    raise TemporaryRefusal(f"the mail server cannot take {what} now: {_said(code, said)}")


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())[:300]}"
