"""The queue and its workers in Prometheus's terms; the names are written down in docs/workers.md."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from scheduler.fleet.state import queues, workers
from storage.engine import Database


def gauges(database: Database) -> Iterator[Metric]:
    """Jobs by kind and state, the age of what waits longest, and how many workers are alive."""
    jobs = GaugeMetricFamily("dragonwatch_jobs", "Jobs in the queue, by kind and state.", labels=["kind", "state"])
    oldest = GaugeMetricFamily("dragonwatch_job_oldest_seconds", "Since the longest waiting was put there.", labels=["kind"])  # fmt: skip
    for queue in queues(database):
        for state in ("waiting", "running", "failed"):
            jobs.add_metric([queue.kind, state], getattr(queue, state))
        oldest.add_metric([queue.kind], queue.oldest or 0.0)
    yield jobs
    yield oldest
    alive = GaugeMetricFamily("dragonwatch_workers", "Workers with a heartbeat within the last minute.")
    alive.add_metric([], len(workers(database)))
    yield alive
