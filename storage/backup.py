"""A consistent copy of the database while it is in use, and putting one back.

The archive's files are not in it: they never change once written, so any file copier backs them up.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError, NotThere, StoreError, StoreUnavailable
from storage import read_only, schema
from storage.durable import sync, whole
from storage.engine import Database
from storage.store import SqlStore
from storage.tables import metadata


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: where it is, and how many rows each table has in it; after a restore, where the old database is."""

    path: Path
    bytes: int
    rows: dict[str, int]
    set_aside: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """What ``backup --json`` and ``restore --json`` show."""
        aside = str(self.set_aside) if self.set_aside else None
        return {"path": str(self.path), "bytes": self.bytes, "rows": dict(self.rows), "set_aside": aside}


def back_up(store: SqlStore, target: Path, *, force: bool = False) -> Backup:
    """Writes a verified copy to ``target``, which appears only once it is whole; the crawl goes on meanwhile.

    Raises StoreError for PostgreSQL (its own tools do that) and where the copy does not verify; ConfigError where the file
    is there already without ``force``.
    """
    source = _file_of(store.database, "`pg_dump`")
    if target.exists() and not force:
        raise ConfigError(f"there is a file at {target} already; name another, or say --force to replace it")
    try:
        with whole(target) as fresh:
            with closing(_opened(source)) as connection:
                connection.execute("VACUUM INTO ?", (str(fresh),))
            rows = verified(fresh)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(
            f"The backup to {target} was not finished ({error}); make sure that its folder is there and has room"
        ) from error
    return Backup(target, target.stat().st_size, rows)


def restore(backup: Path, url: str, *, force: bool = False) -> Backup:
    """Puts a backup back as the database at ``url``; older schemas are brought up when it is next opened.

    Refuses a backup of a newer schema, one that does not verify, a database that is in use, and, without ``force``, to
    replace a database that is there; with it, the old one is kept beside as ``….before-restore``, or ``….before-restore-2``
    where an earlier restore left one.
    """
    target = _file_of(Database(url), "`pg_restore`")
    if not backup.is_file():
        raise NotThere(f"there is no backup at {backup}")
    if target.exists() and not force:
        raise ConfigError(f"there is a database at {target} already; say --force to replace it (it is kept beside)")
    rows = verified(backup)
    try:
        with whole(target) as fresh:
            with closing(_opened(backup)) as source, closing(sqlite3.connect(fresh)) as copy:
                source.backup(copy)
            sync(fresh)  # before the old one is set aside
            aside = _set_aside(target) if target.exists() else None
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(
            f"The backup was not put back ({error}); make sure that {target.parent} has room"
        ) from error
    return Backup(target, target.stat().st_size, rows, aside)


def verified(path: Path) -> dict[str, int]:
    """Rows of each table of a whole database of a schema we know; raises StoreError for any other file."""
    try:
        with closing(_opened(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise StoreError(f"{path} is damaged ({found}); use another backup")
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            schema.refuse_unknown(version[0] if version else "none", str(path))
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            return {
                table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608
                for table in metadata.sorted_tables
                if table.name in names
            }
    except sqlite3.Error as error:
        raise StoreError(f"{path} is no backup of Dragonwatch ({error})") from error


def _opened(path: Path) -> sqlite3.Connection:
    """The file to be read, from a disk that cannot be written too."""
    return sqlite3.connect(read_only.address(path) or f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _set_aside(target: Path) -> Path:
    """Moves the present database out of the way, its log folded in; raises StoreError while somebody has it open."""
    with closing(sqlite3.connect(target, isolation_level=None, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise StoreError(f"The database {target} is in use; stop the daemon and the desk first") from error
        connection.execute("PRAGMA journal_mode = DELETE")
    aside = target.replace(_free_name(target))
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    return aside


def _free_name(target: Path) -> Path:
    """Where the present database goes: never over one that an earlier restore set aside."""
    first = target.with_name(f"{target.name}.before-restore")
    again = (target.with_name(f"{first.name}-{number}") for number in count(2))
    return next(path for path in chain([first], again) if not path.exists())


def _file_of(database: Database, tool: str) -> Path:
    path = database.path
    database.close()
    if path is None:
        raise StoreError(f"{database.url.render_as_string()} is no file; use {tool}, which comes with PostgreSQL")
    return path
