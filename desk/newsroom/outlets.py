"""The outlets of the newsroom: their scripts, charsets, templates and kinds of feed.

Each differs from the others in what makes real sites hard to read; none exists outside this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.items import Tier

FeedKind = Literal["rss", "full", "atom", "rdf", "json"]
Declared = Literal["header", "meta", "nowhere"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One made-up site; ``declared`` says where its pages name their charset."""

    key: str
    name: str
    language: str
    template: str
    feed: FeedKind
    charset: str = "utf-8"
    declared: Declared = "header"
    tier: Tier = "press"
    fetch: Literal["matching", "all"] = "matching"
    timezone: str = "Asia/Shanghai"

    @property
    def feed_path(self) -> str:
        """Where its feed is served, below the newsroom's root."""
        return f"/{self.key}/feed.{'json' if self.feed == 'json' else 'xml'}"

    def page_path(self, slug: str) -> str:
        """Where one of its articles is served."""
        return f"/{self.key}/{slug}.html"


OUTLETS: tuple[Outlet, ...] = (
    Outlet("tanwang", "探网科技", "zh-Hans", "modern.html", "rss"),
    Outlet("chenbao", "财迅晨报", "zh-Hans", "table.html", "rdf", charset="gb18030", declared="meta"),
    Outlet("luyan", "路演笔记", "zh-Hans", "wordpress.html", "full", fetch="all"),
    Outlet("xiangjiang", "香江財經", "zh-Hant", "hongkong.html", "atom", charset="big5", timezone="Asia/Hong_Kong"),
    Outlet("pearl", "The Pearl Ledger", "en", "english.html", "json", timezone="Asia/Hong_Kong"),
    Outlet("huicui", "汇萃网", "zh-Hans", "repost.html", "rss", charset="gb18030", declared="nowhere", tier="repost"),
)

BY_KEY = {outlet.key: outlet for outlet in OUTLETS}
