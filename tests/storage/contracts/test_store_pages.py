"""What the desk's pages ask for: the queue in its order, and a measure over time thinned to what is drawn."""

from __future__ import annotations

from crawler.items import Verdict
from storage.store import SqlStore
from tests.storage.building import figure, judged, page, reading, stored


def flagged(store: SqlStore, name: str, relation: str = "new", count: int = 1) -> list[str]:
    """The flags of one article, which are of one event."""
    told = [figure(str(100 + number), event=name, round=name) for number in range(count)]
    read = reading(f"第{name}篇", *told)
    before = {flag.id for flag in store.flags.find()}
    store.take_in(page(name), read, stored(read, *(judged(one, relation) for one in told)))  # type: ignore[arg-type]
    return [flag.id for flag in store.flags.find() if flag.id not in before]


def test_the_queue_goes_by_reason_then_age_and_keeps_events_together(store: SqlStore) -> None:
    first, pair, contradiction = flagged(store, "a"), flagged(store, "b", count=2), flagged(store, "c", "contradicts")
    last = flagged(store, "d")

    def ids(**given: object) -> list[list[str]]:
        found = store.flags.next_events(("contradicts", "new"), **{"limit": 10, **given})  # type: ignore[arg-type]
        return [[flag.id for flag in together] for together in found]

    assert ids() == [contradiction, first, pair, last]
    assert ids(start=2) == [pair, last]
    assert ids(limit=2) == [contradiction, first]
    assert ids(leave_out=[pair[0]]) == [contradiction, first, last]
    assert ids(company="megvii") == ids(kind="valuation") == []
    store.flags.decide(pair[0], Verdict("accept", by="ann"))
    assert ids(start=2) == [pair[1:], last]
    assert store.flags.waiting() == {"sensetime": 4}


def test_what_is_drawn_of_many_figures_is_the_last_of_months_the_newest_kept(store: SqlStore) -> None:
    for month in range(1, 11):
        for day in (3, 20):
            one = figure(str(month * 100 + day), kind="headcount", unit="people", as_of=f"2031-{month:02}-{day:02}")
            store.ledger.add(one, source="desk")
    course = store.ledger.over_time("sensetime", ["headcount"], 4)["headcount"]
    assert course.of >= 20
    assert 2 <= len(course.entries) <= 4
    assert "2031-10-20" in {known.as_of for known in course.entries}
    whole = store.ledger.over_time("sensetime", ["headcount"], 1000)["headcount"]
    assert len(whole.entries) == whole.of == course.of
