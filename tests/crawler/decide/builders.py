"""Short spellings of figures, ledger entries, readings and pages for tables of cases.

A value is written as ``6e8 USD``; ``~`` before it hedges, ``>`` and ``<`` make it a bound, ``10..15`` is a range.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crawler.items import Article, CompanyMention, Figure, Known, Page, Reading, Report, Signal
from crawler.reading.fingerprint import fingerprint

NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)
TODAY = NOW.date()
PROSE = (
    "公司在公告中表示，资金将用于算力建设和模型研发，预计年内完成全部交割手续。多位接近交易的人士告诉记者，谈判从去年冬天"
    "就已经开始，期间几易其稿。分析师认为，这一安排会缓解短期的现金压力，但长期仍要看产品的收入。公司股价当日上涨百分之三，"
    "成交额较前一日明显放大，市场的反应总体正面。"
)


def value(text: str) -> dict[str, Any]:
    """The bounds, unit and hedge of a value."""
    amount, unit = text.split()
    approximate = amount.startswith("~")
    amount = amount.lstrip("~")
    if amount.startswith(">"):
        low, high = Decimal(amount[1:]), None
    elif amount.startswith("<"):
        low, high = None, Decimal(amount[1:])
    elif ".." in amount:
        low, high = (Decimal(part) for part in amount.split(".."))
    else:
        low = high = Decimal(amount)
    return {"low": low, "high": high, "unit": unit, "approximate": approximate}


def figure(text: str, **more: Any) -> Figure:
    """A figure of SenseTime: a sum raised, unless told otherwise."""
    defaults: dict[str, Any] = {"company": "sensetime", "kind": "raised", "quote": text, "where": "text", "event": "e1"}
    return Figure(**{**defaults, "start": 0, "end": len(text), **value(text), **more})


def known(text: str, **more: Any) -> Known:
    """An entry that the press reported in May 2026, unless told otherwise."""
    first = more.pop("first", date(2026, 5, 20))
    tier = more.pop("tier", "press")
    defaults: dict[str, Any] = {"id": "k1", "company": "sensetime", "kind": "raised", "state": "unreviewed"}
    defaults |= {"event": "ev1", "first_reported": first, "last_reported": first}
    if tier is not None:
        defaults["reports"] = (Report("a0", "https://first.example/1", "第一报", first, tier),)
    return Known(**{**defaults, **value(text), **more})


def reading(
    text: str = PROSE,
    figures: Sequence[Figure] = (),
    signals: Sequence[Signal] = (),
    *,
    title: str | None = "商汤的消息",
    published: datetime | date | None = TODAY,
    companies: Sequence[str] = ("sensetime",),
    **more: Any,
) -> Reading:
    """What was read from one article."""
    article = Article(title, text, published=published, language="zh-Hans", truncated=more.pop("truncated", False))
    named = tuple(CompanyMention(name, 2, True) for name in companies)
    return Reading(article, named, tuple(figures), tuple(signals), fingerprint=fingerprint(text), **more)


def page(url: str = "https://news.example/1", **more: Any) -> Page:
    """A page of the press, fetched now."""
    return Page(url, more.pop("final_url", url), b"", NOW, **more)
