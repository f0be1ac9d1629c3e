"""The row that each run leaves: begun in the store, and ended with what the run brought or with what it died of."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from crawler.errors import DragonwatchError
from scheduler.logs import run_id
from storage.runs import RunTable

ERRORS_TOLD = 5
"""Of all that went wrong in a run, as many as its row tells."""


@dataclass(slots=True)
class Run:
    """A run under way, and what its row is to tell."""

    id: str
    summary: Mapping[str, Any] | None = None
    error: str | None = None
    """Why it counts as failed; None where it does not."""

    def failed(self, error: Exception) -> None:
        """Notes what it died of, in our own words where they are ours."""
        self.error = str(error) if isinstance(error, DragonwatchError) else f"{type(error).__name__}: {error}"

    def fell_short(self, errors: Sequence[str]) -> None:
        """Notes what it could not do while it did the rest; nothing where there is nothing."""
        self.error = "; ".join(list(dict.fromkeys(errors))[:ERRORS_TOLD]) or None


@dataclass(slots=True)
class Recorder:
    """Keeps the rows of one process's runs."""

    runs: RunTable
    _ended: list[Run] = field(default_factory=list)
    """Runs whose end is still to be noted."""
    _noting: threading.Lock = field(default_factory=threading.Lock)

    @asynccontextmanager
    async def run(self, kind: str, *, cut_short: str) -> AsyncIterator[Run]:
        """A run of this kind; ``cut_short`` is its row's error where it is cancelled.

        What is raised within is noted and raised on; what is logged within names the run. Raises StoreUnavailable where
        its begin or its end cannot be noted; the end is then noted with that of the next run.
        """
        run = Run(await asyncio.to_thread(self.runs.start, kind))
        marked = run_id.set(run.id)
        try:
            yield run
        except asyncio.CancelledError:
            run.error = cut_short
            raise
        except Exception as error:
            run.failed(error)
            raise
        finally:
            run_id.reset(marked)
            await asyncio.shield(asyncio.to_thread(self._end, run))

    def _end(self, run: Run) -> None:
        """Notes the ends of this run and of those before it that a full disk did not take."""
        with self._noting:
            self._ended.append(run)
            while self._ended:
                self.runs.finish(self._ended[0].id, self._ended[0].summary, self._ended[0].error)
                del self._ended[0]
