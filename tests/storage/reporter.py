"""Processes that report the same rounds at once: word for word as an agency has them, and each in words of its own.

    python -m tests.storage.reporter DATABASE WRITERS ROUNDS

All begin at the same moment and take in as fast as they can, judged by the rules of ``crawler.decide``.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

from crawler.clock import SystemClock
from crawler.decide import decide
from crawler.items import Lead, Page, Reading
from crawler.ports import Judge, Taking
from crawler.rates import ecb_rates
from crawler.reading.read import read_text
from crawler.watchlist import Watchlist, load_watchlist
from storage.store import open_store

FIRST = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
CHARACTERS = "".join(map(chr, range(0x4E00, 0x8E00)))
COMPANIES = ("商汤科技", "旷视科技", "云从科技", "依图科技")
LEADS = (
    "{outlet}从三位接近交易的人士处获悉，{company}完成{round}轮融资，金额{amount}亿元人民币。",
    "又一家公司有了进账：{company}本周完成{round}轮融资，共{amount}亿元人民币。",
    "问到为什么来得这么晚，答案只有一个冷字。{company}完成{round}轮融资，融资额为{amount}亿元人民币。",
    "{outlet}查阅工商登记后发现，{company}已经完成{round}轮融资，融资金额{amount}亿元人民币。",
)
"""How each outlet begins, in words of its own; what follows is written for the round alone."""
AGENCY = "{company}今天公布，公司已完成{round}轮融资，融资金额为{amount}亿元人民币。"


def texts(name: int, number: int) -> list[str]:
    """How an outlet tells of one round: the agency's text, and its own."""
    said = {
        "company": COMPANIES[number % 4],
        "round": "HJKLMNPQ"[number // 4],
        "amount": f"{number + 2}.{number + 11}",
        "outlet": f"第{name}财经",
    }
    return [AGENCY.format(**said) + words(f"{number}"), LEADS[name % 4].format(**said) + words(f"{name} {number}")]


def words(seed: str) -> str:
    """What nobody else writes."""
    return "".join(random.Random(seed).choices(CHARACTERS, k=300))


def main(url: str, writers: int, rounds: int) -> int:
    watchlist = load_watchlist()
    forking = multiprocessing.get_context("fork")  # what is loaded and read by now is read once for all
    start = forking.Barrier(writers)
    processes = [
        forking.Process(target=report, args=(url, reports(name, rounds, watchlist), start)) for name in range(writers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return max(process.exitcode or 0 for process in processes)


def reports(name: int, rounds: int, watchlist: Watchlist) -> list[Taking]:
    """All that one outlet tells."""
    lot = []
    for number in range(rounds):
        published = FIRST + timedelta(days=30 * number, minutes=name)
        for place, text in enumerate(texts(name, number)):
            address = f"https://outlet{name}.example/{number}-{place}"
            reading = read_text(text, watchlist, url=address, published=published, outlet=f"第{name}财经")
            page = Page(address, address, text.encode(), published, lead=Lead(f"outlet{name}", address))
            lot.append(Taking(page, reading, judge_of(reading, page)))
    return lot


def report(url: str, lot: Sequence[Taking], start: Barrier) -> None:
    with closing(open_store(url, clock=SystemClock())) as store:
        start.wait(60)
        for taking in lot:
            store.take_in(taking.page, taking.reading, taking.judge)


def judge_of(reading: Reading, page: Page) -> Judge:
    return lambda neighbours, ledger, signals: decide(
        reading, page, neighbours, ledger, signals, rates=ecb_rates(), baseline_before=None, now=page.fetched
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
