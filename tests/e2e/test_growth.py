"""Four times as many articles and sources cost no question more: the walk, the desk's pages, the letters and the upkeep.

Counted are the steps of SQLite's machine and the rows that PostgreSQL's plans touch (``growth``), not time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from benchmarks.desk import PAGES
from benchmarks.multiply import NOW, Prose, fill
from benchmarks.scale import QUESTIONS, Clock
from crawler.config import Config
from crawler.items import Source, Verdict
from desk.web.state import open_desk
from desk.wiring import Wiring
from storage import fingerprints, gauges, naming, search, upkeep
from storage.known import known_to_judge
from storage.store import open_store
from tests import databases
from tests.desk.web.conftest import Client
from tests.e2e.growth import Reading

MAY_GROW = 1.3
"""Trees of four times as many rows are a level deeper."""
SLACK = 40
EVERY_SOURCE = {"/sources": 60, "a letter": 60}
"""Look at how each source is doing; at most so much is read for one."""
READS_NOTHING = {"addresses remembered", "/digests", "/runs"}
"""Writes alone, or asks of what is empty here: no row for PostgreSQL to touch."""


class Grown:
    """A desk over so many articles, and what each question read."""

    def __init__(self, url: str, folder: Path, number: int, seeds: int) -> None:
        self.store = open_store(url, clock=Clock())
        fill(self.store, number, number, seeds=seeds, entries=0, reports=False, searchable=50_000)
        upkeep.keep_up(self.store)
        if not self.store.database.sqlite:
            with self.store.database.engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")  # it does that by itself, though not at a told moment
        config = Config.model_validate(
            {"storage": {"url": url, "archive": str(folder)}, "schedule": {"catalogue": False},
             "recipient": [{"address": "desk@example.org"}]}
        )  # fmt: skip
        self.wiring = Wiring(config, Clock())
        self.wiring.store = self.store
        self.prose = Prose()
        self.numbers = count(10_000)  # of the articles that come in: the same ones to either size
        self.flag = self.store.flags.find(state="waiting", limit=1)[0].id
        reading = Reading(self.store)
        self.costs = {name: reading.cost(ask) for name, ask in self._questions().items()}
        client = Client(open_desk(self.wiring, "bench"))
        for page in PAGES:
            self.costs[page] = reading.cost(lambda page=page: self._show(client, page))
        client.close()
        self.store.close()

    def _questions(self) -> Mapping[str, Callable[[], object]]:
        store = self.store
        return {
            "upkeep": lambda: upkeep.keep_up(store),
            **{name: (lambda ask=ask: ask(store)) for name, ask in QUESTIONS.items()},
            "an article": lambda: self._take_in(next(self.numbers)),
            "an article that is stored": lambda: self._take_in(7),
            "addresses remembered": lambda: store.remember("s0", [f"https://new.example/{next(self.numbers)}"]),
            "one article shown": lambda: store.articles.get("40"),
            "what the judge is told": self._known,
            "a verdict": lambda: store.flags.decide(self.flag, Verdict("accept", by="ann")),
            "a verdict undone": lambda: store.flags.undo(self.flag, "ann"),
            "a letter": lambda: self.wiring.post_office.preview("desk@example.org"),
            "gauges": lambda: gauges.depths(store, NOW - timedelta(days=1)),
        }

    def _take_in(self, number: int) -> None:
        taking = self.prose.taking(number)
        self.store.take_in(taking.page, taking.reading, taking.judge)

    def _known(self) -> None:
        with self.store.database.read() as connection:
            known_to_judge(connection, ["sensetime"])

    def _show(self, client: Client, page: str) -> None:
        page = page.replace("/flags/100", f"/flags/{self.flag}")
        assert client.get(page).status_code == 200, page


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])]
)
def url_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], str]:
    """Where a store of so many articles is."""
    if request.param == "sqlite":
        return lambda size: f"sqlite:///{tmp_path}/{size}.db"
    server = request.getfixturevalue("postgres")

    def made(size: int) -> str:
        databases.run(server, f"CREATE DATABASE growth_{size}")
        return databases.address(server, f"growth_{size}")

    return made


@pytest.mark.parametrize(
    ("small", "large"), [(400, 1_600), pytest.param(250_000, 1_000_000, marks=pytest.mark.gauntlet)]
)
def test_no_question_reads_more_where_there_is_more(
    url_of: Callable[[int], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int, large: int
) -> None:
    # The few, and what bounds the rest, are fewer, so that both sizes go the way of the many.
    for module, name, few in (
        (naming, "FEW", 50),
        (fingerprints, "PER_BAND", 5),
        (search, "RANKED", 20),
        (search, "LOOKED_AT", 60),
        (upkeep, "LOT", 50),
    ):
        monkeypatch.setattr(module, name, few)
    urls = {size: url_of(size) for size in (small, large)}
    before, after = (Grown(url, tmp_path, size, min(small // 8, 500)).costs for size, url in urls.items())
    assert [name for name, cost in before.items() if not cost and name not in READS_NOTHING] == []
    more = []
    for name, cost in before.items():
        most = MAY_GROW * cost + SLACK + EVERY_SOURCE.get(name, 0) * (large - small)
        if after[name] > most:
            more.append(f"{name}: {cost}, then {after[name]}")
    assert more == []


def test_sources_that_are_all_due_at_one_moment_are_not_all_read(url_of: Callable[[int], str]) -> None:
    costs = []
    for size in (50, 500):
        store = open_store(url_of(size), clock=Clock())
        store.sources.known([Source(f"s{number}", "feed", f"https://s{number}.example/") for number in range(size)])
        reading = Reading(store)
        costs.append(reading.cost(lambda store=store: store.sources.due(NOW, 10)))
        store.close()
    assert 0 < costs[1] <= MAY_GROW * costs[0] + SLACK, costs
