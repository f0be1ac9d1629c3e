"""``mail``: whether letters arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.common import config_option, with_desk

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.group("mail")
@config_option
def mail_command() -> None:
    """Try the mail server.

    \b
    Example:
      dragonwatch mail test you@example.org
    """


@mail_command.command("test")
@click.argument("address")
@with_desk
def test(wiring: Wiring, address: str) -> None:
    """Send a test letter, and explain a refusal.

    \b
    Example:
      dragonwatch mail test you@example.org
    """
    from pydantic import TypeAdapter, ValidationError

    from crawler.config.model import MailAddress
    from desk.cli.common import wrong
    from scheduler.digest.letter import trial

    try:
        TypeAdapter(MailAddress).validate_python(address)
    except ValidationError:
        wrong(f"{address!r} is no mail address; write it like you@example.org")
    mail = wiring.config.mail
    letter = trial(sender=mail.sender, recipient=address, now=wiring.clock.now())
    wiring.mailer(letter.as_bytes(), mail.sender, address)
    click.echo(f"{mail.host}:{mail.port} took the letter for {address}; look whether it arrives")
