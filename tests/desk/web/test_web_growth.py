"""A full desk is asked no more than a small one: the work of a page's statements, counted in SQLite's own steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.desk import PAGES, fill
from crawler.config import load_config
from desk.web import company_pages
from desk.web.state import open_desk
from desk.wiring import wire
from storage import naming
from tests.desk.web.conftest import Client

pytestmark = pytest.mark.xdist_group("growth")  # both sizes are filled once
SMALL, LARGE = 1_000, 4_000
STEP = 50
STEPS_TO_COUNT = 12
"""Of one flag that waits, or one known figure of a company: those are counted, on an index."""


class Counted:
    """A desk over so many articles, and how many steps each of its pages took."""

    def __init__(self, folder: Path, articles: int) -> None:
        folder.mkdir()
        config = folder / "dragonwatch.toml"
        config.write_text("[schedule]\ncatalogue = false\n", encoding="utf-8")
        with wire(load_config(config)) as wiring:
            fill(wiring, articles)
            client = Client(open_desk(wiring, "bench"))
            self._steps = 0
            event.listen(wiring.store.database.engine, "checkout", self._watch)
            self.pages = {page: self._ask(client, page) for page in PAGES}
            client.close()

    def _watch(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self._step, STEP)

    def _step(self) -> int:
        self._steps += STEP
        return 0

    def _ask(self, client: Client, page: str) -> int:
        self._steps = 0
        assert client.get(page).status_code == 200
        return self._steps


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counted, Counted]]:
    folder = tmp_path_factory.mktemp("growth")
    with pytest.MonkeyPatch.context() as patch:
        # The few are looked up one by one, which is another way; both sizes are to go the way of the many.
        patch.setattr(naming, "FEW", 100)
        patch.setattr(company_pages, "_DRAWN", 5)
        yield Counted(folder / "small", SMALL), Counted(folder / "large", LARGE)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_no_more_where_four_times_as_much_is_kept(grown: tuple[Counted, Counted], page: str) -> None:
    small, large = grown
    counting = STEPS_TO_COUNT * (LARGE - SMALL) // 5
    assert large.pages[page] < 1.3 * small.pages[page] + counting
