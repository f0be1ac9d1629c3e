"""What is chosen of Scrapy, in one place; and the configuration's ``[fetch]`` in the client's units."""

from __future__ import annotations

import ssl
from typing import Any

from crawler.config import FetchConfig
from crawler.errors import ConfigError
from crawler.fetch.addresses import networks
from crawler.fetch.exchange import Rules


def rules_of(config: FetchConfig) -> Rules:
    """The configuration's ``[fetch]`` as the client needs it; raises ConfigError where its certificates cannot be read."""
    if config.ca_file:
        try:
            ssl.create_default_context(cafile=config.ca_file)
        except OSError as error:  # what is no certificate is one too
            why = (
                error.strerror if isinstance(error, FileNotFoundError | PermissionError) else "it holds no certificate"
            )
            raise ConfigError(
                f"fetch.ca_file names {config.ca_file}, which cannot be used: {why}; check the path, or leave it empty"
            ) from None
    agent = config.user_agent
    if config.contact and config.contact not in agent:
        agent = f"{agent} (+{config.contact})"
    return Rules(
        user_agent=agent,
        robots_name=config.user_agent.partition("/")[0].strip(),
        per_host_delay=config.per_host_delay.total_seconds(),
        concurrency=config.concurrency,
        timeout=config.timeout.total_seconds(),
        max_size=config.max_size,
        obey_robots=config.obey_robots,
        allowed=networks(config.allow_networks),
        proxy=config.proxy,
        ca_file=config.ca_file,
    )


def scrapy_settings() -> dict[str, Any]:
    """Scrapy's settings: its engine, spiders and pipelines; nothing of it that speaks to the network.

    Retries, redirects, robots.txt, cookies, compression and pace are the client's (``crawler.fetch.client``), so each
    exists once, for pages that come through Scrapy and for feeds that are asked directly.
    """
    handler = "crawler.fetch.handler.WebHandler"
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "ITEM_PIPELINES": {"crawler.pipeline.ReadJudgeKeep": 100},
        # Waiting for a host's turn happens in the client; here a waiting request must not stand in another host's way.
        "CONCURRENT_REQUESTS": 100_000,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 100_000,
        "DOWNLOAD_DELAY": 0,
        # The default weighs hosts against each other at every request, which is the client's part here.
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
        # A worker task is made for each of these with every response; our callbacks yield one item.
        "CONCURRENT_ITEMS": 1,
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
