"""What a full store costs: bytes of each table and index for an article, and how long its questions take.

    python -m benchmarks.scale URL [ARTICLES [SOURCES]]

URL is a storage.url. A store that has articles is kept as it is, and only measured; measuring takes two hundred more in.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, text

from benchmarks.multiply import NOW, Prose, fill
from crawler.items import PollResult
from storage import tables
from storage.store import SqlStore, open_store
from storage.upkeep import keep_up

MORE = 200
ASKS = 15
_SIZES = {
    "sqlite": """
        SELECT coalesce(m.tbl_name, s.name), s.name, s.pageno * p.page_size
        FROM dbstat('main', 1) s JOIN pragma_page_size p LEFT JOIN sqlite_master m ON m.name = s.name
    """,
    "postgresql": """
        SELECT coalesce(t.relname, c.relname), c.relname,
               CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END
        FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
        WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'i')
    """,
}
_OF_SOURCES = {"sources", "source_states", "polls"}
QUESTIONS: Mapping[str, Callable[[SqlStore], object]] = {
    "which of 50 addresses are new": lambda store: store.unseen(
        [f"https://outlet{n}.example/{n}.html" for n in range(50)]
    ),
    "sources due, 50 of them": lambda store: store.sources.due(NOW + timedelta(hours=1), 50),
    "a poll noted": lambda store: store.sources.polled("s0", PollResult("unchanged", next_poll=NOW)),
    "articles of a company": lambda store: store.articles.find(company="megvii", limit=50),
    "search: one word": lambda store: store.articles.find(search="融资", limit=20),
    "search: two words and a company": lambda store: store.articles.find(
        search="商汤 配售 company:sensetime", limit=20
    ),
    "newest stories": lambda store: store.stories.find(limit=50),
    "flags that wait": lambda store: store.flags.find(state="waiting", limit=50),
    "figures of a company": lambda store: store.ledger.find(company="megvii", kind="raised"),
    "articles to look at again": lambda store: store.articles.look_again(NOW + timedelta(days=30), 200),
}


class Clock:
    """Stands still at the newest article."""

    def now(self) -> datetime:
        return NOW


def sizes(store: SqlStore) -> None:
    """Prints each table with its indexes: rows, bytes, bytes for an article (or a source)."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with store.database.read() as connection:
        for table, name, size in connection.execute(text(_SIZES[store.database.engine.dialect.name])):
            found[table if not table.startswith("search_index") else "search_index"][name] = size
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }
    total = sum(sum(parts.values()) for parts in found.values())
    print(f"{rows['articles']:,} articles, {rows['sources']:,} sources: {total / 1e9:.2f} GB")
    for table, parts in sorted(found.items(), key=lambda entry: -sum(entry[1].values())):
        one = rows["sources" if table in _OF_SOURCES else "articles"]
        own = sum(size for name, size in parts.items() if name == table or name.startswith("search_index"))
        whole = sum(parts.values())
        if whole > total / 1000:
            print(
                f"{table:20} {rows.get(table, one):>12,} rows {whole / 1e6:>9.1f} MB: "
                f"{own / one:>7.0f} B and indexes {(whole - own) / one:>6.0f} B for one"
            )


def questions(store: SqlStore) -> None:
    """Prints how long taking in and each question take, by the wall and by the processor of this process."""
    prose, first = Prose(), time.time_ns()
    takings = [prose.taking(first + place) for place in range(MORE)]
    asked = [partial(store.take_in, taking.page, taking.reading, taking.judge) for taking in takings]
    _tell("an article taken in", [_timed(ask) for ask in asked])
    for name, ask in QUESTIONS.items():
        ask(store)
        _tell(name, [_timed(partial(ask, store)) for _ in range(ASKS)])
    _tell("upkeep", [_timed(partial(keep_up, store))] * 2)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


def _tell(name: str, taken: list[tuple[float, float]]) -> None:
    wall, processor = ([one[place] for one in taken] for place in (0, 1))
    print(
        f"{name:34} p50 {statistics.median(wall):9.1f} ms   p95 {statistics.quantiles(wall, n=20)[-1]:9.1f} ms   "
        f"processor {statistics.median(processor):9.1f} ms",
        flush=True,
    )


def main(url: str, articles: int, sources: int) -> None:
    """Fills the store where it is empty, and measures."""
    store = open_store(url, clock=Clock())
    if not store.articles.find(limit=1):
        begun = time.perf_counter()
        fill(
            store,
            articles,
            sources,
            told=lambda done: print(f"{time.perf_counter() - begun:6.0f} s  {done}", flush=True),
        )
        keep_up(store)
        print(f"filled within {time.perf_counter() - begun:.0f} s")
    sizes(store)
    questions(store)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in (sys.argv[2:] + ["100000", "10000"][len(sys.argv) - 2 :])))
