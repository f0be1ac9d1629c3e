"""Moves everything from one database to another, SQLite to PostgreSQL or back, and proves that both hold the same.

Rows go in lots, each one transaction, in the order of their keys; so a move that was broken off goes on after the last row
that arrived. References within one table (a copy to its original) follow at the end, since they may point ahead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, func, insert, select, text, tuple_, update

from crawler.errors import StoreError
from storage import schema
from storage.engine import Database
from storage.search import index
from storage.sql import insert_or
from storage.tables import articles, metadata, revisions, settings
from storage.types import amount_text, when_text

LOT = 1_000
_MARK = "moved_from"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows each table has on both sides, and those tables, if any, that differ."""

    rows: Mapping[str, int]
    differ: tuple[str, ...]


def move_store(source: str, target: str, *, progress: Progress = lambda table, rows: None) -> Moved:
    """Copies all rows, goes on where an earlier move ended, and compares both sides row by row.

    Nothing may write to either meanwhile; what is written makes a table ``differ``. Raises StoreError where the source is
    not of this version's schema, or the target holds what no move of this source brought.
    """
    here, there = Database(source), Database(target)
    try:
        schema.prepare(here, create=False)
        schema.prepare(there, create=True)
        _claim(there, source=here.url.render_as_string())
        for table in metadata.sorted_tables:
            _copy(here, there, table, progress)
        for table in metadata.sorted_tables:
            _link(here, there, table)
        _search(there)
        there.write(number_on)
        sides = [{table.name: _digest(side, table) for table in metadata.sorted_tables} for side in (here, there)]
    finally:
        here.close()
        there.close()
    differ = tuple(name for name in sides[0] if sides[0][name] != sides[1][name])
    return Moved({name: rows for name, (rows, _) in sides[1].items()}, differ)


def _claim(there: Database, *, source: str) -> None:
    """Marks an empty target as ours, or finds our mark of an earlier try."""

    def work(connection: Connection) -> None:
        mark = connection.execute(select(settings.c.value).where(settings.c.key == _MARK)).scalar()
        if mark == source:
            return
        filled = [
            table.name
            for table in metadata.sorted_tables
            if connection.execute(select(func.count()).select_from(table)).scalar_one()
        ]
        if filled:
            raise StoreError(
                f"The database {there.url.render_as_string()} is not empty ({', '.join(filled[:3])}); name a new one"
            )
        connection.execute(insert(settings), {"key": _MARK, "value": source})

    there.write(work)


def _copy(here: Database, there: Database, table: Table, progress: Progress) -> None:
    last = _last(there, table)
    number = 0
    own = [column.name for column in _to_itself(table)]
    while lot := _after(here, table, last):
        last = tuple(lot[-1][key.name] for key in table.primary_key)
        rows = [{name: None if name in own else value for name, value in row.items()} for row in lot]
        there.write(partial(_put, table=table, rows=rows))
        number += len(rows)
        progress(table.name, number)


def _put(connection: Connection, *, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = insert_or(connection.dialect.name, table).on_conflict_do_nothing()
    connection.execute(statement, [dict(row) for row in rows])


def _last(database: Database, table: Table) -> tuple[Any, ...] | None:
    """The key of the last row that arrived; None for tables whose keys are in no order on which both databases agree."""
    if not _ordered(table):
        return None
    keys = list(table.primary_key)
    with database.read() as connection:
        row = connection.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).one_or_none()
    return None if row is None else tuple(row)


def _after(database: Database, table: Table, last: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    keys = list(table.primary_key)
    wanted = select(table).order_by(*keys).limit(LOT)
    if table is settings:
        wanted = wanted.where(settings.c.key != _MARK)
    if last is not None:
        wanted = wanted.where(keys[0] > last[0] if len(keys) == 1 else tuple_(*keys) > tuple_(*last))
    with database.read() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def _ordered(table: Table) -> bool:
    return all(isinstance(key.type, Integer) for key in table.primary_key)


def _to_itself(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]


def _link(here: Database, there: Database, table: Table) -> None:
    for column in _to_itself(table):
        with here.read() as connection:
            found = connection.execute(select(table.c.id, column).where(column.is_not(None))).all()
        for start in range(0, len(found), LOT):
            there.write(partial(_link_lot, table=table, column=column, pairs=found[start : start + LOT]))


def _link_lot(connection: Connection, *, table: Table, column: Column[Any], pairs: Sequence[Any]) -> None:
    for id, value in pairs:
        connection.execute(update(table).where(table.c.id == id).values({column.name: value}))


def _search(there: Database) -> None:
    """The index is made anew from the texts: the two databases keep it in ways of their own."""
    there.write(lambda connection: connection.execute(text(_EMPTY[connection.dialect.name])))
    last = 0
    while lot := _texts(there, last):
        last = lot[-1].id
        there.write(partial(_index, rows=lot))


_EMPTY = {
    "sqlite": "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    "postgresql": "TRUNCATE search_index",
}


def _texts(database: Database, last: int) -> Sequence[Any]:
    with database.read() as connection:
        return connection.execute(
            select(revisions.c.id, revisions.c.title, revisions.c.text, revisions.c.tags)
            .join_from(revisions, articles, articles.c.id == revisions.c.article_id)
            .where(revisions.c.number == articles.c.revision, revisions.c.id > last)
            .order_by(revisions.c.id)
            .limit(LOT)
        ).all()


def _index(connection: Connection, *, rows: Sequence[Any]) -> None:
    for row in rows:
        index(connection, row.id, row.title, row.text, row.tags)


def number_on(connection: Connection) -> None:
    """New rows get numbers past those that came; PostgreSQL counts beside its tables, and gaps at the end stay gaps."""
    for table in metadata.sorted_tables:
        if [key.name for key in table.primary_key] != ["id"]:
            continue
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        if connection.dialect.name == "postgresql":
            sequence = f"{table.name}_id_seq"
            connection.execute(text(f"SELECT setval('{sequence}', {max(last, 1)}, {'true' if last else 'false'})"))


def _digest(database: Database, table: Table) -> tuple[int, str]:
    """The number of rows and a hash over all of them, whatever order the database gives them in."""
    number = total = 0
    for row in _rows(database, table):
        number += 1
        spelled = json.dumps([_spelled(value) for value in row], ensure_ascii=True, sort_keys=True)
        total += int.from_bytes(hashlib.blake2b(spelled.encode(), digest_size=16).digest())
    return number, f"{total % (1 << 128):032x}"


def _rows(database: Database, table: Table) -> Iterator[Sequence[Any]]:
    wanted = select(table)
    if table is settings:
        wanted = wanted.where(settings.c.key != _MARK)
    with database.read() as connection:
        for lot in connection.execution_options(yield_per=LOT).execute(wanted).partitions():
            yield from lot


def _spelled(value: Any) -> Any:
    if isinstance(value, Decimal):
        return amount_text(value)
    if isinstance(value, date):
        return when_text(value)
    return value.hex() if isinstance(value, bytes | memoryview) else value
