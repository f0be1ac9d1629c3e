"""Checks an installation; each finding says its mend."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crawler.errors import DragonwatchError
from desk.wiring import Wiring

LEAST_ROOM = 1 << 30
"""Bytes that should be free where database and archive lie."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well, a warning that can wait, or wrong."""

    what: str
    state: Literal["ok", "warning", "error"]
    told: str
    mend: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What ``doctor --json`` shows."""
        return {"what": self.what, "state": self.state, "told": self.told, "mend": self.mend}


def examine(wiring: Wiring) -> Iterator[Finding]:
    """Every finding, in the order a repair would go; raises nothing that a check can tell as a finding."""
    yield Finding("python", "ok", sys.version.split()[0])
    yield Finding("configuration", "ok", str(wiring.config.path or "none; the built-in defaults stand"))
    for what, check in _CHECKS:
        try:
            yield from check(wiring)
        except DragonwatchError as error:
            yield Finding(what, "error", str(error))
        except OSError as error:
            yield Finding(
                what, "error", f"{error.filename}: {error.strerror}", "make it readable and writable for this user"
            )


def _watchlist(wiring: Wiring) -> Iterator[Finding]:
    yield Finding("companies", "ok", ", ".join(company.key for company in wiring.watchlist.companies))


def _database(wiring: Wiring) -> Iterator[Finding]:
    database = wiring.store.database
    known = len(wiring.store.ledger.find())
    yield Finding("database", "ok", f"{database.url.render_as_string()}, {known} known figures")
    if database.path is not None:
        if not os.access(database.path, os.W_OK):
            yield Finding("database", "error", f"{database.path} is read-only", "make it writable for this user")
        yield from _room("database", database.path.parent)


def _archive(wiring: Wiring) -> Iterator[Finding]:
    folder = wiring.archive.folder
    torn = [check for check in wiring.archive.check() if check.torn]
    yield Finding("archive", "ok", f"{folder}, {len(wiring.archive.files())} files")
    for check in torn:
        yield Finding(
            "archive",
            "warning",
            f"{check.path.name}: {check.told}",
            "nothing to do: the whole records before it are kept",
        )
    if not os.access(folder, os.W_OK):
        yield Finding("archive", "error", f"{folder} is read-only", "make it writable for this user")
    yield from _room("archive", folder)


def _room(what: str, folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        yield Finding(
            what, "warning", f"{free >> 20} MiB are free at {folder}", "free some space, or move it to a larger disk"
        )


def _fetching(wiring: Wiring) -> Iterator[Finding]:
    fetch = wiring.config.fetch
    if not fetch.contact:
        yield Finding(
            "fetch.contact",
            "warning",
            "sites cannot tell whom to write to",
            'set fetch.contact = "mailto:you@example.org"',
        )
    if fetch.ca_file and not Path(fetch.ca_file).is_file():
        yield Finding(
            "fetch.ca_file", "error", f"{fetch.ca_file} is no file", "name a file of certificates, or leave it empty"
        )


def _sources(wiring: Wiring) -> Iterator[Finding]:
    rows = wiring.store.sources.all()
    enabled = [row for row in rows if row.source.enabled]
    if not enabled:
        yield Finding(
            "sources", "warning", "no source is enabled", "`dragonwatch sources add NAME URL`, or `sources enable NAME`"
        )
        return
    yield Finding("sources", "ok", f"{len(enabled)} enabled of {len(rows)}")
    for row in enabled:
        if row.health in ("failing", "blocked", "stale"):
            yield Finding(
                f"source {row.source.name}",
                "warning",
                f"{row.health}: {row.error or 'nothing new for long'}",
                "look at its page; `dragonwatch sources disable` it if it is gone",
            )


def _mail(wiring: Wiring) -> Iterator[Finding]:
    if not wiring.config.recipient:
        yield Finding("letters", "warning", "nobody gets a letter", "add a [[recipient]] to the configuration")
        return
    mailer = wiring.mailer
    yield Finding("letters", "ok", f"{len(wiring.config.recipient)} recipients, by {mailer.host}:{mailer.port}")
    doubtful = wiring.store.outbox.list(state="in_doubt", limit=None)
    if doubtful:
        yield Finding(
            "letters",
            "warning",
            f"{len(doubtful)} are in doubt",
            "`dragonwatch digest list`, then `digest resolve ID sent|resend`",
        )


def _desk(wiring: Wiring) -> Iterator[Finding]:
    from desk.web.state import open_desk

    desk = open_desk(wiring, "doctor")
    yield Finding(
        "desk",
        "ok",
        f"{wiring.config.desk.host}:{wiring.config.desk.port}, {'with accounts' if desk.open else 'this machine alone'}",
    )


_CHECKS: tuple[tuple[str, Callable[[Wiring], Iterator[Finding]]], ...] = (
    ("companies", _watchlist),
    ("database", _database),
    ("archive", _archive),
    ("fetch", _fetching),
    ("sources", _sources),
    ("letters", _mail),
    ("desk", _desk),
)
