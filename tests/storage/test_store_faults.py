"""Kills, full disks, I/O errors and crowds: what was acknowledged is kept, nothing is doubled, nobody is told "locked"."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from storage.archive import WarcArchive
from storage.backup import back_up
from storage.store import SqlStore, open_store
from tests.storage.conftest import HandClock
from tests.storage.disks import small_disk
from tests.storage.writer import body_of

ROOT = Path(__file__).parents[2]
TABLES = ("articles", "revisions", "fingerprints", "flags", "figures", "reports")


def start(url: str, first: int, number: int, *more: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "tests.storage.writer", url, str(first), str(number), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acknowledged(lines: str) -> set[int]:
    return {int(line) for line in lines.splitlines() if line.isdigit()}


def assert_whole(path: Path, kept: set[int], *, at_most: set[int] | None = None) -> None:
    """The database is sound and holds each acknowledged article once, each with its figure, report and flag."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
        connection.rollback()
        urls = [row[0] for row in connection.execute("SELECT url FROM articles")]
        stored = {int(url.rpartition("/n")[2]) for url in urls}
        assert len(urls) == len(stored)
        assert stored >= kept
        assert at_most is None or stored <= at_most
        for name in TABLES:
            column = "url" if name in ("articles", "reports") else "*"
            where = " WHERE article_id IS NOT NULL" if name == "reports" else ""
            count = connection.execute(f"SELECT count({column}) FROM {name}{where}").fetchone()[0]
            assert count == len(stored), name


def assert_pages(folder: Path, database: Path) -> int:
    """Each article's page is in the archive, whatever torn record a file ends with; gives how many files do."""
    archive = WarcArchive(folder, clock=HandClock())
    with closing(sqlite3.connect(database)) as connection:
        for url, where in connection.execute("SELECT url, archived FROM articles"):
            assert archive.load(where).body == body_of(int(url.rpartition("/n")[2]))
    checks = archive.check()
    assert all("then a torn one" in check.told for check in checks if check.torn)
    return sum(check.torn for check in checks)


