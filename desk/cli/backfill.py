"""``backfill``: what WARC files and sitemaps hold of the past."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.plural import counted
from desk.cli.bars import Step, bar
from desk.cli.common import config_option, harmless, json_option, put_json, with_desk, wrong
from desk.cli.ends import CUT_SHORT, failures
from desk.cli.leaving import here_option, leave

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.past import Backfilled, Progress


@click.group("backfill")
@config_option
def backfill_command() -> None:
    """Read the past: WARC files, or what a site's sitemaps list.

    What is older than schedule.baseline is learnt and not flagged. A backfill that was broken off goes on where it
    stopped when it is called again.

    \b
    Example:
      dragonwatch backfill warc CC-NEWS-20240301.warc.gz
    """


def _past_options(function: Callable[..., Any]) -> Callable[..., Any]:
    function = click.option("--again", is_flag=True, help="Read anew what was read to the end before.")(function)
    function = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day at the latest.")(
        function
    )
    return click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Published on this day at the earliest.")(
        function
    )


@backfill_command.command("warc")
@click.argument("files", metavar="FILE|URL...", nargs=-1, required=True)
@click.option("--host", "hosts", multiple=True, help="Only pages of this host and what is below it; may be repeated.")
@click.option("--catalogue", is_flag=True, help="Only pages of hosts that the known sources are on.")
@click.option("--language", "languages", multiple=True, help="Only pages that declare this language (zh, en) or none.")
@_past_options
@here_option
@json_option
@with_desk
def warc_command(
    wiring: Wiring,
    files: tuple[str, ...],
    hosts: tuple[str, ...],
    catalogue: bool,
    languages: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    again: bool,
    here: bool,
    as_json: bool,
) -> int:
    """Read WARC files, such as Common Crawl's CC-NEWS, by path or by address.

    Files at an address are read by ranges, as politely as any other page. Pages are searched for the watched names as
    bytes, and only those that hold one are read.

    \b
    Example:
      dragonwatch backfill warc CC-NEWS-20240301.warc.gz --language zh
    """
    from scheduler.backfill import backfill_warcs
    from scheduler.past import sources_by_host
    from scheduler.warcs import Wanted

    _check_days(since, until)
    chosen = {host.lower().removeprefix("www.") for host in hosts}
    if catalogue:
        chosen |= set(sources_by_host(row.source for row in wiring.store.sources.all()))
    wanted = Wanted(
        hosts=frozenset(chosen),
        languages=frozenset(language.lower().partition("-")[0] for language in languages),
        since=since.date().isoformat() if since else "",
    )

    last = until.date() if until else None
    if wiring.config.workers.enabled and not here:
        from scheduler.fleet.past import warc_works

        # A path must lead to the same file on every machine.
        names = [name if "://" in name else str(Path(name).resolve()) for name in files]
        return leave(wiring, warc_works(names, wanted, last, anew=again), "file", as_json=as_json)

    async def read(progress: Callable[[Progress], None]) -> Backfilled:
        return await backfill_warcs(
            files,
            store=wiring.store,
            archive=wiring.archive,
            config=wiring.config,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            wanted=wanted,
            until=last,
            anew=again,
            progress=progress,
        )

    return _run(wiring, read, as_json)


@backfill_command.command("sitemap")
@click.argument("url", metavar="URL")
@_past_options
@here_option
@json_option
@with_desk
def sitemap_command(
    wiring: Wiring, url: str, since: datetime | None, until: datetime | None, again: bool, here: bool, as_json: bool
) -> int:
    """Fetch what a site's sitemap, or an index of them, lists; the oldest first.

    Where the sitemap tells titles, only pages whose title names a company are fetched. It takes as long as the host's
    pace wants: two seconds a page where nothing else is configured.

    \b
    Example:
      dragonwatch backfill sitemap https://news.example.org/sitemap.xml --since 2024-01-01 --until 2024-06-30
    """
    from scheduler.sitemaps import Days, backfill_sitemap

    if "://" not in url:
        wrong(f"{url} is no address; write https:// and what follows")
    _check_days(since, until)
    days = Days(since.date().isoformat() if since else "", until.date() if until else None)
    if wiring.config.workers.enabled and not here:
        from scheduler.fleet.past import sitemap_works

        works = sitemap_works([url], days, anew=again)
        return leave(wiring, works, "sitemap", as_json=as_json, then=", and of an index each part by itself")

    async def read(progress: Callable[[Progress], None]) -> Backfilled:
        return await backfill_sitemap(
            url,
            store=wiring.store,
            archive=wiring.archive,
            config=wiring.config,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            days=days,
            anew=again,
            progress=progress,
        )

    return _run(wiring, read, as_json)


def _check_days(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and since > until:
        wrong("--since is after --until; turn them round")


def _run(wiring: Wiring, read: Callable[[Callable[[Progress], None]], Awaitable[Backfilled]], as_json: bool) -> int:
    """Runs a backfill with its row in ``runs`` and a bar on a terminal."""
    from scheduler.recording import Recorder

    async def recorded(step: Step) -> Backfilled:
        async with Recorder(wiring.store.runs).run("backfill", cut_short=CUT_SHORT) as run:
            done = await read(
                lambda at: step(at.doing, at.done, at.total, f"{at.records:,} records, {at.found:,} found")
            )
            run.summary = done.to_json()
            run.fell_short(done.errors)
        return done

    with bar("backfill") as step:
        done = asyncio.run(recorded(step))
    for name in done.skipped:
        click.echo(f"{harmless(name)}: read to its end before; --again reads it anew", err=True)
    if as_json:
        put_json(done.to_json())
    else:
        ends = ", ".join(f"{number} {end}" for end, number in done.ends.items()) or "nothing to store"
        click.echo(f"{counted(done.records, 'record')}, {done.found} naming a company: {ends}")
        click.echo(f"{counted(done.figures, 'new figure')}, {counted(done.flags, 'new flag')}")
        if done.torn:
            click.echo(f"damaged or cut off: {counted(done.torn, 'record')}", err=True)
    return failures(done.errors)
