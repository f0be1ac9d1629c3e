"""Hands data on: CSV that no spreadsheet takes for formulas, JSON Lines, Parquet. Excerpts only, never full texts.

Rows are read in lots, so a million articles need no more memory than a thousand.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy import select

from crawler.errors import ConfigError, StoreUnavailable
from crawler.items import Known
from crawler.reading.shape import moment_to_json, number_to_json
from storage.articles import rows_of
from storage.durable import whole
from storage.entries import entries
from storage.flags import rows_of as flag_rows
from storage.rows import ArticleRow, FlagRow, known_json
from storage.store import SqlStore
from storage.tables import articles, flags, known_figures, revisions

What = Literal["articles", "figures", "flags"]
Format = Literal["csv", "jsonl", "parquet"]
EXCERPT = 300
"""Characters of an article's text that leave the installation."""
_LOT = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def export(store: SqlStore, what: What, format: Format, target: Path) -> int:
    """Writes all rows to a file that appears only once it is whole; gives how many. Raises StoreUnavailable for a full disk."""
    rows = {"articles": _articles, "figures": _figures, "flags": _flags}[what](store)
    write = {"csv": _write_csv, "jsonl": _write_jsonl, "parquet": _write_parquet}[format]
    try:
        with whole(target) as fresh:
            number = write(fresh, rows)
    except OSError as error:
        raise StoreUnavailable(
            f"The export to {target} was not finished ({error.strerror}); make room or name another file"
        ) from error
    return number


def csv_cell(value: object) -> object:
    """A cell that a spreadsheet shows as it is: text that would be taken for a formula gets an apostrophe, numbers stay."""
    if isinstance(value, (list, tuple)):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return "'" + value
    return value


def write_csv(file: IO[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """CSV with a head line; gives the number of rows, and writes nothing where there is none."""
    number = 0
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: csv_cell(value) for name, value in row.items()})
        number += 1
    return number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        return write_csv(file, rows)


def _write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    number = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            number += 1
    return number


def _write_parquet(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise ConfigError(
            "Parquet needs pyarrow; install dragonwatch[parquet], or choose --format csv or jsonl"
        ) from error
    number = 0
    stream = iter(rows)
    writer: Any = None
    try:
        while lot := list(islice(stream, _LOT)):
            columns = {name: [row[name] for row in lot] for name in lot[0]}
            table = pa.table({name: pa.array(values, type=_arrow(pa, name)) for name, values in columns.items()})
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
            number += len(lot)
        if writer is None:
            pq.write_table(pa.table({}), path)
    finally:
        if writer is not None:
            writer.close()
    return number


def _arrow(pa: Any, name: str) -> Any:
    if name in ("low", "high"):
        return pa.float64()
    if name in ("revision", "independent_reports", "reports"):
        return pa.int64()
    if name == "approximate":
        return pa.bool_()
    return pa.list_(pa.string()) if name in ("companies", "investors", "outlets", "urls") else pa.string()


def _articles(store: SqlStore) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        with store.database.read() as connection:
            rows = rows_of(connection, select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_LOT))
            ids = [int(row.id) for row in rows]
            texts = connection.execute(
                select(revisions.c.article_id, revisions.c.text)
                .join_from(revisions, articles, articles.c.id == revisions.c.article_id)
                .where(revisions.c.article_id.in_(ids), revisions.c.number == articles.c.revision)
            )
            excerpt = {row.article_id: row.text[:EXCERPT] for row in texts}
        if not rows:
            return
        yield from (_article(row, excerpt[int(row.id)]) for row in rows)
        last = ids[-1]


def _article(row: ArticleRow, excerpt: str) -> dict[str, Any]:
    return row.to_json() | {"origin": row.origin, "author": row.author, "excerpt": excerpt}


def _figures(store: SqlStore) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        with store.database.read() as connection:
            lot = entries(
                connection,
                known_figures.c.id > last,
                known_figures.c.merged_into.is_(None),
                known_figures.c.state != "rejected",
                limit=_LOT,
            )
        if not lot:
            return
        yield from map(_figure, lot)
        last = int(lot[-1].id)


def _figure(known: Known) -> dict[str, Any]:
    """The ledger's own shape, flat: reports are counted, and the sentence stays in the database."""
    told = known_json(known) | {"reports": len(known.reports)}
    del told["quote"]
    return told


def _flags(store: SqlStore) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        with store.database.read() as connection:
            lot = sorted(flag_rows(connection, [flags.c.id > last], _LOT), key=lambda flag: int(flag.id))
        if not lot:
            return
        yield from map(_flag, lot)
        last = int(lot[-1].id)


def _flag(flag: FlagRow) -> dict[str, Any]:
    figure, article = flag.figure or flag.before, flag.article
    return {
        "id": flag.id,
        "state": flag.state,
        "reason": flag.reason,
        "signal": flag.signal,
        "company": flag.company,
        "kind": figure.kind if figure else None,
        "low": number_to_json(figure.low) if figure else None,
        "high": number_to_json(figure.high) if figure else None,
        "unit": figure.unit if figure else None,
        "approximate": figure.approximate if figure else None,
        "round": figure.round if figure else None,
        "as_of": figure.as_of if figure else None,
        "status": figure.status if figure else None,
        "quote": figure.quote if figure else flag.quote,
        "event": flag.event,
        "reports": flag.reports,
        "outlet": article.outlet if article else None,
        "title": article.title if article else None,
        "url": article.url if article else None,
        "published": moment_to_json(article.published) if article else None,
        "created_at": moment_to_json(flag.created_at),
        "decided_by": flag.decided_by,
        "decided_at": moment_to_json(flag.decided_at),
        "note": flag.note,
    }
