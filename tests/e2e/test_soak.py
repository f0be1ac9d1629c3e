"""A daemon's jobs left to themselves for simulated days: one letter a day, each alert once, nothing grows."""

from __future__ import annotations

import gc
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from crawler.config import Config, FetchConfig, RecipientConfig, ScheduleConfig
from crawler.config.model import AlertConfig, UpkeepConfig
from crawler.errors import TemporaryRefusal
from crawler.items import Source
from crawler.watchlist import load_watchlist
from scheduler.jobs import Jobs
from scheduler.metrics import Metrics, resident
from scheduler.pulse import Pulse
from scheduler.run import open_web
from storage.archive import open_archive
from storage.store import open_store
from tests.e2e.editorial import filler
from tests.fakes import HandClock
from tests.scheduler.walking import Loopback, loopback

BEGAN = datetime(2026, 10, 23, 22, tzinfo=UTC)
"""Two days before Berlin's clocks go back."""


@dataclass
class Postman:
    """Takes letters, but on its bad day."""

    clock: HandClock
    bad_day: int
    letters: list[tuple[str, str, datetime]] = field(default_factory=list)

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        if (self.clock.at - BEGAN).days == self.bad_day:
            raise TemporaryRefusal("451 the server is dead today")
        self.letters.append((recipient, str(message_from_bytes(message)["Message-ID"]), self.clock.at))


def publish(site: Loopback, clock: HandClock, sources: int, alerts: list[bytes]) -> None:
    """Feeds of which each has one new article every six hours; every tenth article tells a figure of its own."""

    async def feed(request: web.Request) -> web.StreamResponse:
        number = int(request.path.rpartition("/")[2])
        newest = int((clock.at - BEGAN) / timedelta(hours=6))
        items = "".join(
            f"<item><title>商汤第{number}号园区第{turn}条消息</title><link>{site.url(f'/page/{number}/{turn}')}</link>"
            f"<pubDate>{(BEGAN + turn * timedelta(hours=6)):%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
            for turn in range(max(newest - 20, 0), newest + 1)
        )
        body = (
            f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
        )
        return web.Response(body=body.encode(), content_type="application/xml")

    async def page(request: web.Request) -> web.StreamResponse:
        _, _, number, turn = request.path.split("/")
        told = int(number) * 1000 + int(turn)
        news = (
            f"商汤今天宣布，公司获{told + 1}万美元融资。" if told % 10 == 0 else "商汤今天宣布，公司在上海的园区开放。"
        )
        text = "".join(f"<p>{paragraph}</p>" for paragraph in (news, *filler(told)))
        title = f"商汤第{number}号园区第{turn}条消息"
        body = f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><article>{text}</article></body></html>"
        return web.Response(body=body.encode(), content_type="text/html")

    async def hook(request: web.Request) -> web.StreamResponse:
        alerts.append(await request.read())
        return web.Response()

    for number in range(sources):
        site.pages[f"/feed/{number}"] = feed
        for turn in range(4 * 400):
            site.pages[f"/page/{number}/{turn}"] = page
    site.pages["/hook"] = hook
    site.pages["/robots.txt"] = ""


