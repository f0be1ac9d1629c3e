"""Tells a job that is kept from running by its own earlier runs from one that merely takes longer than a tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOLD_AFTER = timedelta(minutes=10)
"""Some ticks are always skipped, as many runs take longer than one; a spell of this length is a run that was missed."""


@dataclass(slots=True)
class Skips:
    """The spells in which jobs were skipped at every tick."""

    _began: dict[str, datetime] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def ran(self, job: str) -> None:
        """Ends the job's spell."""
        self._began.pop(job, None)
        self._told.discard(job)

    def skipped(self, job: str, due: datetime) -> datetime | None:
        """When the spell began, once it has lasted for so long that it is to be told; None before and after that."""
        began = self._began.setdefault(job, due)
        if job in self._told or due - began < TOLD_AFTER:
            return None
        self._told.add(job)
        return began
