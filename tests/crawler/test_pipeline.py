"""Readings are kept together where that costs nobody time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import pipeline
from crawler.errors import BadStatus, ReadError
from crawler.items import Article, CompanyMention, Lead, Outcome, Page, Reading, Source
from crawler.pipeline import Catch, Keeper
from crawler.ports import Taking
from crawler.reading.bound import unbind
from crawler.tally import Share, Tally
from tests.scheduler.walking import FixedClock

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Lots:
    """A store that notes which readings came together."""

    together = 3

    def __init__(self) -> None:
        self.taken: list[list[str]] = []

    def take_in_many(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        self.taken.append([taking.page.url for taking in lot])
        return [taking.judge((), (), ()) for taking in lot]


class Reader:
    """Workers that finish a page when they are told to."""

    def __init__(self, slow: str = "") -> None:
        self._slow = slow
        self.finish = asyncio.Event()

    async def run(self, _: Any, page: Page) -> Reading:
        await asyncio.sleep(0)
        if page.url == self._slow:
            await self.finish.wait()
        return Reading(Article(None, ""))


async def taken(pages: Sequence[str], reader: Reader) -> tuple[Lots, list[asyncio.Task[None]], Tally]:
    """Hands the pages to a keeper all at once."""
    store, tally = Lots(), Tally(lambda: None)

    def judge_of(reading: Reading, *_: Any) -> Any:
        return lambda *_: Outcome(end="stored", reading=reading)

    keeper = Keeper(
        workers=reader, store=store, archive=None, judge=judge_of, clock=FixedClock(), baseline=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    share = Share(Source("a", "feed", "http://a.example/feed"))
    catches = [Catch(Page(url, url, b"", NOW), tally.open(share, Lead("a", url))) for url in pages]
    tasks = [asyncio.create_task(keeper.take(catch)) for catch in catches]
    return store, tasks, tally


async def test_what_is_read_at_once_is_kept_in_as_few_transactions_as_may_be() -> None:
    store, tasks, _ = await taken(["1", "2", "3", "4"], Reader())
    await asyncio.gather(*tasks)
    assert store.taken == [["1", "2", "3"], ["4"]]


async def test_a_page_that_reads_slowly_holds_the_others_up_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "GATHERING", 0.01)
    reader = Reader(slow="2")
    store, tasks, tally = await taken(["1", "2"], reader)
    await tasks[0]
    assert store.taken == [["1"]]
    reader.finish.set()
    await tasks[1]
    assert store.taken == [["1"], ["2"]]
    assert tally.counts()["stored"] == 2


class Breaking:
    """Workers whom the pages with these addresses break."""

    def __init__(self, *breaks: str) -> None:
        self._breaks = breaks

    async def run(self, function: Any, page: Page) -> Any:
        whole = [url for url, _ in unbind(page.body, page.url)]
        if page.url in self._breaks or whole[-1] in self._breaks:
            raise ReadError("reading crashed its worker")
        return Reading(Article(None, "", next_page="http://a.example/2"), companies=(CompanyMention("yitu", 1, True),))


@pytest.mark.parametrize(
    ("breaks", "error"), [("http://a.example/1", "reading crashed its worker"), ("http://a.example/2", None)]
)
async def test_a_page_that_breaks_its_reader_is_kept_as_failed_and_a_further_one_left_out(
    breaks: str, error: str | None
) -> None:
    store, kept = Lots(), list[Reading]()

    def judge_of(reading: Reading, *_: Any) -> Any:
        kept.append(reading)
        return lambda *_: Outcome(end="failed" if reading.error else "stored", reading=reading)

    async def further(url: str) -> Page:
        return Page(url, url, b"", NOW)

    keeper = Keeper(
        workers=Breaking(breaks), store=store, archive=None, judge=judge_of, clock=FixedClock(), baseline=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    tally = Tally(lambda: None)
    ticket = tally.open(Share(Source("a", "feed", "http://a.example/feed")), Lead("a", "http://a.example/1"))
    url = "http://a.example/1"
    await keeper.take(Catch(Page(url, url, b"", NOW), ticket, further))
    assert [reading.error for reading in kept] == [error]
    assert tally.counts()["failed"] == (error is not None)


class Book:
    """Workers that read a page's body as the address at which its article goes on."""

    async def run(self, function: Any, page: Page) -> Any:
        ends = [body.decode() for _, body in unbind(page.body, page.url)]
        if function is pipeline.read_next:
            return ends[0] or None
        named = (CompanyMention("yitu", 1, True),)
        return Reading(Article(None, "\n".join(ends), next_page=ends[-1] or None), companies=named)


@pytest.mark.parametrize(
    ("site", "asked", "left"),
    [
        ({"/1": "/2", "/2": "/3", "/3": ""}, ["/2", "/3"], ""),
        ({"/1": "/2", "/2": "/3"}, ["/2", "/3"], "/3"),
        ({"/1": "/2", "/2": "/1"}, ["/2"], "/1"),
        ({f"/{number}": f"/{number + 1}" for number in range(1, 99)}, [f"/{number}" for number in range(2, 12)], "/12"),
    ],
    ids=["whole", "its last page is missing", "a circle", "without an end"],
)
async def test_further_pages_are_fetched_in_order_and_no_more_than_that(
    site: dict[str, str], asked: list[str], left: str
) -> None:
    host, fetched, store = "http://a.example", list[str](), Lots()

    async def further(url: str) -> Page:
        path = url.removeprefix(host)
        fetched.append(path)
        if path not in site:
            raise BadStatus(f"{url} answered 404", status=404)
        return Page(url, url, (host + site[path] if site[path] else "").encode(), NOW)

    outcomes: list[Reading] = []

    def judge_of(reading: Reading, *_: Any) -> Any:
        outcomes.append(reading)
        return lambda *_: Outcome(end="stored", reading=reading)

    keeper = Keeper(
        workers=Book(), store=store, archive=None, judge=judge_of, clock=FixedClock(), baseline=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    ticket = Tally(lambda: None).open(Share(Source("a", "feed", f"{host}/feed")), Lead("a", f"{host}/1"))
    await keeper.take(Catch(Page(f"{host}/1", f"{host}/1", (host + site["/1"]).encode(), NOW), ticket, further))
    assert fetched == asked
    assert store.taken == [[f"{host}/1"]]
    assert outcomes[-1].article.next_page == (host + left if left else None)
