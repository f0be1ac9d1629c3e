"""The walk end to end over loopback, with the least store."""

from __future__ import annotations

from tests.scheduler.walking import LeastStore, article, feed, loopback, source, walk


async def test_a_source_is_asked_its_articles_fetched_and_stored() -> None:
    store = LeastStore()
    async with loopback() as site:
        site.pages |= {
            "/feed": feed(
                (site.url("/1"), "商汤科技完成新一轮融资"),
                (site.url("/2"), "旷视科技裁员"),
                (site.url("/3"), "今日天气"),
            ),
            "/1": article("商汤科技完成新一轮融资"),
            "/2": article("旷视科技裁员"),
            "/3": article("今日天气"),
        }
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
