"""A disk or a folder that cannot be written: what only reads works, and what writes says why not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.errors import StoreError
from storage.archive import open_archive
from storage.backup import back_up, restore
from storage.checks import check_store
from storage.store import SqlStore, open_store
from tests.storage.building import page
from tests.storage.conftest import HandClock
from tests.storage.disks import read_only
from tests.storage.test_store_faults import start
from tests.storage.test_store_handing_on import fill


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path, clock: HandClock) -> Path:
    """A database with an archive, closed."""
    made = tmp_path / "made"
    made.mkdir()
    shutil.copyfile(sqlite_template, made / "d.db")
    with (
        closing(open_store(f"sqlite:///{made / 'd.db'}", clock=clock)) as store,
        closing(open_archive(made / "archive", clock=clock)) as archive,
    ):
        fill(store, archive)
    return made


def opened(folder: Path, clock: HandClock) -> SqlStore:
    return open_store(f"sqlite:///{folder / 'd.db'}", clock=clock)


def test_what_only_reads_works(folder: Path, clock: HandClock, tmp_path: Path) -> None:
    with (
        read_only(folder, tmp_path / "view") as view,
        closing(opened(view, clock)) as store,
        closing(open_archive(view / "archive", clock=clock)) as archive,
    ):
        found = store.articles.find(search="商汤")
        assert len(found) == 2
        assert [archive.load(row.archived or "").url for row in found] == [row.url for row in found]
        assert len(store.flags.find()) == 1
        made = back_up(store, tmp_path / "kept.db")
        assert made.rows["articles"] == 2
        assert restore(tmp_path / "kept.db", f"sqlite:///{tmp_path / 'elsewhere.db'}").rows == made.rows
        findings = check_store(store, archive)
        assert [one.subject for one in findings if one.level == "error"] == []
        assert ["read-only" in one.told for one in findings if one.subject == "writing"] == [True]


def test_what_writes_says_why_not(folder: Path, clock: HandClock, tmp_path: Path) -> None:
    with (
        read_only(folder, tmp_path / "view") as view,
        closing(opened(view, clock)) as store,
        closing(open_archive(view / "archive", clock=clock)) as archive,
    ):
        for work in (lambda: store.settings.set("a", 1), store.database.check_writable):
            with pytest.raises(StoreError, match="is read-only for this user; make the file and its folder writable"):
                work()
        with pytest.raises(StoreError, match=r"make it writable, or name another in storage\.archive"):
            archive.keep(page("c"))
    assert sorted(path.name for path in folder.iterdir()) == ["archive", "d.db"]


def test_an_older_schema_says_that_it_wants_a_writer_once(folder: Path, clock: HandClock, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "d.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with (
        read_only(folder, tmp_path / "view") as view,
        pytest.raises(StoreError, match="schema 0001, and is to be brought"),
    ):
        opened(view, clock)


@pytest.mark.skipif(os.geteuid() != 0, reason="whom the folder is closed to cannot write there in another process")
def test_a_database_that_another_writes_is_read_as_it_grows(folder: Path, clock: HandClock, tmp_path: Path) -> None:
    writer = start(f"sqlite:///{folder / 'd.db'}", 0, 5000)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with read_only(folder, tmp_path / "view") as view, closing(opened(view, clock)) as store:
            for _ in range(3):
                told = int(writer.stdout.readline())
                assert len(store.articles.find(limit=None)) >= told + 3
    finally:
        writer.kill()
        writer.communicate()


def test_what_a_kill_left_is_read_from_its_log_or_told(folder: Path, clock: HandClock, tmp_path: Path) -> None:
    writer = start(f"sqlite:///{folder / 'd.db'}", 0, 5000)
    assert writer.stdout is not None
    last = [writer.stdout.readline() for _ in range(4)][-1]
    writer.kill()
    writer.communicate()
    with read_only(folder, tmp_path / "view") as view, closing(opened(view, clock)) as store:
        assert len(store.articles.find(limit=None)) >= int(last) + 3
    (folder / "d.db-shm").unlink()
    with (
        read_only(folder, tmp_path / "another") as view,
        pytest.raises(StoreError, match="its log cannot be read; make"),
    ):
        opened(view, clock)
