"""The ledger and the flags, the same on every database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert

from crawler.errors import AlreadyDecided, StoreError
from crawler.items import Edit, Known, Neighbour, Outcome, Signal, Verdict
from storage.known import known_to_judge
from storage.ledger import shipped_seed
from storage.rows import FlagRow
from storage.store import SqlStore, open_store
from storage.tables import reports
from tests.e2e.growth import Reading
from tests.storage.building import figure, judged, page, reading, stored
from tests.storage.conftest import HandClock

ACCEPT = Verdict("accept", by="ann", note="as the filing says")
REJECT = Verdict("reject", by="ann", reason="misread")


def flag_new(store: SqlStore, name: str = "a", **changes: object) -> FlagRow:
    one = figure(**changes)
    read = reading(f"商汤{name}融资", one)
    store.take_in(page(name), read, stored(read, judged(one)))
    return store.flags.find()[-1]


def entry(store: SqlStore, flag: FlagRow) -> Known:
    assert flag.known_id is not None
    found = store.ledger.get(flag.known_id)
    assert found is not None
    return found


def repeat(
    store: SqlStore, flag: FlagRow, name: str, *, relation: str = "repeats", status: str = "stated", **changes: object
) -> None:
    one = figure(status=status)
    read = reading(f"{name}也说", one, **changes)
    says = judged(one, relation, against=(flag.known_id,), same_as=flag.known_id, event=flag.event)
    store.take_in(page(name), read, stored(read, says))


def test_a_new_figure_opens_an_entry_and_a_flag(store: SqlStore) -> None:
    flag = flag_new(store)
    assert flag.to_json() == {
        "id": flag.id,
        "state": "waiting",
        "reason": "new",
        "signal": None,
        "figure": flag.to_json()["figure"],
        "article": {
            "id": flag.article.id,
            "url": "https://news.example/a",
            "title": "标题：商汤a融资",
            "outlet": "Example Daily",
            "published": "2026-11-23",
        },
        "known": [],
        "reports": 1,
        "before": None,
        "merged_into": None,
        "created_at": "2026-11-24T08:00:00+00:00",
        "decided_by": None,
        "decided_at": None,
        "note": None,
        "company": "sensetime",
        "event": flag.event,
        "quote": None,
        "rejected_because": None,
        "compared": None,
        "last_known": flag.to_json()["last_known"],
    }
    assert flag.figure == replace(figure(), event=flag.event)
    known = entry(store, flag)
    assert (known.state, known.low, known.event, known.first_reported) == (
        "unreviewed",
        Decimal("600000000"),
        flag.event,
        date(2026, 11, 23),
    )
    assert [report.article for report in known.reports] == [flag.article.id]


def test_an_amount_stays_exact(store: SqlStore) -> None:
    flag = flag_new(store, low="33.333333333333333333", high="123456789012345678901234567890.5")
    assert flag.figure.low == Decimal("33.333333333333333333")
    assert entry(store, flag).high == Decimal("123456789012345678901234567890.5")


def test_reports_are_counted_by_independent_voice(store: SqlStore) -> None:
    flag = flag_new(store)
    repeat(store, flag, "b", outlet="Second")
    repeat(store, flag, "c", outlet="Third", origin="Second")
    copy = reading("商汤a融资", figure(), outlet="Fourth")
    says = judged(figure(), "repeats", same_as=flag.known_id)
    store.take_in(page("d"), copy, stored(copy, says, end="copy", copy_of=flag.article.id))
    assert store.flags.get(flag.id).reports == 2
    assert len(entry(store, flag).reports) == 4


def test_figures_of_one_event_are_reviewed_together(store: SqlStore) -> None:
    money, value = figure(), figure("5000000000", kind="valuation")
    apart = figure("300", kind="laid_off", unit="people", event="e2", round=None)
    read = reading("三个数", money, value, apart)
    store.take_in(page("a"), read, stored(read, *(judged(one) for one in (money, apart, value))))
    flags = store.flags.find()
    assert [flag.figure.kind for flag in flags] == ["raised", "valuation", "laid_off"]
    assert [flag.id for flag in store.flags.together(flags[0].id)] == [flags[0].id, flags[1].id]


def test_a_baseline_is_learnt_without_a_flag(store: SqlStore) -> None:
    read = reading("旧闻", figure())
    store.take_in(page("a"), read, stored(read, judged(figure(), flag=False), baseline=True))
    assert store.flags.find() == []
    ours = [known for known in store.ledger.find(company="sensetime") if known.round == "Z"]
    assert [known.state for known in ours] == ["unreviewed"]
    assert store.ledger.decide_bulk([ours[0].id], "accepted", by="ann") == 1
    assert store.ledger.decide_bulk([ours[0].id], "rejected", by="bob") == 0
    assert store.ledger.get(ours[0].id).state == "accepted"


def test_a_flag_keeps_what_it_was_held_against(store: SqlStore) -> None:
    first = flag_new(store)
    other = figure("700000000")
    read = reading("说法不一", other)
    told: list[Known] = []

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        told.extend(known for known in ledger if known.id == first.known_id)
        says = judged(other, "contradicts", against=(first.known_id,), event=first.event, note="rate of 23 November")
        return Outcome("stored", read, judged=(says,))

    store.take_in(page("b"), read, judge)
    store.flags.decide(first.id, REJECT)
    flag = store.flags.find(reason="contradicts")[0]
    assert (flag.known, flag.event, flag.judged) == (tuple(told), first.event, "rate of 23 November")


@pytest.mark.parametrize(
    ("verdict", "state", "known"),
    [(ACCEPT, "accepted", "accepted"), (REJECT, "rejected", "rejected"), (Verdict("amend", by="ann", changes={"low": Decimal("610000000"), "high": None}), "amended", "accepted")],
    ids=["accept", "reject", "amend"],
)  # fmt: skip
def test_a_verdict_settles_the_entry_and_can_be_undone(
    store: SqlStore, verdict: Verdict, state: str, known: str
) -> None:
    flag = flag_new(store)
    before = entry(store, flag)
    decided = store.flags.decide(flag.id, verdict)
    assert (decided.state, decided.decided_by, decided.note, decided.cause) == (
        state,
        "ann",
        verdict.note,
        verdict.reason,
    )
    after = entry(store, flag)
    assert after.state == known
    if verdict.changes:
        assert (after.low, after.high) == (decided.figure.low, decided.figure.high) == (Decimal("610000000"), None)
    undone = store.flags.undo(flag.id, "bob")
    assert undone == flag
    assert entry(store, flag) == before
    assert [(one.action, one.by, one.undone) for one in store.flags.history(flag.id)] == [
        (verdict.action, "ann", True),
        ("undo", "bob", False),
    ]
    with pytest.raises(StoreError, match="no verdict to undo"):
        store.flags.undo(flag.id, "bob")


def test_who_decides_second_is_told_who_was_first(store: SqlStore, clock: HandClock) -> None:
    flag = flag_new(store)
    told: list[str] = []
    barrier = threading.Barrier(2)

    def decide(by: str) -> None:
        barrier.wait()
        try:
            store.flags.decide(flag.id, Verdict("accept" if by == "ann" else "reject", by=by))
        except AlreadyDecided as error:
            told.append(str(error))

    threads = [threading.Thread(target=decide, args=(by,)) for by in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settled = store.flags.get(flag.id)
    assert len(told) == 1
    assert f"was {settled.state} by {settled.decided_by} at 2026-11-24T08:00" in told[0]
    assert len(store.flags.history(flag.id)) == 1


def test_what_was_rejected_is_told_to_the_judge_and_to_nobody_else(store: SqlStore) -> None:
    flag = flag_new(store)
    store.flags.decide(flag.id, REJECT)
    assert flag.known_id not in {known.id for known in store.ledger.find()}
    assert [known.state for known in store.ledger.known(["sensetime"]) if known.id == flag.known_id] == ["rejected"]


def test_a_merged_flag_adds_its_reports_to_the_other(store: SqlStore) -> None:
    first, second = flag_new(store, "a"), flag_new(store, "b", low="620000000")
    repeat(store, second, "c", outlet="Third")
    merged = store.flags.decide(second.id, Verdict("merge", by="ann", into=first.id))
    assert (merged.state, merged.merged_into) == ("superseded", first.id)
    assert store.flags.get(first.id).reports == 2
    assert second.known_id not in {known.id for known in store.ledger.find()}
    assert len(entry(store, first).reports) == 3
    store.flags.undo(second.id, "ann")
    assert store.flags.get(first.id).reports == 1
    assert second.known_id in {known.id for known in store.ledger.find()}


def test_a_flag_is_merged_into_a_known_figure_and_back(store: SqlStore) -> None:
    known = store.ledger.add(figure(low="610000000"), source="by hand")
    first, second = flag_new(store, "a"), flag_new(store, "b", low="620000000")
    store.flags.decide(first.id, Verdict("merge", by="ann", into=second.id))
    merged = store.flags.decide(second.id, Verdict("merge", by="ann", known=known))
    assert (merged.state, merged.merged_into) == ("superseded", None)
    listed = {entry.id: entry for entry in store.ledger.find()}
    assert len(listed[known].reports) == 3 and not {first.known_id, second.known_id} & set(listed)
    assert store.flags.history(second.id)[-1].changes == {"known": known}
    store.flags.undo(second.id, "ann")
    listed = {entry.id: entry for entry in store.ledger.find()}
    assert [len(listed[id].reports) for id in (known, str(second.known_id))] == [1, 2]


def test_a_flag_merged_into_the_figure_of_another_flag_names_that_flag(store: SqlStore) -> None:
    first, second = flag_new(store, "a"), flag_new(store, "b", low="620000000")
    assert store.flags.decide(second.id, Verdict("merge", by="ann", known=first.known_id)).merged_into == first.id


def test_a_merge_needs_a_known_figure_of_the_same_measure(store: SqlStore) -> None:
    flag = flag_new(store)
    other = store.ledger.add(figure(kind="valuation"), source="by hand")
    for known, told in (("999", "no known figure 999"), (other, "different"), (flag.known_id, "itself")):
        with pytest.raises(StoreError, match=told):
            store.flags.decide(flag.id, Verdict("merge", by="ann", known=known))
    assert store.flags.get(flag.id).state == "waiting"


def test_a_merge_needs_another_flag_of_the_same_measure(store: SqlStore) -> None:
    flag = flag_new(store)
    other = flag_new(store, "b", kind="valuation")
    for into, told in (
        (None, "which other flag"),
        (flag.id, "which other flag"),
        ("999", "no flag 999"),
        (other.id, "different"),
    ):
        with pytest.raises(StoreError, match=told):
            store.flags.decide(flag.id, Verdict("merge", by="ann", into=into))
    assert store.flags.get(flag.id).state == "waiting"


def test_an_amendment_to_another_company_opens_an_event_there(store: SqlStore) -> None:
    flag = flag_new(store)
    amended = store.flags.decide(flag.id, Verdict("amend", by="ann", changes={"company": "megvii"}))
    assert (amended.company, amended.figure.company) == ("megvii", "megvii")
    assert amended.event != flag.event
    assert entry(store, amended).company == "megvii"
    assert store.flags.undo(flag.id, "ann").event == flag.event


def test_an_amendment_may_only_change_what_a_figure_has(store: SqlStore) -> None:
    flag = flag_new(store)
    for changes, told in (({}, "not nothing"), ({"quote": "x"}, "not quote"), ({"low": "many"}, "no number")):
        with pytest.raises(StoreError, match=told):
            store.flags.decide(flag.id, Verdict("amend", by="ann", changes=changes))


def test_a_confirmation_makes_the_entry_surer_until_it_is_rejected(store: SqlStore) -> None:
    flag = flag_new(store, status="reported")
    repeat(store, flag, "b", relation="confirms", outlet="Second")
    confirming = store.flags.find(reason="confirms")[0]
    assert (confirming.known_id, confirming.event, entry(store, flag).status) == (flag.known_id, flag.event, "stated")
    store.flags.decide(confirming.id, REJECT)
    assert (entry(store, flag).status, entry(store, flag).state) == ("reported", "unreviewed")
    assert len(entry(store, flag).reports) == 1
    store.flags.undo(confirming.id, "ann")
    assert (entry(store, flag).status, len(entry(store, flag).reports)) == ("stated", 2)


def test_a_denial_settles_only_what_a_person_accepts(store: SqlStore) -> None:
    flag = flag_new(store)
    repeat(store, flag, "b", relation="denied", status="denied", outlet="The Company")
    denial = store.flags.find(reason="denied")[0]
    known = entry(store, flag)
    assert (known.state, known.disputed, len(known.reports), denial.reports) == ("unreviewed", True, 1, 1)
    store.flags.decide(denial.id, ACCEPT)
    assert entry(store, flag).state == "denied"
    store.flags.undo(denial.id, "ann")
    assert entry(store, flag).state == "unreviewed"


def test_what_was_denied_first_and_stated_later_is_stated_until_nobody_stands_by_it(store: SqlStore) -> None:
    flag = flag_new(store, status="denied")
    repeat(store, flag, "b", status="reported", outlet="Second")
    assert entry(store, flag).status == "denied"
    repeat(store, flag, "c", relation="confirms", outlet="The Company")
    assert (entry(store, flag).status, entry(store, flag).disputed) == ("stated", True)
    confirming = store.flags.find(reason="confirms")[0]
    store.flags.decide(confirming.id, REJECT)
    assert entry(store, flag).status == "reported"


def test_a_denial_stands_again_where_nobody_says_the_figure_any_more(store: SqlStore) -> None:
    flag = flag_new(store, status="denied")
    repeat(store, flag, "b", relation="confirms", outlet="The Company")
    assert entry(store, flag).status == "stated"
    store.flags.decide(store.flags.find(reason="confirms")[0].id, REJECT)
    assert entry(store, flag).status == "denied"


def test_a_denial_without_a_number_reopens_what_was_accepted(store: SqlStore) -> None:
    flag = flag_new(store)
    store.flags.decide(flag.id, ACCEPT)
    denies = Signal("sensetime", "financing", "denied", "商汤回应：不实", "text", 0, 2)
    read = reading("不实", signals=(denies,))
    store.take_in(page("b"), read, stored(read, signals=(denies,), reopened=(flag.known_id,)))
    assert (store.flags.get(flag.id).state, entry(store, flag).state) == ("waiting", "unreviewed")
    signal = store.flags.find(reason="signal")[0]
    assert (signal.signal, signal.quote, signal.figure, signal.to_json()["known"]) == (
        "denied",
        "商汤回应：不实",
        None,
        [],
    )
    assert [one.action for one in store.flags.history(flag.id)] == ["accept", "reopen"]


def test_a_flagged_signal_is_told_to_the_judge_with_its_day(store: SqlStore) -> None:
    started = Signal("sensetime", "layoffs", "started", "商汤开始裁员", "text", 0, 2)
    read = reading("开始裁员", signals=(started,))
    store.take_in(page("a"), read, stored(read, signals=(started,)))
    told: list[Signal] = []

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        told.extend(signals)
        return Outcome("irrelevant", read)

    store.take_in(page("b"), read, judge)
    assert [(one.signal, one.topic, one.published) for one in told] == [("started", "layoffs", date(2026, 11, 23))]


def test_a_signal_of_an_undated_article_is_told_with_the_day_of_its_flag(store: SqlStore, clock: HandClock) -> None:
    started = Signal("sensetime", "layoffs", "started", "商汤开始裁员", "text", 0, 2)
    read = reading("开始裁员", signals=(started,), published=None)
    store.take_in(page("a"), read, stored(read, signals=(started,)))
    told: list[Signal] = []

    def judge(neighbours: Sequence[Neighbour], ledger: Sequence[Known], signals: Sequence[Signal]) -> Outcome:
        told.extend(signals)
        return Outcome("irrelevant", read)

    store.take_in(page("b"), read, judge)
    assert [one.published for one in told] == [clock.now()]


def test_an_edited_figure_is_flagged_with_before_and_after(store: SqlStore) -> None:
    flag = flag_new(store, low="30", kind="laid_off_share", unit="percent")
    before, after = flag.figure, figure("15", kind="laid_off_share", unit="percent")
    read = reading("改了", after)
    edit = Edit(figure("30", kind="laid_off_share", unit="percent"), after)
    says = judged(after, "contradicts", against=(flag.known_id,), event=flag.event, flag=False)
    store.take_in(page("a"), read, stored(read, says, end="revised", revises=flag.article.id, edits=(edit,)))
    edited = store.flags.find(reason="edited")[0]
    assert (edited.before, edited.figure.low, edited.event) == (before, Decimal(15), flag.event)
    assert store.flags.get(flag.id).state == "superseded"
    assert entry(store, flag).state == "unconfirmed"
    with pytest.raises(AlreadyDecided, match="superseded by a later edit"):
        store.flags.decide(flag.id, ACCEPT)
    store.flags.decide(edited.id, ACCEPT)
    assert (entry(store, edited).low, entry(store, edited).state) == (Decimal(15), "accepted")


def test_a_vanished_figure_is_flagged_with_what_it_was(store: SqlStore) -> None:
    flag = flag_new(store)
    read = reading("数字没了")
    gone = stored(read, end="revised", revises=flag.article.id, edits=(Edit(figure(), None),))
    store.take_in(page("a"), read, gone)
    edited = store.flags.find(reason="edited")[0]
    assert (edited.figure, edited.before, edited.known_id) == (None, flag.figure, flag.known_id)
    assert store.flags.decide(edited.id, ACCEPT).state == "accepted"
    assert entry(store, flag).state == "unconfirmed"


def test_a_figure_is_recorded_by_hand(store: SqlStore) -> None:
    id = store.ledger.add(
        figure(), source="Prospectus", url="https://x.example", tier="filing", published=date(2026, 1, 2)
    )
    known = store.ledger.get(id)
    assert (known.state, known.reports[0].tier, known.first_reported) == ("accepted", "filing", date(2026, 1, 2))
    again = store.ledger.add(figure(kind="valuation"), source="Prospectus", event=known.event)
    assert store.ledger.get(again).event == known.event
    assert [one.id for one in store.ledger.find(company="sensetime", kind="raised", since=date(2026, 1, 1))] == [id]


def test_the_ledger_starts_from_what_ships_and_takes_it_once(store: SqlStore) -> None:
    rows = shipped_seed()
    assert len(store.ledger.find()) == len(rows) > 50
    assert store.ledger.seed(rows) == 0
    assert store.ledger.seed([*rows, {**rows[0], "low": "1", "high": "1"}]) == 1
    assert {known.state for known in store.ledger.find()} <= {"accepted", "unconfirmed"}


def test_opening_again_seeds_nothing(store_url: str, clock: HandClock) -> None:
    first = open_store(store_url, clock=clock)
    number = len(first.ledger.find())
    first.close()
    second = open_store(store_url, clock=clock)
    assert len(second.ledger.find()) == number
    second.close()


def test_flags_are_found_by_state_kind_company_and_time(store: SqlStore, clock: HandClock) -> None:
    first = flag_new(store, "a")
    middle = clock.now()
    clock.advance(hours=1)
    second = flag_new(store, "b", kind="valuation", company="megvii", event="e9")
    store.flags.decide(first.id, ACCEPT)
    ids = lambda **asked: [flag.id for flag in store.flags.find(**asked)]  # noqa: E731
    assert (
        ids(state="waiting") == ids(kind="valuation") == ids(company="megvii") == ids(since=clock.now()) == [second.id]
    )
    assert ids(until=clock.now()) == ids(since=middle, until=clock.now()) == ids(state="accepted") == [first.id]
    assert ids(article=first.article.id) == [first.id]
    assert ids(limit=1) == [first.id]
    assert store.flags.counts() == {"accepted": 1, "waiting": 1}


def test_the_judge_is_told_of_every_change_at_once(store: SqlStore) -> None:
    """What it is told comes from spellings that were met before; each change must show."""

    def told() -> dict[str, Known]:
        found = {known.id: known for known in store.ledger.known(["sensetime", "megvii"])}
        for id, known in found.items():
            assert replace(store.ledger.get(id), reports=()) == replace(known, reports=())
        return found

    flag, other = flag_new(store, "a", status="reported"), flag_new(store, "b", low="620000000")
    assert told()[flag.known_id].state == "unreviewed"
    repeat(store, flag, "c", relation="confirms", outlet="Second")
    assert told()[flag.known_id].status == "stated"
    store.flags.decide(
        flag.id, Verdict("amend", by="ann", changes={"low": Decimal(7), "company": "megvii", "round": None})
    )
    assert (told()[flag.known_id].low, told()[flag.known_id].company) == (Decimal(7), "megvii")
    store.flags.undo(flag.id, "ann")
    store.flags.decide(other.id, Verdict("merge", by="ann", into=flag.id))
    repeat(store, flag, "d", relation="denied", status="denied")
    known = told()[flag.known_id]
    assert (known.low, known.disputed, [report.tier for report in known.reports]) == (
        Decimal("600000000"),
        True,
        ["press"],
    )


def test_the_judge_is_told_as_quickly_of_what_thousands_report(store: SqlStore) -> None:
    reading_of = Reading(store)

    def ask() -> None:
        with store.database.read() as connection:
            known_to_judge(connection, ["sensetime"])

    before = reading_of.cost(ask)
    entry = store.ledger.find(company="sensetime")[0].id
    row = {
        "known_id": int(entry),
        "article_id": None,
        "outlet": "o",
        "published": None,
        "tier": "press",
        "status": "stated",
    }
    rows = [{**row, "url": f"https://a.example/{n}", "voice": f"v{n}", "withdrawn": False} for n in range(3_000)]
    store.database.write(lambda connection: connection.execute(insert(reports), rows))
    assert reading_of.cost(ask) < 1.1 * before
