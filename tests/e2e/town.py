"""A town of outlets on loopback, each at a host of its own, that publish as they are asked; it notes when each was asked.

Two neighbours report the same cut of jobs, in words of their own, so that two workers meet over one claim.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

COMPANIES = ("商汤科技", "旷视科技", "云从科技", "依图科技")
PLACES = ("北京", "上海", "深圳", "杭州", "广州", "成都", "西安", "武汉", "南京", "苏州", "厦门", "青岛")
THINGS = (
    "研发中心",
    "销售团队",
    "数据平台",
    "芯片项目",
    "医疗业务",
    "安防产品",
    "教育事业部",
    "海外办公室",
    "售后服务",
    "采购部门",
)
VERBS = (
    "将被合并",
    "正在调整",
    "暂停招聘",
    "改由总部管理",
    "搬到新址",
    "换了负责人",
    "推迟上线",
    "转为外包",
    "重新立项",
)


@dataclass
class Town:
    """So many outlets; every ``every``-th time that its feed is asked, an outlet has one article more."""

    outlets: int
    every: int
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When each host was asked for anything, by the monotonic clock."""
    feeds: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    """How many articles each outlet's feed has told of."""
    closed: bool = False
    """Nothing more is published."""
    port: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Answers on every loopback address from now on."""
        application = web.Application(middlewares=[self._note])
        application.router.add_get("/robots.txt", self._robots)
        application.router.add_get("/feed.xml", self._feed)
        application.router.add_get("/{number}.html", self._article)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "0.0.0.0", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Answers no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    def host(self, outlet: int) -> str:
        """Host and port of an outlet."""
        return f"127.0.{1 + outlet // 250}.{1 + outlet % 250}:{self.port}"

    def published(self) -> set[str]:
        """The address of every article that a feed has told of."""
        return {f"http://{host}/{number}.html" for host, count in self.told.items() for number in range(count)}

    @web.middleware
    async def _note(self, request: web.Request, handler: web.Handler) -> web.StreamResponse:
        self.asked[request.host].append(time.monotonic())
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _robots(self, _: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    async def _feed(self, request: web.Request) -> web.Response:
        self.feeds[request.host] += 1
        if not self.closed:
            self.told[request.host] = 1 + self.feeds[request.host] // self.every
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
        items = "".join(
            f"<item><title>{self._title(request.host, number)}</title><link>http://{request.host}/{number}.html</link>"
            f"<pubDate>{now}</pubDate></item>"
            for number in range(self.told[request.host])
        )
        body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml")

    async def _article(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        words = random.Random(f"{request.host} {number}")
        lines = "".join(
            f"<p>{words.choice(PLACES)}的{words.choice(THINGS)}{words.choice(VERBS)}，{words.choice(PLACES)}的"
            f"{words.choice(THINGS)}{words.choice(VERBS)}，编号{words.randrange(10**6)}。</p>"
            for _ in range(8)
        )
        title = self._title(request.host, number)
        return web.Response(
            text=f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><article><h1>{title}</h1>"
            f"<p>{title}，据公司内部人士称，这一决定本周作出。</p>{lines}</article></body></html>",
            content_type="text/html",
        )

    @staticmethod
    def _title(host: str, number: int) -> str:
        a, b = (int(part) for part in host.partition(":")[0].split(".")[2:])
        pair = ((a - 1) * 250 + b - 1) // 2
        company = COMPANIES[(pair + number) % len(COMPANIES)]
        return f"{company}裁员{20_011 + pair * 97 + number}人"
