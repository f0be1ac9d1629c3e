"""Backup, restore, export, forget and the checks."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler.errors import ConfigError, StoreError
from storage.archive import WarcArchive
from storage.backup import back_up, restore
from storage.checks import check_store, sqlite_finding
from storage.export import csv_cell, export, write_csv
from storage.store import SqlStore, open_store
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import HandClock


def fill(store: SqlStore, archive: WarcArchive | None = None) -> None:
    for name, text in (("a", "商汤获6亿美元融资"), ("b", "=商汤也获6亿美元")):
        one = figure() if name == "a" else figure(status="reported")
        read = reading(text, one, title=f"={name}")
        known = store.flags.find()[0].known_id if name == "b" else None
        says = judged(one) if name == "a" else judged(one, "repeats", same_as=known)
        where = archive.keep(page(name, body=f"<p>{text}</p>".encode())) if archive else None
        store.take_in(page(name, archived=where), read, stored(read, says))


def test_a_backup_is_whole_while_others_write(sqlite_store: SqlStore, tmp_path: Path, clock: HandClock) -> None:
    fill(sqlite_store)
    writer = sqlite3.connect(sqlite_store.database.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM flags")
    made = back_up(sqlite_store, tmp_path / "kept.db")
    writer.execute("ROLLBACK")
    writer.close()
    assert (made.rows["articles"], made.rows["flags"], made.bytes) == (2, 1, (tmp_path / "kept.db").stat().st_size)
    with pytest.raises(ConfigError, match="say --force"):
        back_up(sqlite_store, tmp_path / "kept.db")
    put = restore(tmp_path / "kept.db", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert put.rows == made.rows
    with closing(open_store(f"sqlite:///{tmp_path / 'elsewhere.db'}", clock=clock)) as elsewhere:
        assert elsewhere.articles.find() == sqlite_store.articles.find()
        assert elsewhere.articles.find(search="商汤") == sqlite_store.articles.find(search="商汤")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_restore_overwrites_nothing_unasked(sqlite_store: SqlStore, tmp_path: Path, clock: HandClock) -> None:
    back_up(sqlite_store, tmp_path / "empty.db")
    fill(sqlite_store)
    address = str(sqlite_store.database.url)
    with pytest.raises(ConfigError, match="say --force to replace it"):
        restore(tmp_path / "empty.db", address)
    sqlite_store.close()
    with closing(sqlite3.connect(sqlite_store.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is in use; stop the daemon"):
            restore(tmp_path / "empty.db", address, force=True)
        other.execute("ROLLBACK")
    restore(tmp_path / "empty.db", address, force=True)
    with closing(open_store(address, clock=clock)) as store:
        assert store.articles.find() == []
    again = restore(tmp_path / "empty.db", address, force=True)
    assert again.set_aside == sqlite_store.database.path.with_name("dragonwatch.db.before-restore-2")
    with closing(open_store(address + ".before-restore", clock=clock)) as before:
        assert len(before.articles.find()) == 2


def test_a_restore_refuses_what_it_cannot_trust(sqlite_store: SqlStore, tmp_path: Path) -> None:
    fill(sqlite_store)
    good = back_up(sqlite_store, tmp_path / "good.db").path
    newer, bent, other = (tmp_path / name for name in ("newer.db", "bent.db", "other.db"))
    newer.write_bytes(good.read_bytes())
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    bent.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    other.write_text("not a database " * 100)
    target = tmp_path / "target.db"
    for path, told in (
        (newer, "newer Dragonwatch"),
        (bent, "damaged|no backup"),
        (other, "no backup of Dragonwatch"),
        (tmp_path / "none", "no backup at"),
    ):
        with pytest.raises(StoreError, match=told):
            restore(path, f"sqlite:///{target}")
        assert not target.exists()


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("\0x", "'\0x"), ("＝1", "'＝1"),
     ("-5.2", "-5.2"), ("+3e8", "+3e8"), (-5.2, -5.2), ("x=1", "x=1"), ("", ""), (None, None), (["=a", "b"], "'=a; b"), ("-٣", "'-٣"), ("-inf", "-inf")],
)  # fmt: skip
def test_no_cell_is_taken_for_a_formula(value: object, cell: object) -> None:
    assert csv_cell(value) == cell


def test_csv_quotes_what_it_must() -> None:
    file = io.StringIO(newline="")
    write_csv(file, [{"a": 'x"y\nz', "b": None}])
    assert list(csv.DictReader(io.StringIO(file.getvalue(), newline=""))) == [{"a": 'x"y\nz', "b": ""}]


@pytest.mark.parametrize("what", ["articles", "figures", "flags"])
def test_all_formats_hold_the_same_rows(sqlite_store: SqlStore, tmp_path: Path, what: str) -> None:
    fill(sqlite_store)
    numbers = {name: export(sqlite_store, what, name, tmp_path / f"x.{name}") for name in ("csv", "jsonl", "parquet")}
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert set(numbers.values()) == {len(lines)}
    assert len(lines) == {"articles": 2, "flags": 1}.get(what, len(sqlite_store.ledger.find()))
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == lines
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(row) for row in rows] == [list(line) for line in lines]
    if what == "articles":
        assert [row["title"] for row in rows] == ["'=a", "'=b"]
        assert "text" not in lines[0]


def test_a_long_text_leaves_only_as_an_excerpt(sqlite_store: SqlStore, tmp_path: Path) -> None:
    read = reading("长" * 5000)
    sqlite_store.take_in(page(), read, stored(read))
    export(sqlite_store, "articles", "jsonl", tmp_path / "x")
    assert (tmp_path / "x").read_text(encoding="utf-8").count("长") < 320


def test_the_checks_find_nothing_wrong_with_a_new_store(store: SqlStore, archive: WarcArchive) -> None:
    fill(store, archive)
    findings = check_store(store, archive, thorough=True)
    assert {one.subject for one in findings if one.level != "ok"} <= {"sqlite", "disk"}
    assert {one.subject for one in findings} >= {"schema", "search", "archive"}


def test_the_checks_find_what_is_wrong(sqlite_store: SqlStore, archive: WarcArchive, tmp_path: Path) -> None:
    fill(sqlite_store, archive)
    doubtful = sqlite_store.outbox.add("a@x.example", "e", "<1@x>", b"letter")
    sqlite_store.outbox.claim(doubtful)
    with closing(sqlite3.connect(sqlite_store.database.path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM stories")  # without foreign keys, as another tool might
    archive.close()
    archive.files()[0].rename(tmp_path / "moved.warc.gz")
    wrong = {one.subject: one for one in check_store(sqlite_store, archive) if one.level != "ok"}
    assert {"references", "outbox", "archive"} <= set(wrong)
    assert wrong["archive"].level == "error"
    assert all(one.mend for one in wrong.values())


@pytest.mark.parametrize(
    ("version", "level"), [((3, 40, 1), "warning"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok"), ((3, 53, 0), "ok")]
)
def test_an_sqlite_with_a_known_fault_is_warned_of(version: tuple[int, ...], level: str) -> None:
    assert sqlite_finding(version).level == level


def test_postgresql_is_backed_up_by_its_own_tools(clock: HandClock) -> None:
    with pytest.raises(StoreError, match="pg_restore"):
        restore(Path("x"), "postgresql+psycopg://localhost/x")


def test_dates_of_an_export_are_dates(sqlite_store: SqlStore, tmp_path: Path) -> None:
    read = reading(published=date(2020, 1, 2))
    sqlite_store.take_in(page(), read, stored(read))
    export(sqlite_store, "articles", "jsonl", tmp_path / "x")
    assert json.loads((tmp_path / "x").read_text())["published"] == "2020-01-02"
