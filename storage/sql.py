"""The few statements that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")


def insert_or(dialect: str, table: Table) -> Any:
    """An INSERT that can say what to do on a conflict (``on_conflict_do_nothing`` or ``on_conflict_do_update``)."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def new_row(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    """Inserts one row and gives its number."""
    if connection.dialect.name == "sqlite":
        statement, spells = _spelled(connection.dialect, table, tuple(values))
        id = straight(connection, "execute", statement, _row(spells, values)).lastrowid
        assert id is not None, "an insert that made no row"
        return id
    key = connection.execute(insert(table), values).inserted_primary_key
    assert key is not None, "a table without a numbered key"
    return int(key[0])


def new_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows that name the same columns in the same order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement, spells = _spelled(connection.dialect, table, tuple(rows[0]))
        straight(connection, "executemany", statement, [_row(spells, values) for values in rows])
    else:
        connection.execute(insert(table), rows)


def numbers(connection: Connection, statement: str, values: Sequence[Any]) -> list[int]:
    """The first column of what a statement in the database's own words finds; its values stand by place."""
    if connection.dialect.name == "sqlite":
        return [row[0] for row in straight(connection, "execute", statement, values)]
    return list(connection.exec_driver_sql(statement, tuple(values)).scalars())


def straight(connection: Connection, way: str, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
    """Past SQLAlchemy, whose bookkeeping for a statement costs ten times what SQLite needs to insert a row."""
    raw: Any = connection.connection.dbapi_connection
    try:
        cursor: sqlite3.Cursor = getattr(raw, way)(statement, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error
    return cursor


def _row(spells: tuple[Any, ...], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(spell(value) if spell else value for spell, value in zip(spells, values.values(), strict=True))


@lru_cache(maxsize=64)
def _spelled(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """An INSERT as SQLite takes it, and what spells each value: SQLAlchemy's own way costs three times SQLite's answer."""
    columns = [table.c[name] for name in names]
    quoted = ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
    marks = ", ".join("?" * len(names))
    spells = tuple(column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", spells  # noqa: S608


def hold(connection: Connection, keys: Iterable[int]) -> None:
    """On PostgreSQL, waits until no other transaction holds any of the keys, and holds them until the end of this one.

    Taken in order, so that two writers never wait for each other. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql" and (wanted := sorted(set(keys))):
        connection.execute(
            text(
                "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest(CAST(:keys AS bigint[])) AS key ORDER BY 1) AS k"
            ),
            {"keys": wanted},
        )


def key_of(kind: str, name: str) -> int:
    """A signed 64-bit number for ``hold``."""
    digest = hashlib.blake2b(f"{kind}\0{name}".encode(errors="replace"), digest_size=8).digest()
    return int(struct.unpack("<q", digest)[0])


def chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The items in lots that fit a statement's parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
