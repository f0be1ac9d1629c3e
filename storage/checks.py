"""What can be wrong with a store, each finding with its mend."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select, text

from crawler.errors import StoreError
from crawler.plural import counted
from storage import schema
from storage.archive import WarcArchive
from storage.store import SqlStore
from storage.tables import articles, outbox, revisions

LOW_DISK = 1 << 30
"""Bytes below which the disk is called nearly full."""
LARGE_LOG = 256 << 20
SAFE_SQLITE = (3, 51, 3)
"""Before it a write-ahead log that was reset at a bad moment could damage the database (3.7.0 to 3.51.2)."""

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    level: Level
    told: str
    mend: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What ``doctor --json`` shows."""
        return {"subject": self.subject, "level": self.level, "told": self.told, "mend": self.mend}


def check_store(store: SqlStore, archive: WarcArchive | None = None, *, thorough: bool = False) -> list[Finding]:
    """Everything about the database and its archive; ``thorough`` reads every page and every record again."""
    findings = [*_database(store, thorough), *_index(store), *_outbox(store), *_disk(store)]
    if archive is not None:
        findings += [*_archive(archive, thorough), *_pages(store, archive)]
    return findings


def sqlite_finding(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Finding:
    """Whether the SQLite in use has a known fault that could hurt."""
    name = ".".join(map(str, version))
    if version >= SAFE_SQLITE:
        return Finding("sqlite", "ok", f"SQLite {name}")
    return Finding(
        "sqlite",
        "warning",
        f"SQLite {name} has a fault that may, very rarely, damage a database when its write-ahead log is reset",
        "use a Python with SQLite 3.51.3 or later, and keep backups until then",
    )


def _database(store: SqlStore, thorough: bool) -> Iterator[Finding]:
    with store.database.read() as connection:
        found = schema.version(connection)
        if store.database.sqlite:
            yield sqlite_finding()
            pragma = "integrity_check" if thorough else "quick_check"
            told = list(connection.execute(text(f"PRAGMA {pragma}(5)")).scalars())
            if told == ["ok"]:
                yield Finding("integrity", "ok", "the database is whole")
            else:
                yield Finding("integrity", "error", "; ".join(told), "stop Dragonwatch and restore your last backup")
            loose = connection.execute(text("PRAGMA foreign_key_check")).all()
            if loose:
                mend = "restore your last backup, or report this with the output of `doctor`"
                yield Finding(
                    "references", "error", f"{counted(len(loose), 'row')} with references to what is gone", mend
                )
    if found == schema.HEAD:
        yield Finding("schema", "ok", f"schema {found}")
    else:
        yield Finding(
            "schema", "error", f"schema {found}, this version speaks {schema.HEAD}", "open it once with this version"
        )


def _index(store: SqlStore) -> Iterator[Finding]:
    """The search index knows as many texts as there are articles; FTS5 checks its own structure."""
    with store.database.read() as connection:
        present = select(func.count()).select_from(articles)
        held = select(func.count()).select_from(text("search_index")) if not store.database.sqlite else None
        number = connection.execute(present).scalar_one()
        indexed = connection.execute(held).scalar_one() if held is not None else number
    if store.database.sqlite:
        try:
            store.database.check_writable()
        except StoreError as error:
            yield Finding("writing", "warning", str(error))
            return
        try:
            store.database.write(
                lambda writing: writing.execute(
                    text("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
                )
            )
        except StoreError as error:
            yield Finding("search", "error", str(error), "restore your last backup")
            return
    if indexed == number:
        yield Finding("search", "ok", f"{counted(number, 'article')} in the index")
    else:
        yield Finding(
            "search",
            "warning",
            f"{indexed} of {counted(number, 'article')} in the index",
            "report this; nothing is lost",
        )


def _outbox(store: SqlStore) -> Iterator[Finding]:
    with store.database.read() as connection:
        doubtful = connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.state == "in_doubt")
        ).scalar_one()
    if doubtful:
        mend = "look into the mail server's log, then `dragonwatch digest resolve ID sent|resend`"
        yield Finding("outbox", "warning", f"{counted(doubtful, 'letter')} that may or may not have arrived", mend)


def _disk(store: SqlStore) -> Iterator[Finding]:
    path = store.database.path
    if path is None:
        return
    free = shutil.disk_usage(path.resolve().parent).free
    told = f"{free / (1 << 30):.1f} GiB free beside the database"
    if free < LOW_DISK:
        yield Finding("disk", "warning", told, "free some space, or move the archive with storage.archive")
    else:
        yield Finding("disk", "ok", told)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        mend = "close programs that keep the database open for long, such as a SQL shell"
        yield Finding("log", "warning", f"the write-ahead log has grown to {log.stat().st_size >> 20} MiB", mend)


def _archive(archive: WarcArchive, thorough: bool) -> Iterator[Finding]:
    checks = archive.check(again=thorough)
    for check in checks:
        if check.torn:
            mend = "nothing complete is lost; the articles concerned keep their text"
            yield Finding("archive", "warning", f"{check.path.name}: {check.told}", mend)
    yield Finding(
        "archive",
        "ok",
        f"{counted(sum(check.records for check in checks), 'record')} in {counted(len(checks), 'file')}",
    )


def _pages(store: SqlStore, archive: WarcArchive) -> Iterator[Finding]:
    """Files that articles refer to and that are gone."""
    with store.database.read() as connection:
        named = {
            where.partition("#")[0]
            for where in connection.execute(
                select(revisions.c.archived).where(revisions.c.archived.is_not(None))
            ).scalars()
        }
    missing = sorted(named - {Path(path).name for path in archive.files()})
    if missing:
        mend = "put them back from a copy of the archive, or name the right folder in storage.archive"
        yield Finding("archive", "error", f"{counted(len(missing), 'file')} gone: {', '.join(missing[:3])}", mend)
