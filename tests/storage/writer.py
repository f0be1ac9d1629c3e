"""A process that takes articles in and says so, one line each, only once they are kept; the fault tests hurt it.

    python -m tests.storage.writer DATABASE FIRST NUMBER [LIMIT] [TOGETHER]

LIMIT is the size in bytes that no file may pass, which stands for a full disk; it is lifted at the first failure. 0 is no
limit. TOGETHER is how many articles go into one transaction.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Sequence

from crawler.clock import SystemClock
from crawler.errors import StoreUnavailable
from crawler.items import Judged, Known, Neighbour, Outcome, Reading, Signal
from crawler.ports import Judge, Taking
from storage.store import SqlStore, open_store
from tests.storage.building import figure, page, reading


def main(url: str, first: int, number: int, limit: int = 0, together: int = 1) -> None:
    store = open_store(url, clock=SystemClock())
    print("ready", flush=True)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    places = range(first, first + number)
    for start in range(0, number, together):
        lot = places[start : start + together]
        while not take(store, lot):
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for place in lot:
            print(place, flush=True)
    store.close()


def take(store: SqlStore, lot: Sequence[int]) -> bool:
    """Whether the articles are kept; what the store says of a failure goes to standard output too."""
    readings = [reading(f"第{place}篇：商汤获{place}元融资。" * 20, figure(str(place + 1))) for place in lot]
    takings = [Taking(page(f"n{place}"), read, judge_of(read)) for place, read in zip(lot, readings, strict=True)]
    try:
        ends = store.take_in_many(takings)
    except StoreUnavailable as error:
        print(f"later: {error}", flush=True)
        return False
    for end in ends:
        if isinstance(end, Exception):
            print(f"wrong: {end}", flush=True)
            raise SystemExit(1) from end
    return True


def judge_of(read: Reading) -> Judge:
    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        mine = [one for one in neighbours if one.fingerprint.exact == read.fingerprint.exact]
        if mine:
            return Outcome("known", read, revises=mine[0].id)
        return Outcome("stored", read, judged=tuple(Judged(one, "new", flag=True) for one in read.figures))

    return judge


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
