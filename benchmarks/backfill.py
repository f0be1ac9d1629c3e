"""The past: a WARC file with one relevant page in a thousand, beside a plain loop of warcio and trafilatura.

    python -m benchmarks.backfill [--size 100MB] [--plain-records 400]

The file is generated: pages with as many bytes and tags as those of the corpus of real ones (120 kB, 1,600), two thirds
English and a third Chinese, in UTF-8, GB18030 and Big5. The plain loop decodes each page, extracts its text in
trafilatura's fast mode and searches it for the names; it is slow, so it runs over the first ``--plain-records`` records
alone unless that is 0. Ours runs over the whole file, starting its workers and storing what is relevant included, in as
many processes as there are processors; memory is that of all of them (PSS: what they share is counted once). Since the
rate depends on what else the machine does, the processor's time for a record is told as well.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import random
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ONE_IN = 1000
LOOKED = 2.0
"""Seconds between two looks at what the processes hold; each costs some of the processor's time that is measured."""
CHARACTERS = (
    "的一是在了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    + "".join(map(chr, range(0x4E00, 0x5100)))
)
SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "ver",
    "son",
    "ing",
    "ed",
    "con",
    "pre",
    "ment",
    "ly",
    "tion",
    "al",
    "ro",
    "sta",
    "den",
    "fir",
    "mol",
    "ur",
    "in",
    "be",
    "ar",
    "sec",
]
NAMES = ("商汤科技", "旷视科技", "云从科技", "依图科技", "SenseTime", "Megvii")


@dataclass(frozen=True)
class Ran:
    """One run over the file."""

    records: int
    relevant: int
    seconds: float
    processor: float
    """Seconds of all its processes."""
    memory: float = 0.0

    @property
    def rate(self) -> float:
        return self.records / self.seconds

    def and_(self, other: Ran) -> Ran:
        """Both runs as one."""
        return Ran(
            self.records + other.records,
            self.relevant + other.relevant,
            self.seconds + other.seconds,
            self.processor + other.processor,
        )

    def line(self) -> str:
        return f"{self.rate:8.1f} records/s   {self.processor / self.records * 1000:6.2f} ms of processor a record"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="100MB", help="of the generated file, e.g. 1GB")
    options.add_argument("--plain-records", type=int, default=400, help="records of the plain loop; 0: all")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "generated.warc.gz"
        relevant = generate(path, _bytes(told.size))
        print(f"{path.stat().st_size / 1e6:.0f} MB, {relevant} relevant pages")
        before = plain_loop(path, told.plain_records)
        ours = ours_over(path, Path(name))
        # Before and after ours, as what else the machine does changes meanwhile.
        plain = before.and_(plain_loop(path, told.plain_records))
        print(f"warcio and trafilatura   {plain.line()}   ({plain.records} records, 1 process)")
        print(
            f"backfill warc            {ours.line()}   ({ours.records} records, {psutil.cpu_count()} processes, "
            f"{ours.memory:.0f} MB at most, found {ours.relevant} of {relevant})"
        )
        cost = plain.processor / plain.records / (ours.processor / ours.records)
        print(
            f"against the plain loop   {ours.rate / plain.rate:8.1f} times its records/s (to reach: 4), {cost:.1f} times per processor"
        )
        assert ours.relevant == relevant, "a relevant page was not found"


def _bytes(text: str) -> int:
    unit = text.lstrip("0123456789.")
    return int(float(text.removesuffix(unit)) * {"MB": 1e6, "GB": 1e9}[unit])


