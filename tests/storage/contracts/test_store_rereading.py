"""A new reading in the old one's place, the same on every database; what a person has decided stays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from crawler.items import Edit, Figure, Reading, Verdict
from crawler.rates import ecb_rates
from storage.rereading import Archived, Stretch, archived, number_of, replace_reading, stretches
from storage.store import SqlStore
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import NOW

RATES = ecb_rates()
WRONG = figure("512", kind="laid_off", unit="people", quote="裁员约512人", round=None, event="e1", as_of="2026-09")
RIGHT = replace(WRONG, low=Decimal(800), high=Decimal(800), quote="裁员约800人")
ROUND = figure("613000000", as_of="2025-01")


def take(store: SqlStore, *figures: Figure, name: str = "a") -> Archived:
    read = reading(f"商汤的旧读法{name}。", *figures)
    store.take_in(page(name, archived=f"{name}.warc.gz#7"), read, stored(read, *(judged(one) for one in figures)))
    return present(store, name)


def present(store: SqlStore, name: str = "a") -> Archived:
    return next(one for lot in archived(store, None) for one in lot if one.url.endswith(f"/{name}"))


def apply(store: SqlStore, old: Archived, new: Reading, *edits: Edit, flag: bool = False) -> bool:
    return replace_reading(store, old, new, edits, rates=RATES, flag=flag)


def states(store: SqlStore, low: int, kind: str) -> list[str]:
    return [one.state for one in store.ledger.find(company="sensetime", kind=kind) if one.low == low]


def test_what_is_archived_is_listed_in_lots(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.rereading.PER_LOT", 2)
    for name in "abc":
        take(store, name=name)
    read = reading("没有存档。")
    store.take_in(page("d"), read, stored(read))
    assert number_of(store, None) == 3
    assert [[one.url[-1] for one in lot] for lot in archived(store, None)] == [["a", "b"], ["c"]]
    first = present(store)
    assert [one.url[-1] for lot in archived(store, None, Stretch(after=first.id)) for one in lot] == ["b", "c"]
    assert list(archived(store, NOW.replace(year=2027))) == []


def test_what_is_archived_is_cut_into_stretches_that_hold_each_article_once(store: SqlStore) -> None:
    for name in "abcde":
        take(store, name=name)
        read = reading(f"没有存档{name}。")
        store.take_in(page(f"{name}{name}"), read, stored(read))
    assert stretches(store, NOW.replace(year=2027), 2) == []
    for size, held in ((2, ["ab", "cd", "e"]), (5, ["abcde"]), (9, ["abcde"])):
        cut = stretches(store, None, size)
        found = [[one.url[-1] for lot in archived(store, None, stretch) for one in lot] for stretch in cut]
        assert ["".join(names) for names in found] == held
        assert [number_of(store, None, stretch) for stretch in cut] == [len(names) for names in held]


def test_a_changed_figure_takes_the_old_ones_place(store: SqlStore) -> None:
    old = take(store, WRONG)
    new = reading("商汤的新读法。", RIGHT, title="新题", published=None)
    assert apply(store, old, new, Edit(WRONG, RIGHT))
    detail = store.articles.get(str(old.id))
    assert detail is not None
    assert (detail.text, detail.row.title, detail.row.revision) == ("商汤的新读法。", "新题", 1)
    assert detail.figures == (RIGHT,)
    assert len(detail.revisions) == 1
    assert states(store, 800, "laid_off") == ["unreviewed"]
    assert states(store, 512, "laid_off") == ["unconfirmed"]
    assert [(flag.state, flag.figure and flag.figure.low) for flag in store.flags.find(state=None)] == [
        ("superseded", Decimal(512))
    ]
    assert [row.id for row in store.articles.find(search="新读法")] == [str(old.id)]
    assert store.articles.find(search="旧读法") == []


def test_what_a_person_accepted_stays_accepted(store: SqlStore) -> None:
    old = take(store, WRONG, ROUND)
    for flag in store.flags.find():
        store.flags.decide(flag.id, Verdict("accept", by="lin"))
    new = reading("商汤的新读法。", RIGHT)
    assert apply(store, old, new, Edit(WRONG, RIGHT), Edit(ROUND, None))
    assert {flag.state for flag in store.flags.find(state=None)} == {"accepted"}
    assert states(store, 512, "laid_off") == ["accepted"]
    assert states(store, 613_000_000, "raised") == ["accepted"]
    for known in store.ledger.find(company="sensetime", kind="laid_off"):
        if known.low == 512:
            assert [report.article for report in known.reports] == [str(old.id)]


def test_what_a_person_rejected_does_not_come_back(store: SqlStore) -> None:
    old = take(store, WRONG)
    [flag] = store.flags.find()
    store.flags.decide(flag.id, Verdict("reject", by="lin", reason="other-company"))
    assert apply(store, old, reading("商汤的新读法。"), Edit(WRONG, None))
    again = present(store)
    assert apply(store, again, reading("商汤的第三读法。", WRONG), Edit(None, WRONG), flag=True)
    assert [one.state for one in store.flags.find(state=None)] == ["rejected"]


def test_an_amended_figure_that_is_now_read_right_is_one_more_report(store: SqlStore) -> None:
    old = take(store, WRONG)
    [flag] = store.flags.find()
    store.flags.decide(flag.id, Verdict("amend", by="lin", changes={"low": 800, "high": 800}))
    assert apply(store, old, reading("商汤的新读法。", RIGHT), Edit(WRONG, RIGHT), flag=True)
    assert states(store, 800, "laid_off") == ["accepted"]
    assert [one.state for one in store.flags.find(state=None)] == ["amended"]


def test_gained_figures_are_flagged_only_where_that_is_asked(store: SqlStore) -> None:
    for name, flag in (("a", False), ("b", True)):
        old = take(store, name=name)
        low = 800 if flag else 700
        gained = replace(RIGHT, low=Decimal(low), high=Decimal(low), as_of="2026-09" if flag else "2021-01")
        assert apply(store, old, reading(f"商汤的新读法{name}。", gained), Edit(None, gained), flag=flag)
        assert states(store, low, "laid_off") == ["unreviewed"]
    assert [one.figure and one.figure.low for one in store.flags.find()] == [Decimal(800)]


def test_a_figure_that_stays_keeps_its_entry_and_its_flag(store: SqlStore) -> None:
    old = take(store, WRONG)
    better = replace(WRONG, quote="商汤裁员约512人。", start=2, scope="医疗")
    assert apply(store, old, reading("商汤的新读法。", better, RIGHT), Edit(None, RIGHT))
    assert states(store, 512, "laid_off") == ["unreviewed"]
    assert [one.state for one in store.flags.find(state=None)] == ["waiting"]
    detail = store.articles.get(str(old.id))
    assert detail is not None and set(detail.figures) == {better, RIGHT}


def test_an_article_that_was_edited_or_erased_meanwhile_is_left_alone(store: SqlStore) -> None:
    old = take(store, WRONG)
    edited = reading("商汤改了。", RIGHT)
    store.take_in(page("a", archived="b.warc.gz#9"), edited, stored(edited, end="revised", revises=str(old.id)))
    assert not apply(store, old, reading("商汤的新读法。"), Edit(WRONG, None))
    detail = store.articles.get(str(old.id))
    assert detail is not None and detail.text == "商汤改了。"
