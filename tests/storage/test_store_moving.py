"""Moving to the other database and back changes nothing."""

from __future__ import annotations

import itertools
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from crawler.errors import StoreError
from crawler.items import PollResult, Source, Verdict
from storage import moving
from storage.moving import move_store
from storage.store import SqlStore, open_store
from tests.databases import emptied
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import NOW, HandClock

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture
def filled(sqlite_store: SqlStore) -> SqlStore:
    store = sqlite_store
    for place, name in enumerate("abcdef"):
        one = figure(str(place + 1) + ".25", investors=("甲",))
        read = reading(
            "同一篇" * 9 if name in "ab" else f"第{place}篇\x00", one, outlet=name, published=date(2026, 11, 20 - place)
        )
        first = store.articles.find()[0].id if name == "b" else None
        end = {"end": "copy", "copy_of": first} if first else {}
        store.take_in(page(name, archived="x.warc.gz#1"), read, stored(read, judged(one), **end))
    flags = store.flags.find()
    store.flags.decide(flags[0].id, Verdict("merge", by="ann", into=flags[1].id))
    store.flags.decide(flags[2].id, Verdict("reject", by="ann", reason="misread"))
    store.outbox.add("a@x.example", "e", "<1@x>", bytes(range(256)), covers_until=NOW)
    store.sources.known([Source("s", "feed", "https://s.example", headers={"B": "1", "A": "2"}, delay=1.5)])
    store.sources.polled("s", PollResult("new", etag="x", next_poll=NOW))
    store.runs.finish(store.runs.start("crawl"), {"z": 1, "a": [None, True]})
    return store


def test_there_and_back_is_the_same(filled: SqlStore, postgres_home: str, tmp_path: Path, clock: HandClock) -> None:
    source = str(filled.database.url)
    with emptied(postgres_home) as there:
        out = move_store(source, there)
        assert out.differ == ()
        assert (out.rows["articles"], out.rows["flags"], out.rows["outbox"]) == (6, 6, 1)
        back = move_store(there, f"sqlite:///{tmp_path / 'back.db'}")
        assert back == out
        with closing(open_store(there, clock=clock)) as store:
            assert store.articles.find() == filled.articles.find()
            assert store.flags.find() == filled.flags.find()
            assert store.articles.find(search="第2篇") == filled.articles.find(search="第2篇") != []
            read = reading("新来的", figure("77"))
            store.take_in(page("new"), read, stored(read, judged(figure("77"))))
            assert len(store.articles.find()) == 7
    with closing(open_store(f"sqlite:///{tmp_path / 'back.db'}", clock=clock)) as store:
        assert store.ledger.find() == filled.ledger.find()
        assert [row.copy_of for row in store.articles.find()] == [row.copy_of for row in filled.articles.find()]


def test_a_broken_move_goes_on(filled: SqlStore, postgres_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut(Exception):
        pass

    def cut(table: str, rows: int) -> None:
        if table == "flags":
            raise Cut

    monkeypatch.setattr(moving, "LOT", 4)
    with emptied(postgres_home) as there:
        with pytest.raises(Cut):
            move_store(str(filled.database.url), there, progress=cut)
        arrived: dict[str, int] = {}
        done = move_store(str(filled.database.url), there, progress=lambda table, rows: arrived.update({table: rows}))
        assert done.differ == ()
        assert "articles" not in arrived
        assert arrived["flags"] == 2


def mover(source: str, target: str) -> subprocess.Popen[str]:
    """The command, in a process of its own, moving a row or two at a time and telling each lot."""
    program = (
        "import sys; from storage import moving; moving.LOT = 2\n"
        "done = moving.move_store(*sys.argv[1:], progress=lambda table, rows: print(table, rows, flush=True))\n"
        "sys.exit(1 if done.differ else 0)"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, source, target], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("there_and_back", [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_killed_move_is_made_good_by_the_next(
    filled: SqlStore, postgres_home: str, tmp_path: Path, clock: HandClock, there_and_back: tuple[str, str]
) -> None:
    source, told = str(filled.database.url), 0
    with emptied(postgres_home) as there:
        if there_and_back[0] == "postgresql":
            assert move_store(source, there).differ == ()
            source, there = there, f"sqlite:///{tmp_path / 'back.db'}"
        for lots in (3, 40, 30):  # near the beginning, and twice farther on
            process = mover(source, there)
            assert process.stdout is not None
            told += sum(1 for _ in itertools.islice(process.stdout, lots))
            process.kill()
            process.communicate()
        assert told == 73
        assert move_store(source, there).differ == ()
        with closing(open_store(there, clock=clock)) as store:
            assert store.articles.find(search="第2篇") == filled.articles.find(search="第2篇") != []
            assert store.flags.find() == filled.flags.find()


def test_a_change_meanwhile_is_told(filled: SqlStore, tmp_path: Path) -> None:
    def change(table: str, rows: int) -> None:
        if table == "articles":
            filled.outbox.add("late@x.example", "e", "<2@x>", b"late")

    done = move_store(str(filled.database.url), f"sqlite:///{tmp_path / 'there.db'}", progress=change)
    assert done.differ == ("outbox",)


def test_a_filled_target_is_left_alone(filled: SqlStore, tmp_path: Path, clock: HandClock) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    open_store(other, clock=clock).close()
    with pytest.raises(StoreError, match="is not empty"):
        move_store(str(filled.database.url), other)
    with pytest.raises(StoreError, match="no database at"):
        move_store(f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{tmp_path / 'x.db'}")
