"""What one crawl did, as it is shown and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.items import LeadEnd


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What became of one source: outcome is ``new``, ``unchanged``, ``empty``, ``failed`` or ``skipped``."""

    source: str
    outcome: str
    leads: int = 0
    new: int = 0
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """One of ``sources`` of the crawl summary."""
        return {
            "source": self.source,
            "outcome": self.outcome,
            "leads": self.leads,
            "new": self.new,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """One crawl: every lead is counted in exactly one of ``leads``; figures and flags are the new ones."""

    started: datetime
    finished: datetime
    sources: tuple[SourceResult, ...]
    leads: Mapping[LeadEnd, int]
    figures: int = 0
    flags: int = 0
    errors: tuple[str, ...] = ()
    """Sentences about single pages that failed."""
    unkept: str | None = None
    """What the store said where it could not take what was brought."""

    def to_json(self) -> dict[str, Any]:
        """The crawl summary shape."""
        return {
            "started": self.started.isoformat(),
            "finished": self.finished.isoformat(),
            "sources": [source.to_json() for source in self.sources],
            "leads": dict(self.leads),
            "figures": self.figures,
            "flags": self.flags,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is."""

    sources: int
    sources_done: int
    leads: int
    leads_done: int
