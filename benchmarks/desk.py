"""The desk's pages over a full store: how long each takes, how large it is, what the process holds.

    python -m benchmarks.desk [ARTICLES [FOLDER]]

Each answer is made by the whole application, in this process, without a network. With a fifth of the articles as
known figures, and 5,000 flags that wait. A folder that is named is kept, and filled only once. Beside the time of the
wall stands the processor's, which a busy machine leaves as it is.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import Connection, insert

from crawler.config import load_config
from desk.web.app import create_app
from desk.web.state import open_desk
from desk.wiring import Wiring, wire
from storage.codec import figure_to_dict
from storage.search import index
from storage.tables import (
    article_companies,
    articles,
    events,
    flags,
    known_figures,
    reports,
    revisions,
    stories,
)
from tests.storage.building import figure

FLAGS, LOT, ASKS = 5_000, 2_000, 20
COMPANIES = ("sensetime", "megvii", "cloudwalk", "yitu")
SENTENCE = "商汤获6亿美元融资，第{}次。"
START = datetime(2015, 1, 1, tzinfo=UTC)
PAGES = (
    "/", "/?company=megvii", "/?kind=raised", "/?start=36", "/queue", "/flags/100", "/companies", "/companies/sensetime",
    "/figures", "/figures?company=megvii&kind=raised", "/stories", "/stories?company=megvii", "/articles",
    "/articles?company=megvii", "/articles?q=融资 次", "/articles?q=融资&company=yitu", "/articles/5", "/sources", "/digests", "/runs",
    "/api/flags", "/api/figures?company=yitu", "/api/articles", "/feeds/flags.atom", "/feeds/figures.atom", "/feeds/stories.atom",
)  # fmt: skip


def fill(wiring: Wiring, number: int) -> None:
    """Puts in articles, each a story of its own, figures for every fifth, and flags."""
    for first in range(1, number + 1, LOT):
        ids = range(first, min(first + LOT, number + 1))
        wiring.store.database.write(lambda connection, ids=ids: _lot(connection, ids))
    offset = 1_000_000
    for first in range(1, number // 5 + 1, LOT):
        ids = range(first, min(first + LOT, number // 5 + 1))
        wiring.store.database.write(lambda connection, ids=ids: _known(connection, ids, offset))
    wiring.store.database.write(lambda connection: _flags(connection, min(FLAGS, number // 5), offset))


def _lot(connection: Connection, ids: range) -> None:
    rows = [_article(id) for id in ids]
    connection.execute(insert(stories), [_story(row) for row in rows])
    connection.execute(insert(articles), rows)
    texts = [
        {"id": row["id"], "article_id": row["id"], "number": 1, "fetched": row["fetched"], "title": row["title"],
         "text": _text(row["id"]), "updated": None, "archived": None, "tags": []}
        for row in rows
    ]  # fmt: skip
    connection.execute(insert(revisions), texts)
    for text in texts:
        index(connection, text["id"], text["title"], text["text"])
    named = [{"company": COMPANIES[id % 4], "article_id": id, "mentions": 2, "focus": True} for id in ids]
    connection.execute(insert(article_companies), named)


def _article(id: int) -> dict[str, Any]:
    moment = START + timedelta(minutes=5 * id)
    return {
        "id": id, "url": f"https://news.example/{id}", "title": f"第{id}条新闻", "outlet": f"第{id % 300}报", "voice": f"v{id % 300}",
        "source": "example", "tier": "press", "published": moment, "fetched": moment, "language": "zh-Hans", "truncated": False,
        "story_id": id, "revision": 1, "looked_at": moment, "author": None, "origin": None,
    }  # fmt: skip


def _story(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": row["title"],
        "first_published": row["published"],
        "origin": None,
        "independent": 1,
    }


def _text(id: int) -> str:
    return "开头。" * 40 + SENTENCE.format(id) + "结尾。" * 40


def _known(connection: Connection, ids: range, offset: int) -> None:
    kinds = ("raised", "valuation", "headcount", "laid_off")
    moments = {id: START + timedelta(minutes=25 * id) for id in ids}
    connection.execute(
        insert(events),
        [
            {"id": offset + id, "company": COMPANIES[id % 4], "round": None, "as_of": None, "opened_at": moments[id]}
            for id in ids
        ],
    )
    entries = [
        {"id": offset + id, "event_id": offset + id, "company": COMPANIES[id % 4], "kind": kinds[id // 4 % 4],
         "low": Decimal(id * 1000), "high": Decimal(id * 1000), "unit": "USD" if id // 4 % 4 < 2 else "people", "state": "accepted",
         "status": "stated", "approximate": False, "investors": [], "as_of": moments[id].date().isoformat(), "added_by": "bench",
         "created_at": moments[id], "first_reported": moments[id], "last_reported": moments[id]}
        for id in ids
    ]  # fmt: skip
    connection.execute(insert(known_figures), entries)
    said = [
        {"known_id": offset + id, "article_id": id, "url": f"https://news.example/{id}", "outlet": f"第{id % 300}报",
         "voice": f"v{id % 300}", "published": moments[id], "tier": "press", "status": "stated", "withdrawn": False}
        for id in ids
    ]  # fmt: skip
    connection.execute(insert(reports), said)


def _flags(connection: Connection, number: int, offset: int) -> None:
    chance = random.Random(1)
    reasons = ("new", "contradicts", "refines", "confirms", "edited")
    rows = []
    for id in range(1, number + 1):
        text = _text(id)
        start = text.index("6亿美元")
        told = figure(
            company=COMPANIES[id % 4], quote=SENTENCE.format(id), start=start, end=start + 4, event=str(offset + id)
        )
        rows.append(
            {"id": id, "state": "waiting", "reason": chance.choice(reasons), "company": COMPANIES[id % 4], "kind": "raised",
             "article_id": id, "event_id": offset + id, "known_id": offset + id, "figure": figure_to_dict(told), "before": None,
             "known": [], "quote": told.quote, "created_at": START + timedelta(minutes=id)}
        )  # fmt: skip
    connection.execute(insert(flags), rows)


async def measure(app: Any) -> float:
    """Prints a line for each page; gives the worst 95th percentile in milliseconds."""
    worst = 0.0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8420") as client:
        for path in PAGES:
            taken, worked = [], time.process_time()
            for _ in range(ASKS + 1):
                begun = time.perf_counter()
                answer = await client.get(path, headers={"accept-encoding": "identity"})
                taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (path, answer.text)
            slow = statistics.quantiles(taken[1:], n=20)[-1]
            worst = max(worst, slow)
            cpu = (time.process_time() - worked) * 1000 / (ASKS + 1)
            size = len(gzip.compress(answer.content)) / 1000
            print(
                f"{path:36} p50 {statistics.median(taken[1:]):6.1f} ms   p95 {slow:6.1f} ms   "
                f"processor {cpu:5.1f} ms   {size:5.1f} kB compressed",
                flush=True,
            )
    return worst


def start_up(config: Path) -> tuple[float, float]:
    """Seconds from the command to the first answer, in a process of its own, and those of the processor in it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "desk.cli.main", "--config", str(config), "desk"]
    begun = time.perf_counter()
    desk = subprocess.Popen(command, env=os.environ | {"DRAGONWATCH_DESK__PORT": str(port)}, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/ready", timeout=5)
            except httpx.TransportError:
                if desk.poll() is not None or time.perf_counter() - begun > 60:
                    raise
                time.sleep(0.01)
            else:
                spent = psutil.Process(desk.pid).cpu_times()
                return time.perf_counter() - begun, spent.user + spent.system
    finally:
        desk.terminate()
        desk.wait()


def _fill_at(config: Path, number: int) -> None:
    with wire(load_config(config)) as wiring:
        fill(wiring, number)


def main(number: int, folder: Path) -> None:
    """Fills the folder where it is empty, and measures."""
    config = folder / "dragonwatch.toml"
    if not config.exists():
        folder.mkdir(parents=True, exist_ok=True)
        config.write_text("", encoding="utf-8")
        begun = time.perf_counter()
        # Elsewhere: what filling takes of memory is not the desk's.
        filling = multiprocessing.get_context("spawn").Process(target=_fill_at, args=(config, number))
        filling.start()
        filling.join()
        print(f"{number} articles, {number // 5} known figures put in within {time.perf_counter() - begun:.0f} s")
    first, worked = start_up(config)
    print(f"first answer after {first:.2f} s, of which the processor worked {worked:.2f} s", flush=True)
    with wire(load_config(config)) as wiring:
        worst = asyncio.run(measure(create_app(open_desk(wiring, "bench"))))
    print(f"worst p95 {worst:.0f} ms; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    articles_wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as scratch:
        main(articles_wanted, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "watch")
