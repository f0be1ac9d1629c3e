"""A daemon left alone for a month against the newsroom: killed, switched off, without a mail server for a day, through clock changes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from desk.newsroom.folder import prepare
from desk.newsroom.server import Newsroom
from storage.checks import check_store
from storage.consistency import check_ledger
from storage.store import SqlStore, open_store
from tests.e2e.editorial import Editorial
from tests.e2e.receiving import Receivers
from tests.e2e.test_interrupted import doubled_figures, expected, paths
from tests.fakes import HandClock

STEP = timedelta(minutes=10)
"""Two beats further apart would be a gap in which no daemon ran."""
POLLED = timedelta(hours=16)
READERS = {
    "berlin@x.example": ("Europe/Berlin", time(2, 30)),
    "york@x.example": ("America/New_York", time(2, 30)),
    "sydney@x.example": ("Australia/Sydney", time(2, 30)),
    "shanghai@x.example": ("Asia/Shanghai", time(8, 0)),
}
"""At half past two the clocks of spring have no such time, and those of autumn have it twice."""


@dataclass(frozen=True)
class Plan:
    """What befalls the daemon; spans are in hours from the beginning."""

    began: datetime
    days: int
    mail_dead: tuple[float, float]
    off: tuple[tuple[float, float], ...]
    """From when to when no daemon runs."""
    danger: float = 0.25
    """How likely it is killed in a look in which letters are due or sources are asked; at other looks, a hundredth."""

    @property
    def ends(self) -> datetime:
        return self.began + timedelta(days=self.days)

    @property
    def looks(self) -> list[datetime]:
        """The moments at which the daemon has its look."""
        every = [self.began + number * STEP for number in range(int(timedelta(days=self.days) / STEP))]
        return [at for at in every if not any(self.within(span, at) for span in self.off)]

    def within(self, span: tuple[float, float], at: datetime) -> bool:
        """Whether a moment is in a span of hours."""
        return span[0] <= (at - self.began).total_seconds() / 3600 < span[1]


SHORT = Plan(datetime(2026, 10, 24, 12, tzinfo=UTC), 3, (10, 17), ((17, 46),))
"""Berlin's clocks go back in the first night; the rest of 29 hours covers two letters of New York's reader."""
OFF = ((9, 10.4), (100, 103), (158.5, 220), (305, 306), (401, 430), (555, 579))
MONTHS = (
    Plan(datetime(2026, 10, 1, tzinfo=UTC), 30, (240, 264), OFF),  # Sydney forward on the 4th, Berlin back on the 25th
    Plan(datetime(2026, 3, 7, tzinfo=UTC), 30, (240, 264), OFF),  # New York and Berlin forward, Sydney back
)  # fmt: skip


def dues(began: datetime, days: int) -> dict[tuple[str, date], datetime]:
    """When each reader's letter of each day is due, by nothing but the calendar."""
    found = {}
    for address, (zone, hour) in READERS.items():
        for offset in range(-2, days + 2):
            day = began.astimezone(ZoneInfo(zone)).date() + timedelta(days=offset)
            wall = datetime.combine(day, hour)
            while (due := wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:  # fmt: skip
                wall += timedelta(minutes=1)  # no such time on this day
            found[address, day] = due
    return found


@dataclass
class ByHand:
    """The daemon's process, to which the moments are told."""

    config: Path
    log: Path
    process: Process | None = None
    kills: int = field(default=0)
    in_the_midst: int = field(default=0)
    """Kills that met it at work."""

    async def look(self, at: datetime) -> None:
        """One look of all jobs, to its end; starts the process where none runs."""
        if self.process is None:
            with self.log.open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.e2e.by_hand", str(self.config), stdin=PIPE, stdout=PIPE, stderr=log
                )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{at.isoformat()}\n".encode())
        said = await asyncio.wait_for(self.process.stdout.readline(), 120)
        assert said.decode().strip() == at.isoformat(), self.log.read_text()

    async def kill(self) -> None:
        """SIGKILL; holds that what it had started ends as well."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        await self.process.wait()
        self.process = None
        _, alive = await asyncio.to_thread(psutil.wait_procs, children, 20)
        assert alive == []

    async def killed_in(self, at: datetime, seconds: float) -> None:
        """A look that is cut off after so long, wherever it has come by then."""
        look = asyncio.create_task(self.look(at))
        await asyncio.wait({look}, timeout=seconds)
        self.kills += 1
        self.in_the_midst += not look.done()
        await self.kill()
        with contextlib.suppress(AssertionError):
            await look


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


def installation(folder: Path, newsroom: Newsroom, receivers: Receivers) -> Path:
    """The demo's configuration with these readers and one alert, which tells everything."""
    config = prepare(folder, newsroom.sources())
    text = re.sub(r"\[\[recipient\]\][^\[]*", "", config.read_text())
    text = text.replace("[[source]]\n", f'[[source]]\nevery = "{POLLED // timedelta(hours=1)}h"\n')
    for address, (zone, hour) in READERS.items():
        text += f'\n[[recipient]]\naddress = "{address}"\ntimezone = "{zone}"\nat = "{hour:%H:%M}"\ndays = "mon-sun"\n'
    text += f'\n[mail]\nhost = "127.0.0.1"\nport = {receivers.mail_port}\n'
    text += f'\n[[alert]]\nurl = "{receivers.hook}"\nsilence = true\n'
    config.write_text(text)
    return config


