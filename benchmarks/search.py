"""Search on SQLite: how long it takes and how large its index is, over made-up articles of 1,500 characters.

    python -m benchmarks.search [ARTICLES]

Words have two characters and Zipf's frequencies, so that common ones stand in most articles and rare ones in a few.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Connection, insert, text

from storage import search
from storage.store import open_store
from storage.tables import article_companies, articles, revisions, stories
from storage.terms import tag

WORDS = 20_000
WORDS_EACH = 750
LOT = 1_000
QUERIES = 100


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)


def main(number: int) -> None:
    chance = random.Random(1)
    words = ["".join(chr(0x4E00 + chance.randrange(3500)) for _ in "ab") for _ in range(WORDS)]
    weights = list(accumulate(1 / (place + 1) for place in range(WORDS)))

    def article() -> str:
        drawn = [words[bisect(weights, chance.random() * weights[-1])] for _ in range(WORDS_EACH)]
        return "的".join("".join(drawn[start : start + 20]) for start in range(0, WORDS_EACH, 20))

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'search.db'}", clock=Clock())
        samples: list[str] = []
        begun = time.perf_counter()
        size = 0
        for first in range(0, number, LOT):
            texts = [article() for _ in range(LOT)]
            samples += texts[:: LOT // 10]
            size += sum(len(one.encode()) for one in texts)
            store.database.write(lambda connection, first=first, texts=texts: _fill(connection, first, texts))
        built = time.perf_counter() - begun
        with store.database.read() as connection:
            index = connection.execute(text("SELECT sum(length(block)) FROM search_index_data")).scalar_one()
        print(
            f"{number} articles, {size / 1e6:.0f} MB of text, built at {number / built:.0f} articles/s with generating them"
        )
        print(f"index {index / 1e6:.0f} MB = {index / size:.2f} of the text")
        kinds = {
            "2 characters, any": lambda: words[bisect(weights, chance.random() * weights[-1])],
            "2 characters, the commonest": lambda: words[chance.randrange(20)],
            "4 characters, a phrase": lambda: _piece(chance, samples, 4),
            "8 characters, a phrase": lambda: _piece(chance, samples, 8),
            "two words and a company": lambda: (
                f"{words[chance.randrange(50)]} {words[chance.randrange(500)]} company:yitu"
            ),
            "two words, the last one character": lambda: f"{words[chance.randrange(50)]} 的",
            "a word after a day": lambda: f"{words[chance.randrange(200)]} after:2026-06-01",
            "nothing that is there": lambda: "".join(chr(0x4E00 + chance.randrange(3500)) for _ in "abcd"),
        }
        for name, query in kinds.items():
            took = []
            hits = 0
            for _ in range(QUERIES):
                wanted = query()
                begun = time.perf_counter()
                hits += bool(store.articles.find(search=wanted, limit=20))
                took.append((time.perf_counter() - begun) * 1000)
            took.sort()
            print(
                f"{name:30} p50 {statistics.median(took):6.1f} ms  p95 {took[int(QUERIES * 0.95)]:6.1f} ms  found {hits}"
            )
        store.close()


def _fill(connection: Connection, first: int, texts: list[str]) -> None:
    now = Clock().now()
    ids = range(first + 1, first + len(texts) + 1)
    connection.execute(insert(stories), [{"id": id, "independent": 1} for id in ids])
    connection.execute(
        insert(articles),
        [
            {
                "id": id, "url": f"https://x.example/{id}", "title": one[:20], "voice": "x", "tier": "press", "fetched": now,
                "looked_at": now, "story_id": id, "truncated": False, "revision": 1, "published": _day(id),
            }
            for id, one in zip(ids, texts, strict=True)
        ],
    )  # fmt: skip
    connection.execute(
        insert(revisions),
        [
            {"id": id, "article_id": id, "number": 1, "fetched": now, "title": one[:20], "text": one, "tags": []}
            for id, one in zip(ids, texts, strict=True)
        ],
    )
    companies = ("sensetime", "megvii", "cloudwalk", "yitu")
    connection.execute(
        insert(article_companies),
        [{"article_id": id, "company": companies[id % 4], "mentions": 1, "focus": True} for id in ids],
    )
    for id, one in zip(ids, texts, strict=True):
        search.index(connection, id, one[:20], one, [tag("company", companies[id % 4])])


def _day(id: int) -> date:
    return date(2026, 1, 1) + timedelta(days=id % 330)


def _piece(chance: random.Random, samples: list[str], length: int) -> str:
    sample = chance.choice(samples)
    start = chance.randrange(len(sample) - length)
    return sample[start : start + length]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
