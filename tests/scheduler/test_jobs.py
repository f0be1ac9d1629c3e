"""What the daemon's jobs do about what hangs, what was missed, and what they tell of themselves."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.config import Config, RecipientConfig
from crawler.config.model import DaemonConfig
from crawler.errors import ConfigError, DragonwatchError
from crawler.items import Source
from crawler.watchlist import load_watchlist
from scheduler import aside as aside_module
from scheduler.aside import aside
from scheduler.jobs import Jobs, within
from scheduler.logs import Json, Readable, run_id
from scheduler.metrics import Metrics
from scheduler.metrics_server import open_monitor
from scheduler.pulse import Pulse
from scheduler.summary import CrawlSummary, SourceResult
from scheduler.unit import unit_text
from storage.store import SqlStore
from tests.fakes import HandClock


@dataclass
class Postman:
    letters: list[str] = field(default_factory=list)

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        self.letters.append(recipient)


def jobs(store: SqlStore, clock: HandClock, postman: Callable[..., Any] | None = None, **daemon: Any) -> Jobs:
    config = Config(recipient=(RecipientConfig(address="a@x.example"),), daemon=DaemonConfig(**daemon))
    return Jobs(config, store, clock, load_watchlist(), None, lambda _: postman or Postman(), Pulse(clock))


async def test_a_job_that_hangs_is_ended_and_recorded(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sources.add(Source("slow", "feed", "https://news.example/feed"))
    ended = asyncio.Event()

    async def hangs(self: Jobs, due: list[Source]) -> dict[str, Any]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    monkeypatch.setattr(Jobs, "_crawl", hangs)
    work = jobs(store, clock, job_limit="50ms")
    await work.tick()
    assert ended.is_set() and work.under_way == set()
    run = store.runs.recent("crawl")[0]
    assert (
        run.state == "failed"
        and "more than 0.05 seconds" in (run.error or "")
        and "daemon.job_limit" in (run.error or "")
    )


async def test_a_job_that_heeds_nothing_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.jobs.ENDS_WITHIN", 0.05)
    let_go = asyncio.Event()

    async def deaf() -> dict[str, Any]:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue
        return {}

    with pytest.raises(DragonwatchError, match="was ended"):
        await within(0.05, deaf)
    let_go.set()
    await asyncio.sleep(0)


async def test_a_slow_source_holds_up_no_other(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sources.add(Source("slow", "feed", "https://slow.example/feed"))
    asked: list[list[str]] = []
    slow = asyncio.Event()

    async def crawl(self: Jobs, due: list[Source]) -> dict[str, Any]:
        asked.append([source.name for source in due])
        if due[0].name == "slow":
            await slow.wait()
        return {}

    monkeypatch.setattr(Jobs, "_crawl", crawl)
    work = jobs(store, clock)
    first = asyncio.create_task(work.tick())
    while not asked:
        await asyncio.sleep(0.01)
    store.sources.add(Source("quick", "feed", "https://quick.example/feed"))
    await work.tick()
    assert asked == [["slow"], ["quick"]]
    slow.set()
    await first


async def test_a_mail_server_that_hangs_does_not_hold_up_the_end(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside_module, "LET_GO_AFTER", 0.05)
    begun, let_go = threading.Event(), threading.Event()

    def hangs(message: bytes, sender: str, recipient: str) -> None:
        begun.set()
        let_go.wait(10)

    sending = asyncio.create_task(jobs(store, clock, hangs).digest())
    while not begun.is_set():
        await asyncio.sleep(0.01)
    began = time.monotonic()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert time.monotonic() - began < 5
    assert [row.state for row in store.outbox.list()] == ["in_doubt"]
    let_go.set()


async def test_work_aside_finishes_what_it_is_at_when_told_to_end() -> None:
    done: list[int] = []

    def work(ended: Callable[[], bool]) -> None:
        for number in range(1000):
            if ended():
                return
            time.sleep(0.01)
            done.append(number)

    task = asyncio.create_task(aside(work))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    seen = len(done)
    await asyncio.sleep(0.05)
    assert 0 < seen == len(done) < 1000


async def test_errors_of_work_aside_come_through() -> None:
    def fails(_: Callable[[], bool]) -> None:
        raise DragonwatchError("told")

    with pytest.raises(DragonwatchError, match="told"):
        await aside(fails)


async def test_letters_that_no_daemon_wrote_are_recorded_and_told_in_the_next(
    store: SqlStore, clock: HandClock
) -> None:
    bodies: list[bytes] = []
    work = jobs(store, clock, lambda message, sender, recipient: bodies.append(message))
    await work.digest()  # Tuesday the 24th
    clock.at = datetime(2026, 12, 1, 3, tzinfo=UTC)  # the next Tuesday: Wednesday to Friday and Monday passed
    await work.digest()
    await work.digest()
    missed = [run.due for run in store.runs.recent("digest", state="missed")]
    assert [due.strftime("%a %d") for due in reversed(missed) if due] == ["Wed 25", "Thu 26", "Fri 27", "Mon 30"]
    assert len(bodies) == 2
    from email import message_from_bytes, policy

    part = message_from_bytes(bodies[1], policy=policy.default).get_body(("plain",))
    assert part is not None and part.get_content().count("did not run") == 4


async def test_a_time_without_a_daemon_is_recorded_once(store: SqlStore, clock: HandClock) -> None:
    await jobs(store, clock).beat()
    clock.at += timedelta(minutes=9)
    await jobs(store, clock).beat()
    assert store.runs.recent("daemon") == []
    work = jobs(store, clock)
    await work.beat()
    clock.at += timedelta(hours=3)  # the machine slept, or the process was stopped
    await work.beat()
    await work.beat()
    assert [run.error for run in store.runs.recent("daemon")] == [
        "no daemon ran from 2026-11-24 01:09 to 2026-11-24 04:09 UTC"
    ]
    clock.at -= timedelta(days=2)
    await work.beat()
    clock.at += timedelta(seconds=30)
    await work.beat()
    assert len(store.runs.recent("daemon")) == 1


def families(text: bytes) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(text.decode())}


def value(metrics: Metrics, name: str, **labels: str) -> float:
    found = [
        sample.value
        for family in families(metrics.text()).values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(found) == 1, f"{name} {labels}: {found}"
    return found[0]


def test_what_prometheus_is_told(store: SqlStore, clock: HandClock) -> None:
    metrics = Metrics(store, clock)
    results = (SourceResult("a", "new"), SourceResult("b", "failed"), SourceResult("c", "new"))
    metrics.crawled(CrawlSummary(clock.at, clock.at, results, {"stored": 3, "copy": 1}, 2, 1, ()))  # type: ignore[arg-type]
    store.sources.add(Source("d", "feed", "https://d.example/feed"))
    store.outbox.add("a@x.example", "e", "<1>", b"x")
    store.runs.finish(store.runs.start("crawl"))
    clock.at += timedelta(minutes=5)
    assert value(metrics, "dragonwatch_polls_total", outcome="new") == 2
    assert value(metrics, "dragonwatch_leads_total", end="copy") == 1
    assert value(metrics, "dragonwatch_queue_depth", queue="due_sources") == 1
    assert value(metrics, "dragonwatch_queue_depth", queue="letters_waiting") == 1
    assert value(metrics, "dragonwatch_last_success_age_seconds", job="crawl") == 300
    assert value(metrics, "dragonwatch_memory_bytes", process="daemon") > 1_000_000
    assert value(metrics, "dragonwatch_stored_bytes", what="database") > 0


def test_how_long_articles_took_to_come_in(store: SqlStore, clock: HandClock) -> None:
    from dataclasses import replace

    from tests.storage.building import page, reading, stored

    metrics = Metrics(store, clock)
    for name, age in (("quick", timedelta(minutes=4)), ("old", timedelta(days=30))):
        read = reading(f"文章{name}。", title=name, published=clock.at - age)
        store.take_in(replace(page(name), fetched=clock.at), read, stored(read))
    metrics.crawled(CrawlSummary(clock.at, clock.at, (), {}, 0, 0, ()))
    assert value(metrics, "dragonwatch_publication_to_storage_seconds_count") == 1
    assert value(metrics, "dragonwatch_publication_to_storage_seconds_sum") == pytest.approx(240, abs=1)


def test_every_name_is_written_down(store: SqlStore, clock: HandClock) -> None:
    text = Path(__file__).parents[2].joinpath("docs/daemon.md").read_text(encoding="utf-8")
    for name in families(Metrics(store, clock).text()):
        assert f"`{name}" in text, name


async def test_a_daemon_without_a_desk_answers_a_monitor(store: SqlStore, clock: HandClock) -> None:
    alive = [True]
    serve = await open_monitor(Metrics(store, clock), lambda: alive[0], "127.0.0.1", port := free_port())
    task = asyncio.create_task(serve())
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        assert [(await session.get(path)).status for path in ("/health", "/ready", "/metrics")] == [200, 200, 200]
        alive[0] = False
        assert (await session.get("/health")).status == 503
    with pytest.raises(ConfigError, match=r"daemon\.metrics names"):
        await open_monitor(Metrics(store, clock), lambda: True, "127.0.0.1", port)
    task.cancel()
    await task


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("formatter", [Readable("%(levelname)s %(name)s%(run)s: %(message)s"), Json()])
def test_what_is_logged_names_its_run(formatter: logging.Formatter) -> None:
    into = io.StringIO()
    handler = logging.StreamHandler(into)
    handler.setFormatter(formatter)
    record = logging.LogRecord("dragonwatch.daemon", logging.WARNING, "", 1, "poll %s\nagain", ("late",), None)
    marked = run_id.set("17")
    handler.emit(record)
    run_id.reset(marked)
    if isinstance(formatter, Json):
        told = json.loads(into.getvalue())
        assert (told["run"], told["level"], told["message"], told["error"]) == (
            "17",
            "warning",
            "poll late\nagain",
            None,
        )
    else:
        assert into.getvalue() == "WARNING dragonwatch.daemon[17]: poll late\nagain\n"


def test_the_unit_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    program = folder / "dragonwatch"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = unit_text(program, folder / "dragonwatch.toml", folder, (folder / "archive",), "daemon")
    assert "@" not in text.replace("@system-service", "") and f'"{program}" daemon --config' in text
    (tmp_path / "dragonwatch.service").write_text(text)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "dragonwatch.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
