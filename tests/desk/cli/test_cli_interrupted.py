"""Ctrl-C in mid-crawl, which a terminal sends to every process of the command."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest
from aiohttp import web

from tests.desk.conftest import Installation
from tests.scheduler.walking import Loopback, article, feed


@pytest.mark.parametrize("moment", ["/feed.xml", "/1"], ids=["while it starts", "while pages are fetched"])
def test_an_interrupted_crawl_says_one_sentence(installation: Installation, site: Loopback, moment: str) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.Response(text=article("商汤完成新一轮融资"), content_type="text/html")

    titles = [(site.url(f"/{number}"), f"商汤的第{number}条消息") for number in range(1, 30)]
    site.pages |= {"/feed.xml": feed(*titles)} | {f"/{number}": slow for number in range(1, 30)}
    assert installation.run("sources", "add", "site", site.url("/feed.xml"), "--no-try").exit_code == 0
    call = [sys.executable, "-m", "desk", "--config", str(installation.config), "crawl", "site"]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        until = time.monotonic() + 30
        while not site.asked[moment] and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, told.strip()) == (130, "dragonwatch: interrupted; everything finished so far is kept")
