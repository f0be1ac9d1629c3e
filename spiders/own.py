"""A user's own spiders: ordinary Scrapy spiders in a folder, which yield leads; each is a source by its name.

They run as code, so only the user's own configuration can name their folder. Their requests go through the one client,
with its address guard, robots.txt and pace, like all others.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerRunner

from crawler.errors import ConfigError, ReadError
from crawler.fetch.client import Web
from crawler.fetch.settings import scrapy_settings
from crawler.items import Lead, Source
from crawler.urls import absolute
from spiders.dates import read_date, zone_named
from spiders.markup import plain
from spiders.poll import Polled

MOST_LEADS = 2_000
_TOLD = ("outlet", "language", "timezone", "tier", "every", "fetch")


def load_own(folder: Path) -> dict[str, type[Spider]]:
    """The spiders of a folder's Python files by name; raises ConfigError that names the file and what is wrong with it."""
    if not folder.is_dir():
        raise ConfigError(f"spiders.folder names {folder}, which is no folder; make it, or empty the key")
    found: dict[str, type[Spider]] = {}
    for file in sorted(folder.glob("*.py")):
        for spider in _spiders_in(file):
            if spider.name in found:
                raise ConfigError(f"{file} declares a second spider {spider.name!r}; names must differ")
            found[spider.name] = spider
    return found


def _spiders_in(file: Path) -> list[type[Spider]]:
    spec = importlib.util.spec_from_file_location(f"dragonwatch_own_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigError(f"{file} cannot be loaded: {type(error).__name__}: {error}") from error
    return [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Spider) and kind.__module__ == module.__name__ and kind.name
    ]


def source_of(spider: type[Spider]) -> Source:
    """The source that a spider is: ``start_urls[0]`` is its address; ``outlet``, ``tier`` and the like may be set on the class."""
    urls = getattr(spider, "start_urls", None)
    if not urls:
        raise ConfigError(f"the spider {spider.name!r} has no start_urls; its first one stands for it in lists")
    told = {key: getattr(spider, key) for key in _TOLD if getattr(spider, key, None) is not None}
    return Source(spider.name, "spider", str(urls[0]), **told)


async def poll_own(source: Source, own: Mapping[str, type[Spider]], web: Web) -> Polled:
    """Runs a user's spider to its end and takes the leads that it yields, as Lead or as dict with ``url`` and ``title``.

    Raises ReadError where it fails, or where its file is no longer there.
    """
    if source.name not in own:
        raise ReadError(f"{source.name}: no spider of that name is in spiders.folder any more")
    runner = AsyncCrawlerRunner({**scrapy_settings(), "ITEM_PIPELINES": {}})
    crawler = runner.create_crawler(own[source.name])
    items: list[Any] = []
    errors: list[str] = []

    def failed(failure: Any, **_: Any) -> None:
        errors.append(f"{failure.type.__name__}: {failure.value}")

    def scraped(item: Any, **_: Any) -> None:
        items.append(item)

    crawler.signals.connect(scraped, signal=signals.item_scraped)
    crawler.signals.connect(failed, signal=signals.spider_error)
    await runner.crawl(crawler, web=web)
    if errors and not items:
        raise ReadError(f"{source.name}: the spider failed: {errors[0]}")
    leads = [lead for item in items[:MOST_LEADS] if (lead := _lead(item, source, web.now())) is not None]
    return Polled(tuple(leads), unusable=len(items) - len(leads))


def _lead(item: Any, source: Source, now: datetime) -> Lead | None:
    if isinstance(item, Lead):
        return item
    told: Mapping[str, Any] = item if isinstance(item, Mapping) else {}
    url = absolute(str(told.get("url") or ""), source.url)
    if url is None or url == source.url:
        return None
    when = told.get("published")
    chinese = (source.language or "zh").startswith("zh")
    if not isinstance(when, date):
        when = read_date(str(when or ""), zone=zone_named(source.timezone, chinese=chinese), chinese=chinese, now=now)
    return Lead(
        source=source.name,
        url=url,
        title=plain(told.get("title"), limit=500),
        published=when,
        summary=plain(told.get("summary")),
        outlet=source.outlet or plain(told.get("outlet"), limit=100),
        language=source.language,
    )
