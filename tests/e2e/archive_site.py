"""A site whose feed announces many old articles at once, as a search or a late discovery does."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from aiohttp import web

from crawler.items import Source

_HALLS = ("冶金", "纺织", "造船", "印刷", "制药", "物流", "水务", "航运", "玻璃", "木器")
_TOWNS = ("青溪", "北岭", "南浦", "东湾", "西桥", "石塘", "梅川", "柳河", "云台", "鹿港")
_WORKS = ("巡检", "分拣", "质检", "门禁", "排产", "盘点", "验收", "调度", "称重", "值夜")
_THINGS = [
    "阀门",
    "滚筒",
    "料斗",
    "吊臂",
    "货梯",
    "闸口",
    "水泵",
    "炉膛",
    "风机",
    "油罐",
    "皮带",
    "托盘",
    "叉车",
    "站台",
    "灯塔",
    "码头",
    "仓门",
    "轨道",
    "缆绳",
    "齿轮",
    "模具",
    "纱锭",
    "染缸",
    "锯床",
    "刨台",
    "窑炉",
    "滤网",
    "铜管",
    "焊枪",
    "量尺",
    "秤台",
    "印版",
    "油墨",
    "药瓶",
    "标签",
    "封条",
    "木箱",
    "铁桶",
    "护栏",
    "雨棚",
    "楼梯",
    "走廊",
    "工棚",
    "食堂",
    "澡堂",
    "车库",
    "花坛",
    "岗亭",
    "旗杆",
    "公告",
]


class ArchiveSite:
    """Serves ``count`` articles, a day apart, the newest of them thirty days before ``newest``."""

    def __init__(self, count: int, *, newest: datetime) -> None:
        self.base_url = ""
        self.count = count
        self._newest = newest
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/feed.xml", self._feed)
        app.router.add_get("/{number:\\d+}.html", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = "http://{}:{}".format(*self._runner.addresses[0][:2])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def source(self) -> Source:
        return Source(name="archive", kind="feed", url=f"{self.base_url}/feed.xml", language="zh-Hans")

    def addresses(self) -> list[str]:
        """Of every article."""
        return [f"{self.base_url}/{number}.html" for number in range(self.count)]

    def _published(self, number: int) -> datetime:
        return self._newest - timedelta(days=30 + number)

    async def _feed(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{_title(number)}</title><link>{self.base_url}/{number}.html</link>"
            f"<pubDate>{format_datetime(self._published(number))}</pubDate></item>"
            for number in range(self.count)
        )
        body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>旧闻</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")

    async def _page(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        return web.Response(text=_html(number, self._published(number)), content_type="text/html")


def _title(number: int) -> str:
    return f"旷视科技第{number + 1}份工作简报：{_place(number)}"


def _place(number: int) -> str:
    return _TOWNS[number % 10] + _HALLS[number // 10 % 10] + _WORKS[number // 100]


def _html(number: int, published: datetime) -> str:
    """Every article names its own things in its own order, so that none is a copy of another."""
    things = "、".join(Random(number).sample(_THINGS, 40))
    town, hall, work = _TOWNS[number % 10], _HALLS[number // 10 % 10], _WORKS[number // 100]
    staff = 1000 + number
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{_title(number)}</title>'
        f'<meta property="article:published_time" content="{published.isoformat()}"></head><body><article>'
        f"<h1>{_title(number)}</h1><p>旷视科技在{town}的{hall}园区上线了{work}系统，第{number + 1}号简报记下了{town}{work}班组的改动。</p>"
        f"<p>截至{published.year}年{published.month}月{published.day}日，旷视科技共有{staff}名员工，"
        f"{hall}{work}一项由{town}团队负责。</p>"
        f"<p>{hall}车间的师傅说，{work}从前要{number % 7 + 2}个人轮班，{town}的{hall}行当向来如此，第{number + 1}天起换成了机器。</p>"
        f"<p>当天看过的地方依次是{things}。</p>"
        "</article></body></html>"
    )
