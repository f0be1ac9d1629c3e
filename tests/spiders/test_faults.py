"""What a failed poll is told as."""

from __future__ import annotations

from crawler.errors import ByRobots, Refused
from crawler.items import Source
from spiders.faults import fault_of

SITE = Source("site", "feed", "http://127.0.0.1/feed")


def test_an_address_that_may_not_be_asked_is_not_laid_at_robots_txt() -> None:
    refused = Refused(
        "http://127.0.0.1/robots.txt leads to an address that may not be asked: 127.0.0.1 is loopback; "
        "fetch.allow_networks can allow its network"
    )
    told = fault_of(refused, SITE)
    assert (told.outcome, told.cause) == ("failed", str(refused))
    assert str(told).endswith("fetch.allow_networks can allow its network; or give the source another address")


def test_what_robots_txt_closes_is_blocked() -> None:
    told = fault_of(ByRobots("http://127.0.0.1/feed is closed to us by the robots.txt of 127.0.0.1"), SITE)
    assert told.outcome == "blocked" and told.cause.startswith("robots: ")
    assert "asks not to be read there" in told.mend