def generate(path: Path, size: int) -> int:
    """Writes records until the file has that size; gives how many name a company."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    press = _Press(random.Random(7))
    number = relevant = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        while file.tell() < size:
            named = NAMES[relevant % len(NAMES)] if number % ONE_IN == ONE_IN // 2 else None
            relevant += named is not None
            charset, body = press.page(number, named)
            kind = [("Content-Type", f"text/html; charset={charset}")]
            writer.write_record(
                writer.create_warc_record(
                    f"https://news{number % 300}.example/{number}.html",
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=StatusAndHeaders("200 OK", kind, protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": f"2024-03-{1 + number % 28:02}T08:00:00Z"},
                )
            )
            number += 1
    return relevant


class _Press:
    """Pieces that pages are put together from; a gzip member holds one page, so that pages share pieces saves nothing."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(8000)]
        self._lines = [f"var v{chance.getrandbits(40)}={chance.getrandbits(60)};" for _ in range(20_000)]
        self._teasers = [self._teaser() for _ in range(4_000)]
        self._english = [" ".join(chance.choices(self._words, k=70)) + "." for _ in range(4_000)]
        self._chinese = ["".join(chance.choices(CHARACTERS, k=120)) + "。" for _ in range(4_000)]
        self._menu = "".join(f"<li class='m'><a href='/s/{word}'>{word}</a></li>" for word in self._words[:120])

    def page(self, number: int, named: str | None) -> tuple[str, bytes]:
        """A page's charset and bytes."""
        chance = self._chance
        chinese = number % 3 == 0 if named is None else not named.isascii()
        charset = ("utf-8", "utf-8", "gb18030", "big5")[number // 3 % 4] if chinese and named is None else "utf-8"
        texts = chance.sample(self._chinese if chinese else self._english, chance.randint(8, 40))
        if named is not None:
            said = f"{named}宣布裁员约{100 + number}人。" if chinese else f"{named} said it would cut jobs. "
            texts = [said + text for text in texts]
        title = f"{named or ''} {number} {texts[0][:14] if chinese else chance.choice(self._words)}"
        script, aside = (
            chance.sample(self._lines, chance.randint(500, 3500)),
            chance.sample(self._teasers, chance.randint(20, 110)),
        )
        page = (
            f"<!DOCTYPE html><html lang='{'zh' if chinese else 'en'}'><head><meta charset='{charset}'><title>{title}</title>"
            f"<script>{''.join(script)}</script></head><body><ul>{self._menu}</ul><article><h1>{title}</h1>"
            f"<time datetime='2024-03-{1 + number % 28:02}'></time>{''.join(f'<p>{text}</p>' for text in texts)}</article>"
            f"<aside>{''.join(aside)}</aside></body></html>"
        )
        return charset, page.encode(charset, "ignore")

    def _teaser(self) -> str:
        chance = self._chance
        slug, title = "-".join(chance.choices(self._words, k=5)), " ".join(chance.choices(self._words, k=9))
        return (
            f"<div class='card c{chance.randint(1, 9)}'><div class='thumb'><a href='/n/{slug}'><img src='/i/{slug}.jpg' "
            f"alt='{title}'></a></div><div class='body'><h3><a href='/n/{slug}'>{title}</a></h3>"
            f"<span class='meta'>{chance.randint(1, 23)}:{chance.randint(10, 59)}</span></div></div>"
        )


def plain_loop(path: Path, most: int) -> Ran:
    """What one writes without this project: every page decoded, extracted and searched."""
    from trafilatura import extract
    from warcio.archiveiterator import ArchiveIterator

    names = [name.lower() for name in NAMES]
    records = relevant = 0
    began, spent = time.perf_counter(), time.process_time()
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response":
                continue
            text = extract(record.content_stream().read(), fast=True, include_comments=False) or ""
            relevant += any(name in text.lower() for name in names)
            records += 1
            if records == most:
                break
    return Ran(records, relevant, time.perf_counter() - began, time.process_time() - spent)


def ours_over(path: Path, folder: Path) -> Ran:
    # Workers import this module again; what it imports at its top would be counted as their start.
    from crawler.clock import SystemClock
    from crawler.config import Config
    from crawler.watchlist import load_watchlist
    from scheduler.backfill import backfill_warcs
    from scheduler.warcs import Wanted
    from storage.archive import open_archive
    from storage.store import open_store

    config = Config.model_validate({"storage": {"url": f"sqlite:///{folder}/past.db", "archive": str(folder / "a")}})
    clock = SystemClock()
    store, archive = open_store(config.storage.url, clock=clock), open_archive(folder / "a", clock=clock)
    with Watched() as watched:
        began = time.perf_counter()
        done = asyncio.run(
            backfill_warcs(
                [str(path)], store=store, archive=archive, config=config, clock=clock,
                watchlist=load_watchlist(), wanted=Wanted(),
            )
        )  # fmt: skip
        seconds = time.perf_counter() - began
    stored = done.ends["stored"] + done.ends["copy"]
    store.close()
    archive.close()
    assert not done.errors, done.errors
    return Ran(done.records, stored, seconds, watched.processor, watched.most / 1e6)


class Watched:
    """What this process and its children held at most, and how long they kept processors busy; looked at as they live."""

    def __init__(self) -> None:
        self.most = 0
        self._spent: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def processor(self) -> float:
        return sum(self._spent.values())

    def __enter__(self) -> Watched:
        self._before = time.process_time()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._spent[psutil.Process().pid] = time.process_time() - self._before

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(LOOKED):
            held = 0
            for process in (me, *me.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    self._spent[process.pid] = times.user + times.system
                    held += process.memory_full_info().pss
            self.most = max(self.most, held)


if __name__ == "__main__":
    main()
