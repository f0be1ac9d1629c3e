"""Connections and transactions: one writer at a time on SQLite, as many as like on PostgreSQL.

A write is a function of a connection, run in one ``BEGIN IMMEDIATE`` transaction: a transaction that begins by reading and
then writes fails at once on SQLite, whatever its timeout, when another has written between (decision 0061).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from crawler.errors import ConfigError, StoreUnavailable
from storage import read_only
from storage.mends import explain
from storage.types import dump_json

T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long a writer waits for another process's writer before it asks again."""
ATTEMPTS = 6
"""How often a write is begun before the user is told: a minute for SQLite's lock, six deadlocks for PostgreSQL."""
_WRITES = "dragonwatch_write"


class Database:
    """One engine, and the two ways to use it: ``read`` a consistent state, or ``write`` in one transaction."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = _parsed(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.in_memory = self.sqlite and self.url.database in (None, "", ":memory:")
        self.engine = _engine(self.url, self.in_memory, busy_seconds)
        # Writers of one process queue here in order; SQLite's own waiting is by chance and starves some.
        self._queue = threading.RLock() if self.sqlite else nullcontext()
        self._reads = self._queue if self.in_memory else nullcontext()
        os.register_at_fork(after_in_child=partial(_forget_connections, weakref.ref(self.engine)))

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database; None for one in memory and for PostgreSQL."""
        return Path(self.url.database or "") if self.sqlite and not self.in_memory else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; raises StoreError."""
        try:
            with self._reads, self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise explain(error, self.url) from error
        except PoolTimeout as error:
            raise StoreUnavailable(f"Too many readers of {self.url.render_as_string()} at once; try again.") from error

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs ``work`` in one transaction and returns what it returns; ``work`` may be called again after a conflict.

        Raises StoreUnavailable where the lock, the disk or the server stays away, StoreError otherwise.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._queue, self._writer() as connection, connection.begin():
                    return work(connection)
            except DBAPIError as error:
                told = explain(error, self.url)
                if attempt == ATTEMPTS or not getattr(told, "conflict", False):
                    raise told from error
        raise StoreUnavailable(f"{self.url.render_as_string()} stays in use by others")

    def check_writable(self) -> None:
        """Raises StoreError where nothing can be written, so that no work is done in vain."""
        # A transaction alone begins on a read-only file as well.
        self.write(lambda connection: connection.execute(text("DELETE FROM settings WHERE key IS NULL")))

    def wipe(self) -> bool:
        """Empties SQLite's write-ahead log, which still holds what was just erased; does nothing on PostgreSQL.

        False where a reader still needs the log, or the disk does not let go of it now.
        """
        if not self.sqlite or self.in_memory:
            return True
        raw = self.engine.raw_connection()
        try:
            busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        except sqlite3.OperationalError:
            return False
        finally:
            raw.close()

    def _writer(self) -> Connection:
        return self.engine.connect().execution_options(**{_WRITES: True})

    def close(self) -> None:
        """Closes every connection; the database may be used again, which opens new ones."""
        self.engine.dispose()


def _forget_connections(engine: weakref.ref[Engine]) -> None:
    """In a child process: a SQLite connection carried over a fork drops its parent's locks when it is closed."""
    if (found := engine()) is not None:
        found.dispose(close=False)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(
            "storage.url is no database address; write sqlite:///FILE or postgresql+psycopg://…"
        ) from None  # the address is shown nowhere: it may hold a password
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(
            f"storage.url names {parsed.get_backend_name()}, which is not supported; write sqlite:///FILE or postgresql+psycopg://…"
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def _engine(url: URL, in_memory: bool, busy_seconds: float) -> Engine:
    options: dict[str, Any] = {"json_serializer": dump_json}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": busy_seconds, "check_same_thread": False}
        if in_memory:
            options["poolclass"] = StaticPool
        else:
            options |= {
                "pool_size": 10,
                "max_overflow": 50,
            }  # a connection is a file handle; the desk has forty threads
    else:
        options |= {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 15}
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(
            f"storage.url needs a driver that is not installed ({error}); install dragonwatch[postgres]"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _as_it_can_be)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _as_it_can_be(_dialect: Dialect, _record: object, where: list[str], how: dict[str, Any]) -> None:
    """Opens a file read-only where nothing can be written beside it; ``where`` and ``how`` are sqlite3's arguments."""
    if not how.get("uri") and (found := read_only.address(Path(where[0]))) is not None:
        where[0], how["uri"] = found, True


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, in ``_begin``
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = ON")  # what ``forget`` erases is overwritten, not only unlinked
    _write_ahead(connection)
    # FULL: of 40 snapshots at power loss none had lost an acknowledged commit; with NORMAL three had.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "PRAGMA wal_autocheckpoint = 4000"
    )  # 16 MiB: an article's keys touch many pages, most again soon


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches to a write-ahead log; that one switch does not wait for others by itself."""
    for _ in range(200):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] in ("wal", "memory"):
            return
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_READONLY:
                return
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
