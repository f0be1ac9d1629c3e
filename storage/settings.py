"""Small things that are set once and kept: the desk's choices, the program's own marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from storage.engine import Database
from storage.sql import insert_or
from storage.tables import settings


@dataclass(frozen=True, slots=True)
class SettingTable:
    """Values of JSON by name."""

    database: Database

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default."""
        with self.database.read() as connection:
            row = connection.execute(select(settings.c.value).where(settings.c.key == key)).one_or_none()
        return default if row is None else row[0]

    def set(self, key: str, value: Any) -> None:
        """Keeps a value; None forgets it."""

        self.database.write(lambda connection: put_setting(connection, key, value))


def held_setting(connection: Connection, key: str) -> Any:
    """A value that nobody else changes before this transaction ends; None where there is none."""
    return connection.execute(select(settings.c.value).where(settings.c.key == key).with_for_update()).scalar()


def put_setting(connection: Connection, key: str, value: Any) -> None:
    """Keeps a value as part of a transaction that is under way; None forgets it."""
    if value is None:
        connection.execute(delete(settings).where(settings.c.key == key))
        return
    statement = insert_or(connection.dialect.name, settings)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}),
        {"key": key, "value": value},
    )