@pytest.mark.parametrize(
    ("days", "sources", "step"),
    [(3, 20, 6), pytest.param(30, 100, 2, marks=pytest.mark.gauntlet)],
)
async def test_days_go_by_and_nothing_grows(tmp_path: Path, days: int, sources: int, step: int) -> None:
    clock, alerts = HandClock(BEGAN), list[bytes]()
    pages = sources * 5_000  # bytes of archived pages that are kept: somewhat less than a day's
    postman = Postman(clock, bad_day=1)
    async with loopback() as site:
        publish(site, clock, sources, alerts)
        zones = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
        config = Config(
            fetch=FetchConfig(per_host_delay="0s", allow_networks=("127.0.0.0/8",)),  # type: ignore[arg-type]
            schedule=ScheduleConfig(poll_max="6h"),  # type: ignore[arg-type]
            recipient=tuple(RecipientConfig(address=f"{n}@x.example", days="mon-sun", timezone=zone) for n, zone in enumerate(zones)),
            alert=(AlertConfig(url=SecretStr(site.url("/hook"))),),
            upkeep=UpkeepConfig(rates="", backups=str(tmp_path / "backups"), backups_kept=2, history="1d", pages_size=pages),  # type: ignore[arg-type]
        )  # fmt: skip
        store = open_store(f"sqlite:///{tmp_path}/soak.db", clock=clock)
        for number in range(sources):
            store.sources.add(Source(f"s{number}", "feed", site.url(f"/feed/{number}"), outlet=f"Outlet {number}"))
        async with open_web(config, clock) as client:
            pulse = Pulse(clock)
            archive = open_archive(tmp_path / "archive", clock=clock, max_file=pages // 4)
            jobs = Jobs(
                config,
                store,
                clock,
                load_watchlist(),
                archive,
                lambda _: postman,
                pulse,
                client,
                Metrics(store, clock, client),
            )
            sizes = await _live(jobs, clock, days, step, lambda: disk(tmp_path))
        archive.close()
        _judge_letters(postman, days)
        told: Counter[Any] = Counter()
        for body in alerts:
            told.update(flag["id"] for flag in json.loads(body)["data"]["flags"])
        assert told and set(told.values()) == {1}
        assert len(told) >= len(store.flags.find()) - sources  # what came in the last hours may still wait
        assert [run.kind for run in store.runs.recent(limit=10_000, state="missed")] == []
        failed = {run.error for run in store.runs.recent(limit=10_000, state="failed")}
        assert failed == {"451 the server is dead today"}
        assert len(list((tmp_path / "backups").iterdir())) <= 2
        store.close()
    _judge_sizes(sizes, days)
    assert max(size.disk.pages for size in sizes) < pages + sources * 8_000


@dataclass(frozen=True)
class Size:
    """What the daemon takes after a day."""

    memory: int
    files: int
    disk: Disk


@dataclass(frozen=True)
class Disk:
    """Bytes on disk, and what the database holds."""

    database: int
    pages: int
    articles: int
    history: int
    """Polls, runs and letters, which go with time."""


def disk(folder: Path) -> Disk:
    with closing(sqlite3.connect(folder / "soak.db")) as database:
        rows = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("articles", "polls", "runs", "outbox")
        }
    return Disk(
        sum(file.stat().st_size for file in folder.glob("soak.db*")),
        sum(file.stat().st_size for file in (folder / "archive").rglob("*") if file.is_file()),
        rows.pop("articles"),
        sum(rows.values()),
    )


async def _live(jobs: Jobs, clock: HandClock, days: int, step: int, look: Callable[[], Disk]) -> list[Size]:
    """Lets the time pass, all jobs each time; what is taken after each day."""
    sizes = []
    while clock.at < BEGAN + timedelta(days=days):
        for job in (jobs.beat, jobs.tick, jobs.recheck, jobs.alert, jobs.digest, jobs.upkeep):
            await job()
        before = clock.at
        clock.at += timedelta(hours=step)
        jobs.pulse.kept = clock.at  # between two looks of this test the daemon is taken to have beaten
        jobs.store.settings.set("daemon.beat", clock.at.isoformat())
        if before.date() != clock.at.date():
            gc.collect()
            sizes.append(Size(resident(os.getpid()), open_files(), look()))
    return sizes


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _judge_letters(postman: Postman, days: int) -> None:
    """One letter a day for each recipient, the one of the bad day late, and none twice."""
    ids = [id for _, id, _ in postman.letters]
    assert len(ids) == len(set(ids))
    for recipient, count in Counter(recipient for recipient, _, _ in postman.letters).items():
        assert days - 1 <= count <= days + 1, f"{recipient}: {count}"


def _judge_sizes(sizes: list[Size], days: int) -> None:
    """Memory and descriptors at the end as after the first day; on disk the articles alone grow."""
    first, second, last = sizes[0], sizes[1], sizes[-1]
    assert last.files <= first.files + 8
    assert last.memory - first.memory < 60_000_000 + 1_000_000 * days, f"{first} to {last} bytes"
    articles = last.disk.articles - first.disk.articles
    assert last.disk.database - first.disk.database < 2_000_000 + 10_000 * articles, f"{first.disk} to {last.disk}"
    a_day = second.disk.history - first.disk.history
    assert max(size.disk.history for size in sizes) < 2 * a_day, [size.disk.history for size in sizes]
