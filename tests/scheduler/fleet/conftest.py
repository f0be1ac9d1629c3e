"""A database that a fleet works in, put back afterwards together with its queue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.fleet.schema import prepare_queue
from storage.engine import Database
from tests import databases


@pytest.fixture
def shared_url(postgres_url: str) -> Iterator[str]:
    """The address of a database with a queue, empty of jobs."""
    database = Database(postgres_url)
    prepare_queue(database)
    database.close()
    yield postgres_url
    databases.run(postgres_url, DROP)


@pytest.fixture
def database(shared_url: str) -> Iterator[Database]:
    opened = Database(shared_url)
    yield opened
    opened.close()


DROP = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate%' LOOP
        EXECUTE 'DROP TABLE IF EXISTS ' || thing.tablename || ' CASCADE';
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate%' LOOP
        EXECUTE 'DROP FUNCTION IF EXISTS ' || thing.name || ' CASCADE';
    END LOOP;
    FOR thing IN SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') LOOP
        EXECUTE 'DROP TYPE IF EXISTS ' || thing.typname || ' CASCADE';
    END LOOP;
END $$
"""
