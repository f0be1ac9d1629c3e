"""``articles``, ``article`` and ``stories``: what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from desk.cli.common import harmless, json_option, put_json, put_rows, put_table, with_desk, wrong
from desk.cli.crawl import known_source
from desk.cli.options import company_option, limit_option, since_option, until_option

if TYPE_CHECKING:
    from desk.wiring import Wiring


@click.command("articles")
@company_option
@click.option("--source", metavar="NAME", help="Only what this source brought.")
@since_option
@until_option
@click.option("--search", metavar="WORDS", help="Only articles with these words, in any script.")
@limit_option(100)
@json_option
@with_desk
def articles_command(
    wiring: Wiring,
    company: str | None,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    search: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List stored articles, newest first.

    \b
    Example:
      dragonwatch articles --company sensetime --since 7d --search 裁员
    """
    if since is not None and until is not None and since > until:
        wrong("--since is after --until; turn them round")
    found = wiring.store.articles.find(
        company=wiring.company(company), source=source, since=since, until=until, search=search, limit=limit
    )
    if source is not None and not found:  # one that was removed may have left articles
        known_source(wiring, source)
    columns = {name: name for name in ("id", "published", "outlet", "title", "companies")}
    put_rows(
        "Articles",
        columns | {"copy of": "copy_of"},
        found,
        as_json=as_json,
        empty="no article is stored that fits; `dragonwatch crawl` brings some",
    )


@click.command("article")
@click.argument("id", metavar="ID")
@click.option("--page", "as_page", is_flag=True, help="Show the archived page as it came, as text that can do nothing.")
@json_option
@with_desk
def article_command(wiring: Wiring, id: str, as_page: bool, as_json: bool) -> None:
    """Show one article with its revisions, figures, copies and archived page.

    \b
    Examples:
      dragonwatch article 17 --json
      dragonwatch article 17 --page > page.html.txt
    """
    if as_page and as_json:
        wrong("--page shows the page itself, which is no JSON; leave one of the two out")
    detail = wiring.store.articles.get(id) if id.isdecimal() else None
    if detail is None:
        wrong(f"there is no article {id}; `dragonwatch articles` lists them with their ids")
    if as_page:
        click.echo(_archived_page(wiring, id, detail.row.archived))
        return
    if as_json:
        put_json(detail.to_json())
        return
    from desk.cli.show import show_article

    show_article(detail)


def _archived_page(wiring: Wiring, id: str, place: str | None) -> str:
    """The page decoded, without the control characters that could do something to a terminal."""
    from crawler.errors import ReadError
    from crawler.reading.charset import decode

    if place is None:
        raise ReadError(f"The page of article {id} is not archived: it was let go of by age or size, or never kept")
    page = wiring.archive.load(place)
    return harmless(decode(page.body, page.content_type).text)


@click.command("stories")
@company_option
@since_option
@limit_option(100)
@json_option
@with_desk
def stories_command(wiring: Wiring, company: str | None, since: datetime | None, limit: int, as_json: bool) -> None:
    """List stories: articles grouped with their copies.

    \b
    Example:
      dragonwatch stories --company megvii --since 2024-01-01
    """
    found = wiring.store.stories.find(company=wiring.company(company), since=since, limit=limit)
    if as_json:
        from storage.rows import story_json

        put_json([story_json(story) for story in found])
        return
    rows: list[list[Any]] = [
        [row.id, row.first_published, row.title, row.origin, row.companies, len(row.articles), row.independent]
        for row in found
    ]
    put_table(
        "Stories",
        ("id", "first published", "title", "origin", "companies", "articles", "independent"),
        rows,
        empty="no story is stored that fits; `dragonwatch crawl` brings some",
    )
