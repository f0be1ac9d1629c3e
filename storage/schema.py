"""Brings a database to the schema of this version, and refuses one that is newer."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from crawler.errors import ConfigError, StoreError, StoreUnavailable
from storage.engine import Database
from storage.views import create_views, drop_views

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every schema there has been, in order; the last is what this version of the program speaks."""
HEAD = VERSIONS[-1]
_LOCK = 0x44524147  # one number for the advisory lock under which PostgreSQL is migrated


def prepare(database: Database, *, create: bool) -> None:
    """Migrates to ``HEAD``. Raises StoreError for a newer schema or, without ``create``, for none.

    Raises ConfigError where the address can be no file.
    """
    path = database.path
    if create and path is not None and not str(path).startswith("file:"):  # SQLite's own addresses are its to read
        _check_place(path)
    if not create and path is not None and not path.exists():
        raise StoreError(
            f"There is no database at {path}; make one with `dragonwatch init`, or name another in storage.url."
        )
    with database.read() as connection:
        found = version(connection)
    if found == HEAD:
        return
    refuse_unknown(found, database.url.render_as_string())
    if found is None and not create:
        raise StoreError(
            f"The database {database.url.render_as_string()} is empty; make its tables with `dragonwatch init`."
        )
    if found is None and database.sqlite:  # a PostgreSQL database is shared more often than not, a file is not
        _refuse_another_programs(database)
    try:
        database.write(_upgrade)
    except StoreUnavailable:
        raise
    except StoreError as error:
        # Whoever only wants to read is told why that needs a writer.
        raise StoreError(f"{error} It has schema {found or 'none'}, and is to be brought to {HEAD} once.") from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise ConfigError(f"storage.url names {path}, which is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ConfigError(
            f"storage.url names {path}, and there is no folder {path.parent}; make it, or name another file"
        )


def _refuse_another_programs(database: Database) -> None:
    """Raises StoreError where tables are there that are not ours: nothing is made among them."""
    with database.read() as connection:
        # Another process may have made ours since their version was asked for.
        others = [] if version(connection) else inspect(connection).get_table_names()
    if others:
        raise StoreError(
            f"The database {database.url.render_as_string()} holds another program's tables ({', '.join(others[:3])}); "
            "name another in storage.url."
        )


def version(connection: Connection) -> str | None:
    """The schema a database has; None where it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_unknown(found: str | None, name: str) -> None:
    """Raises StoreError for a schema that this version of the program has never heard of."""
    if found is not None and found not in VERSIONS:
        raise StoreError(
            f"The database {name} was written by a newer Dragonwatch (schema {found}, this one knows {HEAD}); "
            "update Dragonwatch, or restore a backup made before that update."
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if version(connection) == HEAD:  # another process was first
        return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    drop_views(connection)
    command.upgrade(config, HEAD)
    create_views(connection)
