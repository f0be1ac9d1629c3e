"""``daemon``: the schedule and the desk in one process."""

from __future__ import annotations

import asyncio
import getpass
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from desk.cli.common import with_desk
from desk.cli.options import login_name

if TYPE_CHECKING:
    from crawler.fetch.client import Web
    from desk.wiring import Wiring
    from scheduler.jobs import Jobs
    from scheduler.metrics import Metrics
    from scheduler.pulse import Pulse


@click.command("daemon")
@click.option("--no-desk", is_flag=True, help="The schedule alone.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), help="How to log  [default: daemon.log of the configuration]."
)
@click.option("--print-unit", is_flag=True, help="Print a systemd unit for this installation, and end.")
@with_desk
def daemon_command(wiring: Wiring, no_desk: bool, log: Literal["text", "json"] | None, print_unit: bool) -> None:
    """Run the schedule and the desk until SIGTERM.

    SIGHUP reads the configuration again, once it has been found right.

    \b
    Example:
      dragonwatch daemon
    """
    if print_unit:
        click.echo(_unit(wiring), nl=False)
        return
    from scheduler.logs import log_to_stderr

    level = logging.DEBUG if logging.getLogger().level == logging.DEBUG else logging.INFO
    log_to_stderr(log or wiring.config.daemon.log, level)
    asyncio.run(_run(wiring, no_desk=no_desk, config_file=click.get_current_context().obj))


async def _run(wiring: Wiring, *, no_desk: bool, config_file: Path | None) -> None:
    from crawler.config import load_config
    from desk.wiring import declare, wire
    from scheduler.daemon import run_daemon
    from scheduler.metrics import Metrics
    from scheduler.pulse import Pulse
    from scheduler.run import open_web

    def reload(jobs: Jobs) -> None:
        fresh = wire(load_config(config_file), wiring.clock)
        checked(fresh)
        declare(wiring.store, *fresh.declared_sources)
        jobs.watchlist, jobs.config = fresh.watchlist, fresh.config

    checked(wiring)
    pulse = Pulse(wiring.clock)
    async with open_web(wiring.config, wiring.clock, wiring.store) as web:
        metrics = Metrics(wiring.store, wiring.clock, web, fleet=wiring.config.workers.enabled)
        companions = await _companions(wiring, pulse, metrics, no_desk=no_desk)
        await run_daemon(jobs_of(wiring, web, pulse, metrics), companions=companions, reload=reload)


def checked(wired: Wiring) -> None:
    """Raises ConfigError for what only shows once it is used: an alert's address, a company, a password's file."""
    from desk.wiring import mailer_of
    from scheduler.alerts.room import check_alerts

    check_alerts(wired.config, {company.key for company in wired.watchlist.companies})
    mailer_of(wired.config)


def jobs_of(wiring: Wiring, web: Web, pulse: Pulse, metrics: Metrics) -> Jobs:
    """The daemon's work on this installation: done by itself, or deferred to workers."""
    parts = parts_of(wiring, web, pulse, metrics)
    if not wiring.config.workers.enabled:
        from scheduler.jobs import Jobs

        return Jobs(**parts)
    from scheduler.fleet.dispatch import Dispatch
    from scheduler.fleet.queue import Queue

    return Dispatch(**parts, queue=Queue(wiring.store.database))


def parts_of(wiring: Wiring, web: Web, pulse: Pulse, metrics: Metrics) -> dict[str, Any]:
    """What jobs work with, whoever does them."""
    from desk.wiring import mailer_of

    return {
        "config": wiring.config,
        "store": wiring.store,
        "clock": wiring.clock,
        "watchlist": wiring.watchlist,
        "archive": wiring.archive,
        "mailer": mailer_of,
        "pulse": pulse,
        "web": web,
        "metrics": metrics,
        "own": wiring.own,
    }


async def _companions(wiring: Wiring, pulse: Pulse, metrics: Metrics, *, no_desk: bool) -> list[Any]:
    """What runs beside the schedule: the desk, or what answers a monitor where there is none."""
    if no_desk:
        from crawler.config.values import parse_listen
        from scheduler.metrics_server import open_monitor

        listen = parse_listen(wiring.config.daemon.metrics)
        return [] if listen is None else [await open_monitor(metrics, lambda: pulse.alive, *listen)]
    from desk.web.serve import address_of, serve
    from desk.web.serve import listen as open_socket
    from desk.web.state import open_desk

    desk = open_desk(wiring, login_name(), alive=lambda: pulse.alive, metrics=metrics.text)
    bound = open_socket(desk)
    click.echo(f"the desk is at {address_of(bound)}", err=True)
    return [lambda: serve(desk, bound)]


def _unit(wiring: Wiring) -> str:
    from scheduler.unit import unit_text

    config = wiring.config
    store, archive = wiring.store.database.path, Path(config.storage.archive)
    folders = [path.resolve() for path in (store.parent if store is not None else None, archive) if path is not None]
    if config.upkeep.backups:
        folders.append(Path(config.upkeep.backups).resolve())
    # A folder that is not there would keep the unit from starting.
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    program = Path(sys.argv[0])
    if program.name != "dragonwatch" or not os.access(program, os.X_OK):
        program = Path(sys.executable).with_name("dragonwatch")
    return unit_text(program.absolute(), config.path, config.folder.resolve(), tuple(folders), getpass.getuser())
