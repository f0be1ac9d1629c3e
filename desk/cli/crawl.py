"""``crawl``: ask sources now."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from crawler.errors import NotThere
from crawler.plural import counted
from crawler.workers import load_ahead
from desk.cli.common import json_option, put_json, put_table, warn, with_desk
from desk.cli.options import company_option

if TYPE_CHECKING:
    from crawler.items import Source
    from desk.wiring import Wiring
    from scheduler.run import CrawlSummary


@click.command("crawl")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--due", is_flag=True, help="Only those whose time has come.")
@company_option
@click.option("--dry-run", is_flag=True, help="Fetch and read, but store and flag nothing.")
@json_option
@with_desk
def crawl_command(
    wiring: Wiring, names: tuple[str, ...], due: bool, company: str | None, dry_run: bool, as_json: bool
) -> int:
    """Poll sources to the end: read, deduplicated, stored, flagged.

    All enabled ones are asked where none is named.

    \b
    Examples:
      dragonwatch crawl
      dragonwatch crawl example --dry-run --json
    """
    load_ahead()
    from scheduler.run import crawl
    from storage.room import check_room

    sources = chosen_sources(wiring, names, due=due)
    if not sources:
        warn(
            "no source is due"
            if due
            else "no source is enabled; `dragonwatch sources` lists them, `sources add` adds one"
        )
    if not dry_run:
        check_room(wiring.store, wiring.archive)
    with _progress(len(sources)) as progress:
        summary = asyncio.run(
            crawl(
                sources,
                store=wiring.store,
                config=wiring.config,
                clock=wiring.clock,
                watchlist=wiring.watchlist,
                archive=None if dry_run else wiring.archive,
                progress=progress,
                dry_run=dry_run,
                company=wiring.company(company),
                own=wiring.own,
            )
        )
    if as_json:
        put_json(summary.to_json())
    else:
        _tell(summary)
    failed = [result for result in summary.sources if result.outcome == "failed"]
    for result in failed:
        warn(f"{result.source}: {(result.error or '').removeprefix(f'{result.source}: ')}")
    return 1 if failed else 0


def chosen_sources(wiring: Wiring, names: Sequence[str], *, due: bool = False) -> list[Source]:
    """The named sources, or all enabled ones, or those due; raises NotThere where a name is unknown."""
    if names:
        return [known_source(wiring, name) for name in dict.fromkeys(names)]
    sources = [row.source for row in wiring.store.sources.all()]
    if due:
        return wiring.store.sources.due(wiring.clock.now(), len(sources) or 1)
    return [source for source in sources if source.enabled]


def known_source(wiring: Wiring, name: str) -> Source:
    """The source of that name; raises NotThere, with the nearest name, where there is none."""
    from crawler.config import closest

    rows = {row.source.name: row.source for row in wiring.store.sources.all()}
    if name not in rows:
        near = closest(name, rows)
        mend = f"did you mean {near}?" if near else "`dragonwatch sources` lists them"
        raise NotThere(f"there is no source {name!r}; {mend}")
    return rows[name]


def _progress(total: int) -> Any:
    """A bar on standard error where that is a terminal, nothing otherwise; called with each source that is done."""
    from contextlib import contextmanager

    @contextmanager
    def shown() -> Any:
        if not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task("crawling", total=total)
            yield lambda *_: bars.advance(task)

    return shown()


def _tell(summary: CrawlSummary) -> None:
    rows = [[result.source, result.outcome, result.leads, result.new, result.error] for result in summary.sources]
    put_table("Crawl", ("source", "outcome", "leads", "new", "error"), rows, empty="nothing was asked")
    ends = ", ".join(f"{count} {end}" for end, count in summary.leads.items() if count)
    click.echo(f"leads: {ends or 'none'}; {counted(summary.figures, 'figure')}, {counted(summary.flags, 'new flag')}")
