"""The walk end to end over loopback, with the least store: what each kind of trouble costs."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web as server

from crawler.errors import StoreError
from crawler.items import PollState
from tests.scheduler.walking import NOW, FixedClock, LeastStore, Loopback, article, config, feed, loopback, source, walk

HEALTHY = "商汤科技完成新一轮融资"


def newsroom(site: Loopback, count: int = 3, path: str = "/feed") -> None:
    """A feed of articles about a watched company, and their pages."""
    site.pages[path] = feed(*((site.url(f"{path}/{n}"), f"{HEALTHY}之{n}") for n in range(count)))
    site.pages |= {f"{path}/{n}": article(f"{HEALTHY}之{n}") for n in range(count)}


async def test_a_source_is_asked_its_articles_fetched_and_stored() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 2)
        site.pages["/feed"] = feed(
            (site.url("/feed/0"), HEALTHY), (site.url("/feed/1"), "旷视科技裁员"), (site.url("/3"), "今日天气")
        )
        summary = await walk([source("a", site.url("/feed"))], store)
        assert summary.leads == {
            "known": 0,
            "irrelevant": 1,
            "stored": 2,
            "copy": 0,
            "revised": 0,
            "failed": 0,
            "dropped": 0,
        }
        assert summary.sources[0].outcome == "new"
        assert site.asked["/3"] == 0
        site.asked.clear()
        again = await walk([source("a", site.url("/feed"))], store)
        assert again.sources[0].outcome == "unchanged"
        assert site.asked == {"/robots.txt": 1, "/feed": 1}


async def test_validators_are_sent_and_304_is_unchanged() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site)
        body = site.pages["/feed"]

        async def conditional(request: server.Request) -> server.Response:
            known = request.headers.get("If-None-Match") == '"v1"'
            return (
                server.Response(status=304)
                if known
                else server.Response(text=body, headers={"ETag": '"v1"'}, content_type="text/xml")
            )

        site.pages["/feed"] = conditional
        for expected in ("new", "unchanged"):
            summary = await walk([source("a", site.url("/feed"))], store)
            assert summary.sources[0].outcome == expected
        assert [("if-none-match" in headers) for path, headers in site.headers if path == "/feed"] == [False, True]


async def test_after_a_failure_and_once_a_week_the_source_is_asked_outright() -> None:
    store = LeastStore()
    state = PollState(etag='"v1"', body_hash="0", first_poll=False, unconditional_at=NOW)
    async with loopback() as site:
        newsroom(site)
        for before, sends in (
            (state, True),
            (replace(state, failures=1), False),
            (replace(state, unconditional_at=NOW - timedelta(days=8)), False),
        ):
            store.sources.kept["a"] = before
            site.headers.clear()
            await walk([source("a", site.url("/feed"))], store)
            assert ["if-none-match" in headers for path, headers in site.headers if path == "/feed"] == [sends]


async def test_the_first_poll_is_a_baseline() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 1)
        await walk([source("a", site.url("/feed"))], store)
        newsroom(site, 2)
        await walk([source("a", site.url("/feed"))], store)
    assert store.baselines == [NOW - timedelta(days=7), None]


async def test_a_page_announced_twice_is_fetched_once() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 2)
        site.pages["/other"] = feed((site.url("/feed/0?utm_source=rss#top"), HEALTHY), (site.url("/feed/1"), HEALTHY))
        summary = await walk([source("a", site.url("/feed")), source("b", site.url("/other"))], store)
        assert (summary.leads["stored"], summary.leads["known"]) == (2, 2)
        assert sum(count for path, count in site.asked.items() if path.startswith("/feed/")) == 2


async def test_an_edit_is_read_where_the_announced_address_redirects() -> None:
    store = LeastStore()
    later = "<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2026-05-03T08:00:00+08:00</atom:updated>"
    async with loopback() as site:
        site.pages |= {
            "/go": (302, {"Location": "/a"}, b""), "/a": article(HEALTHY), "/feed": feed((site.url("/go"), HEALTHY)),
        }  # fmt: skip
        first = await walk([source("a", site.url("/feed"))], store)
        assert first.leads["stored"] == 1
        ((page, reading),) = store.pages.values()
        store.pages[site.url("/a")] = (page, reading)
        site.pages |= {"/feed": feed((site.url("/go"), HEALTHY), more=later), "/a": article(HEALTHY + "（更正）")}
        again = await walk([source("a", site.url("/feed"))], store)
        assert again.leads["stored"] == 1
        assert "更正" in (store.pages[site.url("/go")][1].article.title or "")


async def test_the_feeds_own_content_stands_in_for_a_closed_page() -> None:
    store = LeastStore()
    async with loopback() as site:
        content = (
            "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA["
            + "".join(
                f"<p>商汤科技全文第{n}段，公司今天公布了下一年的计划，并回答了记者提出的问题。</p>" for n in range(12)
            )
            + "]]></content:encoded>"
        )
        site.pages |= {"/feed": feed((site.url("/closed"), HEALTHY), more=content), "/closed": (403, {}, b"")}
        summary = await walk([source("a", site.url("/feed"))], store)
        assert summary.leads["stored"] == 1
        ((page, reading),) = store.pages.values()
        assert page.status == 203
        assert "全文第7段" in reading.article.text


async def test_every_hostile_source_is_named_and_the_healthy_one_stored() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site)
        bomb = (
            "<!DOCTYPE rss [<!ENTITY a 'ha'>"
            + "".join(f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9))
            + "]>"
        )

        async def slow(request: server.Request) -> server.StreamResponse:
            await asyncio.sleep(20)
            return server.Response()

        site.pages |= {
            "/html": "<!DOCTYPE html><html><head><title>News</title></head><body>news</body></html>",
            "/challenge": "<html><head><title>Just a moment...</title></head><body>cf-chl-x</body></html>",
            "/login": (302, {"Location": "/users/sign_in"}, b""),
            "/users/sign_in": "<html><input type=password></html>",
            "/missing": "<html><head><title>404 - page not found</title></head></html>",
            "/empty": b"",
            "/junk": b"\x00\x01\x02" * 100,
            "/gone": (410, {}, b""),
            "/slow": slow,
            "/huge": (200, {}, bytes(3 << 20)),
            "/bomb": f"<?xml version='1.0'?>{bomb}<rss version='2.0'><channel><title>&j;</title></channel></rss>",
            "/limit": (429, {"Retry-After": "600"}, b""),
        }
        says = {
            "/html": "HTML page where a feed was expected", "/challenge": "challenge:", "/login": "login:", "/missing": "gone:",
            "/empty": "empty body", "/junk": "not a feed", "/gone": "gone for good", "/slow": "longer than 1 seconds", "/huge": "larger than",
            "/limit": "not before 600 seconds",
        }  # fmt: skip
        sources = [source(path, site.url(path)) for path in [*says, "/bomb"]]
        # The one that asks to be left alone has a host of its own.
        sources = [
            replace(one, url=one.url.replace("127.0.0.1", "localhost")) if one.name == "/limit" else one
            for one in sources
        ]
        dead = source("dead", "http://127.0.0.1:1/feed")
        began = time.monotonic()
        summary = await walk(
            [*sources, dead, source("healthy", site.url("/feed"))],
            store,
            config(timeout="1s", max_size="1 MiB", allow_networks=["127.0.0.0/8", "::1/128"]),
        )
    results = {result.source: result for result in summary.sources}
    assert summary.leads["stored"] == 3
    for path, sentence in says.items():
        assert results[path].outcome == "failed", path
        assert sentence in (results[path].error or ""), results[path]
    assert "cannot be reached" in (results["dead"].error or "")
    assert results["/bomb"].outcome == "empty"
    assert results["healthy"].outcome == "new"
    assert store.sources.disabled == {"/gone"}
    assert {name for name, kept in store.sources.results.items() if kept[0].outcome == "blocked"} == {
        "/challenge",
        "/login",
        "/missing",
    }
    assert time.monotonic() - began < 20


async def test_a_feed_that_is_cut_brings_what_came_and_counts_as_failed_until_it_is_whole() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site)
        whole = site.pages["/feed"]
        end = whole.rindex("</item>")
        site.pages["/feed"] = (200, {"ETag": '"1"', "Content-Type": "text/xml"}, whole[:end].encode())
        cut = await walk([source("a", site.url("/feed"))], store)
        (result,) = cut.sources
        assert (result.outcome, result.new, cut.leads["stored"]) == ("failed", 2, 2)
        assert "ends in the middle" in (result.error or "") and "asked again" in (result.error or "")
        again = await walk([source("a", site.url("/feed"))], store)
        assert again.sources[0].outcome == "failed"
        site.pages["/feed"] = whole
        mended = await walk([source("a", site.url("/feed"))], store)
        assert (mended.sources[0].outcome, mended.leads["stored"], mended.leads["known"]) == ("new", 1, 2)


@pytest.mark.parametrize(
    ("status", "mend"),
    [(404, "`dragonwatch sources discover"), (404, "`dragonwatch sources remove a`"), (500, "asked again by itself")],
)
async def test_a_source_that_answers_an_error_is_told_with_what_to_do(status: int, mend: str) -> None:
    async with loopback() as site:
        site.pages["/feed"] = (status, {}, b"")
        summary = await walk([source("a", site.url("/feed"))], LeastStore())
    assert f"answered {status}" in (summary.sources[0].error or "")
    assert mend in (summary.sources[0].error or "")


async def test_a_source_that_is_gone_and_cannot_be_switched_off_here_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = LeastStore()

    def enable(*_: object) -> None:
        raise StoreError("The source 'a' is set in dragonwatch.toml; change it there")

    monkeypatch.setattr(store.sources, "enable", enable)
    async with loopback() as site:
        site.pages["/feed"] = (410, {}, b"")
        summary = await walk([source("a", site.url("/feed"))], store)
    assert summary.errors == ("a is gone for good: The source 'a' is set in dragonwatch.toml; change it there",)
    assert [result.outcome for result in store.sources.results["a"]] == ["failed"]


async def test_a_move_for_good_is_adopted_after_three_polls() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, path="/new")
        site.pages["/old"] = (301, {"Location": "/new"}, b"")
        for _ in range(5):
            await walk([source("a", site.url("/old"))], store)
        assert site.asked["/old"] == 3
        assert site.asked["/new"] == 5


async def test_a_sources_headers_do_not_move_with_it_to_another_origin() -> None:
    store = LeastStore()
    async with loopback() as site, loopback("127.0.0.2") as elsewhere:
        newsroom(elsewhere, path="/feed")
        site.pages["/old"] = (301, {"Location": elsewhere.url("/feed")}, b"")
        for _ in range(4):
            await walk([source("a", site.url("/old"), headers={"X-Key": "secret"})], store)
        assert (site.asked["/old"], elsewhere.asked["/feed"]) == (3, 4)
        assert all("x-key" in headers for path, headers in site.headers if path == "/old")
        assert not any("x-key" in headers for _, headers in elsewhere.headers)


async def test_what_failed_for_now_is_tried_by_the_next_poll_and_what_failed_for_good_is_not() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site)
        site.pages |= {"/feed/0": (504, {}, b""), "/feed/1": (404, {}, b"")}
        summary = await walk([source("a", site.url("/feed"))], store)
        assert (summary.leads["stored"], summary.leads["failed"]) == (1, 2)
        assert any("404" in error for error in summary.errors)
        site.pages["/feed/0"] = article(HEALTHY)
        site.asked.clear()
        summary = await walk([source("a", site.url("/feed"))], store)
        assert summary.leads["stored"] == 1
        assert set(site.asked) == {"/robots.txt", "/feed", "/feed/0"}


async def test_a_dry_run_stores_nothing() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site)
        summary = await walk([source("a", site.url("/feed"))], store, dry_run=True)
    assert summary.leads["stored"] == 3
    assert (store.pages, store.remembered, store.sources.results) == ({}, set(), {})


async def test_a_crawl_for_one_company_leaves_the_others_unlearnt() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 1)
        site.pages["/feed"] = feed((site.url("/feed/0"), HEALTHY), (site.url("/m"), "旷视科技裁员"))
        site.pages["/m"] = article("旷视科技裁员")
        first = await walk([source("a", site.url("/feed"))], store, company="megvii")
        assert (first.leads["stored"], first.leads["irrelevant"]) == (1, 1)
        second = await walk([source("a", site.url("/feed"))], store)
        assert (second.leads["stored"], second.leads["known"]) == (1, 1)


async def test_a_trap_is_bounded_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spiders.sieve.MOST_OF_A_SITE", 5)
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 40)
        summary = await walk([source("a", site.url("/feed"))], store)
        assert (summary.leads["stored"], summary.leads["dropped"]) == (5, 35)
        assert any("announced more than 5 new pages" in error for error in summary.errors)
        # What was dropped is not forgotten: the next poll goes on where this one stopped.
        summary = await walk([source("a", site.url("/feed"))], store)
        assert (summary.leads["stored"], summary.leads["known"]) == (5, 5)
        # Nor is it news: the first poll is not over before all that was there has been met.
        newsroom(site, 12)
        await walk([source("a", site.url("/feed"))], store)
        await walk([source("a", site.url("/feed"))], store)
        newsroom(site, 13)
        await walk([source("a", site.url("/feed"))], store)
        assert [before is not None for before in store.baselines] == [True] * 12 + [False]


async def test_every_lead_is_counted_once() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 4)
        site.pages["/feed"] = feed(
            *((site.url(f"/feed/{n}"), HEALTHY) for n in range(4)), (site.url("/feed/0"), HEALTHY), (site.url("/none"), HEALTHY),
            (site.url("/weather"), "天气"), ("mailto:x@y.example", HEALTHY), ("http://[broken", HEALTHY), ("http://x.example/" + "a" * 3000, HEALTHY),
        )  # fmt: skip
        summary = await walk([source("a", site.url("/feed"))], store)
    assert sum(summary.leads.values()) == summary.sources[0].leads == 10
    assert summary.leads == {
        "known": 1,
        "irrelevant": 1,
        "stored": 4,
        "copy": 0,
        "revised": 0,
        "failed": 1,
        "dropped": 3,
    }


async def test_cancelling_keeps_what_is_finished_and_ends_soon() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 30)

        async def never(_: server.Request) -> server.Response:
            await asyncio.sleep(60)
            return server.Response()

        site.pages |= {f"/feed/{n}": never for n in range(10, 30)}
        crawling = asyncio.ensure_future(walk([source("a", site.url("/feed"))], store, config(timeout="60s")))
        while len(store.pages) < 10:
            assert not crawling.done()
            await asyncio.sleep(0.05)
        began = time.monotonic()
        crawling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await crawling
        assert time.monotonic() - began < 10
        assert len(store.pages) == 10
        assert "a" not in store.sources.results  # it stays due
        newsroom(site, 30)
        summary = await walk([source("a", site.url("/feed"))], store)
        assert (summary.leads["stored"], summary.leads["known"]) == (20, 10)


async def test_cancelling_does_not_wait_for_pages_whose_turn_has_not_come() -> None:
    store = LeastStore()
    async with loopback() as site:
        newsroom(site, 300)
        crawling = asyncio.ensure_future(walk([source("a", site.url("/feed"))], store, config(per_host_delay="1s")))
        while not store.pages:
            assert not crawling.done()
            await asyncio.sleep(0.05)
        began = time.monotonic()
        crawling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await crawling
    assert time.monotonic() - began < 10
    assert "a" not in store.sources.results


async def test_a_spider_or_store_that_breaks_costs_its_own_leads_alone() -> None:
    class Broken(LeastStore):
        def take_in(self, page: Any, reading: Any, judge: Any) -> Any:
            if page.url.endswith("/1"):
                raise RuntimeError("disk on fire")
            return super().take_in(page, reading, judge)

    store = Broken()
    async with loopback() as site:
        newsroom(site)
        summary = await walk([source("a", site.url("/feed")), source("b", "not an address")], store)
    assert (summary.leads["stored"], summary.leads["failed"]) == (2, 1)
    assert any("disk on fire" in error for error in summary.errors)
    assert {result.source: result.outcome for result in summary.sources} == {"a": "new", "b": "failed"}


async def test_a_source_that_cannot_be_reached_from_here_is_left_out() -> None:
    async with loopback() as site:
        newsroom(site)
        sources = [
            source("far", site.url("/feed"), region=("mainland",)),
            source("near", site.url("/feed"), region=("hongkong",)),
        ]
        summary = await walk(sources, LeastStore(), config(region="hongkong"))
    assert [result.outcome for result in summary.sources] == ["skipped", "new"]
    assert "fetch.region" in (summary.sources[0].error or "")


async def test_progress_is_told_to_the_end() -> None:
    seen: list[Any] = []
    async with loopback() as site:
        newsroom(site)
        await walk([source("a", site.url("/feed"))], LeastStore(), progress=seen.append, clock=FixedClock())
    assert (seen[-1].sources_done, seen[-1].sources, seen[-1].leads_done, seen[-1].leads) == (1, 1, 3, 3)