@pytest.mark.parametrize("plan", [SHORT, *(pytest.param(month, marks=pytest.mark.gauntlet) for month in MONTHS)])
async def test_left_alone_it_loses_nothing_and_doubles_nothing(
    tmp_path: Path, newsroom: Newsroom, receivers: Receivers, plan: Plan
) -> None:
    config = installation(tmp_path, newsroom, receivers)
    daemon = ByHand(config, tmp_path / "daemon.log")
    editorial = Editorial(newsroom, plan.began)
    moods, last, clock = random.Random(plan.days), plan.began, HandClock(plan.began)
    letters = {
        min(at for at in plan.looks if at >= due)
        for due in dues(plan.began, plan.days).values()
        if due < plan.looks[-1]
    }
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=clock)) as store:
        for at in plan.looks:
            clock.at = at
            if at - last > STEP:
                await daemon.kill()
            await (receivers.kill_mail if plan.within(plan.mail_dead, at) else receivers.revive_mail)()
            if plan.ends - at > POLLED + timedelta(hours=1):
                editorial.publish(at)  # what comes later could not be asked for any more
            chance = moods.random()
            if chance < plan.danger * 0.01 or (chance < plan.danger and (at in letters or store.sources.due(at, 1))):
                await daemon.killed_in(at, moods.uniform(0, 1))
                await daemon.look(at)
                settle(store, receivers)
            else:
                await daemon.look(at)
            last = at
        await daemon.kill()
        judge_letters(store, receivers, plan)
        judge_alerts(store, receivers, plan)
        judge_store(store, newsroom, editorial)
        judge_status(store, config, plan)
    assert daemon.in_the_midst >= daemon.kills // 2 > 0


def settle(store: SqlStore, receivers: Receivers) -> None:
    """What a person does about doubts: looks whether it arrived."""
    for row in store.outbox.list(state="in_doubt", limit=None):
        store.outbox.resolve(row.id, "sent" if row.message_id in receivers.ids() else "resend")


def judge_letters(store: SqlStore, receivers: Receivers, plan: Plan) -> None:
    """One letter for each of a reader's days on which a daemon ran between its hour and the next day's."""
    due = dues(plan.began, plan.days)
    wanted = {
        max((moment, address, day.isoformat()) for (address, day), moment in due.items() if address == reader and moment <= at)[1:]
        for reader in READERS
        for at in plan.looks
    }  # fmt: skip
    arrived = Counter((letter.recipient, letter.day) for letter in receivers.letters)
    assert set(arrived) == wanted
    assert set(arrived.values()) == {1}
    assert Counter(row.state for row in store.outbox.list(kind="digest", limit=None)) == {"sent": len(wanted)}
    # None was left out unless no daemon ran: those are the ones that status tells.
    for reader in READERS:
        days = sorted(date.fromisoformat(day) for address, day in wanted if address == reader)
        every = {days[0] + timedelta(days=number) for number in range((days[-1] - days[0]).days + 1)}
        assert {due[reader, day] for day in every - set(days)} <= set(missed(store, "digest"))


def missed(store: SqlStore, kind: str) -> list[datetime]:
    return [run.due for run in store.runs.recent(kind, limit=None, state="missed") if run.due]


def judge_alerts(store: SqlStore, receivers: Receivers, plan: Plan) -> None:
    """Each flag since the first look, and each silence, was told once."""
    told = Counter(flag["id"] for _, data in receivers.alerts for flag in data["flags"])
    assert {flag.id for flag in store.flags.find() if flag.created_at > plan.began} <= set(told)
    assert set(told.values()) == {1}
    silences = Counter(run["id"] for _, data in receivers.alerts for run in data["missed"])
    assert silences == Counter(run.id for run in store.runs.recent("daemon", limit=None, state="missed"))


def judge_store(store: SqlStore, newsroom: Newsroom, editorial: Editorial) -> None:
    """Every article is there once, every figure was flagged once, and nothing is out of order."""
    assert sorted(paths(store, newsroom)) == expected(newsroom)
    flags = [flag for flag in store.flags.find() if flag.figure is not None]
    raised = Counter(
        (flag.company, flag.figure.kind, int(flag.figure.high or 0), "edited" if flag.reason == "edited" else "news")
        for flag in flags
        if flag.figure is not None and flag.article is not None and "/day-" in flag.article.url
    )
    assert raised == editorial.told
    assert doubled_figures(store) == []
    assert [found.told for found in (*check_store(store), *check_ledger(store)) if found.level == "error"] == []


def judge_status(store: SqlStore, config: Path, plan: Plan) -> None:
    """The command tells every rest, and every letter that fell into one."""
    call = [sys.executable, "-m", "desk", "--config", str(config), "status", "--state", "missed", "--limit", "1000"]
    told = json.loads(subprocess.run([*call, "--json"], capture_output=True, check=True).stdout)
    rests = [(datetime.fromisoformat(run["due"]), datetime.fromisoformat(run["started"])) for run in reversed(told) if run["kind"] == "daemon"]  # fmt: skip
    looks = plan.looks
    assert rests == [(before, at) for before, at in pairwise(looks) if at - before > STEP]
    letters = {datetime.fromisoformat(run["due"]) for run in told if run["kind"] == "digest"}
    due = set(dues(plan.began, plan.days).values())
    assert letters <= due and letters == set(missed(store, "digest"))
