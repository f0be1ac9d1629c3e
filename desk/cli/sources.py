"""``sources``: the catalogue with each source's health, and changes to it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from desk.cli.common import config_option, json_option, open_desk, put_json, put_table, with_desk, wrong
from desk.cli.ends import for_each

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.group("sources", invoke_without_command=True)
@json_option
@config_option
@click.pass_context
def sources_command(ctx: click.Context, as_json: bool) -> None:
    """List the sources with their health, or change them.

    \b
    Examples:
      dragonwatch sources
      dragonwatch sources add example https://example.org/feed.xml
    """
    if ctx.invoked_subcommand:
        return
    with open_desk() as wiring:
        rows = wiring.store.sources.all()
    if as_json:
        put_json([row.to_json() for row in rows])
        return
    put_table(
        "Sources",
        ("name", "kind", "tier", "health", "since", "last new", "next poll", "enabled", "error"),
        (
            [
                row.source.name,
                row.source.kind,
                row.source.tier,
                row.health,
                row.since,
                row.last_new,
                row.next_poll,
                row.source.enabled,
                row.error,
            ]
            for row in rows
        ),
        empty="no source is declared; `dragonwatch sources add NAME URL` adds one",
    )


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
@with_desk
def add_source(wiring: Wiring, name: str, url: str, **told: str | None) -> None:
    """Add a source of your own; kept in the database.

    \b
    Example:
      dragonwatch sources add example https://example.org/feed.xml --outlet "Example Daily" --language en
    """
    from desk.sources import declared

    source = declared({"name": name, "url": url} | {key: value for key, value in told.items() if value is not None})
    if any(row.source.name == name for row in wiring.store.sources.all()):
        wrong(f"there is a source {name!r} already; choose another name, or remove that one first")
    wiring.store.sources.add(source)
    click.echo(f"added {name}; `dragonwatch crawl {shlex.quote(name)}` asks it now")


@sources_command.command("remove")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@with_desk
def remove_sources(wiring: Wiring, names: tuple[str, ...]) -> int:
    """Remove sources that were added; what they brought stays.

    \b
    Example:
      dragonwatch sources remove example
    """
    return _change(wiring, names, "removed")


@sources_command.command("enable")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@with_desk
def enable_sources(wiring: Wiring, names: tuple[str, ...]) -> int:
    """Ask these sources from now on.

    \b
    Example:
      dragonwatch sources enable example
    """
    return _change(wiring, names, "enabled")


@sources_command.command("disable")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@with_desk
def disable_sources(wiring: Wiring, names: tuple[str, ...]) -> int:
    """Ask these sources no more, but keep them.

    \b
    Example:
      dragonwatch sources disable example
    """
    return _change(wiring, names, "disabled")


def _change(wiring: Wiring, names: tuple[str, ...], done: str) -> int:
    from desk.cli.crawl import known_source

    table = wiring.store.sources

    def act(name: str) -> str:
        known_source(wiring, name)
        table.remove(name) if done == "removed" else table.enable(name, done == "enabled")
        return f"{done} {name}"

    return for_each(names, act)
