"""A backup made while a crawl is under way, put back in another installation; and what any SQLite tool reads there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.newsroom.clock import NewsroomClock
from desk.newsroom.server import Newsroom
from storage.store import open_store
from tests.e2e.test_daemon_life import installation
from tests.e2e.test_interrupted import ended, expected, paths, start_crawl

DOCS = Path(__file__).parents[2] / "docs" / "database.md"


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


async def told(config: Path, *words: str) -> dict[str, object]:
    """What a command answers in JSON."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desk.cli.main", "--config", str(config), *words, "--json", stdout=subprocess.PIPE
    )
    answer, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, object] = json.loads(answer)
    return found


def counts(database: Path) -> dict[str, int]:
    """Rows of every table, as a plain connection counts them."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_index%' AND name NOT LIKE 'sqlite%'"
        names = [name for (name,) in connection.execute(listed)]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


async def test_a_backup_of_a_running_crawl_is_put_back_elsewhere(tmp_path: Path, newsroom: Newsroom) -> None:
    # Slow enough that the backup comes in the midst of it.
    here = installation(tmp_path / "here", newsroom, "0.2s")
    crawling = await start_crawl(here)
    database = here.with_name("dragonwatch.db")
    while not database.exists() or not counts(database).get("articles"):
        await asyncio.sleep(0.05)
    made = await told(here, "backup", str(tmp_path / "kept.db"))
    assert crawling.returncode is None, "the crawl was over before the backup"
    there = tmp_path / "there" / "dragonwatch.toml"
    there.parent.mkdir()
    shutil.copyfile(here, there)
    put = await told(there, "restore", str(tmp_path / "kept.db"))
    code, said = await ended(crawling)
    assert code == 0
    assert said.endswith("a new one was made\n")
    assert said.count("\n") == 1
    held = counts(tmp_path / "kept.db")
    assert 0 < held["articles"] < len(expected(newsroom))
    assert counts(there.with_name("dragonwatch.db")) == held
    assert put["rows"] == made["rows"] == {name: held[name] for name in put["rows"]}  # type: ignore[attr-defined]
    # What the backup did not have yet is crawled there as if it had been begun there.
    there.write_text(there.read_text().replace('per_host_delay = "0.2s"', 'per_host_delay = "0s"'))
    assert await ended(await start_crawl(there)) == (0, "")
    with contextlib.closing(open_store(f"sqlite:///{there.parent}/dragonwatch.db", clock=NewsroomClock())) as store:
        assert sorted(paths(store, newsroom)) == expected(newsroom)
    answers(there.with_name("dragonwatch.db"))


def answers(database: Path) -> None:
    """Each question that the documentation asks of the views is answered, by the SQLite shell too where there is one."""
    questions = re.findall(r'^\$ sqlite3 dragonwatch\.db "(.*)"$', DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(questions) == 3
    shell = shutil.which("sqlite3")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for question in questions:
            rows = connection.execute(question).fetchall()
            assert rows, question
            if shell is not None:
                shown = subprocess.run([shell, "-json", database, question], check=True, capture_output=True)
                assert [tuple(row.values()) for row in json.loads(shown.stdout)] == rows
