"""Statements that are put for every article: SQLAlchemy's bookkeeping for one costs several times SQLite's answer (decision 0060)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Dialect, Insert, Select, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError

Spell = Callable[[Mapping[str, Any]], Any]
"""Finds one parameter among the named values, and spells it as the database takes it."""
Read = tuple[str, Callable[[Any], Any] | None]
"""A column's name, and what turns its values into ours where they differ."""


class Prepared:
    """One statement, spelled at its first use; its parameters stand by name."""

    def __init__(self, statement: Select[Any] | Insert) -> None:
        self._statement = statement
        self._spelled: tuple[Dialect, str, tuple[Spell, ...], tuple[Read, ...]] | None = None

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What a SELECT finds, by the names of its columns."""
        if connection.dialect.name != "sqlite":
            return [dict(row) for row in connection.execute(self._statement, values).mappings()]
        statement, spells, reads = self._for(connection.dialect)
        return [
            {name: value if read is None else read(value) for (name, read), value in zip(reads, row, strict=True)}
            for row in _straight(connection, "execute", statement, [spell(values) for spell in spells])
        ]

    def column(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The first column of what a SELECT finds."""
        return [next(iter(row.values())) for row in self.rows(connection, values)]

    def put(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Does an INSERT of one row, and gives its number."""
        if connection.dialect.name != "sqlite":
            key = connection.execute(self._statement, values).inserted_primary_key
            assert key is not None, "a table without a numbered key"
            return int(key[0])
        statement, spells, _ = self._for(connection.dialect)
        id = _straight(connection, "execute", statement, [spell(values) for spell in spells]).lastrowid
        assert id is not None, "an insert that made no row"
        return id

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Does an INSERT once with each of the values."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, rows)
            return
        statement, spells, _ = self._for(connection.dialect)
        _straight(connection, "executemany", statement, [[spell(values) for spell in spells] for values in rows])

    def _for(self, dialect: Dialect) -> tuple[str, tuple[Spell, ...], tuple[Read, ...]]:
        if self._spelled is None or self._spelled[0] is not dialect:
            compiled: Any = self._statement.compile(dialect=dialect)
            spells = tuple(_spell(compiled.binds[name], dialect) for name in compiled.positiontup)
            columns = getattr(self._statement, "selected_columns", {})
            reads = tuple((name, _processor(column.type, dialect, "result")) for name, column in columns.items())
            self._spelled = (dialect, str(compiled), spells, reads)
        return self._spelled[1:]


def new_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Inserts one row and gives its number."""
    return _insertion(table, tuple(values)).put(connection, values)


def new_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that name the same columns."""
    if rows:
        _insertion(table, tuple(rows[0])).run(connection, rows)


def numbers(connection: Connection, statement: str, values: Sequence[Any]) -> list[int]:
    """The first column of what a statement in the database's own words finds; its values stand by place."""
    if connection.dialect.name == "sqlite":
        return [row[0] for row in _straight(connection, "execute", statement, values)]
    return list(connection.exec_driver_sql(statement, tuple(values)).scalars())


def one_of(column: ColumnElement[int], number: int) -> ColumnElement[bool]:
    """Whether a numbered column is one of so many, which ``listed`` fills; a list of open length is spelled anew at each call."""
    return column.in_([bindparam(f"one_{place}", type_=column.type) for place in range(number)])


def listed(ids: Sequence[int]) -> dict[str, int]:
    """The values of a ``one_of`` with as many places as there are here: a power of two, so that few statements serve all."""
    places = 1 << (len(ids) - 1).bit_length()
    return {f"one_{place}": ids[min(place, len(ids) - 1)] for place in range(places)}


@lru_cache(maxsize=64)
def _insertion(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table).values({name: bindparam(name) for name in names}))


def _straight(connection: Connection, way: str, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
    """Past SQLAlchemy, whose bookkeeping for a statement costs ten times what SQLite needs to insert a row."""
    raw: Any = connection.connection.dbapi_connection
    try:
        cursor: sqlite3.Cursor = getattr(raw, way)(statement, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error
    return cursor


def _spell(named: BindParameter[Any], dialect: Dialect) -> Spell:
    spell = _processor(named.type, dialect, "bind")
    if not named.required:  # a number of the statement's own, such as its limit
        value = named.effective_value if spell is None else spell(named.effective_value)
        return lambda _: value
    value_of = itemgetter(named.key)
    return value_of if spell is None else lambda values: spell(value_of(values))


def _processor(type: Any, dialect: Dialect, way: str) -> Callable[[Any], Any] | None:
    made = type.dialect_impl(dialect)
    found: Callable[[Any], Any] | None = (
        made.bind_processor(dialect) if way == "bind" else made.result_processor(dialect, None)
    )
    return found
