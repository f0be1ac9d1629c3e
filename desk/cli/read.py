"""``read``: what one page says, or each of many; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desk.cli.common import json_option, put_json, with_desk, wrong
from desk.cli.options import published_option

if TYPE_CHECKING:
    from datetime import date, datetime

    from desk.wiring import Wiring


@click.command("read")
@click.argument("what", metavar="[PATH|URL|-]", required=False)
@click.option("--url", help="Where the page came from; its links and its outlet are told by it.")
@published_option
@click.option(
    "--jsonl", "many", is_flag=True, help="Read one JSON object a line, write one Reading a line, in the same order."
)
@click.option("--explain", is_flag=True, help="Say why each number was taken or passed over.")
@json_option
@with_desk
def read_command(
    wiring: Wiring,
    what: str | None,
    url: str | None,
    published: datetime | date | None,
    many: bool,
    explain: bool,
    as_json: bool,
) -> int:
    """Read one page and show what it says; nothing is stored.

    The page is a file (HTML, Markdown or text), an address, or - for standard input. With --jsonl each line holds
    id, text or html, and if known title, url, published, language, outlet.

    \b
    Examples:
      dragonwatch read page.html --url https://example.org/a --published 2024-05-01 --json
      dragonwatch read --jsonl articles.jsonl --explain > readings.jsonl
    """
    if many:
        if url or published:
            wrong("--url and --published are for one page; with --jsonl each line has its own url and published")
        from desk.cli.read_many import read_lines

        return read_lines(what or "-", wiring.watchlist, explain=explain)
    if what is None:
        wrong(
            "read needs a page: a file, an address, or - for standard input; for example `dragonwatch read page.html`"
        )
    return _read_one(wiring, what, url, published, explain=explain, as_json=as_json)


def _read_one(
    wiring: Wiring, what: str, url: str | None, published: datetime | date | None, *, explain: bool, as_json: bool
) -> int:
    from crawler.reading.read import read
    from crawler.reading.shape import reading_to_json
    from desk.cli.pages import page_at
    from desk.cli.show import show_reading

    page = page_at(wiring, what, url=url, published=published)
    reading = read(page, wiring.watchlist)
    if as_json:
        put_json(reading_to_json(reading, url=page.final_url or None, explain=explain))
    else:
        show_reading(reading, explain=explain)
    if reading.error:
        click.echo(f"dragonwatch: {what} could not be read: {reading.error}", err=True)
        return 1
    return 0
