"""Ctrl-C in mid-crawl and in mid-backfill, which a terminal sends to every process of the command."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from aiohttp import web

from tests.desk.conftest import Installation
from tests.scheduler.past import sitemap
from tests.scheduler.walking import Loopback, article, feed


@pytest.mark.parametrize("moment", ["/feed.xml", "/1"], ids=["while it starts", "while pages are fetched"])
def test_an_interrupted_crawl_says_one_sentence(installation: Installation, site: Loopback, moment: str) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.Response(text=article("商汤完成新一轮融资"), content_type="text/html")

    titles = [(site.url(f"/{number}"), f"商汤的第{number}条消息") for number in range(1, 30)]
    site.pages |= {"/feed.xml": feed(*titles)} | {f"/{number}": slow for number in range(1, 30)}
    assert installation.run("sources", "add", "site", site.url("/feed.xml"), "--no-try").exit_code == 0
    told = interrupted(installation, site, moment, "crawl", "site")
    assert told == (130, "dragonwatch: interrupted; everything finished so far is kept")


def test_the_row_of_an_interrupted_backfill_says_how_it_goes_on(installation: Installation, site: Loopback) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response(status=404)

    site.pages |= {"/sitemap.xml": sitemap(f"<loc>{site.url('/1')}</loc>"), "/1": slow}
    told = interrupted(installation, site, "/1", "backfill", "sitemap", site.url("/sitemap.xml"))
    assert told == (130, "dragonwatch: interrupted; everything finished so far is kept")
    [run] = json.loads(installation.run("status", "--json").stdout)
    assert (run["kind"], run["state"], run["error"]) == (
        "backfill",
        "failed",
        "broken off; call it again and it goes on",
    )


def interrupted(installation: Installation, site: Loopback, moment: str, *words: str) -> tuple[int, str]:
    """Exit status and standard error of a command that is interrupted once the site is asked for that path."""
    call = [sys.executable, "-m", "desk", "--config", str(installation.config), *words]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        until = time.monotonic() + 30
        while not site.asked[moment] and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    return process.returncode, told.strip()
