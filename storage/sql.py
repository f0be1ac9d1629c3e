"""The few statements that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")


def insert_or(dialect: str, table: Table) -> Any:
    """An INSERT that can say what to do on a conflict (``on_conflict_do_nothing`` or ``on_conflict_do_update``)."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


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
