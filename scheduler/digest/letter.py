"""An edition as one mail message: HTML and text, with the headers that mailing lists and mail programs want."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, fields, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from scheduler.digest.choose import Edition
from scheduler.digest.headers import header_text
from scheduler.digest.mime import body, picture_parts
from scheduler.digest.view import Frame, LetterView, view

_POLICY = policy.SMTP.clone(max_line_length=998)
_LINK = "https://unsubscribe.invalid/"
"""Stands in a draft where each recipient's own link goes; ``.invalid`` is nobody's (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One finished letter."""

    message_id: str
    subject: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition in the words of one language and zone; all who are to read the same share it."""

    key: str
    subject: str
    text: str
    html: str
    pictures: bytes

    def addressed(self, *, sender: str, recipient: str, now: datetime, unsubscribe: str | None = None) -> Letter:
        """The letter to one recipient, dated ``now``.

        Its Message-ID follows from recipient and edition alone, so the same edition sent again is the same message; all
        of a recipient's letters answer one another's common root, so mail programs show them as one thread.
        """
        message = EmailMessage(policy=_POLICY)
        message["From"] = _address(sender)
        message["To"] = _address(recipient)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = id = message_id(sender, recipient, self.key)
        message["References"] = message_id(sender, recipient, "root")
        message["List-Id"] = f"Dragonwatch <digest.{_domain(sender)}>"
        message["Auto-Submitted"] = "auto-generated"
        if unsubscribe:
            # RFC 8058: mail programs unsubscribe by a POST to this address.
            message["List-Unsubscribe"] = f"<{unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text, html = (part.replace(_LINK, unsubscribe or "") for part in (self.text, self.html))
        # The library's headers, which it ends with an empty line, and after them our body with the headers that are its own.
        headers = message.as_bytes().removesuffix(b"\r\n")
        return Letter(id, self.subject, headers + body(text, html, self.pictures))


def draft(edition: Edition, frame: Frame) -> Draft:
    """Puts an edition into words; ``frame.unsubscribe`` is left open, for each recipient has another."""
    shown = view(edition, replace(frame, unsubscribe=_LINK if frame.unsubscribe else None))
    text, html = render(shown)
    series = [flag.series for _, flags in shown.flags for flag in flags if flag.series is not None]
    pictures = picture_parts({one.cid: one.png for one in series})
    return Draft(edition.key, header_text(shown.subject), text, html, pictures)


def compose(edition: Edition, frame: Frame, *, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """The letter to one recipient as a message, to be looked at."""
    letter = draft(edition, frame).addressed(sender=sender, recipient=recipient, now=now, unsubscribe=frame.unsubscribe)
    return opened(letter)


def opened(letter: Letter) -> EmailMessage:
    """A letter as a message whose parts can be asked for."""
    message = message_from_bytes(letter.content, policy=_POLICY)
    assert isinstance(message, EmailMessage)
    return message


def page_of(message: EmailMessage) -> str:
    """A letter's HTML as a file of its own: its pictures stand in it as ``data:`` addresses."""
    part = message.get_body(("html",))
    assert part is not None, "every letter has an HTML part"
    html = str(part.get_content())
    for picture in message.walk():
        if picture.get_content_maintype() == "image":
            cid = str(picture["Content-ID"]).strip("<>")
            data = base64.b64encode(picture.get_content()).decode()
            html = html.replace(f"cid:{cid}", f"data:image/png;base64,{data}")
    return html


def trial(*, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """A short letter that shows whether mail arrives."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    message["Subject"] = "Dragonwatch test letter"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(sender, recipient, f"trial {now.isoformat()}")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("This letter shows that Dragonwatch can send mail.\n这封信表明邮件可以送达。\n")
    return message


def render(shown: LetterView) -> tuple[str, str]:
    """The text and the HTML of a letter."""
    values = {field.name: getattr(shown, field.name) for field in fields(shown)}
    return _template("letter.txt").render(values), _template("letter.html").render(values)


def message_id(sender: str, recipient: str, edition: str) -> str:
    """``<digest.KEY@domain>``; tells a reader nothing of the recipient's address."""
    key = hashlib.sha256(f"{parseaddr(recipient)[1].lower()}\n{edition}".encode()).hexdigest()[:32]
    return f"<digest.{key}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _address(written: str) -> Address:
    name, address = parseaddr(written)
    user, _, domain = address.rpartition("@")
    return Address(header_text(name), user, domain)


@lru_cache(maxsize=2)
def _template(name: str) -> Template:
    # The text part is no markup: escaping it would show entities to the reader.
    environment = Environment(
        loader=PackageLoader("scheduler.digest"),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
