"""Search on SQLite: how long it takes and how large its index is, over made-up articles of 1,500 characters.

    python -m benchmarks.search [ARTICLES] [--kept FILE]

With ``--kept`` the database is made at FILE and stays, and one that is there is asked as it is. Words have two characters and Zipf's frequencies, so that common ones stand in most articles and rare ones in a few.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Connection, insert, text

from storage import search
from storage.store import SqlStore, open_store
from storage.tables import article_companies, articles, revisions, stories
from storage.terms import tag

WORDS = 20_000
WORDS_EACH = 750
LOT = 1_000
QUERIES = 100


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC)


class Prose:
    """Made-up articles; the same words each time."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.words = ["".join(chr(0x4E00 + self.chance.randrange(3500)) for _ in "ab") for _ in range(WORDS)]
        self._weights = list(accumulate(1 / (place + 1) for place in range(WORDS)))

    def word(self) -> str:
        return self.chance.choices(self.words, cum_weights=self._weights)[0]

    def article(self) -> str:
        drawn = self.chance.choices(self.words, cum_weights=self._weights, k=WORDS_EACH)
        return "的".join("".join(drawn[start : start + 20]) for start in range(0, WORDS_EACH, 20))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("articles", type=int, nargs="?", default=20_000)
    arguments.add_argument("--kept", type=Path)
    options = arguments.parse_args()
    prose = Prose()
    with tempfile.TemporaryDirectory() as folder:
        file = (options.kept or Path(folder) / "search.db").absolute()
        fresh = not file.exists()
        store = open_store(f"sqlite:///{file}", clock=Clock())
        if fresh:
            build(store, prose, options.articles)
        ask(store, prose)
        store.close()


def build(store: SqlStore, prose: Prose, number: int) -> None:
    begun = time.perf_counter()
    for first in range(0, number, LOT):
        texts = [prose.article() for _ in range(LOT)]
        store.database.write(lambda connection, first=first, texts=texts: _fill(connection, first, texts))
    built = time.perf_counter() - begun
    print(f"{number} articles, built at {number / built:.0f} a second with making them up", flush=True)


def ask(store: SqlStore, prose: Prose) -> None:
    words, chance = prose.words, prose.chance
    with store.database.read() as connection:
        index = connection.execute(text("SELECT sum(length(block)) FROM search_index_data")).scalar_one()
        number, size = connection.execute(text("SELECT count(*), sum(length(CAST(text AS blob))) FROM revisions")).one()
        newest = connection.execute(text("SELECT text FROM revisions ORDER BY id DESC LIMIT 1000")).scalars().all()
    print(f"{number} articles, {size / 1e6:.0f} MB of text, index {index / 1e6:.0f} MB = {index / size:.2f} of it")
    samples = newest[::10]
    kinds = {
        "2 characters, any": prose.word,
        "2 characters, the commonest": lambda: words[chance.randrange(20)],
        "4 characters, a phrase": lambda: _piece(chance, samples, 4),
        "8 characters, a phrase": lambda: _piece(chance, samples, 8),
        "two words and a company": lambda: f"{words[chance.randrange(50)]} {words[chance.randrange(500)]} company:yitu",
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
        print(f"{name:30} p50 {statistics.median(took):6.1f} ms  p95 {took[int(QUERIES * 0.95)]:6.1f} ms  found {hits}")


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
    indexing = search.Indexing(connection)
    for id, one in zip(ids, texts, strict=True):
        indexing.add(id, one[:20], one, [tag("company", companies[id % 4])])
    indexing.finish()


def _day(id: int) -> date:
    return date(2026, 1, 1) + timedelta(days=id % 330)


def _piece(chance: random.Random, samples: list[str], length: int) -> str:
    sample = chance.choice(samples)
    start = chance.randrange(len(sample) - length)
    return sample[start : start + length]


if __name__ == "__main__":
    main()
