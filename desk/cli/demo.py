"""``demo``: the whole walk on the bundled newsroom, on this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.plural import counted
from desk.cli.common import config_option

if TYPE_CHECKING:
    from desk.newsroom.server import Newsroom
    from desk.wiring import Wiring


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    metavar="DIR",
    default="dragonwatch-demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where its database, pages and letter go; what an earlier demo left there is replaced.",
)
@click.option("--serve", is_flag=True, help="Keep the newsroom and the desk running until Ctrl-C.")
@config_option
def demo_command(folder: Path, serve: bool) -> None:
    """Crawl the bundled sample newsroom twice, show what was flagged and why, and write the letter.

    All of it happens on this machine: nothing is asked of the internet, no letter is sent.

    \b
    Example:
      dragonwatch demo --dir demo --serve
    """
    asyncio.run(_demo(folder, serve))


async def _demo(folder: Path, serve: bool) -> None:
    from crawler.config import load_config
    from desk.newsroom.clock import NewsroomClock
    from desk.newsroom.folder import prepare
    from desk.newsroom.load import SECOND_EDITION
    from desk.newsroom.server import Newsroom
    from desk.wiring import wire

    newsroom, clock = Newsroom(), NewsroomClock()
    await newsroom.start()
    try:
        path = prepare(folder, newsroom.sources())
        with wire(load_config(path), clock) as wiring:
            await _visit(newsroom, wiring, "12 March 2026, 09:00: the newsroom is crawled for the first time")
            newsroom.publish_second_edition()
            clock.moment = SECOND_EDITION
            await _visit(newsroom, wiring, "18:00: the outlets have published and edited more")
            _write_letter(wiring, folder)
            if serve:
                await _serve(newsroom, wiring)
            else:
                click.echo(f"the desk: `{_program()} --config {path} desk` opens it at {_desk_address(wiring)}")
    finally:
        await newsroom.stop()


async def _visit(newsroom: Newsroom, wiring: Wiring, title: str) -> None:
    """One crawl, and what came of it: where the leads ended, what was fetched, and each new flag with its reasons."""
    from desk.cli.common import put_table
    from desk.cli.show import show_card
    from scheduler.run import crawl

    click.secho(f"\n{title}\n", bold=True)
    before = {flag.id for flag in wiring.store.flags.find()}
    asked = Counter(newsroom.hits)
    summary = await crawl(
        newsroom.sources(),
        store=wiring.store,
        config=wiring.config,
        clock=wiring.clock,
        watchlist=wiring.watchlist,
        archive=wiring.archive,
    )
    rows = [[result.source, result.outcome, result.leads, result.new, result.error] for result in summary.sources]
    put_table("Sources", ("source", "outcome", "leads", "new", "error"), rows, empty="nothing was asked")
    click.echo("leads: " + ", ".join(f"{count} {end}" for end, count in summary.leads.items() if count))
    click.echo(_fetched(newsroom, asked))
    fresh = [flag for flag in wiring.store.flags.find() if flag.id not in before]
    click.echo(f"{counted(len(fresh), 'new flag')} for a person:\n")
    for flag in sorted(fresh, key=lambda flag: (flag.company, flag.event or "")):
        show_card(flag, wiring.config.schedule.timezone)
        click.echo()


def _fetched(newsroom: Newsroom, before: Counter[str]) -> str:
    """How many pages were asked for, and which of them not for the first time."""
    pages = {path for path in newsroom.hits - before if path.endswith(".html")}
    edited = {piece.path for piece in newsroom.pieces if piece.updated}
    again = sorted(path for path in pages if before[path])
    needless = [path for path in again if path not in edited]
    told = f"{counted(len(pages), 'page')} fetched, {len(again) or 'none'} of them for a second time"
    if again:
        told += f"; edited by their outlet: {', '.join(sorted(edited & set(again))) or 'none'}"
    if needless:
        told += f"; without need: {', '.join(needless)}"
    return told


def _write_letter(wiring: Wiring, folder: Path) -> None:
    from desk.newsroom.folder import LETTER_MESSAGE, LETTER_PAGE
    from scheduler.digest.letter import page_of

    letter = wiring.post_office.preview()
    (folder / LETTER_MESSAGE).write_bytes(letter.as_bytes())
    (folder / LETTER_PAGE).write_text(page_of(letter), encoding="utf-8")
    click.echo(f"the letter: {folder / LETTER_PAGE} (to look at), {folder / LETTER_MESSAGE} (as it would be sent)")


def _program() -> str:
    """How this program is called here: by its name where a shell finds it, else as it was."""
    return "dragonwatch" if shutil.which("dragonwatch") else shlex.quote(sys.argv[0])


def _desk_address(wiring: Wiring) -> str:
    return f"http://{wiring.config.desk.host}:{wiring.config.desk.port}/"


async def _serve(newsroom: Newsroom, wiring: Wiring) -> None:
    """Keeps the newsroom and the desk running until Ctrl-C or SIGTERM."""
    from desk.cli.options import login_name
    from desk.web.serve import address_of, listen, serve
    from desk.web.state import open_desk

    desk = open_desk(wiring, login_name())
    bound = listen(desk)
    click.echo(f"the newsroom: {newsroom.base_url}/tanwang/\nthe desk: {address_of(bound)}\nCtrl-C ends both")
    task = asyncio.create_task(serve(desk, bound))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
