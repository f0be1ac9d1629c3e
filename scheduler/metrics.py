"""What Prometheus is told. The names are part of the interface and are written down in docs/daemon.md.

Counters count since the process began; gauges are read from the database and the kernel when they are asked for.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.fetch.client import Web
from crawler.ports import Clock
from scheduler.summary import CrawlSummary
from storage.gauges import delays_after, depths
from storage.store import SqlStore

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DELAYS = (60, 300, 600, 1800, 3600, 7200, 21600, 86400)
JOBS = ("crawl", "recheck", "digest", "alert", "upkeep")


class Metrics:
    """The numbers of one daemon or worker, in a registry of its own; of a ``fleet`` those of the queue among them."""

    def __init__(self, store: SqlStore, clock: Clock, web: Web | None = None, *, fleet: bool = False) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each counter, which no dashboard asks for
        self._registry = CollectorRegistry(auto_describe=True)
        self._store = store
        self._polls = Counter("dragonwatch_polls", "Polls by outcome.", ["outcome"], registry=self._registry)
        self._leads = Counter("dragonwatch_leads", "Leads by where they ended.", ["end"], registry=self._registry)
        self._flags = Counter("dragonwatch_flags_raised", "Flags raised by crawls.", registry=self._registry)
        self._delay = Histogram(
            "dragonwatch_publication_to_storage_seconds",
            "From an article's publication to its being stored; articles dated to the minute, not older than a week.",
            buckets=DELAYS,
            registry=self._registry,
        )
        self._seen, _ = delays_after(store.database, None)
        self._registry.register(_Gauges(store, clock, web, fleet))

    def crawled(self, summary: CrawlSummary) -> None:
        """Counts what one crawl brought."""
        for result in summary.sources:
            self._polls.labels(result.outcome).inc()
        for end, count in summary.leads.items():
            self._leads.labels(end).inc(count)
        self._flags.inc(summary.flags)
        self._seen, delays = delays_after(self._store.database, self._seen)
        for seconds in delays:
            self._delay.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus's text format; reads the database, so call it off the event loop."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    """What is true now rather than counted."""

    def __init__(self, store: SqlStore, clock: Clock, web: Web | None, fleet: bool) -> None:
        self._store, self._clock, self._web, self._fleet = store, clock, web, fleet

    def describe(self) -> Iterator[Metric]:
        """Nothing: a registry that asks at registration would read the database then."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Each gauge with its present values."""
        now = self._clock.now()
        queues = GaugeMetricFamily("dragonwatch_queue_depth", "What waits, by queue.", labels=["queue"])
        for queue, depth in depths(self._store, now).items():
            queues.add_metric([queue], depth)
        yield queues
        yield self._ages(now)
        stored = GaugeMetricFamily("dragonwatch_stored_bytes", "Bytes on disk, by what they are of.", labels=["what"])
        path = self._store.database.path
        for what, file in (("database", path), ("log", path and path.with_name(path.name + "-wal"))):
            stored.add_metric([what], file.stat().st_size if file is not None and file.exists() else 0)
        yield stored
        if self._web is not None:
            fetched = CounterMetricFamily("dragonwatch_fetched_bytes", "Bytes of bodies fetched, packed.")
            fetched.add_metric([], self._web.received)
            yield fetched
        if self._fleet:
            from scheduler.fleet.gauges import gauges

            yield from gauges(self._store.database)
        yield from process()

    def _ages(self, now: datetime) -> GaugeMetricFamily:
        ages = GaugeMetricFamily(
            "dragonwatch_last_success_age_seconds", "Since the last run that ended well, by job.", labels=["job"]
        )
        for job in JOBS:
            done = next(iter(self._store.runs.recent(job, limit=1, state="done")), None)
            if done is not None and done.finished is not None:
                ages.add_metric([job], (now - done.finished).total_seconds())
        return ages


def process() -> Iterator[Metric]:
    """Memory and open files of this process and its children, as the kernel counts them."""
    memory = GaugeMetricFamily("dragonwatch_memory_bytes", "Resident memory, by process.", labels=["process"])
    memory.add_metric(["daemon"], resident(os.getpid()))
    memory.add_metric(["largest_ended_child"], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
    yield memory
    files = GaugeMetricFamily("dragonwatch_open_files", "Open file descriptors.")
    fds = Path("/proc/self/fd")
    files.add_metric([], len(list(fds.iterdir())) if fds.exists() else 0)
    yield files


def resident(pid: int) -> int:
    """Bytes of a process in memory; 0 where the kernel does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
