"""``sources``: the catalogue with each source's health, and changes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.common import config_option, json_option, open_desk, put_rows, with_desk
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
    columns = {
        "name": "source.name",
        "kind": "source.kind",
        "tier": "source.tier",
        "health": "health",
        "since": "since",
        "last new": "last_new",
        "next poll": "next_poll",
        "enabled": "source.enabled",
        "error": "error",
    }
    empty = "no source is declared; `dragonwatch sources add NAME URL` adds one"
    put_rows("Sources", columns, rows, as_json=as_json, empty=empty)


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
