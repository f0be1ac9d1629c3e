"""The queue's tables: made once, upgraded by Procrastinate's own steps, and left alone where they are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from crawler.errors import StoreError
from scheduler.fleet.schema import APPLIED, prepare_queue
from storage.engine import Database
from storage.settings import SettingTable
from tests import databases
from tests.scheduler.fleet.conftest import DROP

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

STEPS = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


@pytest.fixture
def bare(postgres_url: str) -> Iterator[Database]:
    """A database of ours that has never had a queue."""
    opened = Database(postgres_url)
    yield opened
    opened.close()
    databases.run(postgres_url, DROP)


def shape(database: Database) -> tuple[list[str], list[str]]:
    with database.read() as connection:
        functions = "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'procrastinate%'"
        columns = (
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) FROM information_schema.columns "
            "WHERE table_name LIKE 'procrastinate%'"
        )
        return (
            sorted(connection.execute(text(functions)).scalars()),
            sorted(connection.execute(text(columns)).scalars()),
        )


def test_a_queue_is_made_once(bare: Database) -> None:
    prepare_queue(bare)
    made = shape(bare)
    prepare_queue(bare)
    assert shape(bare) == made
    assert SettingTable(bare).get(APPLIED) == STEPS[-1].name


@pytest.mark.parametrize("version", ["02.14", "03.02.00_01"])
def test_an_earlier_queue_is_brought_up_with_what_waits_in_it(bare: Database, postgres_url: str, version: str) -> None:
    last = max(number for number, step in enumerate(STEPS) if step.name.startswith(version))
    for step in STEPS[: last + 1]:
        databases.run(postgres_url, step.read_text())
    databases.run(postgres_url, "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('crawl', 'poll')")
    SettingTable(bare).set(APPLIED, STEPS[last].name)
    prepare_queue(bare)
    upgraded = shape(bare)
    with bare.read() as connection:
        assert connection.execute(text("SELECT task_name FROM procrastinate_jobs")).scalars().all() == ["poll"]
    databases.run(postgres_url, DROP)
    SettingTable(bare).set(APPLIED, None)
    prepare_queue(bare)
    functions, columns = shape(bare)
    # Steps leave the functions of earlier versions for workers that still run them.
    assert set(functions) <= set(upgraded[0])
    assert columns == upgraded[1]


def test_a_queue_of_a_newer_program_or_of_another_one_is_left_alone(bare: Database, postgres_url: str) -> None:
    prepare_queue(bare)
    SettingTable(bare).set(APPLIED, "99.00.00_01_from_the_future.sql")
    with pytest.raises(StoreError, match=r"newer Procrastinate \(99.*update Dragonwatch on this machine"):
        prepare_queue(bare)
    SettingTable(bare).set(APPLIED, None)
    with pytest.raises(StoreError, match=r"another program's tables .* a database of its own"):
        prepare_queue(bare)
