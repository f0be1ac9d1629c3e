"""The store: opens the database, and keeps each reading in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select

from crawler.errors import ReadError, StoreUnavailable
from crawler.items import Outcome, Page, Reading
from crawler.ports import Clock, Judge, Taking
from crawler.tally import flags_of
from crawler.urls import canonical
from storage.articles import ArticleTable
from storage.engine import BUSY_SECONDS, Database
from storage.fingerprints import alike
from storage.flags import FlagTable
from storage.keeping import keep
from storage.known import known_to_judge
from storage.ledger import SEEDED, LedgerTable, shipped_seed
from storage.lookups import articles_at, flagged_signals, neighbours, telling
from storage.outbox import OutboxTable
from storage.runs import RunTable
from storage.schema import prepare
from storage.search import Indexing
from storage.settings import SettingTable
from storage.sources import SourceTable
from storage.sql import chunks, hold, insert_or, key_of
from storage.stories import StoryTable
from storage.tables import articles, seen


def open_store(url: str, *, clock: Clock, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> SqlStore:
    """Opens the database at ``url``, brought to this version's schema; a new one starts with the shipped ledger.

    Raises StoreError, which names the mend: locked, read-only, full, a newer schema, or none there without ``create``.
    """
    database = Database(url, busy_seconds=busy_seconds)
    try:
        prepare(database, create=create)
        store = SqlStore(database, clock)
        if store.settings.get(SEEDED) is None:  # a new database, or one whose maker was killed before this
            store.ledger.seed(shipped_seed())
    except BaseException:
        database.close()
        raise
    return store


class SqlStore:
    """Where the walk keeps what it finds, on SQLite or PostgreSQL; may be used from any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.sources = SourceTable(database, clock)
        self.articles = ArticleTable(database, clock)
        self.stories = StoryTable(database)
        self.ledger = LedgerTable(database, clock)
        self.flags = FlagTable(database, clock)
        self.outbox = OutboxTable(database, clock)
        self.runs = RunTable(database, clock)
        self.settings = SettingTable(database)
        self.flagged: Callable[[Connection], object] | None = None
        """Called at the end of every transaction in which a page raised a flag, as a part of it."""

    @property
    def together(self) -> int:
        """How many readings one transaction is best given at most; on SQLite another writer waits that long.

        PostgreSQL's writers hold a lock for each band of each reading, and there is room for some thousands.
        """
        return 64 if self.database.sqlite else 16

    def unseen(self, urls: Iterable[str]) -> set[str]:
        """Those canonical addresses that need fetching: never met, or failed and due for another try."""
        wanted = list(dict.fromkeys(urls))
        now = self.clock.now()
        done: set[str] = set()
        with self.database.read() as connection:
            for lot in chunks(wanted):
                waits = or_(seen.c.retry_at.is_(None), seen.c.retry_at > now)
                done.update(connection.execute(select(seen.c.url).where(seen.c.url.in_(lot), waits)).scalars())
        return set(wanted) - done

    def edited(self, updated: Mapping[str, datetime]) -> set[str]:
        """Those canonical addresses whose stored article was last looked at before the moment given for it."""
        looked: dict[str, datetime] = {}
        with self.database.read() as connection:
            for lot in chunks(list(updated)):
                found = select(seen.c.url, articles.c.looked_at).join_from(
                    seen, articles, seen.c.article_id == articles.c.id
                )
                rows = connection.execute(found.where(seen.c.url.in_(lot), articles.c.gone_at.is_(None)))
                looked |= {row.url: row.looked_at for row in rows}
        return {url for url, at in looked.items() if at < updated[url]}

    def remember(self, source: str, urls: Iterable[str], *, ended: str = "irrelevant") -> None:
        """Notes leads that ended without an article, so that they are not fetched again."""
        now = self.clock.now()
        rows = [
            {
                "url": url,
                "source": source,
                "ended": ended,
                "at": now,
                "article_id": None,
                "attempts": 0,
                "retry_at": None,
            }
            for url in dict.fromkeys(urls)
        ]
        if not rows:
            return

        def work(connection: Connection) -> None:
            statement = insert_or(connection.dialect.name, seen)
            final = {"ended": statement.excluded.ended, "at": statement.excluded.at, "retry_at": None}
            # An address that has an article keeps its end.
            connection.execute(
                statement.on_conflict_do_update(index_elements=["url"], set_=final, where=seen.c.article_id.is_(None)),
                rows,
            )

        self.database.write(work)

    def take_in(self, page: Page, reading: Reading, judge: Judge) -> Outcome:
        """Judges and keeps one reading in one transaction: article, story, ledger and flags together."""
        return self._take_in([Taking(page, reading, judge)])[0]

    def take_in_many(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        """Takes in several readings in their order, each judged on those before it, in one transaction if it can be.

        Gives each one's outcome, or what kept it from being taken in, which harms no other. Raises StoreUnavailable,
        and then none of them is kept.
        """
        try:
            return list(self._take_in(lot))
        except StoreUnavailable:
            raise
        except Exception as error:
            # One of them cannot be kept; by itself each shows whether it is that one.
            return [error] if len(lot) == 1 else [self._alone(taking) for taking in lot]

    def _alone(self, taking: Taking) -> Outcome | Exception:
        try:
            return self._take_in([taking])[0]
        except Exception as error:
            return error

    def _take_in(self, lot: Sequence[Taking]) -> list[Outcome]:
        wanted = [(taking, addresses(taking.page)) for taking in lot]

        def work(connection: Connection) -> list[Outcome]:
            hold(connection, [key for taking, urls in wanted for key in _keys(taking.reading, urls)])
            now = self.clock.now()  # not before the others were waited for: a letter tells what came since the last one
            indexing = Indexing(connection)
            ends = [_take_in(connection, taking, urls, now, indexing) for taking, urls in wanted]
            indexing.finish()
            if self.flagged is not None and any(map(flags_of, ends)):
                self.flagged(connection)
            return ends

        return self.database.write(work)

    def close(self) -> None:
        """Closes every connection."""
        self.database.close()


def addresses(page: Page) -> list[str]:
    """The canonical addresses of a page, the one that answered first."""
    found: dict[str, None] = {}
    for url in (page.final_url, page.url, page.lead.url if page.lead else page.url):
        try:
            found[canonical(url)] = None
        except ReadError:  # an article from a chat or a file may have no address of the web
            found[url] = None
    return list(found)


def _companies(reading: Reading) -> list[str]:
    named = (one.company for part in (reading.companies, reading.figures, reading.signals) for one in part)
    return sorted(set(named))


def _keys(reading: Reading, urls: Sequence[str]) -> list[int]:
    """What no other writer may touch while this reading is judged and kept."""
    keys = [key_of("url", url) for url in urls] + [key_of("company", company) for company in _companies(reading)]
    return keys + list(reading.fingerprint.bands if reading.fingerprint else ())


def _take_in(connection: Connection, taking: Taking, urls: Sequence[str], now: datetime, indexing: Indexing) -> Outcome:
    reading, companies = taking.reading, _companies(taking.reading)
    here = articles_at(connection, urls)
    near = (alike(connection, reading.fingerprint) if reading.fingerprint else []) + telling(
        connection, reading.figures
    )
    found = list(dict.fromkeys(here + near))
    ledger = known_to_judge(connection, companies) if reading.figures or reading.signals else []
    outcome = taking.judge(
        neighbours(connection, found, address=urls[0], at=here),
        ledger,
        flagged_signals(connection, companies) if reading.signals else [],
    )
    keep(connection, taking.page, outcome, urls=urls, ledger=ledger, now=now, indexing=indexing)
    return outcome
