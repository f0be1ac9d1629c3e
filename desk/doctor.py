"""Checks an installation; each finding says its mend."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from crawler.errors import DragonwatchError
from crawler.plural import counted
from desk.wiring import Wiring
from storage.checks import Finding, check_store

LATE = 15 * 60
"""Seconds that work may wait before that is told; a host's own pace makes some wait for a while."""


def examine(wiring: Wiring, *, thorough: bool = False) -> Iterator[Finding]:
    """Every finding, in the order a repair would go; raises nothing that a check can tell as a finding."""
    yield Finding("python", "ok", sys.version.split()[0])
    yield Finding("configuration", "ok", str(wiring.config.path or "none; the built-in defaults stand"))
    checks: tuple[tuple[str, Callable[[Wiring], Iterator[Finding]]], ...] = (
        ("companies", _watchlist),
        ("database", lambda opened: iter(check_store(opened.store, opened.archive, thorough=thorough))),
        ("fetch", _fetching),
        ("sources", _sources),
        ("letters", _letters),
        ("alerts", _alerts),
        ("desk", _desk),
        ("workers", _workers),
    )
    for subject, check in checks:
        try:
            yield from check(wiring)
        except DragonwatchError as error:
            yield Finding(subject, "error", str(error))


def _watchlist(wiring: Wiring) -> Iterator[Finding]:
    yield Finding("companies", "ok", ", ".join(company.key for company in wiring.watchlist.companies))


def _fetching(wiring: Wiring) -> Iterator[Finding]:
    fetch = wiring.config.fetch
    if not fetch.contact:
        mend = 'set fetch.contact = "mailto:you@example.org"'
        yield Finding("fetch.contact", "warning", "sites cannot tell whom to write to", mend)
    if fetch.ca_file and not Path(fetch.ca_file).is_file():
        mend = "name a file of certificates, or leave it empty"
        yield Finding("fetch.ca_file", "error", f"{fetch.ca_file} is no file", mend)


def _sources(wiring: Wiring) -> Iterator[Finding]:
    rows = wiring.store.sources.all()
    enabled = [row for row in rows if row.source.enabled]
    if not enabled:
        mend = "`dragonwatch sources add NAME URL`, or `dragonwatch sources enable NAME`"
        yield Finding("sources", "warning", "no source is enabled", mend)
        return
    yield Finding("sources", "ok", f"{len(enabled)} enabled of {len(rows)}")
    for row in enabled:
        if row.health in ("failing", "blocked", "stale"):
            told = f"{row.health}: {row.error or 'nothing new for long'}"
            mend = f"`dragonwatch sources check {row.source.name}` says more"
            yield Finding(f"source {row.source.name}", "warning", told, mend)


def _letters(wiring: Wiring) -> Iterator[Finding]:
    if not wiring.config.recipient:
        yield Finding("letters", "warning", "nobody gets a letter", "add a [[recipient]] to the configuration")
        return
    mailer = wiring.mailer
    yield Finding(
        "letters", "ok", f"{counted(len(wiring.config.recipient), 'recipient')}, by {mailer.host}:{mailer.port}"
    )


def _alerts(wiring: Wiring) -> Iterator[Finding]:
    from scheduler.alerts.room import check_target
    from scheduler.alerts.targets import target_of

    for number, alert in enumerate(wiring.config.alert, 1):
        target = target_of(alert, number)
        check_target(target, number)
        yield Finding("alerts", "ok", target.name)


def _desk(wiring: Wiring) -> Iterator[Finding]:
    from desk.web.state import open_desk

    desk, place = open_desk(wiring, "doctor"), wiring.config.desk
    who = "for those with an account" if desk.open else "for this machine alone"
    yield Finding("desk", "ok", f"{place.host}:{place.port}, {who}")


def _workers(wiring: Wiring) -> Iterator[Finding]:
    if not wiring.config.workers.enabled:
        return
    from scheduler.fleet.state import queues, workers

    alive = workers(wiring.store.database)
    if not alive:
        mend = "run `dragonwatch worker` on at least one machine, or set workers.enabled = false"
        yield Finding("workers", "error", "none is alive, so nothing is polled and no letter goes out", mend)
        return
    yield Finding("workers", "ok", f"{counted(len(alive), 'worker')} at work")
    for queue in queues(wiring.store.database):
        if queue.oldest is not None and queue.oldest > LATE and queue.lane != "past":
            told = f"{counted(queue.waiting, queue.kind + ' job')} wait, the oldest for {queue.oldest / 60:.0f} minutes"
            yield Finding("workers", "warning", told, "run more workers, or raise workers.jobs")
