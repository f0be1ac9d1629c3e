"""What a real SMTP server answers, and what it means for a letter."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from crawler.errors import InDoubt, PermanentRefusal, TemporaryRefusal
from scheduler.digest.smtp import SmtpMailer

LETTER = b"Subject: hi\r\n\r\nfirst\r\n.dot\r\n.\r\nlast\r\n"


class Inbox:
    """Takes letters, or answers as it is told."""

    def __init__(self, mail: str = "250 OK", rcpt: str = "250 OK", data: str = "250 OK") -> None:
        self.letters: list[bytes] = []
        self.mail, self.rcpt, self.data = mail, rcpt, data

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self.data.startswith("250"):
            self.letters.append(envelope.content)
        return self.data


Start = Callable[..., tuple[Inbox, int]]


@pytest.fixture
def server() -> Iterator[Start]:
    running: list[Controller] = []

    def start(mail: str = "250 OK", rcpt: str = "250 OK", data: str = "250 OK", **options: object) -> tuple[Inbox, int]:
        inbox = Inbox(mail, rcpt, data)
        controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), **options)
        controller.start()
        running.append(controller)
        return inbox, controller.port

    yield start
    for controller in running:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _send(port: int, **options: object) -> None:
    SmtpMailer("127.0.0.1", port, **{"timeout": 5.0, **options})(LETTER, "Dragonwatch <d@localhost>", "A <a@localhost>")  # type: ignore[arg-type]


def test_a_letter_arrives_byte_for_byte(server: Start) -> None:
    inbox, port = server()
    _send(port)
    assert inbox.letters == [LETTER]


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_refusals_for_now_and_for_good(server: Start, at: str) -> None:
    inbox, port = server(**{at: "451 busy, come back"})
    with pytest.raises(TemporaryRefusal, match="451 busy"):
        _send(port)
    inbox, port = server(**{at: "550 no such box"})
    with pytest.raises(PermanentRefusal, match="550 no such box"):
        _send(port)
    assert not inbox.letters


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"mail": "553 sender is not the account"}, "letters from d@localhost: 553 .*mail.username"),
        ({"mail": "530 Must issue a STARTTLS command first"}, 'mail.security to "starttls"'),
        ({"rcpt": "550 no such box"}, "letters to a@localhost: 550 .*check the address"),
        ({"data": "554 looks like spam"}, "refuses the letter to a@localhost: 554 looks like spam"),
    ],
)
def test_a_refusal_says_what_is_refused_and_its_mend(server: Start, answers: dict[str, str], told: str) -> None:
    _, port = server(**answers)
    with pytest.raises(PermanentRefusal, match=told):
        _send(port)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_sender_that_is_not_the_account_is_told_which_it_is(server: Start) -> None:
    def anybody(*_: object) -> AuthResult:
        return AuthResult(success=True)

    _, port = server(mail="550 not your address", authenticator=anybody, auth_require_tls=False)
    with pytest.raises(PermanentRefusal, match=r"put me@qq\.example into mail\.sender"):
        _send(port, username="me@qq.example", password="right")


@pytest.mark.parametrize(
    ("port", "security", "told"), [(465, "none", "TLS from the start"), (587, "tls", "begins without TLS")]
)
def test_a_port_that_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch, port: int, security: str, told: str) -> None:
    def times_out(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr("smtplib.SMTP.connect", times_out)
    with pytest.raises(TemporaryRefusal, match=f"timed out.*{told}"):
        _send(port, security=security)


def test_a_server_that_is_not_there_is_asked_once_for_all_letters_of_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def times_out(*_: object, **__: object) -> None:
        asked.append(1)
        raise TimeoutError("timed out")

    monkeypatch.setattr("smtplib.SMTP.connect", times_out)
    mailer = SmtpMailer("127.0.0.1", 25)
    for round in (1, 2):
        with mailer:
            for _ in range(3):
                with pytest.raises(TemporaryRefusal, match="timed out"):
                    mailer(LETTER, "d@localhost", "a@localhost")
        assert len(asked) == round


def test_no_server_is_for_now() -> None:
    with pytest.raises(TemporaryRefusal, match=r"could not be reached.*mail\.host"):
        _send(_free_port())


@pytest.mark.parametrize("how", ["breaks", "stalls"])
@pytest.mark.parametrize(
    ("at", "expected"),
    [(b"", TemporaryRefusal), (b"mail", TemporaryRefusal), (b"DATA", TemporaryRefusal), (b"\r\n.\r\n", InDoubt)],
)
def test_a_connection_that_breaks_or_stalls(at: bytes, how: str, expected: type[Exception]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_cut_off, args=(listening, at, how == "stalls"))
        thread.start()
        with pytest.raises(expected):
            _send(listening.getsockname()[1], timeout=0.3 if how == "stalls" else 5)
        thread.join()


def _cut_off(listening: socket.socket, at: bytes, stall: bool) -> None:
    connection, _ = listening.accept()
    with connection:
        got = b""
        if at:
            connection.sendall(b"220 hi\r\n")
        while at not in got:
            got += connection.recv(65536)
            if at in got:
                break
            if got.endswith(b"DATA\r\n"):
                connection.sendall(b"354 go\r\n")
            elif b"DATA\r\n" not in got:
                connection.sendall(b"250 ok\r\n")
        while stall and connection.recv(65536):
            pass


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_login_is_by_password_and_a_wrong_one_is_explained(server: Start) -> None:
    def check(smtp: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == b"right"
        return AuthResult(success=right, handled=False)

    inbox, port = server(authenticator=check, auth_required=True, auth_require_tls=False)
    _send(port, username="u", password="right")
    assert len(inbox.letters) == 1
    with pytest.raises(TemporaryRefusal, match=r"login of u.*password_file"):
        _send(port, username="u", password="wrong")


def test_tls_is_verified(server: Start, tmp_path: Path) -> None:
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    inbox, port = server(tls_context=context, require_starttls=True)
    _send(port, security="starttls", ca_file=str(certificate))
    assert len(inbox.letters) == 1
    with pytest.raises(TemporaryRefusal, match="certificate"):
        _send(port, security="starttls")


def test_a_server_that_offers_no_login_is_told(server: Start) -> None:
    _, port = server()
    with pytest.raises(TemporaryRefusal, match=r"offers no login.*STARTTLS.*mail\.username empty"):
        _send(port, username="u", password="p")


def test_a_server_without_starttls_gets_nothing(server: Start) -> None:
    inbox, port = server()
    with pytest.raises(TemporaryRefusal, match="STARTTLS"):
        _send(port, security="starttls", username="u", password="secret")
    assert not inbox.letters


def _certificate(folder: Path) -> Path:
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
