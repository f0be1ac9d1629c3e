"""How fast copies are looked for and how much is kept, among 100,000 articles and more, beside datasketch, rensa and SimHash.

    python -m benchmarks.copies_at_scale [CORPUS] [--docs N] [--alone]

Ours is what the store does, in its own tables on disk: fingerprint, look-up, insert, a transaction for each 64 articles. The peers keep
their index in memory. Each runs in a process of its own; rates are by processor time, which waiting for the disk is no part of.
Afterwards, copies of 500 of the texts with a fifth of their characters edited are looked for.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from benchmarks.copies import edited, load_docs
from benchmarks.finders import Finder, finders
from benchmarks.where import corpus_folder
from crawler.reading.fingerprint import COPY_AT, fingerprint, similarity
from storage.fingerprints import alike, keep_fingerprint
from storage.lookups import neighbours
from storage.store import open_store
from storage.tables import articles, stories

TOGETHER = 64
PREPARED = 10_000
PROBES = 500
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOW


def made_up(news: str, number: int) -> str:
    """A text of some 800 characters, always the same for its number: pieces from anywhere in the news.

    So words and names come as often as they do, and no two texts are copies.
    """
    draw = random.Random(number)
    places = draw.choices(range(len(news) - 20), k=80)
    return "".join(news[place : place + 5 + place % 11] for place in places)


def lots(news: str, count: int) -> Iterator[list[tuple[int, str]]]:
    for first in range(1, count + 1, TOGETHER):
        yield [(number, made_up(news, number)) for number in range(first, min(first + TOGETHER, count + 1))]


def theirs(name: str, finder: Finder, news: str, count: int) -> None:
    """Prints, looks up and keeps the texts in a peer's index in memory."""
    index, before = finder.index(), _memory()
    seconds, met = 0.0, 0
    for lot in lots(news, count):
        begun = time.process_time()
        for number, body in lot:
            made = finder.print_of(body)
            met += index.met(made)
            index.add(number, made)
        seconds += time.process_time() - begun
    size = (_memory() - before) / count
    print(
        f"{name} in memory: {count / seconds:,.0f} documents/s, {size:,.0f} bytes each, {met / count:.1f} met by each",
        flush=True,
    )


def ours(news: str, count: int) -> None:
    """Prints, looks up and keeps the texts in the store's own tables."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'copies.db'}", clock=Clock())
        store.database.write(lambda connection: _articles(connection, count))
        size_before = _size(store.database.path)
        seconds = part = 0.0

        def work(connection: Connection) -> None:
            for number, body in lot:
                made = fingerprint(body)
                alike(connection, made)
                keep_fingerprint(connection, number, made)

        for lot in lots(news, count):
            begun = time.process_time()
            store.database.write(work)
            took = time.process_time() - begun
            seconds, part = seconds + took, part + took
            last = lot[-1][0]
            if last % (count // 10) < TOGETHER:
                print(
                    f"   {last:,}: {count // 10 / part:,.0f} documents/s, {_memory() / 1e6:.0f} MB of memory",
                    flush=True,
                )
                part = 0.0
        store.database.wipe()
        size = (_size(store.database.path) - size_before) / count
        print(f"dragonwatch in SQLite: {count / seconds:,.0f} documents/s, {size:,.0f} bytes each")
        with store.database.read() as connection:
            _probe(connection, news, count)
        store.close()


def _articles(connection: Connection, count: int) -> None:
    """What fingerprints belong to; an installation has it anyway."""
    connection.execute(insert(stories), [{"id": 1, "independent": 1}])
    shared = {
        "voice": "x",
        "tier": "press",
        "fetched": NOW,
        "looked_at": NOW,
        "story_id": 1,
        "truncated": False,
        "revision": 1,
    }
    for first in range(1, count + 1, PREPARED):
        numbers = range(first, min(first + PREPARED, count + 1))
        connection.execute(insert(articles), [shared | {"id": n, "url": f"https://x.example/{n}"} for n in numbers])


def _probe(connection: Connection, news: str, count: int) -> None:
    draw = random.Random(7)
    found, took = 0, []
    for number in draw.sample(range(1, count + 1), PROBES):
        made = fingerprint(edited(made_up(news, number), 0.2, news, draw))
        begun = time.process_time()
        ids = alike(connection, made)
        near = neighbours(connection, ids, address="", at=())
        took.append(time.process_time() - begun)
        found += any(one.id == str(number) and similarity(made, one.fingerprint) >= COPY_AT for one in near)
    took.sort()
    print(
        f"   a fifth edited: {found / PROBES:.3f} found; a look-up p50 {took[PROBES // 2] * 1000:.2f} ms, "
        f"p95 {took[PROBES * 95 // 100] * 1000:.2f} ms",
        flush=True,
    )


def _memory() -> int:
    """Bytes that this process holds in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def _size(path: Path | None) -> int:
    return path.stat().st_size if path else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.copies_at_scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--docs", type=int, default=20_000, help="how many texts (default 20000)")
    parser.add_argument("--alone", action="store_true", help="leave the peers out")
    options = parser.parse_args(arguments)
    corpus = corpus_folder([options.corpus] if options.corpus else [])
    if corpus is None:
        return 1
    news = "".join(load_docs(corpus).values())
    fork = multiprocessing.get_context("fork")
    peers = {} if options.alone else {name: one for name, one in finders().items() if name != "dragonwatch"}
    runs = [fork.Process(target=ours, args=(news, options.docs))]
    runs += [fork.Process(target=theirs, args=(name, one, news, options.docs)) for name, one in peers.items()]
    for run in runs:
        run.start()
        run.join()
    return max(run.exitcode or 0 for run in runs)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
