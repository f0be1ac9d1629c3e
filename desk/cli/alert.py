"""``alert``: whether alerts arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.common import config_option, json_option, put_rows, warn, with_desk
from desk.cli.options import limit_option

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.group("alert")
@config_option
def alert_command() -> None:
    """Try the alerts, and see what became of them.

    \b
    Example:
      dragonwatch alert test
    """


@alert_command.command("test")
@with_desk
def test(wiring: Wiring) -> int:
    """Send a trial message to every [[alert]], and explain a refusal.

    \b
    Example:
      dragonwatch alert test
    """
    from scheduler.alerts.room import AlertRoom

    told = AlertRoom(wiring.store, wiring.config, wiring.clock).try_all()
    if not told:
        warn("nobody is to be told; add an [[alert]] to the configuration")
    for name, error in told:
        if error is None:
            click.echo(f"{name} took the message; look whether it arrives")
        else:
            warn(error)
    return 1 if any(error for _, error in told) else 0


@alert_command.command("list")
@limit_option(50)
@json_option
@with_desk
def list_(wiring: Wiring, limit: int, as_json: bool) -> None:
    """List what was told, waits, failed or is in doubt, newest first; `digest resolve` settles doubts.

    \b
    Example:
      dragonwatch alert list --json
    """
    columns = {"id": "id", "target": "recipient", "subject": "subject", "state": "state"}
    put_rows(
        "Alerts",
        columns | {"created": "created_at", "sent": "sent_at", "error": "error"},
        wiring.store.outbox.list(kind="alert", limit=limit),
        as_json=as_json,
        empty="no alert has been written yet",
    )
