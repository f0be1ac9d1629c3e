"""Fills a store with any number of articles and sources: a thousand are taken in as always, then every row is doubled by SQL.

A doubled row is a row of its own: another number, address and fingerprint, days earlier. Its words are the same, so the search
index has the postings of as many articles over the vocabulary of a thousand.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, literal_column, null, select, text, update

from crawler.decide import decide
from crawler.items import Lead, Page, PollResult, Reading, Source
from crawler.ports import Judge, Taking
from crawler.rates import ecb_rates
from crawler.reading.read import read_text
from crawler.watchlist import Watchlist, load_watchlist
from desk.newsroom.load import load_pieces
from storage import tables
from storage.moving import number_on
from storage.store import SqlStore
from storage.terms import terms_of
from storage.types import Moment, When

SEEDS = 1_000
ENTRIES, WAITING = 20_000, 5_000
IRRELEVANT = 3
"""Addresses remembered that name nobody, for each article."""
WORDS, WORDS_EACH = 20_000, 500
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LOT = 50_000
APART = 8
"""Days between what is doubled and its first copy, then twice as many, and so on."""
_LEDGER = (tables.events, tables.known_figures, tables.flags)
_ARTICLES = (
    tables.stories, tables.articles, tables.revisions, tables.article_companies, tables.fingerprints, tables.bands,
    tables.seen, tables.events, tables.known_figures, tables.reports, tables.figures, tables.flags,
)  # fmt: skip
_SOURCES = (tables.sources, tables.source_states, tables.polls)
_NAMED = {("articles", "url"), ("seen", "url"), ("reports", "url"), ("sources", "name"), ("sources", "url"),
          ("source_states", "source"), ("polls", "source")}  # fmt: skip
_MIXED = {"band", "exact"}
_MIX = 0x5DEECE66D
"""Turned over in the keys of a fingerprint, so that the copy of a row is no copy of its text."""
_SHIFTED = {
    ("sqlite", Moment): "strftime('%Y-%m-%dT%H:%M:%S+00:00', {0}, '-{1} days')",
    ("sqlite", When): "date(substr({0}, 1, 10), '-{1} days') || substr({0}, 11)",
    ("postgresql", Moment): "{0} - interval '{1} days'",
    ("postgresql", When): "to_char(CAST(left({0}, 10) AS date) - {1}, 'YYYY-MM-DD') || substr({0}, 11)",
}
Told = Callable[[str], None]


class Prose:
    """Made-up articles: a piece of the newsroom, then words of two characters with Zipf's frequencies."""

    def __init__(self) -> None:
        self._chance = random.Random(1)
        self._pieces = [piece for piece in load_pieces() if piece.end != "irrelevant"]
        self._watchlist: Watchlist = load_watchlist()
        self._words = ["".join(chr(0x4E00 + self._chance.randrange(3500)) for _ in "ab") for _ in range(WORDS)]
        self._weights = list(accumulate(1 / (place + 1) for place in range(WORDS)))

    def taking(self, number: int) -> Taking:
        """One article as the pipeline would hand it to the store, read and to be judged by the rules."""
        piece = self._pieces[number % len(self._pieces)]
        url, published = (
            f"https://outlet{number % 300}.example/{number}.html",
            NOW - timedelta(hours=2 * (number % SEEDS)),
        )
        body = f"{piece.text}\n{self._filler()}"
        read = read_text(body, self._watchlist, title=f"{piece.title} {number}", url=url, published=published)
        page = Page(url, url, b"", published, lead=Lead(f"s{number % 300}", url), archived=f"2026.warc.gz#{number}")
        return Taking(page, read, _judge(read, page))

    def _filler(self) -> str:
        places = (self._chance.random() * self._weights[-1] for _ in range(WORDS_EACH))
        return "".join(self._words[bisect(self._weights, place)] for place in places)


def _judge(read: Reading, page: Page) -> Judge:
    return lambda neighbours, ledger, signals: decide(
        read, page, neighbours, ledger, signals, rates=ecb_rates(), baseline_before=None, now=page.fetched
    )


def fill(
    store: SqlStore,
    articles: int,
    sources: int,
    *,
    seeds: int = SEEDS,
    entries: int = ENTRIES,
    reports: bool = True,
    searchable: int | None = None,
    told: Told = lambda _: None,
) -> None:
    """Fills an empty store with at least so many articles and sources, of which at most ``seeds`` are taken in one by one.

    The ledger is doubled until it has ``entries`` rows; what later copies say is known then, and with ``reports`` they are
    among those who report it. At most ``searchable`` copies can be searched for (None: all): that
    takes longest.
    """
    first, rounds = _plan(articles, seeds)
    _seed_articles(store, first)
    _double(
        store,
        _ARTICLES if reports else [table for table in _ARTICLES if table is not tables.reports],
        rounds,
        entries,
        told,
    )
    _index(store, first, searchable, told)
    first, rounds = _plan(sources, seeds)
    _seed_sources(store, first)
    _double(store, _SOURCES, rounds, entries, told)
    last = select(func.max(tables.flags.c.id)).scalar_subquery() - WAITING
    store.database.write(
        lambda connection: connection.execute(
            update(tables.flags)
            .where(tables.flags.c.id <= last, tables.flags.c.state == "waiting")
            .values(state="accepted")
        )
    )
    store.database.write(number_on)


