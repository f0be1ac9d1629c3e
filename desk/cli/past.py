"""``recheck``, ``reread`` and ``backfill``: articles looked at again, read again, and read out of the past."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from desk.cli.common import config_option, harmless, json_option, put_json, warn, with_desk, wrong
from desk.cli.options import since_option

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.backfill import Backfilled, Progress
    from scheduler.reread import Change, Reread


@click.command("recheck")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="At most so many.")
@json_option
@with_desk
def recheck_command(wiring: Wiring, limit: int, as_json: bool) -> int:
    """Look again at articles whose turn has come, and take in what was edited without a word.

    The daemon does this by itself. A page that is gone twice in a row is noted as taken down; its text stays.

    \b
    Example:
      dragonwatch recheck --limit 50
    """
    from scheduler.recheck import recheck

    done = asyncio.run(
        recheck(
            store=wiring.store,
            config=wiring.config,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            archive=wiring.archive,
            limit=limit,
        )
    )
    if as_json:
        put_json(done.to_json())
    else:
        click.echo(
            f"looked at {done.looked}: {done.unchanged} unchanged, {done.revised} revised, {done.gone} taken down, "
            f"{done.missing} missing for the first time, {done.unreachable} not to be had for now; {done.flags} new flags"
        )
    return _failures(done.errors)


@click.command("reread")
@since_option
@click.option("--apply", is_flag=True, help="Put what is read today in the place of what was read before.")
@click.option("--flag", is_flag=True, help="With --apply: also flag the figures that old articles gain.")
@click.option("--again", is_flag=True, help="Begin anew, not where an earlier rereading was broken off.")
@json_option
@with_desk
def reread_command(wiring: Wiring, since: datetime | None, apply: bool, flag: bool, again: bool, as_json: bool) -> int:
    """Read archived pages again with today's rules, and show what would change.

    What a person has decided is never changed: settled flags and the ledger's decided entries stay as they are. With
    --apply, figures that an article gains enter the ledger as unreviewed.

    \b
    Example:
      dragonwatch reread --since 2024-01-01
      dragonwatch reread --since 2024-01-01 --apply
    """
    from scheduler.reread import reread

    if flag and not apply:
        wrong("--flag flags what is applied; give --apply with it")
    changes: list[Change] = []
    with _bar("reading again") as step:
        done = asyncio.run(
            reread(
                store=wiring.store,
                archive=wiring.archive,
                watchlist=wiring.watchlist,
                since=since,
                apply=apply,
                flag=flag,
                anew=again,
                told=changes.append if as_json else _show_change,
                progress=lambda number, total: step("reading again", number, total, ""),
            )
        )
    if as_json:
        put_json([change.to_json() for change in changes])
    _tell_reread(done, apply=apply)
    return _failures(done.errors)


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
    as_json: bool,
) -> int:
    """Read WARC files, such as Common Crawl's CC-NEWS, by path or by address.

    Files at an address are read by ranges, as politely as any other page. Pages are searched for the watched names as
    bytes, and only those that hold one are read.

    \b
    Example:
      dragonwatch backfill warc CC-NEWS-20240301.warc.gz --language zh
    """
    from scheduler.backfill import backfill_warcs, sources_by_host
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

    async def read(progress: Callable[[Progress], None]) -> Backfilled:
        return await backfill_warcs(
            files,
            store=wiring.store,
            archive=wiring.archive,
            config=wiring.config,
            clock=wiring.clock,
            watchlist=wiring.watchlist,
            wanted=wanted,
            until=until.date() if until else None,
            anew=again,
            progress=progress,
        )

    return _run(wiring, read, as_json)


@backfill_command.command("sitemap")
@click.argument("url", metavar="URL")
@_past_options
@json_option
@with_desk
def sitemap_command(
    wiring: Wiring, url: str, since: datetime | None, until: datetime | None, again: bool, as_json: bool
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


def _run(wiring: Wiring, read: Callable[[Callable[[Progress], None]], Any], as_json: bool) -> int:
    """Runs a backfill with its row in ``runs`` and a bar on a terminal."""
    run = wiring.store.runs.start("backfill")
    done: Backfilled | None = None
    error: str | None = "broken off; call it again and it goes on"
    try:
        with _bar("backfill") as step:
            done = asyncio.run(
                read(lambda at: step(at.doing, at.done, at.total, f"{at.records:,} records, {at.found:,} found"))
            )
        error = "; ".join(done.errors[:5]) or None
    finally:
        wiring.store.runs.finish(run, done.to_json() if done else None, error)
    for name in done.skipped:
        click.echo(f"{harmless(name)}: read to its end before; --again reads it anew", err=True)
    if as_json:
        put_json(done.to_json())
    else:
        ends = ", ".join(f"{number} {end}" for end, number in done.ends.items()) or "nothing to store"
        click.echo(f"{done.records} records, {done.found} name a company: {ends}")
        click.echo(f"{done.figures} new figures, {done.flags} new flags")
        if done.torn:
            click.echo(f"{done.torn} records are damaged or cut off", err=True)
    return _failures(done.errors)


def _failures(errors: list[str]) -> int:
    for error in errors:
        warn(error)
    return 1 if errors else 0


def _show_change(change: Change) -> None:
    """One article's change, as it is found."""
    from scheduler.digest.wording import figure_text

    if change.error is not None:
        return
    click.echo(f"{change.article}  {harmless(change.title or change.url)}")
    for edit in change.edits:
        sign = "+" if edit.before is None else "-" if edit.after is None else "~"
        shown = [
            f"{figure.company} {figure_text(figure, 'en')}"
            for figure in (edit.before, edit.after)
            if figure is not None
        ]
        click.echo(harmless(f"    {sign} {' -> '.join(shown)}"))
    if change.fields:
        click.echo(f"    other: {', '.join(change.fields)}")


def _tell_reread(done: Reread, *, apply: bool) -> None:
    if done.went_on_after:
        click.echo(f"went on after article {done.went_on_after}; --again begins anew", err=True)
    applied = f"{done.applied} articles changed" if apply else "nothing is changed; --apply does it"
    click.echo(
        f"read {done.articles} articles again: {done.unchanged} as before, {done.gained} figures gained, {done.lost} lost, "
        f"{done.changed} changed; {applied}",
        err=True,
    )


Step = Callable[[str, int, int, str], None]


@contextmanager
def _bar(title: str) -> Iterator[Step]:
    """A bar with the rate and the time left, on standard error where that is a terminal; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None, told="")

        def step(doing: str, done: int, total: int, told: str) -> None:
            seconds = bars.tasks[0].elapsed or 0.0
            records = int(told.split(" ", 1)[0].replace(",", "") or 0) if told else done
            rate = f"{records / seconds:,.0f}/s" if seconds else ""
            bars.update(task, description=harmless(doing), completed=done, total=total, told=f"{told} {rate}".strip())

        yield step
