"""How far the reading of one WARC file has come: kept in the database, and the pages that wait to be stored beside the archive."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.ports import Clock
from scheduler.pieces import Pieces
from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore

FOLDER = "backfill"
"""Below the archive's folder; its files are no part of the archive."""


@dataclass(slots=True)
class FileState:
    """One file's: which stretches are done, and what they held."""

    store: SqlStore
    key: str
    told: dict[str, Any]
    """Name, version, step and mark: what must be the same for the rest to hold."""
    spool: WarcArchive
    stretches: int
    done: set[int] = field(default_factory=set)
    found: list[tuple[str, str]] = field(default_factory=list)
    """When it was published and where in the spool it waits."""
    kept: set[str] = field(default_factory=set)
    """Places of what was stored since ``found`` was last noted."""
    counts: Counter[str] = field(default_factory=Counter)
    finished: str | None = None

    @property
    def whole(self) -> bool:
        """Every stretch was gone through."""
        return len(self.done) >= self.stretches

    def settle(self, start: int, found: Sequence[tuple[str, str]], counts: Mapping[str, int]) -> None:
        """Notes that a stretch is done; its pages are on the disk by now."""
        self.done.add(start)
        self.found += found
        self.counts.update(counts)
        self._write()

    def note(self) -> None:
        """Notes what has been stored."""
        if self.kept:
            self.found = [entry for entry in self.found if entry[1] not in self.kept]
            self.kept.clear()
            self._write()

    def finish(self) -> None:
        """Notes that nothing is left to do, and removes what waited."""
        self.finished = self.store.clock.now().isoformat()
        self._write()
        self.spool.close()
        shutil.rmtree(self.spool.folder)

    def _write(self) -> None:
        progress = {"done": sorted(self.done), "found": [list(entry) for entry in self.found]}
        if self.finished:
            progress = {}
        self.store.settings.set(
            self.key, self.told | progress | {"counts": dict(self.counts), "finished": self.finished}
        )


def open_state(
    store: SqlStore, archive: WarcArchive, clock: Clock, pieces: Pieces, mark: str, *, anew: bool
) -> FileState:
    """What is known of a file; nothing where it, or what is asked of it, has changed, or with ``anew``.

    ``mark`` stands for what is asked: the watchlist and the tests.
    """
    name = hashlib.sha256(pieces.name.encode()).hexdigest()[:16]
    told = {"name": pieces.name, "version": pieces.version, "step": pieces.step, "mark": _digest(mark)}
    key = f"backfill:{name}"
    stretches = -(-pieces.size // pieces.step)
    known = store.settings.get(key) or {}
    folder = archive.folder / FOLDER / name
    same = not anew and all(known.get(field) == value for field, value in told.items())
    if not same:
        shutil.rmtree(folder, ignore_errors=True)
        known = {}
    if known.get("finished"):
        return FileState(store, key, told, archive, stretches, finished=known["finished"])
    return FileState(
        store,
        key,
        told,
        open_archive(folder, clock=clock),
        stretches,
        done=set(known.get("done", ())),
        found=[(when, place) for when, place in known.get("found", ())],
        counts=Counter(known.get("counts", {})),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
