"""Power loss at random moments: what was acknowledged is there, the database is whole, and every article's page is in the archive."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.storage.power import Call, run, snapshots
from tests.storage.test_store_faults import ROOT, acknowledged, assert_pages, assert_whole, needs_strace


def written(folder: Path, number: int, together: int = 1) -> list[Call]:
    """What one writer did to its disk, from the making of its tables to its end."""
    (folder / "disk" / "archive").mkdir(parents=True)
    disk = folder / "disk"
    words = [f"sqlite:///{disk / 'd.db'}", "0", str(number), "--archive", str(disk / "archive")]
    command = [sys.executable, "-m", "tests.storage.writer", *words, "--together", str(together)]
    return run(command, folder / "trace", disk, cwd=ROOT)


def restart(folder: Path, disk: Path, files: dict[str, bytes]) -> Path:
    """Lays the files out as they were found; gives where the database is."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "archive").mkdir(parents=True)
    for name, content in files.items():
        (folder / Path(name).relative_to(disk)).write_bytes(content)
    for rest in folder.glob("*-shm"):  # lives in memory; a restart makes it anew
        rest.unlink()
    return folder / "d.db"


def lose_power(folder: Path, calls: Sequence[Call], times: int, number: int, seed: int) -> tuple[int, int]:
    """Cuts the run off at that many moments, every other one just as a page had been written; gives how many articles
    were acknowledged then in all, and how many files of the archive were torn."""
    chance = random.Random(seed)
    pages = [place for place, call in enumerate(calls, 1) if call.name == "append"]
    moments = [chance.choice(pages) if turn % 2 else chance.randrange(len(calls) + 1) for turn in range(times)]
    told = torn = 0
    for said, files in snapshots(calls, moments, chance):
        database = restart(folder / "found", folder / "disk", files)
        kept = acknowledged(said)
        if "ready" not in said:
            continue
        assert_whole(database, kept, at_most=set(range(number)))
        torn += assert_pages(folder / "found" / "archive", database)
        told += len(kept)
    return told, torn


@needs_strace
def test_power_lost_at_any_moment_costs_nothing_acknowledged(tmp_path: Path) -> None:
    told, torn = lose_power(tmp_path, written(tmp_path, 25), 40, 25, seed=1)
    assert told
    assert torn


@needs_strace
@pytest.mark.gauntlet
@pytest.mark.parametrize("together", [1, 16])
def test_two_hundred_power_losses_cost_nothing_acknowledged(tmp_path: Path, together: int) -> None:
    told, torn = lose_power(tmp_path, written(tmp_path, 400, together), 200, 400, seed=together)
    assert told
    assert torn


@needs_strace
def test_the_recipe_sees_what_a_disk_that_never_syncs_loses(tmp_path: Path) -> None:
    calls = [call for call in written(tmp_path, 5) if call.name != "sync"]
    lost = 0
    for said, files in snapshots(calls, [len(calls)] * 5, random.Random(3)):
        database = restart(tmp_path / "found", tmp_path / "disk", files)
        try:
            assert_whole(database, acknowledged(said))
        except (AssertionError, sqlite3.Error):
            lost += 1
    assert lost
