"""The alert room: puts what cannot wait into the outbox, once for each target, and hands it over."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crawler.config import Config, not_watched
from crawler.config.model import AlertConfig
from crawler.errors import ConfigError, InDoubt, PermanentRefusal, TemporaryRefusal
from crawler.ports import Clock
from scheduler.alerts.message import Message, News, compose, trial
from scheduler.alerts.rules import down_for, quiet, wanted
from scheduler.alerts.targets import Target, target_of
from scheduler.alerts.webhook import post
from scheduler.dayrates import rates_of
from scheduler.outgoing import Handed, Outgoing
from storage.rows import OutboxRow
from storage.store import SqlStore

FOLDED_FOR = timedelta(minutes=10)
"""After a message its target is left in peace for so long; what comes meanwhile is one message."""
SETTLES = timedelta(minutes=2)
"""With several writers a flag may be seen after one of a higher number, by as long as a transaction lasts at the most."""
APPRISE_TAKES = 60.0
"""Seconds that Apprise gets for one message."""
_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV", "TMPDIR")
"""What Apprise's process sees of our environment: no secrets, and no proxies."""


@dataclass(frozen=True, slots=True)
class AlertRoom:
    """Knows the rules and the store; how far each target has been told is kept with what it was told."""

    store: SqlStore
    config: Config
    clock: Clock

    def targets(self) -> list[tuple[AlertConfig, Target]]:
        """Each alert with its target; raises ConfigError where an address cannot be read."""
        return [(alert, target_of(alert, number)) for number, alert in enumerate(self.config.alert, 1)]

    def write_due(self) -> int:
        """Puts one message for each target that has something to be told into the outbox; gives how many.

        A new target is told nothing of the past. In quiet hours, and just after a message, news gathers.
        """
        return sum(self._write(alert, target) for alert, target in self.targets())

    def _write(self, alert: AlertConfig, target: Target) -> bool:
        now, key = self.clock.now(), f"alert.{target.name}"
        told = self.store.settings.get(key)
        if told is None:
            self.store.settings.set(key, self._present())
            return False
        last = self.store.outbox.last_edition(target.name, kind="alert")
        just_told = last is not None and timedelta(0) <= now - last.created_at < FOLDED_FOR
        if just_told or quiet(alert, self.config.schedule.timezone, now):
            return False
        news, after = self._news(alert, told)
        if news.empty:
            if after != told:
                self.store.settings.set(key, after)
            return False
        message = compose(news, alert.language, alert.timezone or self.config.schedule.timezone, self.config.desk.public_url)  # fmt: skip
        edition = hashlib.sha256(json.dumps([told, after], sort_keys=True).encode()).hexdigest()[:24]
        id = self.store.outbox.add(
            target.name,
            edition,
            f"msg_{hashlib.sha256(f'{target.name} {edition}'.encode()).hexdigest()[:32]}",
            message.to_bytes(),
            kind="alert",
            subject=message.title,
            note=(key, told, after),
        )
        return id is not None

    def hand_over(self, *, ended: Callable[[], bool] = lambda: False) -> Handed:
        """Hands over every message whose time has come; one target's failure touches no other's."""
        targets = {target.name: target for _, target in self.targets()}
        outgoing = Outgoing(self.store.outbox, self.clock, "alert", self.config.mail.in_doubt)

        def send(row: OutboxRow) -> None:
            if row.recipient not in targets:
                raise PermanentRefusal(f"no [[alert]] of the configuration is {row.recipient} any more")
            self.send(targets[row.recipient], Message.of_bytes(row.message), row.message_id)

        return outgoing.hand_over(send, ended=ended)

    def try_all(self) -> list[tuple[str, str | None]]:
        """Sends a trial message to every target, past the outbox; gives each name with the error, if any."""
        told: list[tuple[str, str | None]] = []
        for alert, target in self.targets():
            try:
                self.send(target, trial(alert.language), f"msg_trial_{int(self.clock.now().timestamp())}")
                told.append((target.name, None))
            except (InDoubt, PermanentRefusal, TemporaryRefusal) as error:
                told.append((target.name, str(error)))
        return told

    def send(self, target: Target, message: Message, id: str) -> None:
        """Hands one message over; raises a SendError."""
        if target.webhook:
            try:
                post(target, message, id, self.clock.now(), self.config.fetch)
            except ConfigError as error:
                raise PermanentRefusal(f"{target.name} cannot be told: {error}") from None
        else:
            _apprise(target, message, self.config.fetch.allow_networks)

    def _present(self) -> dict[str, Any]:
        last = self.store.flags.find(newest=True, limit=1)
        return {"flag": int(last[0].id) if last else 0, "beyond": [], "run": self._last_run(), "down": {}}

    def _last_run(self) -> int:
        runs = self.store.runs.recent("daemon", limit=1)
        return int(runs[0].id) if runs else 0

    def _news(self, alert: AlertConfig, told: dict[str, Any]) -> tuple[News, dict[str, Any]]:
        """What is new to this target, and how far it has been told then."""
        now = self.clock.now()
        flags = self.store.flags.find(after=str(told["flag"]))
        unheard = [flag for flag in flags if int(flag.id) not in told.get("beyond", ())]
        settled = max((int(flag.id) for flag in flags if flag.created_at <= now - SETTLES), default=told["flag"])
        rates = rates_of(self.store)
        down = down_for(self.store.sources.unwell(), alert.sources_down, now) if alert.sources_down else []
        since = {row.source.name: row.since.isoformat() for row in down if row.since is not None}
        fresh = tuple(row for row in down if told["down"].get(row.source.name) != since[row.source.name])
        silent = (
            tuple(run for run in self.store.runs.recent("daemon", limit=20) if int(run.id) > told["run"])
            if alert.silence
            else ()
        )
        news = News(tuple(flag for flag in unheard if wanted(flag, alert, rates, now.date())), fresh, silent)
        after = {
            "flag": settled,
            "beyond": [int(flag.id) for flag in flags if int(flag.id) > settled],
            "run": self._last_run(),
            "down": since,
        }
        return news, after


