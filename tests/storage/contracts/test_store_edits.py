"""What an edit of an article does to the ledger and to what a person has decided, judged by the real rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crawler.decide import decide
from crawler.items import Figure, Known, Lead, Outcome, Source, Verdict
from crawler.tally import Share, Tally
from storage.store import SqlStore
from tests.storage.building import figure, page, reading
from tests.storage.conftest import HandClock

COMPANY = "lanting"
"""One of which the shipped ledger knows nothing."""
FIRST = "蓝汀科技今日宣布获得新一轮融资，资金将用于算力建设。" * 5
OTHER = "另一家媒体说，这家公司拿到了一大笔钱，投资人没有透露姓名。" * 5
REJECT = Verdict("reject", by="ann")


class NoRates:
    """Knows no rate."""

    def convert(self, amount: Decimal, unit: str, to: str, on: date) -> None:
        return None


def sum_of(low: str, high: str = "same", **changes: object) -> Figure:
    return figure(low, high, company=COMPANY, **{"round": None, "as_of": None, **changes})


def take(store: SqlStore, name: str, text: str, *figures: Figure) -> Outcome:
    where, read = page(name), reading(text, *figures)
    return store.take_in(
        where,
        read,
        lambda neighbours, ledger, signals: decide(
            read, where, neighbours, ledger, signals, rates=NoRates(), baseline_before=None, now=store.clock.now()
        ),
    )


def test_a_flag_and_a_verdict_are_dated_when_the_store_gets_to_them(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that was written while they waited for other writers would leave them out, and the next one begin after them."""
    write = store.database.write

    def waits(work: Any) -> Any:
        clock.advance(minutes=1)
        return write(work)

    monkeypatch.setattr(store.database, "write", waits)
    take(store, "a", FIRST, sum_of("600000000"))
    [flag] = store.flags.find()
    assert flag.created_at == clock.now()
    store.flags.decide(flag.id, REJECT)
    assert store.flags.get(flag.id).decided_at == clock.now()


def known(store: SqlStore) -> list[Known]:
    return store.ledger.known([COMPANY])


def reasons(store: SqlStore) -> list[tuple[str, str]]:
    return [(flag.reason, flag.state) for flag in store.flags.find()]


def test_what_is_counted_is_what_is_kept(store: SqlStore) -> None:
    cut = {"kind": "laid_off", "unit": "people"}
    research, sales = sum_of("100", scope="研发", **cut), sum_of("100", scope="销售", start=70, end=73, **cut)
    share, tally = Share(Source("a", "feed", "https://a.example")), Tally()
    denied = sum_of("900000000", status="denied")
    for name, figures in (
        ("a", (sum_of("600000000"), sum_of("600000000", start=50, end=54), research, sales)),
        ("b", (denied, replace(denied, scope="研发", start=60, end=64))),
    ):
        outcome = take(store, name, FIRST if name == "a" else OTHER, *figures)
        tally.open(share, Lead("a", f"https://news.example/{name}")).end(outcome.end, outcome=outcome)
    assert (tally.figures, tally.flags) == (len(known(store)), len(store.flags.find())) == (3, 3)


