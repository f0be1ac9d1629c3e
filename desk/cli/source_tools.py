"""``sources check``, ``discover``, ``import`` and ``export``: trying sources, finding them, and handing them on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

import desk.cli.source_add  # noqa: F401  (registers its command beside these)
from crawler.errors import DragonwatchError, FetchError
from crawler.plural import counted
from desk.cli.common import json_option, never_over_own, put_json, put_table, warn, with_desk
from desk.cli.options import OutFile, WebAddress
from desk.cli.sources import sources_command
from desk.cli.trying import tried_json, try_now, yield_json

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.inspect import Tried
    from spiders.discover import Candidate


@sources_command.command("check")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@json_option
@with_desk
def check_sources(wiring: Wiring, names: tuple[str, ...], as_json: bool) -> int:
    """Ask sources once, side by side, and say what each brings and what to do about the others; stores nothing.

    \b
    Examples:
      dragonwatch sources check
      dragonwatch sources check 36kr huxiu
    """
    from desk.cli.crawl import chosen_sources

    sources = chosen_sources(wiring, names)
    tried = try_now(wiring, sources)
    tried.sort(key=lambda one: (one.error is not None, one.source.name))
    if as_json:
        put_json([tried_json(one) for one in tried])
    else:
        put_table(
            f"{counted(len(tried), 'source')} asked",
            ("name", "leads", "newest", "what is wrong", "what to do"),
            ([one.source.name, len(one.leads), one.last, one.error, one.mend] for one in tried),
            empty="no source is enabled; `dragonwatch sources` lists them",
        )
    return 1 if any(one.error for one in tried) else 0


@sources_command.command("discover")
@click.argument("url", type=WebAddress())
@json_option
@with_desk
def discover_sources(wiring: Wiring, url: str, as_json: bool) -> int:
    """Find the feeds and sitemaps of a site, each tried; stores nothing.

    \b
    Example:
      dragonwatch sources discover https://example.org/
    """
    found = asyncio.run(_discover(wiring, url))
    if as_json:
        put_json([{"url": c.url, "kind": c.kind, "found": c.found, **yield_json(t)} for c, t in found])
    else:
        put_table(
            f"what {url} announces",
            ("kind", "address", "found by", "leads", "newest"),
            ([c.kind, c.url, c.found, len(t.leads), t.last] for c, t in found),
            empty="nothing there announces articles: no feed, no sitemap, and the page lists none",
        )
    return 0 if found else 1


async def _discover(wiring: Wiring, url: str) -> list[tuple[Candidate, Tried]]:
    from crawler.workers import Workers
    from scheduler.inspect import discover
    from scheduler.run import open_web

    async with open_web(wiring.config, wiring.clock) as web, Workers(wiring.watchlist) as workers:
        try:
            return list(await discover(url, web=web, workers=workers, watchlist=wiring.watchlist))
        except FetchError as error:
            raise FetchError(f"{error}; check the address, or try again later") from None


@sources_command.command("import")
@click.argument("file", type=click.File("rb"))
@with_desk
def import_sources(wiring: Wiring, file: BinaryIO) -> int:
    """Add the sources of an OPML file; one that is there already, by address, is left as it is.

    \b
    Example:
      dragonwatch sources import subscriptions.opml
    """
    from desk.sources import declared
    from spiders.opml import read_opml

    rows = wiring.store.sources.all()
    names, urls = {row.source.name for row in rows}, {row.source.url for row in rows}
    added = failed = 0
    for source in read_opml(file.read(), file.name):
        if source.url in urls:
            continue
        try:
            told = {"name": source.name, "kind": source.kind, "url": source.url, "every": source.every}
            declared(told, taken=names)
            wiring.store.sources.add(source)
        except DragonwatchError as error:
            warn(f"{source.name}: {error}")
            failed += 1
        else:
            names.add(source.name)
            urls.add(source.url)
            added += 1
    click.echo(f"added {counted(added, 'source')}; `dragonwatch sources check` tries them")
    return 1 if failed else 0


@sources_command.command("export")
@click.option("--out", type=OutFile(), help="A file instead of standard output.")
@with_desk
def export_sources(wiring: Wiring, out: Path | None) -> None:
    """Write all sources as OPML, which other readers understand; headers are left out, as they may hold keys.

    \b
    Example:
      dragonwatch sources export --out sources.opml
    """
    from spiders.opml import write_opml
    from storage.durable import write_whole

    body = write_opml(row.source for row in wiring.store.sources.all())
    if out is None:
        sys.stdout.buffer.write(body)
        return
    never_over_own(wiring, out)
    write_whole(out, body)
