"""A process that takes articles in and says so, one line each, only once they are kept; the fault tests hurt it.

    python -m tests.storage.writer DATABASE FIRST NUMBER [LIMIT]

LIMIT is the size in bytes that no file may pass, which stands for a full disk; it is lifted at the first failure.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Sequence

from crawler.clock import SystemClock
from crawler.errors import StoreError, StoreUnavailable
from crawler.items import Judged, Known, Neighbour, Outcome, Reading, Signal
from storage.store import SqlStore, open_store
from tests.storage.building import figure, page, reading


def main(url: str, first: int, number: int, limit: int | None) -> None:
    store = open_store(url, clock=SystemClock())
    print("ready", flush=True)
    if limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for place in range(first, first + number):
        while not take(store, place):
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(place, flush=True)
    store.close()


def take(store: SqlStore, place: int) -> bool:
    """Whether the article is kept; what the store says of a failure goes to standard output too."""
    read = reading(f"第{place}篇：商汤获{place}元融资。" * 20, figure(str(place + 1)))
    try:
        store.take_in(page(f"n{place}"), read, judge_of(read))
    except StoreUnavailable as error:
        print(f"later: {error}", flush=True)
        return False
    except StoreError as error:
        print(f"wrong: {error}", flush=True)
        raise SystemExit(1) from error
    return True


def judge_of(read: Reading) -> object:
    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        mine = [one for one in neighbours if one.fingerprint.exact == read.fingerprint.exact]
        if mine:
            return Outcome("known", read, revises=mine[0].id)
        return Outcome("stored", read, judged=tuple(Judged(one, "new", flag=True) for one in read.figures))

    return judge


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else None)
