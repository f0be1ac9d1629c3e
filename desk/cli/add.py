"""``add``: the manual door."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from crawler.errors import ReadError
from crawler.plural import counted
from desk.cli.common import json_option, put_json, with_desk, wrong
from desk.cli.options import published_option

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("add")
@click.argument("what", metavar="URL|FILE|-")
@click.option("--url", help="Where a file's page came from.")
@click.option("--outlet", help="Who published it.")
@published_option
@json_option
@with_desk
def add_command(
    wiring: Wiring, what: str, url: str | None, outlet: str | None, published: datetime | date | None, as_json: bool
) -> None:
    """Take in one page that no source brings, and judge it like any other.

    A paywalled page saved, a chat's text: without an address it is known by its content.

    \b
    Example:
      dragonwatch add saved.html --url https://example.org/a --outlet "Example Daily" --published 2024-05-01
    """
    from desk.cli.pages import page_at
    from desk.intake import take_in

    page = page_at(wiring, what, url=url, published=published, outlet=outlet)
    if not page.body.strip():
        wrong(f"{'standard input' if what == '-' else what} is empty; give the page's text or HTML")
    try:
        taken = take_in(wiring, page)
    except ReadError as error:
        if page.final_url:
            raise
        _, _, why = str(error).partition(": ")  # behind the address made of its content, which nobody typed
        raise ReadError(f"{what} could not be read: {why}") from None
    outcome = taken.outcome
    flags = sum(judged.flag for judged in outcome.judged) + len(outcome.signals) + len(outcome.edits)
    if as_json:
        put_json({"outcome": outcome.end, "figures": len(taken.reading.figures), "flags": flags})
        return
    click.echo(
        f"{outcome.end}: {taken.reading.article.title or what}; {counted(len(taken.reading.figures), 'figure')}, {counted(flags, 'new flag')}"
    )
