"""``sources add``: a source of one's own, tried and looked at before it is kept."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from crawler.plural import counted
from desk.cli.common import at_terminal, json_option, put_json, put_table, warn, with_desk
from desk.cli.sources import sources_command

if TYPE_CHECKING:
    from crawler.items import Source
    from desk.wiring import Wiring
    from scheduler.inspect import Tried

SHOWN = 5
"""Leads shown of a source before it is kept."""


@sources_command.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--kind", type=click.Choice(["feed", "listing", "sitemap", "search", "filings"]), default="feed", show_default=True
)
@click.option(
    "--tier",
    type=click.Choice(["filing", "company", "press", "aggregator", "repost"]),
    default="press",
    show_default=True,
)
@click.option(
    "--every", default="adaptive", show_default=True, help='"adaptive", a duration such as 15m, or a cron line.'
)
@click.option(
    "--fetch",
    type=click.Choice(["matching", "all"]),
    default="matching",
    show_default=True,
    help="Which of its articles.",
)
@click.option("--outlet", help="Who publishes it.")
@click.option("--language", help="zh-Hans, zh-Hant, en …")
@click.option("--timezone", help="Of dates that name no zone, such as Asia/Shanghai.")
@click.option("--no-try", "untried", is_flag=True, help="Keep it without asking it first: offline, or though it fails.")
@json_option
@with_desk
def add_source(wiring: Wiring, name: str, url: str, untried: bool, as_json: bool, **told: str | None) -> int:
    """Try a source of your own, show its newest leads, and keep it in the database.

    At a terminal you are asked before it is kept. Elsewhere it is kept where it works; one that fails is kept with
    --no-try alone.

    \b
    Example:
      dragonwatch sources add example https://example.org/feed.xml --outlet "Example Daily" --language en
    """
    from desk.sources import declared

    given = {"name": name, "url": url} | {key: value for key, value in told.items() if value is not None}
    source = declared(given, taken={row.source.name for row in wiring.store.sources.all()})
    tried = None if untried else _try(wiring, source)
    if tried is not None and not as_json:
        _show(tried)
    keep = tried is None or _wanted(tried, ask=at_terminal() and not as_json)
    if keep:
        wiring.store.sources.add(source)
    if as_json:
        put_json({"source": name, "added": keep, "tried": tried and _json(tried)})
    elif keep:
        click.echo(f"added {name}; `dragonwatch crawl {shlex.quote(name)}` asks it now")
    else:
        click.echo(f"{name} was not added", err=True)
    return 0 if keep or tried is None or tried.error is None else 1


def _try(wiring: Wiring, source: Source) -> Tried:
    from desk.cli.trying import try_now

    [tried] = try_now(wiring, [source])
    if tried.fault is not None:
        cause = tried.fault.cause.removeprefix(f"{source.name}: ")
        warn(f"{source.name} does not work: {cause}; {tried.fault.mend}; --no-try adds it all the same")
    return tried


def _show(tried: Tried) -> None:
    if tried.error is None:
        put_table(
            f"The newest of {counted(len(tried.leads), 'lead')}",
            ("published", "title", "address"),
            ([lead.published, lead.title, lead.url] for lead in tried.newest[:SHOWN]),
            empty=f"{tried.source.name}: {tried.mend}",
        )


def _wanted(tried: Tried, *, ask: bool) -> bool:
    """Whether it is to be kept; where nobody can be asked, it is where it answers."""
    works = tried.error is None
    return click.confirm("Add it?" if works else "Add it all the same?", default=works, err=True) if ask else works


def _json(tried: Tried) -> dict[str, Any]:
    from desk.cli.trying import tried_json

    told = tried_json(tried)
    shown = [
        {"url": lead.url, "title": lead.title, "published": lead.published.isoformat() if lead.published else None}
        for lead in tried.newest[:SHOWN]
    ]
    return {key: told[key] for key in ("leads", "newest", "error", "mend")} | {"shown": shown}
