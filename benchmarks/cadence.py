"""When sources are asked: our cadence beside a fixed interval, Miniflux's and Media Cloud's rule, at the same cost.

Replays publication times of 30 days: those of the real feeds in CORPUS/feeds/over_time, and made-up ones of many sources
(rates over four orders of magnitude, nights, weekends, bursts). Each rule is scaled until all of them make as many requests
as ours; then the delay from publication to the next poll, and the items that scrolled off before one, are compared.
The peers' rules are written from their descriptions.

    python -m benchmarks.cadence [--sources N] [--corpus DIR]
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from scheduler.cadence import EFFORT
from scheduler.rhythm import Rhythm

START = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = 30
LEAST, MOST = 5 / 60, 24.0
"""Hours between two polls, for every rule."""


@dataclass(frozen=True)
class Site:
    """One source: when it publishes, in hours since the start, and how many items it shows at once."""

    times: Sequence[float]
    window: int


class Rule(Protocol):
    """Says how many hours to wait after a poll."""

    def wait(self, now: float, new: Sequence[float], shown: int) -> float: ...


@dataclass
class Fixed:
    scale: float

    def wait(self, now: float, new: Sequence[float], shown: int) -> float:
        return self.scale


@dataclass
class Miniflux:
    """Entry frequency: a week divided by the items of the last week, that is, the mean gap."""

    scale: float
    seen: list[float] = field(default_factory=list)

    def wait(self, now: float, new: Sequence[float], shown: int) -> float:
        self.seen = [time for time in self.seen if time > now - 168] + list(new)
        return self.scale * 168 / max(len(self.seen), 1)


@dataclass
class MediaCloud:
    """After two polls in a row: longer where over two thirds were known, half where under one third was."""

    scale: float
    interval: float = 6.0
    longer: int = 0
    shorter: int = 0

    def wait(self, now: float, new: Sequence[float], shown: int) -> float:
        known = 1 - len(new) / shown if shown else 1.0
        self.longer, self.shorter = (self.longer + 1, 0) if known > 0.67 else (0, self.shorter + (known < 0.33))
        if self.longer >= 2:
            self.interval += 1.0 if not new else 1 / 6
        elif self.shorter >= 2:
            self.interval, self.shorter = self.interval / 2, 0
        self.interval = min(max(self.interval, LEAST), MOST)
        return self.scale * self.interval


@dataclass
class Ours:
    """``scheduler.rhythm``, as the daemon uses it."""

    scale: float
    rhythm: Rhythm = field(default_factory=Rhythm)

    def wait(self, now: float, new: Sequence[float], shown: int) -> float:
        moment = START + timedelta(hours=now)
        self.rhythm = self.rhythm.heard([START + timedelta(hours=time) for time in new], shown=shown, now=moment)
        return self.rhythm.next_after(moment, EFFORT * self.scale, timedelta(hours=MOST)).total_seconds() / 3600


@dataclass(frozen=True)
class Result:
    requests: int
    median: float
    p95: float
    mean: float
    missed: int
    items: int


def replay(sites: Sequence[Site], make: Callable[[], Rule], jitter: int = 0) -> Result:
    """Polls every site by its own rule; the first two days are for learning and are not scored."""
    delays: list[float] = []
    requests = missed = 0
    chance = random.Random(jitter)
    for site in sites:
        rule, seen, now = make(), 0, chance.random() * 2
        while now < DAYS * 24:
            shown_to = bisect_right(site.times, now)
            first = max(shown_to - site.window, 0)
            new = site.times[max(seen, first) : shown_to]
            if now >= 48:
                requests += 1
                missed += max(first - seen, 0)
                delays.extend(now - time for time in new if time >= 48)
            seen = shown_to
            now += min(max(rule.wait(now, new, shown_to - first), LEAST), MOST)
    delays.sort()
    count = len(delays) or 1
    return Result(requests, delays[count // 2], delays[int(count * 0.95)], sum(delays) / count, missed, len(delays))


def matched(sites: Sequence[Site], kind: Callable[[float], Rule], requests: int) -> Result:
    """The rule at the scale at which it makes as many requests, within one in a hundred."""
    low, high = 1e-3, 1e3
    result = replay(sites, lambda: kind(1.0))
    for _ in range(18):
        middle = math.sqrt(low * high)
        result = replay(sites, lambda scale=middle: kind(scale))
        if abs(result.requests - requests) <= requests * 0.01:
            break
        low, high = (middle, high) if result.requests > requests else (low, middle)
    return result


def made_up(count: int, seed: int = 7) -> list[Site]:
    """Sources with rates from one item in ten days to forty an hour, with nights, weekends and bursts of their own."""
    chance = random.Random(seed)
    return [_made_up(chance) for _ in range(count)]


def _made_up(chance: random.Random) -> Site:
    rate = 10 ** chance.uniform(-2.4, 1.0)
    zone, night, weekend = chance.choice([0, -5, -8, 8, 9, 1]), chance.uniform(0.02, 0.6), chance.uniform(0.2, 1.0)
    times: list[float] = []
    for hour in range(DAYS * 24):
        local = (hour + zone) % 24
        day = (START + timedelta(hours=hour)).weekday()
        expected = rate * (night if local < 7 or local > 22 else 1.4) * (weekend if day > 4 else 1.0)
        expected *= 8 if chance.random() < 0.004 else 1
        number = _poisson(expected, chance)
        times.extend(hour + chance.random() for _ in range(number))
    return Site(sorted(times), chance.choice([10, 15, 20, 30, 50, 100]))


def _poisson(expected: float, chance: random.Random) -> int:
    number, product, limit = 0, chance.random(), math.exp(-min(expected, 500))
    while product > limit:
        number, product = number + 1, product * chance.random()
    return number


def real(corpus: Path) -> list[Site]:
    """Publication times of the feeds that were captured again and again, laid over the 30 days as often as they fit."""
    from crawler.items import Source
    from spiders.feed import read_feed

    moments: dict[str, set[datetime]] = {}
    for file in sorted((corpus / "feeds" / "over_time").glob("*.xml")):
        url = "https://example.org/feed"
        source = Source("feed", "feed", url, timezone="Asia/Hong_Kong")
        read = read_feed(file.read_bytes(), source, content_type=None, url=url, now=datetime(2026, 11, 1, tzinfo=UTC))
        hosts = {lead.url.split("/")[2] for lead in read.leads}
        for lead in read.leads:
            if isinstance(lead.published, datetime):
                moments.setdefault(min(hosts), set()).add(lead.published)
    return [site for times in moments.values() if (site := _laid(sorted(times))) is not None]


def _laid(times: list[datetime]) -> Site | None:
    if len(times) < 50:
        return None
    # Whole weeks, so that days of the week stay what they are.
    end = times[-1]
    kept = times[bisect_left(times, end - timedelta(days=28)) :]
    shift = (kept[0].weekday() - START.weekday()) * 24 + kept[0].hour
    hours = [(time - kept[0]).total_seconds() / 3600 + shift for time in kept]
    weeks = max(math.ceil(hours[-1] / 168), 1) * 168
    laid = [hour + weeks * turn for turn in range(DAYS * 24 // weeks + 1) for hour in hours]
    return Site([hour for hour in laid if 0 <= hour < DAYS * 24], 30)


RULES: dict[str, Callable[[float], Rule]] = {"fixed interval": Fixed, "Miniflux": Miniflux, "Media Cloud": MediaCloud}


def compare(title: str, sites: Sequence[Site]) -> dict[str, Result]:
    """Prints and gives each rule's result at our number of requests."""
    ours = replay(sites, lambda: Ours(1.0))
    results = {"ours": ours} | {name: matched(sites, kind, ours.requests) for name, kind in RULES.items()}
    print(f"\n{title}: {len(sites)} sources, {DAYS} days")
    print(f"{'rule':16}{'requests':>10}{'median h':>10}{'mean h':>9}{'p95 h':>9}{'missed':>9}{'of items':>10}")
    for name, found in results.items():
        print(
            f"{name:16}{found.requests:>10}{found.median:>10.2f}{found.mean:>9.2f}{found.p95:>9.2f}"
            f"{found.missed:>9}{found.items + found.missed:>10}"
        )
    return results


def main() -> None:
    """Compares on made-up sources and, where the corpus is there, on real ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    options = parser.parse_args()
    compare("made up", made_up(options.sources))
    if (options.corpus / "feeds" / "over_time").is_dir():
        compare("captured", real(options.corpus))


if __name__ == "__main__":
    main()