def kill_and_go_on(
    path: Path, kills: int, number: int, seed: int, *, together: int = 1, ready_within: float = 60.0
) -> None:
    """A writer is killed at random moments and started again until all is done."""
    chance = random.Random(seed)
    url, done, killed = f"sqlite:///{path}", set[int](), 0
    while True:
        begun = time.monotonic()
        process = start(url, 0, number, "--together", str(together))
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert time.monotonic() - begun < ready_within
        seen = ""
        if killed < kills:
            for _ in range(chance.randrange(1, 1 + max(2, 2 * number // kills))):
                seen += process.stdout.readline()
            time.sleep(chance.random() * 0.004)
            process.kill()
            killed += 1
        rest, told = process.communicate()
        done |= acknowledged(seen + rest)
        assert_whole(path, done, at_most=set(range(number)))
        if process.returncode == 0:
            break
        assert process.returncode == -9, told
    assert done == set(range(number))


@pytest.mark.parametrize("together", [1, 16])
def test_a_killed_writer_loses_and_doubles_nothing(tmp_path: Path, together: int) -> None:
    kill_and_go_on(tmp_path / "d.db", kills=4, number=60, seed=1, together=together)


@pytest.mark.gauntlet
@pytest.mark.parametrize("together", [1, 16])
def test_two_hundred_kills_lose_and_double_nothing(tmp_path: Path, together: int) -> None:
    kill_and_go_on(tmp_path / "d.db", kills=200, number=1000, seed=2, together=together, ready_within=10.0)


@pytest.mark.parametrize("limit", [600_000, pytest.param(450_000, marks=pytest.mark.gauntlet)])
def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(tmp_path: Path, limit: int) -> None:
    process = start(f"sqlite:///{tmp_path / 'd.db'}", 0, 60, "--limit", str(limit))
    out, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    refused = [line for line in out.splitlines() if line.startswith("later:")]
    assert refused, "the limit was never met"
    assert all("disk" in line and "locked" not in line for line in refused)
    assert acknowledged(out) == set(range(60))
    assert_whole(tmp_path / "d.db", set(range(60)))


@pytest.mark.gauntlet
def test_a_small_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * (4 << 20))
        process = start(f"sqlite:///{disk / 'd.db'}", 0, 2000)
        assert process.stdout is not None
        seen = ""
        while "later:" not in seen[-300:]:
            seen += process.stdout.readline()
        ballast.unlink()
        freed = time.monotonic()
        before = max(acknowledged(seen))
        while not any(place > before for place in acknowledged(seen)):
            seen += process.stdout.readline()
        assert time.monotonic() - freed < 60
        process.kill()
        rest, _ = process.communicate()
        assert_whole(disk / "d.db", acknowledged(seen + rest))


def hurt(path: Path, call: str, error: str, when: str) -> None:
    """One run with one injected error: it may fail, but what it acknowledged is there."""
    seen = ("-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}")
    injected = ("strace", *seen, "-e", f"inject={call}:error={error}:when={when}")
    archive = path.with_suffix(".archive")
    process = start(f"sqlite:///{path}", 0, 12, "--archive", str(archive), before=injected)
    try:
        out, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:  # an error that stays is tried again and again
        process.kill()
        out, _ = process.communicate()
    if path.exists() and "ready" in out:
        assert_whole(path, acknowledged(out))
        assert_pages(archive, path)


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the errors")


@needs_strace
@pytest.mark.parametrize(
    ("call", "error", "when"),
    [("pwrite64", "EIO", "90"), ("fdatasync", "EIO", "6"), ("pwrite64", "ENOSPC", "150"), ("fsync", "EIO", "4")],
)
def test_an_error_of_the_disk_is_no_false_success(
    sqlite_template: Path, tmp_path: Path, call: str, error: str, when: str
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "d.db")
    hurt(tmp_path / "d.db", call, error, when)


@needs_strace
@pytest.mark.gauntlet
@pytest.mark.parametrize(
    ("call", "points"),
    [
        ("pwrite64", range(1, 360, 4)),
        ("fdatasync", range(1, 61)),
        ("pread64", range(1, 180, 2)),
        ("ftruncate", range(1, 21)),
        ("write", range(1, 26)),
        ("fsync", range(1, 16)),
    ],
)
def test_errors_of_the_disk_at_three_hundred_points(
    sqlite_template: Path, tmp_path: Path, call: str, points: Sequence[int]
) -> None:
    for place, point in enumerate(points):
        path = tmp_path / f"d{point}.db"
        shutil.copyfile(sqlite_template, path)
        hurt(path, call, ("EIO", "ENOSPC")[place % 2], f"{point}+" if place % 10 == 9 else str(point))
        for rest in tmp_path.glob(f"d{point}.db*"):
            rest.unlink()
        shutil.rmtree(path.with_suffix(".archive"), ignore_errors=True)


def crowd(
    store: SqlStore, tmp_path: Path, url: str, number: int, *, seconds: float = 0
) -> tuple[set[int], list[float]]:
    """Four processes take in the same articles while eight threads read and backups run.

    Gives what they say is kept, and how long reads took, in order; ``seconds`` ends the writers before they are through.
    """
    writers = [start(url, 0, number, "--seconds", str(seconds)) for _ in range(4)]
    took: list[float] = []
    wrong: list[BaseException] = []
    over = threading.Event()
    looks: list[Callable[[], object]] = [
        lambda: store.articles.find(company="sensetime"),
        lambda: store.articles.find(search="商汤 融资"),
        lambda: store.flags.find(state="waiting", limit=50),
        lambda: store.ledger.known(["sensetime"]),
        lambda: store.stories.find(limit=20),
        lambda: store.unseen([f"https://news.example/n{place}" for place in range(500)]),
        lambda: store.flags.counts(),
        lambda: back_up(store, tmp_path / "copy.db", force=True) if store.database.path else store.sources.all(),
    ]

    def look(at: Callable[[], object]) -> None:
        while not over.is_set():
            begun = time.monotonic()
            try:
                at()
            except BaseException as error:
                wrong.append(error)
                return
            took.append(time.monotonic() - begun)
            over.wait(0.02)

    readers = [threading.Thread(target=look, args=(at,)) for at in looks]
    for reader in readers:
        reader.start()
    with ThreadPoolExecutor(4) as listening:
        told = list(listening.map(lambda writer: writer.communicate(timeout=seconds + 600), writers))
    over.set()
    for reader in readers:
        reader.join()
    assert [writer.returncode for writer in writers] == [0] * 4, told
    assert wrong == []
    assert not any("locked" in out or "later:" in out for out, _ in told)
    kept = [acknowledged(out) for out, _ in told]
    assert all(seconds or one == set(range(number)) for one in kept)
    return set().union(*kept), sorted(took)


def assert_each_once(store: SqlStore, kept: set[int]) -> None:
    rows = store.articles.find(limit=None)
    assert sorted(row.url for row in rows) == sorted(f"https://news.example/n{place}" for place in kept)
    assert store.flags.counts() == {"waiting": len(kept)}
    assert len(store.stories.find(limit=None)) == len(kept)


def test_a_crowd_doubles_nothing_and_is_never_told_locked(store: SqlStore, store_url: str, tmp_path: Path) -> None:
    kept, took = crowd(store, tmp_path, store_url, 15)
    assert_each_once(store, kept)
    assert took[int(len(took) * 0.99)] < 2


@pytest.mark.gauntlet
def test_a_crowd_for_long(sqlite_store: SqlStore, tmp_path: Path) -> None:
    minutes = float(os.environ.get("CROWD_MINUTES", "5"))
    url = str(sqlite_store.database.url)
    kept, took = crowd(sqlite_store, tmp_path, url, 1_000_000, seconds=60 * minutes)
    assert_each_once(sqlite_store, kept)
    assert took[int(len(took) * 0.99)] < 2
    log = sqlite_store.database.path.with_name(sqlite_store.database.path.name + "-wal")
    assert log.stat().st_size < 256 << 20


def test_a_kill_at_any_step_of_making_the_tables_is_made_good(tmp_path: Path, clock: HandClock) -> None:
    for place in range(3):
        path = tmp_path / f"d{place}.db"
        process = start(f"sqlite:///{path}", 0, 1)
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(0.04 * place)
        process.kill()
        process.communicate()
        with closing(open_store(f"sqlite:///{path}", clock=clock)) as store:
            assert len(store.ledger.find()) > 50
            assert [row for row in store.articles.find() if not row.url.endswith("/n0")] == []
