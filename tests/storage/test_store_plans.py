"""Every question of the walk, and of a list, goes by an index: none reads a table that grows from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from crawler.items import Edit, PollResult, Signal, Verdict
from storage.fingerprints import sharing
from storage.gauges import depths
from storage.store import SqlStore, open_store
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import NOW

MAY_BE_SCANNED = {"sources", "source_states", "settings", "json_each", "search_index"}
"""Few rows, or bounded by the match itself."""


@contextmanager
def plans(store: SqlStore) -> Iterator[list[str]]:
    """The steps of the plans of what is asked meanwhile."""
    found: list[str] = []
    busy = False

    def look(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal busy
        if busy or not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        busy = True
        found.extend(
            row[3] for row in connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )
        busy = False

    event.listen(store.database.engine, "before_cursor_execute", look)
    yield found
    event.remove(store.database.engine, "before_cursor_execute", look)


@contextmanager
def scans(store: SqlStore) -> Iterator[set[str]]:
    """The tables that some statement meanwhile reads from end to end."""
    found: set[str] = set()
    with plans(store) as steps:
        yield found
    for step in steps:
        if step.startswith("SCAN") and "USING" not in step and not step.startswith(("SCAN (", "SCAN CONSTANT")):
            found.add(step.split()[1])


INNER = {"f", "firsts", "anon_1", "anon_2", "chosen", "shared", "m", *(f"b{number}" for number in range(64))}
"""Results of inner queries, which are bounded themselves."""


def test_taking_in_reads_no_table_from_end_to_end(sqlite_store: SqlStore) -> None:
    with scans(sqlite_store) as found:
        denies = Signal("sensetime", "financing", "denied", "不实", "text", 0, 2)
        first = reading("第一篇", figure(), signals=(denies,))
        sqlite_store.take_in(page("a"), first, stored(first, judged(figure()), signals=(denies,)))
        flag = sqlite_store.flags.find(state="waiting")[0]
        copy = reading("第一篇", figure())
        says = judged(figure(), "repeats", same_as=flag.known_id)
        sqlite_store.take_in(page("b"), copy, stored(copy, says, end="copy", copy_of=flag.article.id))
        edited = reading("改了", figure("5"))
        edit = Edit(figure(), figure("5"))
        more = {"end": "revised", "revises": flag.article.id, "edits": (edit,), "reopened": (flag.known_id,)}
        sqlite_store.take_in(page("a"), edited, stored(edited, judged(figure("5"), flag=False), **more))
        sqlite_store.take_in(page("a"), edited, stored(edited, end="known", revises=flag.article.id))
        sqlite_store.unseen(["https://news.example/a"])
        sqlite_store.remember("s", ["https://news.example/z"])
    assert found - MAY_BE_SCANNED - INNER == set()


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.articles.find(company="sensetime", since=date(2026, 1, 1)),
        lambda store: store.articles.find(search="商汤 融资 company:sensetime after:2020"),
        lambda store: store.articles.get("1"),
        lambda store: store.articles.look_again(NOW, 10),
        lambda store: store.flags.find(state="waiting"),
        lambda store: store.flags.find(company="sensetime"),
        lambda store: store.flags.find(event="1"),
        lambda store: store.flags.find(since=NOW),
        lambda store: store.flags.next_events(("new",), limit=10),
        lambda store: store.flags.next_events(("new",), company="sensetime", limit=10),
        lambda store: store.flags.rejected([("sensetime", "raised")]),
        lambda store: store.flags.waiting(),
        lambda store: store.articles.backdrops({"1"}),
        lambda store: store.stories.find(company="sensetime"),
        lambda store: store.ledger.over_time("sensetime", ["raised"], 10),
        lambda store: store.flags.decide("1", Verdict("reject", by="ann")),
        lambda store: store.flags.undo("1", "ann"),
        lambda store: store.ledger.find(company="sensetime", kind="raised"),
        lambda store: store.outbox.waiting(NOW),
        lambda store: store.outbox.last_edition("a@x.example"),
        lambda store: store.sources.due(NOW, 10),
        lambda store: store.sources.polled("a", PollResult("new")),
        lambda store: store.sources.recent("a"),
        lambda store: store.runs.recent("crawl"),
    ],
)
def test_a_list_reads_no_table_from_end_to_end(sqlite_store: SqlStore, ask: Any) -> None:
    one = figure()
    read = reading("商汤融资", one)
    sqlite_store.take_in(page(), read, stored(read, judged(one)))
    if "undo" in ask.__code__.co_names:
        sqlite_store.flags.decide("1", Verdict("accept", by="ann"))
    with scans(sqlite_store) as found:
        ask(sqlite_store)
    assert found - MAY_BE_SCANNED - INNER == set()


def test_copies_are_looked_for_by_their_keys(sqlite_store: SqlStore) -> None:
    with sqlite_store.database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sharing(20, 30, '?')}", tuple(range(20))).all()
    steps = [row[3] for row in plan]
    assert sum(step == "SEARCH bands USING PRIMARY KEY (band=?)" for step in steps) == 20
    assert not any(step == "SCAN bands" for step in steps)


def test_what_is_due_is_found_by_its_time_whatever_a_sample_says_of_what_is_gone(sqlite_store: SqlStore) -> None:
    sqlite_store.database.write(lambda connection: connection.exec_driver_sql("ANALYZE"))
    # Of a million articles, told of a thousand in each index, as upkeep has them looked at.
    rows = [("ix_articles_gone_at", "1000000 1001"), ("ix_articles_look_again", "1000000 5")]
    add = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('articles', ?, ?)"
    sqlite_store.database.write(lambda connection: connection.exec_driver_sql(add, rows))
    url = sqlite_store.database.url.render_as_string()
    with closing(open_store(url, clock=sqlite_store.clock)) as store, plans(store) as found:
        store.articles.look_again(NOW, 50)
        depths(store, NOW)
    steps = [step for step in found if " articles " in step and "rowid" not in step]
    assert len(steps) == 2 and all("INDEX ix_articles_look_again (" in step for step in steps), steps