def test_an_amended_figure_is_not_asked_about_again_when_other_words_are_edited(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000"))
    [flag] = store.flags.find()
    store.flags.decide(flag.id, Verdict("amend", by="ann", changes={"low": "60000000", "high": "60000000"}))
    assert take(store, "a", FIRST + "补充一句。", sum_of("600000000")).end == "revised"
    assert reasons(store) == [("new", "amended")]
    assert [(one.low, one.state) for one in known(store)] == [(Decimal(60000000), "accepted")]
    take(store, "a", FIRST + "删去了数字。")  # still the same entry that the article speaks of
    assert [len(one.reports) for one in known(store)] == [0]


def test_a_rejected_confirmation_stays_rejected_when_other_words_are_edited(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000", status="reported"))
    take(store, "b", OTHER, sum_of("600000000"))
    [confirms] = store.flags.find(reason="confirms")
    store.flags.decide(confirms.id, REJECT)
    assert take(store, "b", OTHER + "补充一句。", sum_of("600000000")).end == "revised"
    assert reasons(store) == [("new", "waiting"), ("confirms", "rejected")]
    assert [one.status for one in known(store)] == ["reported"]


def test_what_an_edit_says_more_surely_is_still_asked(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000", status="planned"))
    take(store, "a", FIRST + "现已完成。", sum_of("600000000"))
    assert reasons(store) == [("new", "waiting"), ("confirms", "waiting")]


def test_a_denial_by_an_edit_stands_and_is_repeated_by_others(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000"))
    take(store, "a", FIRST + "更正：消息不实。", sum_of("600000000", status="denied"))
    assert reasons(store) == [("new", "superseded"), ("edited", "waiting")]
    assert [(one.state, one.disputed) for one in known(store)] == [("unreviewed", True)]
    take(store, "b", OTHER, sum_of("600000000", status="denied"))
    take(store, "c", OTHER[::-1], sum_of("600000000", status="reported"))
    assert len(reasons(store)) == 2


def test_an_edit_withdraws_the_report_of_an_entry_that_another_article_put_otherwise(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("5775000000"))
    take(store, "b", OTHER, sum_of("5780000000"))
    take(store, "b", OTHER + "更正。", sum_of("9000000000"))
    said = {one.low: [report.url for report in one.reports] for one in store.ledger.find(company=COMPANY)}
    assert said == {
        Decimal(5775000000): ["https://news.example/a"],
        Decimal(9000000000): ["https://news.example/b"],
    }


def test_an_edit_that_takes_one_of_two_wordings_leaves_the_other_its_question(store: SqlStore) -> None:
    exact = sum_of("300", "500", kind="laid_off", unit="people")
    wide = sum_of("200", "1000", kind="laid_off", unit="people", start=40, end=44)
    take(store, "a", FIRST, exact)
    take(store, "a", FIRST + "数百人。", exact, wide)
    take(store, "a", FIRST + "删去。", exact)
    assert reasons(store)[0] == ("new", "waiting")
    assert [(one.state, len(one.reports)) for one in known(store)] == [("unreviewed", 1)]


def test_an_entry_is_as_sure_as_what_an_edit_leaves(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000", status="reported"))
    take(store, "b", OTHER, sum_of("600000000"))
    assert [one.status for one in known(store)] == ["stated"]
    take(store, "b", OTHER + "删去数字。")
    assert [one.status for one in known(store)] == ["reported"]


def test_a_merged_figure_is_denied_once(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000"))
    take(store, "b", OTHER, sum_of("700000000"))
    kept, merged = store.flags.find()
    store.flags.decide(merged.id, Verdict("merge", by="ann", into=kept.id))
    take(store, "c", FIRST[::-1], sum_of("700000000", status="denied"))
    assert [one.disputed for one in known(store)] == [True, True]
    assert all(found.disputed for one in known(store) if (found := store.ledger.get(one.id)))
    take(store, "d", OTHER[::-1], sum_of("700000000", status="denied"))
    assert [reason for reason, _ in reasons(store)] == ["new", "new", "denied"]


@pytest.mark.parametrize("after", [("600000000",), ()], ids=["another's figure", "no figure"])
def test_rejecting_an_edit_leaves_what_was_decided_of_its_figure(store: SqlStore, after: tuple[str, ...]) -> None:
    take(store, "a", FIRST, sum_of("600000000"))
    store.flags.decide(store.flags.find()[0].id, Verdict("accept", by="ann"))
    take(store, "b", OTHER, sum_of("500000000" if after else "600000000", status="planned"))
    take(store, "b", OTHER + "更正。", *map(sum_of, after))
    [edited] = store.flags.find(reason="edited")
    store.flags.decide(edited.id, REJECT)
    [accepted] = [one for one in known(store) if one.low == 600000000]
    assert (accepted.state, [report.url for report in accepted.reports]) == ("accepted", ["https://news.example/a"])
    store.flags.undo(edited.id, "ann")
    [accepted] = [one for one in known(store) if one.low == 600000000]
    assert accepted.state == "accepted"


def test_rejecting_an_edit_rejects_the_figure_that_it_brought(store: SqlStore) -> None:
    take(store, "a", FIRST, sum_of("600000000"))
    take(store, "a", FIRST + "更正。", sum_of("900000000"))
    [edited] = store.flags.find(reason="edited")
    store.flags.decide(edited.id, REJECT)
    assert {one.low: one.state for one in known(store)} == {
        Decimal(600000000): "unconfirmed",
        Decimal(900000000): "rejected",
    }