def _plan(number: int, seeds: int) -> tuple[int, int]:
    """How many to begin with, and how often to double them."""
    rounds = ((number - 1) // seeds).bit_length()
    return -(-number // (1 << rounds)), rounds


def _seed_articles(store: SqlStore, number: int) -> None:
    prose = Prose()
    for place in range(number):
        taking = prose.taking(place)
        store.take_in(taking.page, taking.reading, taking.judge)
        store.remember(
            "s0", [f"https://outlet{place % 300}.example/other/{place}-{more}" for more in range(IRRELEVANT)]
        )


def _seed_sources(store: SqlStore, number: int) -> None:
    for place in range(number):
        store.sources.add(
            Source(f"s{place}", "feed", f"https://outlet{place}.example/feed.xml", outlet=f"第{place}财经")
        )
    polls = {
        f"s{place}": PollResult(
            "new", etag=f'"{place:032x}"', body_hash=f"{place:064x}", leads=20, new=1, interval=86_400.0,
            next_poll=NOW + timedelta(seconds=86.4 * place),
        )
        for place in range(number)
    }  # fmt: skip
    store.sources.polled_all(polls)


def _double(store: SqlStore, wanted: Sequence[Table], rounds: int, entries: int, told: Told) -> None:
    for round in range(1, rounds + 1):
        with store.database.read() as connection:
            known = connection.execute(select(func.count()).select_from(tables.known_figures)).scalar_one()
            own = [table for table in wanted if known < entries or table not in _LEDGER]
            offsets = {table.name: _last(connection, table) for table in own if "id" in table.c}
        for table in own:
            for first in range(1, offsets.get(table.name, 1) + 1, LOT):
                store.database.write(partial(_copy, table=table, offsets=offsets, first=first, round=round))
        told(f"{wanted[1].name}: doubled {round} of {rounds} times")


def _last(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.max(table.c.id))).scalar_one())


def _copy(connection: Connection, *, table: Table, offsets: dict[str, int], first: int, round: int) -> None:
    _hurry(connection)
    rows = select(*(_copied(connection.dialect.name, column, offsets, round) for column in table.c))
    if table.name in offsets:
        rows = rows.where(table.c.id.between(first, min(first + LOT - 1, offsets[table.name])))
    connection.execute(insert(table).from_select([column.name for column in table.c], rows))


def _hurry(connection: Connection) -> None:
    """A store that is filled again after a power cut may be lost in one; references are right as they are copied."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL synchronous_commit = off"))


def _copied(dialect: str, column: Column[Any], offsets: dict[str, int], round: int) -> Any:
    """What a row's copy has in this column."""
    table = column.table.name
    target = next((key.column.table.name for key in column.foreign_keys), None)
    if table == "bands" and column.name == "article_id":
        target = "articles"
    if column.name == "id":
        target = table
    if target in offsets:
        return column + offsets[target]
    if (table, column.name) in _NAMED:
        return column.concat(f".{round}")
    if column.name in _MIXED:
        return column.op("|")(_MIX * round) - column.op("&")(_MIX * round)
    if column.name in ("look_again", "retry_at"):
        return null()
    shift = _SHIFTED.get((dialect, type(column.type)))
    if shift and table not in ("sources", "source_states"):
        return literal_column(shift.format(column.name, APART << (round - 1)))
    return column


def _index(store: SqlStore, seeds: int, most: int | None, told: Told) -> None:
    """The copies' terms are those of what they are copied from."""
    with store.database.read() as connection:
        last = _last(connection, tables.revisions)
        last = last if most is None else min(last, seeds + most)
        first = connection.execute(select(tables.revisions).where(tables.revisions.c.id <= seeds)).all()
    terms = [{"id": row.id, "terms": " ".join(terms_of(row.title, row.text, tags=row.tags))} for row in first]
    copied = {
        "sqlite": "INSERT INTO search_index (rowid, terms) SELECT r.id, t.terms FROM revisions r "
        "JOIN seed_terms t ON t.id = (r.id - 1) % :seeds + 1 WHERE r.id BETWEEN :first AND :last",
        "postgresql": "INSERT INTO search_index SELECT r.id, s.terms FROM revisions r "
        "JOIN search_index s ON s.revision_id = (r.id - 1) % :seeds + 1 WHERE r.id BETWEEN :first AND :last",
    }[store.database.engine.dialect.name]

    def lot(connection: Connection, start: int) -> None:
        _hurry(connection)
        if connection.dialect.name == "sqlite":
            connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS seed_terms (id INTEGER PRIMARY KEY, terms TEXT)"))
            connection.execute(text("INSERT OR IGNORE INTO seed_terms VALUES (:id, :terms)"), terms)
        end = min(start + LOT - 1, last)
        connection.execute(text(copied), {"seeds": seeds, "first": start, "last": end})
        told(f"search_index: {end}")

    for start in range(seeds + 1, last + 1, LOT):
        store.database.write(partial(lot, start=start))
