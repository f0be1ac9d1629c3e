"""What is done for the installation itself, once a day; a step that fails is told and keeps no other from being done.

rates     the day's exchange rates                     scheduler/dayrates
pages     archived pages that are too old or too many  storage/retention
history   old polls, runs and sent letters; vacuum     storage/upkeep
checks    database, ledger, search index, archive      storage/checks, storage/consistency
backup    a verified copy, the oldest ones removed     storage/backup
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawler.config import Config
from crawler.errors import DragonwatchError
from crawler.fetch.client import Web
from crawler.ports import Archive, Clock
from scheduler.aside import aside
from scheduler.dayrates import fetch_rates
from scheduler.digest.slots import last_slot
from storage.archive import WarcArchive
from storage.backup import back_up
from storage.checks import check_store
from storage.consistency import check_ledger
from storage.retention import retain
from storage.store import SqlStore
from storage.upkeep import keep_up

log = logging.getLogger("dragonwatch.upkeep")

_NAME = "dragonwatch-{}.db"
_ALL = "dragonwatch-*.db"


def due(store: SqlStore, config: Config, clock: Clock) -> bool:
    """Whether today's upkeep has not begun yet although its time has come; a day without a daemon is not caught up."""
    now = clock.now()
    slot = last_slot(config.upkeep.at, "*", config.schedule.timezone, now)
    last = next((run for run in store.runs.recent("upkeep", limit=1)), None)
    if slot is None or (last is not None and last.started >= slot.due):
        return False
    # A new installation has nothing to keep yet: its first upkeep is the first one whose time comes.
    if last is None and not store.settings.get("upkeep.began"):
        store.settings.set("upkeep.began", now.isoformat())
        return False
    began = store.settings.get("upkeep.began")
    return last is not None or began is None or datetime.fromisoformat(began) < slot.due


async def keep_house(
    store: SqlStore, config: Config, clock: Clock, archive: Archive | None, web: Web | None = None
) -> dict[str, Any]:
    """Does every step and tells what came of it; raises DragonwatchError with what failed once all are done."""
    done: dict[str, Any] = {}
    errors: list[str] = []

    async def step(name: str, work: Callable[[], Awaitable[Any]]) -> None:
        try:
            done[name] = await work()
        except DragonwatchError as error:
            errors.append(f"{name}: {error}")
        except OSError as error:
            errors.append(f"{name}: {error.strerror or error}")

    warc = archive if isinstance(archive, WarcArchive) else None
    if config.upkeep.rates:
        await step("rates", lambda: _rates(store, config, clock, web))
    if warc is not None and (config.upkeep.pages_age or config.upkeep.pages_size):
        await step("pages", lambda: aside(lambda _: _retained(store, config, warc)))
    await step("history", lambda: aside(lambda _: asdict(keep_up(store, history=config.upkeep.history))))
    await step("checks", lambda: aside(lambda _: _checked(store, warc)))
    if config.upkeep.backups and store.database.path is not None:
        await step("backup", lambda: aside(lambda _: _backed_up(store, config, clock)))
    if errors:
        raise DragonwatchError("; ".join(errors))
    return done


async def _rates(store: SqlStore, config: Config, clock: Clock, web: Web | None) -> dict[str, Any]:
    """The shipped rates stand where the day's cannot be had, so that is no failure of the upkeep."""
    from scheduler.run import open_web

    async with AsyncExitStack() as stack:
        shared = web if web is not None else await stack.enter_async_context(open_web(config, clock, store))
        try:
            new = await fetch_rates(shared.branch(), config.upkeep.rates, store.settings)
        except DragonwatchError as error:
            log.warning("the day's exchange rates were not had: %s", error)
            return {"new": 0, "error": str(error)}
    return {"new": new, "error": None}


def _retained(store: SqlStore, config: Config, archive: WarcArchive) -> dict[str, Any]:
    done = retain(store, archive, max_age=config.upkeep.pages_age, max_bytes=config.upkeep.pages_size)
    return {"files": done.files, "bytes": done.bytes, "kept": done.pages_kept, "torn": list(done.torn)}


def _checked(store: SqlStore, archive: WarcArchive | None) -> dict[str, Any]:
    """Raises DragonwatchError for what must not be; what may be better is told."""
    findings = [*check_store(store, archive), *check_ledger(store)]
    wrong = [f"{finding.told} ({finding.mend})" for finding in findings if finding.level == "error"]
    if wrong:
        raise DragonwatchError("; ".join(wrong))
    warnings = [f"{finding.subject}: {finding.told}" for finding in findings if finding.level == "warning"]
    return {"looked": len(findings), "warnings": warnings}


def _backed_up(store: SqlStore, config: Config, clock: Clock) -> dict[str, Any]:
    folder = Path(config.upkeep.backups)
    folder.mkdir(parents=True, exist_ok=True)
    today = clock.now().astimezone(ZoneInfo(config.schedule.timezone)).strftime("%Y-%m-%d")
    made = back_up(store, folder / _NAME.format(today), force=True)
    # Names sort by day; the newest copy is only ever removed by a newer one.
    old = sorted(folder.glob(_ALL))[: -config.upkeep.backups_kept]
    for path in old:
        path.unlink()
    return {"path": made.path.name, "bytes": made.bytes, "removed": len(old)}
