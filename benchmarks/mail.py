"""Letters and the tick: 10,000 letters beside bare smtplib, one digest over many stored articles, 10,000 sources due.

    python -m benchmarks.mail [--letters 10000] [--articles 100000] [--sources 10000] [--rounds 3] [--store URL]

The bare sender hands ready-made bytes of the same letter to the same server over one connection and does nothing else.
Ours chooses, composes and stores each recipient's letter, claims it, hands it over and notes the answer, each step kept
by the database before the next. The server is aiosmtpd in a process of its own.

Digest and tick are measured in one store, filled as ``benchmarks.scale`` fills it; ``--store`` names one that is kept, and
used as it is where it holds articles already. A million articles take some minutes and 7 GB.
"""

from __future__ import annotations

import argparse
import multiprocessing
import smtplib
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from benchmarks.multiply import fill
from crawler.config import Config, RecipientConfig
from scheduler.digest.office import PostOffice
from scheduler.digest.smtp import SmtpMailer
from storage.store import SqlStore, open_store
from storage.tables import articles, sources
from tests.storage.building import figure, judged, page, reading, stored

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


class HandClock:
    at = NOW

    def now(self) -> datetime:
        return self.at


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=10_000)
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--sources", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--store", help="a storage.url")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        letters(Path(folder), options.letters)
        store = open_store(options.store or f"sqlite:///{folder}/many.db", clock=HandClock())
        if not store.articles.find(limit=1):
            fill(store, options.articles, options.sources, searchable=0)
        digest(store, options.rounds)
        tick(store, options.rounds)
        store.close()


def letters(folder: Path, count: int) -> None:
    """Ours and smtplib's by turns, in lots, so that both meet the same machine."""
    store = open_store(f"sqlite:///{folder}/mail.db", clock=HandClock())
    a_day(store)
    recipients = tuple(RecipientConfig(address=f"r{number}@x.example") for number in range(count))
    with server() as port:
        office = PostOffice(store, Config(recipient=recipients), HandClock(), SmtpMailer("127.0.0.1", port))
        letter = office.preview().as_bytes()
        composed, written = timed(office.write_due)
        assert written == count, written
        sent, handed = timed(office.hand_over)
        assert handed.sent == count, handed
        bare, _ = timed(lambda: hand_over_bare(port, letter, count))
    store.close()
    ours, theirs = count / (composed + sent), count / bare
    print(f"{count} letters of {len(letter) / 1000:.1f} kB")
    print(f"bare smtplib, one connection   {theirs:8.0f} letters/s")
    print(
        f"ours, composed and handed over {ours:8.0f} letters/s   (composing {count / composed:.0f}/s, handing over {count / sent:.0f}/s)"
    )
    print(f"ours / bare                    {ours / theirs:8.2f}   (to reach: 0.33)")


def digest(store: SqlStore, rounds: int) -> None:
    """One letter over a day's news in a store that has gathered for years."""
    a_day(store)
    config = Config(recipient=(RecipientConfig(address="a@x.example"),))
    store.outbox.add("a@x.example", "yesterday", "<y>", b"", covers_until=NOW - timedelta(days=1))
    office = PostOffice(store, config, HandClock(), nobody)
    letter = office.preview().as_bytes()
    spent, busy = medians(office.preview, rounds * 3)
    print(
        f"one digest of {len(letter) / 1000:.1f} kB over {rows(store, articles)} stored articles {spent:8.0f} ms, "
        f"{busy:.0f} of processor   (to reach: 200 ms over a million)"
    )


def tick(store: SqlStore, rounds: int) -> None:
    """The look at what is due, with every source due."""
    later = NOW + timedelta(days=2)
    store.sources.due(later, 500)
    spent, busy = medians(lambda: store.sources.due(later, 500), rounds * 3)
    print(
        f"a tick with {rows(store, sources)} sources due picks 500 in {spent:8.1f} ms, {busy:.1f} of processor   (to reach: 50 ms)"
    )


def rows(store: SqlStore, table: Table) -> str:
    with store.database.read() as connection:
        return f"{connection.execute(select(func.count()).select_from(table)).scalar_one():,}"


def a_day(store: SqlStore) -> None:
    """A day's news: twenty articles, ten of them with a new figure; a store that is kept has it from the time before."""
    if not store.unseen([page("day-0").url]):
        return
    for number in range(20):
        sentence = f"商汤第{number}号园区今天宣布，公司获{number + 2}亿美元融资，将用于设备检修与路线调整。"
        told = figure(f"{number + 2}00000000", quote=sentence, start=20, end=25, event=f"day {number}")
        figures = (told,) if number % 2 else ()
        read = reading(sentence, *figures, title=f"商汤第{number}号园区获融资")
        store.take_in(
            replace(page(f"day-{number}"), fetched=NOW - timedelta(hours=3)), read, stored(read, *map(judged, figures))
        )


@contextmanager
def server() -> Iterator[int]:
    """aiosmtpd in a process of its own, taking everything."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=take_everything, args=(port,), daemon=True)
    process.start()
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port
    process.terminate()
    process.join()


def take_everything(port: int) -> None:
    import asyncio

    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Sink:
        async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
            return "250 OK"

    async def run() -> None:
        loop = asyncio.get_running_loop()
        await (await loop.create_server(lambda: SMTP(Sink(), loop=loop), "127.0.0.1", port)).serve_forever()

    asyncio.run(run())


def hand_over_bare(port: int, letter: bytes, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(count):
            connection.sendmail("d@localhost", f"r{number}@x.example", letter)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def medians(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Milliseconds that passed, and those of them that this process was at work: other load counts in the first alone."""
    passed, busy = [], []
    for _ in range(times):
        began = time.process_time()
        passed.append(timed(work)[0] * 1000)
        busy.append((time.process_time() - began) * 1000)
    return statistics.median(passed), statistics.median(busy)


def nobody(message: bytes, sender: str, recipient: str) -> None:
    raise AssertionError("nothing is sent here")


if __name__ == "__main__":
    main()
