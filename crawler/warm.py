"""Imported by the server that workers are forked from, and by nothing else: what a first read loads is loaded once for all of them."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

signal.signal(
    signal.SIGINT, signal.SIG_IGN
)  # before what takes long: Ctrl-C is the program's to answer, which ends this

from crawler.items import Page  # noqa: E402
from crawler.reading.read import read  # noqa: E402
from crawler.watchlist import load_watchlist  # noqa: E402

_SAMPLE = (
    "<!DOCTYPE html><html lang='zh'><head><meta charset='utf-8'><title>商汤科技完成两轮融资</title></head><body><article>"
    "<h1>商汤科技完成两轮融资</h1><p class='meta'>2026-05-01 10:00 来源：样报</p>"
    "<p>商汤科技今天宣布完成约6亿美元的新一轮融资，估值超过300亿元，由样板资本领投。公司此前裁员约500人，占员工总数的15%。</p>"
    "<p>SenseTime said on Friday that it had raised about $600 million, and that its headcount was 4,000.</p></article></body></html>"
)

read(
    Page("https://news.example/1", "https://news.example/1", _SAMPLE.encode(), datetime(2026, 5, 1, tzinfo=UTC)),
    load_watchlist(),
)
