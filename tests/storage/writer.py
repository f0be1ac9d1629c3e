"""A process that takes articles in and says so, one line each, only once they are kept; the fault tests hurt it.

    python -m tests.storage.writer DATABASE FIRST NUMBER [--limit BYTES] [--together N] [--seconds S] [--archive FOLDER]

No file may pass the limit, which stands for a full disk; it is lifted at the first failure. ``--together`` is how many
articles go into one transaction. After so many seconds it ends before it is through. With an archive, each page is kept
there first.
"""

from __future__ import annotations

import argparse
import resource
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from crawler.clock import SystemClock
from crawler.errors import StoreUnavailable
from crawler.items import Judged, Known, Neighbour, Outcome, Page, Reading, Signal
from crawler.ports import Judge, Taking
from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store
from tests.storage.building import figure, page, reading


def main(url: str, first: int, number: int, *, limit: int, together: int, seconds: float, folder: Path | None) -> None:
    store = open_store(url, clock=SystemClock())
    archive = None if folder is None else open_archive(folder, clock=SystemClock(), max_file=40_000)
    print("ready", flush=True)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    places = range(first, first + number)
    until = time.monotonic() + (seconds or float("inf"))
    for start in range(0, number, together):
        if time.monotonic() > until:
            break
        lot = places[start : start + together]
        while not take(store, archive, lot):
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for place in lot:
            print(place, flush=True)
    store.close()


def take(store: SqlStore, archive: WarcArchive | None, lot: Sequence[int]) -> bool:
    """Whether the articles are kept; what the store says of a failure goes to standard output too."""
    readings = [reading(f"第{place}篇：商汤获{place}元融资。" * 20, figure(str(place + 1))) for place in lot]
    try:
        pages = [fetched(place, archive) for place in lot]
        ends = store.take_in_many(
            [Taking(one, read, judge_of(read)) for one, read in zip(pages, readings, strict=True)]
        )
    except StoreUnavailable as error:
        print(f"later: {error}", flush=True)
        return False
    for end in ends:
        if isinstance(end, Exception):
            print(f"wrong: {end}", flush=True)
            raise SystemExit(1) from end
    return True


def fetched(place: int, archive: WarcArchive | None) -> Page:
    """Its page, archived where there is an archive."""
    made = page(f"n{place}", body=body_of(place))
    return made if archive is None else replace(made, archived=archive.keep(made))


def body_of(place: int) -> bytes:
    """The bytes of its page: some that no packing makes smaller, so that a write of them has a midst."""
    return Random(place).randbytes(3000)


def judge_of(read: Reading) -> Judge:
    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        mine = [one for one in neighbours if one.fingerprint.exact == read.fingerprint.exact]
        if mine:
            return Outcome("known", read, revises=mine[0].id)
        return Outcome("stored", read, judged=tuple(Judged(one, "new", flag=True) for one in read.figures))

    return judge


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("first", type=int)
    parser.add_argument("number", type=int)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--together", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--archive", type=Path)
    given = parser.parse_args()
    main(
        given.url, given.first, given.number, limit=given.limit, together=given.together, seconds=given.seconds, folder=given.archive
    )  # fmt: skip
