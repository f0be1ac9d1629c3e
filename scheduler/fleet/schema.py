"""Brings Procrastinate's tables to what the installed Procrastinate speaks, by its own scripts; on PostgreSQL, with workers on.

They are no part of our own schema: which of its migrations has been applied last is kept in ``settings``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select, text

from crawler.errors import StoreError
from storage.engine import Database
from storage.settings import put_setting
from storage.tables import settings

APPLIED = "procrastinate"
"""The setting that names the last of Procrastinate's migrations that the database has."""
_LOCK = 0x71756575  # one number for the advisory lock under which its tables are made


def prepare_queue(database: Database) -> None:
    """Makes or upgrades the tables of the queue. Raises StoreError where they are newer, or somebody else's."""
    with database.read() as connection:
        applied = _applied(connection)
    if applied != _steps()[-1].name:
        database.write(_upgrade)


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    steps, applied = _steps(), _applied(connection)
    names = [step.name for step in steps]
    if applied is None:
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None:
            raise StoreError(
                "The database holds another program's tables of Procrastinate; give Dragonwatch a database of its own"
            )
        scripts = [_schema()]
    elif applied not in names:
        raise StoreError(
            f"The queue in the database was prepared by a newer Procrastinate ({applied}); update Dragonwatch on this machine"
        )
    else:
        scripts = [step.read_text(encoding="utf-8") for step in steps[names.index(applied) + 1 :]]
    # Past SQLAlchemy: a script is many statements, and its percent signs are no placeholders.
    raw = connection.connection.cursor()
    for script in scripts:
        raw.execute(script)
    put_setting(connection, APPLIED, names[-1])


def _applied(connection: Connection) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.key == APPLIED)).scalar()


def _schema() -> str:
    from procrastinate.schema import SchemaManager

    return str(SchemaManager.get_schema())


def _steps() -> list[Path]:
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
