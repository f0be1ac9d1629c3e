"""``digest``: the letter, seen before it goes out, sent, and looked after."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from desk.cli.common import config_option, json_option, never_over_own, put_rows, warn, with_desk, wrong
from desk.cli.options import OutFile, limit_option

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.group("digest")
@config_option
def digest_command() -> None:
    """Compose, send and look after the digest letters.

    \b
    Example:
      dragonwatch digest preview --out letter.html


    """


@digest_command.command("preview")
@click.option("--recipient", metavar="ADDRESS", help="Whose letter  [default: the first recipient's].")
@click.option(
    "--out",
    type=OutFile(),
    help="Write it here: .html, .txt, or the whole message as .eml.",
)
@with_desk
def preview(wiring: Wiring, recipient: str | None, out: Path | None) -> None:
    """Compose the letter that would go out now, without sending it.

    \b
    Example:
      dragonwatch digest preview --recipient desk@example.org --out letter.eml
    """
    letter = wiring.post_office.preview(recipient)
    if out is None:
        click.echo(_text(letter))
        return
    never_over_own(wiring, out)
    from scheduler.digest.letter import page_of
    from storage.durable import write_whole

    if out.suffix == ".html":
        content = page_of(letter).encode()
    else:
        content = _text(letter).encode() if out.suffix == ".txt" else letter.as_bytes()
    write_whole(out, content)
    click.echo(f"wrote {out}", err=True)


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@digest_command.command("send")
@click.option("--now", is_flag=True, help="Also to recipients whose time has not come.")
@with_desk
def send(wiring: Wiring, now: bool) -> int:
    """Send the letters that are due.

    \b
    Example:
      dragonwatch digest send --now
    """
    office = wiring.post_office
    if not wiring.config.recipient:
        warn("nobody is to get a letter; add a [[recipient]] to the configuration")
    written = office.write_due(now_anyway=now)
    handed = office.hand_over()
    for error in handed.errors:
        warn(error)
    click.echo(
        f"{written} written, {handed.sent} sent, {handed.again} to be tried again, "
        f"{handed.failed} failed, {handed.in_doubt} in doubt"
    )
    return 1 if handed.errors else 0


@digest_command.command("list")
@limit_option(50)
@json_option
@with_desk
def list_(wiring: Wiring, limit: int, as_json: bool) -> None:
    """List what was sent, waits, failed or is in doubt, newest first.

    \b
    Example:
      dragonwatch digest list --json
    """
    columns = {name: name for name in ("id", "edition", "recipient", "subject", "state")}
    put_rows(
        "Letters",
        columns | {"sent": "sent_at", "error": "error"},
        wiring.store.outbox.list(kind="digest", limit=limit),
        as_json=as_json,
        empty="no letter has been written yet; `dragonwatch digest send` writes what is due",
    )


@digest_command.command("resolve")
@click.argument("id", metavar="ID")
@click.argument("how", type=click.Choice(["sent", "resend"]))
@with_desk
def resolve(wiring: Wiring, id: str, how: Literal["sent", "resend"]) -> None:
    """Settle a letter in doubt: it did arrive, or it is to go out again.

    \b
    Example:
      dragonwatch digest resolve 12 resend
    """
    wiring.store.outbox.resolve(id, how)
    click.echo(
        f"{id} counts as sent" if how == "sent" else f"{id} goes out again with the next `dragonwatch digest send`"
    )


@digest_command.command("unsubscribe")
@click.argument("address")
@with_desk
def unsubscribe(wiring: Wiring, address: str) -> None:
    """Send this recipient nothing from now on, as the link in its letters does.

    \b
    Example:
      dragonwatch digest unsubscribe desk@example.org
    """
    box = _recipient(wiring, address)
    done = wiring.post_office.subscriptions.unsubscribe(box)
    click.echo(f"{box} gets no more letters" if done else f"{box} had unsubscribed already")


@digest_command.command("subscribe")
@click.argument("address")
@with_desk
def subscribe(wiring: Wiring, address: str) -> None:
    """Send letters to a recipient again who had unsubscribed.

    \b
    Example:
      dragonwatch digest subscribe desk@example.org
    """
    box = _recipient(wiring, address)
    done = wiring.post_office.subscriptions.subscribe(box)
    click.echo(f"{box} gets letters again" if done else f"{box} gets letters anyway")


def _recipient(wiring: Wiring, address: str) -> str:
    """The bare address of a recipient of the configuration; ends the call where it is none."""
    from email.utils import parseaddr

    known = [parseaddr(recipient.address)[1].lower() for recipient in wiring.config.recipient]
    box = parseaddr(address)[1].lower()
    if box not in known:
        wrong(f"{address!r} is no [[recipient]] of the configuration; known: {', '.join(known) or 'none'}")
    return box
