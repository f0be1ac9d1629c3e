"""Readings kept together: as one by one, in their order, and none harms another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import event

from crawler.errors import StoreUnavailable
from crawler.items import Known, Neighbour, Outcome, Reading, Signal
from crawler.ports import Judge, Taking
from storage.store import SqlStore
from tests.storage.building import figure, judged, page, reading, stored


def knowing(read: Reading) -> Judge:
    """A judge that stores each text once and calls the rest copies."""

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        first = next((one for one in neighbours if read.fingerprint == one.fingerprint), None)
        known = [known.id for known in ledger if read.figures and known.low == read.figures[0].low]
        told = tuple(
            judged(one, "repeats" if known else "new", same_as=known[0] if known else None) for one in read.figures
        )
        if first is None:
            return Outcome("stored", read, judged=told)
        return Outcome("copy", read, copy_of=first.copy_of or first.id, story=first.story, judged=told)

    return judge


def breaking(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
    raise ArithmeticError("no judgement")


def lot(*texts: str) -> list[Taking]:
    readings = [reading(text, figure("4" + str(len(text)))) for text in texts]
    return [Taking(page(f"n{place}"), read, knowing(read)) for place, read in enumerate(readings)]


def ends(found: Sequence[Outcome | Exception]) -> list[str]:
    return [one.end if isinstance(one, Outcome) else type(one).__name__ for one in found]


def test_each_is_judged_on_those_before_it(store: SqlStore) -> None:
    assert ends(store.take_in_many(lot("甲获融资。", "乙也获融资。", "甲获融资。"))) == ["stored", "stored", "copy"]
    rows = {row.url[-2:]: row for row in store.articles.find()}
    assert rows["n2"].copy_of == rows["n0"].id and rows["n1"].copy_of is None
    assert len(store.flags.find()) == 2


def test_one_that_cannot_be_kept_harms_no_other(store: SqlStore) -> None:
    three = lot("甲获融资。", "乙也获融资。", "丙没有获融资。")
    three[1] = Taking(three[1].page, three[1].reading, breaking)
    broken = reading("丁")
    missing = Taking(page("n9"), broken, stored(broken, end="revised", revises="999999"))
    assert ends(store.take_in_many([*three, missing])) == ["stored", "ArithmeticError", "stored", "NoResultFound"]
    assert sorted(row.url[-2:] for row in store.articles.find()) == ["n0", "n2"]
    assert len(store.flags.find()) == 2
    assert store.unseen([three[1].page.url]) == {three[1].page.url}


def test_a_store_that_cannot_be_used_keeps_none_of_them(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise StoreUnavailable("gone for now")

    monkeypatch.setattr(store.database, "write", unavailable)
    with pytest.raises(StoreUnavailable):
        store.take_in_many(lot("甲获融资。", "乙也获融资。"))


def test_they_share_one_transaction(store: SqlStore) -> None:
    commits: list[object] = []
    event.listen(store.database.engine, "commit", commits.append)
    store.take_in_many(lot("甲获融资。", "乙也获融资。", "丙没有获融资。"))
    assert len(commits) == 1
