"""``daemon``: the schedule and the desk in one process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from desk.cli.common import with_desk
from desk.cli.options import login_name

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.jobs import Jobs


@click.command("daemon")
@click.option("--no-desk", is_flag=True, help="The schedule alone.")
@with_desk
def daemon_command(wiring: Wiring, no_desk: bool) -> None:
    """Run the schedule and the desk until SIGTERM.

    SIGHUP reads the configuration again.

    \b
    Example:
      dragonwatch daemon
    """
    asyncio.run(_run(wiring, no_desk=no_desk, config_file=click.get_current_context().obj))


async def _run(wiring: Wiring, *, no_desk: bool, config_file: object) -> None:
    from crawler.config import load_config
    from desk.web.serve import address_of, listen, serve
    from desk.web.state import open_desk
    from desk.wiring import declare, mailer_of, wire
    from scheduler.daemon import run_daemon
    from scheduler.jobs import Jobs
    from scheduler.pulse import Pulse
    from scheduler.run import open_web

    def reload(jobs: Jobs) -> None:
        config = load_config(config_file)  # type: ignore[arg-type]
        fresh = wire(config, wiring.clock)
        jobs.watchlist = fresh.watchlist
        declare(wiring.store, *fresh.declared_sources)
        jobs.config = config

    pulse = Pulse(wiring.clock)
    companions = []
    if not no_desk:
        desk = open_desk(wiring, login_name(), alive=lambda: pulse.alive)
        bound = listen(desk)
        click.echo(f"the desk is at {address_of(bound)}", err=True)
        companions.append(lambda: serve(desk, bound))
    async with open_web(wiring.config, wiring.clock) as web:
        jobs = Jobs(
            config=wiring.config,
            store=wiring.store,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            archive=wiring.archive,
            mailer=mailer_of,
            pulse=pulse,
            web=web,
            own=wiring.own,
        )
        await run_daemon(jobs, companions=companions, reload=reload)
