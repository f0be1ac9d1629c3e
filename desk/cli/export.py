"""``export``: hands data on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.common import with_desk, wrong

if TYPE_CHECKING:
    from desk.wiring import Wiring

_LOT = 1000


@click.command("export")
@click.argument("what", type=click.Choice(["articles", "figures", "flags"]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@with_desk
def export_command(wiring: Wiring, what: str, form: str, out: Path) -> None:
    """Write all articles, figures or flags to a file.

    \b
    Example:
      dragonwatch export figures --format csv --out figures.csv
    """
    rows = _ROWS[what](wiring)
    count = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}[form](rows, out)
    click.echo(f"wrote {count} {what} to {out}", err=True)


def _articles(wiring: Wiring) -> Iterator[dict[str, Any]]:
    after = None
    while found := wiring.store.articles.find(after=after, limit=_LOT):
        for row in found:
            detail = wiring.store.articles.get(row.id)
            yield row.to_json() | {"text": detail.text if detail else None}
        after = found[-1].id


def _figures(wiring: Wiring) -> Iterator[dict[str, Any]]:
    from desk.cli.figures import shapes_of

    after = None
    while found := wiring.store.ledger.find(after=after, limit=_LOT):
        yield from shapes_of(wiring, found)
        after = found[-1].id


def _flags(wiring: Wiring) -> Iterator[dict[str, Any]]:
    after = None
    while found := wiring.store.flags.find(after=after, limit=_LOT):
        yield from (row.to_json() for row in found)
        after = max((row.id for row in found), key=int)


_ROWS: dict[str, Callable[[Wiring], Iterator[dict[str, Any]]]] = {
    "articles": _articles,
    "figures": _figures,
    "flags": _flags,
}


def _jsonl(rows: Iterator[dict[str, Any]], out: Path) -> int:
    count = 0
    with out.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for row in rows:
            count += 1
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return count


def _csv(rows: Iterator[dict[str, Any]], out: Path) -> int:
    from desk.tables import flat, write_csv

    listed = flat(rows)
    with out.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        write_csv(listed, file)
    return len(listed)


def _parquet(rows: Iterator[dict[str, Any]], out: Path) -> int:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        wrong("parquet needs pyarrow, which is not installed; install dragonwatch[parquet], or choose --format jsonl")
    from desk.tables import flat

    listed = flat(rows)
    parquet.write_table(pa.Table.from_pylist(listed), out)
    return len(listed)
