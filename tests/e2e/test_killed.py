"""The command itself killed over and over in the midst of a crawl: nothing lost, nothing doubled, every page in the archive."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crawler.clock import SystemClock
from storage.archive import WarcArchive
from storage.store import open_store
from tests.e2e.archive_site import ArchiveSite
from tests.e2e.test_interrupted import doubled_figures, ended, start_crawl

CONFIG = """
[fetch]
contact = "mailto:desk@example.org"
allow_networks = ["127.0.0.0/8"]
per_host_delay = "0s"

[schedule]
catalogue = false
baseline = "3650d"

[[source]]
name = "archive"
kind = "feed"
url = "{url}"
language = "zh-Hans"
"""
OPENS_WITHIN = 10.0


@pytest.fixture
async def site(request: pytest.FixtureRequest) -> AsyncIterator[ArchiveSite]:
    made = ArchiveSite(request.param, newest=SystemClock().now())
    await made.start()
    yield made
    await made.stop()


def installation(folder: Path, site: ArchiveSite) -> Path:
    config = folder / "dragonwatch.toml"
    config.write_text(CONFIG.format(url=site.source().url), encoding="utf-8")
    return config


def stored(folder: Path) -> int:
    """How many articles there are by now."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{folder}/dragonwatch.db?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:  # there is no database yet, or no table in it
        return 0


def assert_sound(folder: Path) -> None:
    """The database opens soon and is whole."""
    began = time.monotonic()
    with contextlib.closing(open_store(f"sqlite:///{folder}/dragonwatch.db", clock=SystemClock())) as store:
        assert time.monotonic() - began < OPENS_WITHIN
        with contextlib.closing(sqlite3.connect(str(store.database.path))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("site", "kills"), [(20, 1), pytest.param(1000, 200, marks=pytest.mark.gauntlet)], indirect=["site"]
)
async def test_a_crawl_that_is_killed_again_and_again_ends_as_one_that_was_not(
    tmp_path: Path, site: ArchiveSite, kills: int
) -> None:
    config, moments = installation(tmp_path, site), random.Random(kills)
    few = min(2 * site.count // kills, site.count // 4)
    for turn in range(kills):
        process = await start_crawl(config, "archive")
        # Every fourth is killed wherever it is by then; the others once they have brought some pages home.
        wanted = 0 if turn % 4 == 3 else stored(tmp_path) + moments.randint(1, few)
        while stored(tmp_path) < wanted and process.returncode is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(moments.uniform(0, 0.2) if wanted else moments.uniform(0, 3))
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await ended(process)
        assert_sound(tmp_path)
    assert await ended(await start_crawl(config, "archive")) == (0, "")
    assert_sound(tmp_path)
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=SystemClock())) as store:
        rows = store.articles.find(limit=None)
        archive = WarcArchive(tmp_path / "archive", clock=SystemClock())
        assert sorted(row.url for row in rows) == sorted(site.addresses())
        assert [row.url for row in rows if archive.load(row.archived or "").url != row.url] == []
        assert {row.revision for row in rows} == {1}
        assert doubled_figures(store) == []
