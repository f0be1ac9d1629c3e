"""Rows as the store hands them out, for letters that are made up in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crawler.items import Figure, Known, Report, Source, Story
from storage.rows import ArticleRow, FlagArticle, FlagRow, SourceRow

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=3)

SENTENCE = "截至6月30日，商汤有5016名员工，比去年同期减少927人。"


def figure(**changes: Any) -> Figure:
    start = SENTENCE.index("5016")
    base = Figure(
        company="sensetime",
        kind="headcount",
        low=Decimal(5016),
        high=Decimal(5016),
        unit="people",
        quote=SENTENCE,
        where="text",
        start=start,
        end=start + len("5016名员工"),
        written="5016名员工",
        as_of="2026-06-30",
        event="e1",
    )
    return replace(base, **changes)


def known(**changes: Any) -> Known:
    base = Known(
        id="7",
        company="sensetime",
        kind="headcount",
        low=Decimal(3756),
        high=Decimal(3756),
        unit="people",
        state="accepted",
        event="3",
        as_of="2024-12",
        reports=(Report(None, "https://example.org/r", "Annual report", None, "filing"),),
    )
    return replace(base, **changes)


def flag(**changes: Any) -> FlagRow:
    base = FlagRow(
        id="1",
        state="waiting",
        reason="new",
        company="sensetime",
        figure=figure(),
        article=FlagArticle("11", "https://news.example/a?id=1", "商汤半年报：员工减少", "晨报", EARLIER),
        created_at=EARLIER,
        known=(known(),),
        reports=2,
    )
    return replace(base, **changes)


def article(**changes: Any) -> ArticleRow:
    base = ArticleRow(
        id="11",
        url="https://news.example/a?id=1",
        title="商汤半年报：员工减少",
        outlet="晨报",
        source="morning",
        published=EARLIER,
        fetched=EARLIER,
        language="zh-Hans",
        companies=("sensetime",),
        story="5",
        copy_of=None,
        revision=1,
    )
    return replace(base, **changes)


def story(*articles: str, **changes: Any) -> Story:
    base = Story("5", "商汤半年报：员工减少", EARLIER, "晨报", ("sensetime",), articles or ("11",), 1)
    return replace(base, **changes)


def source(**changes: Any) -> SourceRow:
    base = SourceRow(Source("morning", "feed", "https://news.example/feed"), "file", "ok", since=EARLIER)
    return replace(base, **changes)