def _apprise(target: Target, message: Message, allowed: tuple[str, ...]) -> None:
    told = _asked(target, {"title": message.title, "body": message.text, "allowed": list(allowed)})
    if told["end"] == "never":
        raise PermanentRefusal(f"{target.name} cannot be told: {told['why']}")
    if told["end"] == "again":
        raise TemporaryRefusal(f"{target.name} could not be told: {told['why']}")


def _asked(target: Target, what: dict[str, Any]) -> Any:
    """What Apprise, in a process of its own, answers; raises InDoubt where it does not."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Isolated: neither the folder we were started in nor PYTHONPATH can put other code in the place of ours.
    call = [sys.executable, "-I", "-m", "scheduler.alerts.notify"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter; the address goes in by standard input, where no other user sees it
            call, input=json.dumps({"url": target.url, **what}), capture_output=True, text=True, timeout=APPRISE_TAKES, env=environment, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise InDoubt(
            f"{target.name} took longer than {APPRISE_TAKES:g} seconds: whether it took the alert is not known"
        ) from None
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise InDoubt(
            f"the process that tells {target.name} ended with status {done.returncode} and no answer"
        ) from None


def check_alerts(config: Config, companies: set[str]) -> None:
    """Raises ConfigError where an alert can reach nobody, or names a company that is not watched."""
    for number, alert in enumerate(config.alert, 1):
        check_target(target_of(alert, number), number)
        for key in alert.companies:
            if key not in companies:
                raise ConfigError(not_watched(f"alert (number {number}).companies", key, companies))


def check_target(target: Target, number: int) -> None:
    """Raises ConfigError where Apprise can do nothing with the address; nobody is told anything."""
    if target.webhook:
        return
    try:
        told = _asked(target, {})
    except InDoubt:
        return  # of a machine that is too busy to say nothing is wrong with the address
    if told["end"] == "never":
        raise ConfigError(f"alert (number {number}) can reach nobody: {told['why']}")
