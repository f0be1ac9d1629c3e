"""``desk``: the web desk alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import click

from desk.cli.common import with_desk
from desk.cli.options import login_name

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("desk")
@with_desk
def desk_command(wiring: Wiring) -> None:
    """Run the web desk alone, until Ctrl-C.

    \b
    Example:
      dragonwatch desk
    """
    from desk.web.serve import address_of, listen, serve
    from desk.web.state import open_desk

    desk = open_desk(wiring, login_name())
    bound = listen(desk)
    click.echo(f"the desk is at {address_of(bound)}", err=True)

    async def run() -> None:
        task = asyncio.create_task(serve(desk, bound))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
