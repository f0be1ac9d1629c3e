"""The outbox, the sources, the runs and the settings, the same on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.errors import StoreError
from crawler.items import PollResult, PollState, Source
from storage.store import SqlStore
from storage.upkeep import Upkept, keep_up
from tests.storage.building import page, reading, stored
from tests.storage.conftest import NOW, HandClock


def test_a_recipient_gets_an_edition_once(store: SqlStore) -> None:
    first = store.outbox.add("a@x.example", "2026-11-24", "<1@x>", b"letter", subject="News", covers_until=NOW)
    assert first is not None
    assert store.outbox.add("a@x.example", "2026-11-24", "<2@x>", b"other") is None
    assert store.outbox.add("b@x.example", "2026-11-24", "<3@x>", b"letter") is not None
    assert [row.recipient for row in store.outbox.list()] == ["b@x.example", "a@x.example"]
    last = store.outbox.last_edition("a@x.example")
    assert (last.edition, last.message_id, last.covers_until, last.message) == ("2026-11-24", "<1@x>", NOW, b"")


def test_a_letter_is_handed_over_by_one_sender_only(store: SqlStore, clock: HandClock) -> None:
    id = store.outbox.add("a@x.example", "e", "<1@x>", b"letter")
    assert [row.message for row in store.outbox.waiting(NOW)] == [b"letter"]
    assert store.outbox.claim(id)
    assert not store.outbox.claim(id)
    assert [(row.state, row.attempts) for row in store.outbox.list()] == [("in_doubt", 1)]
    assert store.outbox.waiting(NOW) == []
    store.outbox.mark(id, "waiting", "451 later", next_try=NOW + timedelta(minutes=5))
    assert store.outbox.waiting(NOW) == []
    clock.advance(minutes=5)
    assert [row.id for row in store.outbox.waiting(clock.now())] == [id]
    assert store.outbox.claim(id)
    store.outbox.mark(id, "sent")
    assert (store.outbox.get(id).sent_at, store.outbox.get(id).error) == (clock.now(), None)
    with pytest.raises(StoreError, match="no unsent letter"):
        store.outbox.mark(id, "failed")


def test_of_two_who_tell_of_the_same_the_first_does(store: SqlStore) -> None:
    assert store.outbox.add("hook", "1-2", "<1@x>", b"one", kind="alert", note=("told", None, 2)) is not None
    assert store.outbox.add("hook", "1-3", "<2@x>", b"one and another", kind="alert", note=("told", None, 3)) is None
    assert store.settings.get("told") == 2
    assert store.outbox.add("hook", "2-3", "<3@x>", b"another", kind="alert", note=("told", 2, 3)) is not None
    assert [row.edition for row in store.outbox.list()] == ["2-3", "1-2"]


def test_a_letter_in_doubt_is_settled_by_a_person(store: SqlStore) -> None:
    sent, resent = (store.outbox.add(who, "e", f"<{who}@x>", b"letter") for who in ("a", "b"))
    for id in (sent, resent):
        store.outbox.claim(id)
    store.outbox.resolve(sent, "sent")
    store.outbox.resolve(resent, "resend")
    assert {row.id: row.state for row in store.outbox.list()} == {sent: "sent", resent: "waiting"}
    assert store.outbox.get(resent).message_id == "<b@x>"
    with pytest.raises(StoreError, match="not in doubt"):
        store.outbox.resolve(sent, "resend")


def source(name: str, **changes: object) -> Source:
    return Source(name, "feed", f"https://{name}.example/feed", **changes)


def test_the_file_wins_over_the_desk_and_the_desk_over_the_catalogue(store: SqlStore) -> None:
    store.sources.known(
        [source("a"), source("b", enabled=False), source("c"), source("d")], file=[source("d", every="1h")]
    )
    store.sources.enable("b", True)
    store.sources.add(source("c", every="15m"))
    store.sources.remove("a")
    store.sources.add(
        source("e", region=("cn",), headers={"X": "1"}, options={"item": "li"}, verified=date(2026, 1, 1))
    )
    store.sources.known(
        [source("a"), source("b", enabled=False, note="new"), source("c"), source("d")], file=[source("d", every="2h")]
    )
    rows = {row.source.name: row for row in store.sources.all()}
    assert sorted(rows) == ["b", "c", "d", "e"]
    assert (rows["b"].source.enabled, rows["b"].source.note) == (True, "new")
    assert (rows["c"].source.every, rows["d"].source.every, rows["d"].declared_by) == ("15m", "2h", "file")
    assert rows["e"].source == source(
        "e", region=("cn",), headers={"X": "1"}, options={"item": "li"}, verified=date(2026, 1, 1)
    )
    with pytest.raises(StoreError, match=r"set in dragonwatch\.toml"):
        store.sources.enable("d", False)
    with pytest.raises(StoreError, match="no source 'zz'"):
        store.sources.remove("zz")
    store.sources.known([source("b")])
    assert sorted(row.source.name for row in store.sources.all()) == ["b", "c", "e"]


def test_due_is_a_query(store: SqlStore) -> None:
    store.sources.known([source("new"), source("late"), source("later"), source("soon"), source("off", enabled=False)])
    for name, minutes in (("late", -10), ("later", -5), ("soon", 5)):
        store.sources.polled(name, PollResult("unchanged", next_poll=NOW + timedelta(minutes=minutes)))
    assert [one.name for one in store.sources.due(NOW, 10)] == ["new", "late", "later"]
    assert [one.name for one in store.sources.due(NOW, 2)] == ["new", "late"]
    assert [one.name for one in store.sources.due(NOW, 10, among=["soon", "later", "off", "gone"])] == ["later"]


def test_what_a_poll_teaches(store: SqlStore, clock: HandClock) -> None:
    store.sources.known([source("a")])
    assert store.sources.state("a") == PollState()
    later = NOW + timedelta(hours=1)
    store.sources.polled(
        "a", PollResult("new", leads=9, new=3, etag='"1"', body_hash="h1", next_poll=later, interval=3600)
    )
    assert store.sources.state("a") == PollState(
        etag='"1"', body_hash="h1", first_poll=False, interval=3600, last_polled=NOW, next_poll=later
    )
    clock.advance(hours=1)
    store.sources.polled("a", PollResult("failed", error="no answer"))
    state = store.sources.state("a")
    assert (state.etag, state.body_hash, state.failures, state.first_poll) == ('"1"', "h1", 1, False)
    row = store.sources.get("a")
    assert (row.health, row.error, row.since, row.last_success, row.last_new) == (
        "failing",
        "no answer",
        clock.now(),
        NOW,
        NOW,
    )
    clock.advance(hours=1)
    store.sources.polled("a", PollResult("failed", error="still none"))
    assert store.sources.get("a").since == clock.now() - timedelta(hours=1)
    store.sources.polled("a", PollResult("unchanged"))
    assert (store.sources.get("a").health, store.sources.state("a").failures) == ("unchanged", 0)
    assert [poll.outcome for _, poll in store.sources.recent("a")] == ["unchanged", "failed", "failed", "new"]


def test_a_failed_first_poll_is_no_baseline(store: SqlStore) -> None:
    store.sources.polled("a", PollResult("blocked", error="robots"))
    assert store.sources.state("a").first_poll
    store.sources.polled("a", PollResult("new", more=True))
    assert store.sources.state("a").first_poll
    store.sources.polled("a", PollResult("empty"))
    assert not store.sources.state("a").first_poll


def test_a_move_is_counted_until_it_ends(store: SqlStore) -> None:
    for place, polls in (("https://b", 1), ("https://b", 2), ("https://c", 1), (None, 0)):
        store.sources.polled("a", PollResult("new", moved_to=place))
        state = store.sources.state("a")
        assert (state.moved_to, state.moved_polls) == (place, polls)


@pytest.mark.parametrize("by", ["catalogue", "file", "desk"])
def test_a_source_that_is_given_another_address_is_asked_there_and_at_once(store: SqlStore, by: str) -> None:
    def declare(one: Source) -> None:
        if by == "desk":
            store.sources.add(one)
        else:
            store.sources.known([one] if by == "catalogue" else [], file=[one] if by == "file" else [])

    declare(source("a"))
    later = NOW + timedelta(days=30)
    for _ in range(3):
        store.sources.polled("a", PollResult("new", etag='"1"', body_hash="h", moved_to="https://b", next_poll=later))
    store.sources.polled("a", PollResult("failed", next_poll=later))
    declare(source("a", note="the same address"))
    assert store.sources.state("a").moved_to == "https://b"
    assert store.sources.due(NOW, 10) == []
    declare(replace(source("a"), url="https://a.example/mended"))
    state = store.sources.state("a")
    assert (state.etag, state.body_hash, state.moved_to, state.moved_polls, state.failures) == (None, None, None, 0, 0)
    assert not state.first_poll
    assert [one.url for one in store.sources.due(NOW, 10)] == ["https://a.example/mended"]


def test_a_source_that_is_switched_on_is_asked_at_once(store: SqlStore) -> None:
    store.sources.known([source("a")])
    store.sources.polled("a", PollResult("failed", next_poll=NOW + timedelta(days=30)))
    store.sources.enable("a", False)
    assert store.sources.due(NOW, 10) == []
    store.sources.enable("a", True)
    assert [one.name for one in store.sources.due(NOW, 10)] == ["a"]


def test_a_source_that_brings_nothing_for_a_month_is_stale(store: SqlStore, clock: HandClock) -> None:
    store.sources.known([source("a")])
    assert store.sources.get("a").health == "never"
    store.sources.polled("a", PollResult("new", leads=1, new=1))
    clock.advance(days=31)
    store.sources.polled("a", PollResult("new", leads=1))
    row = store.sources.get("a")
    assert (row.health, row.since) == ("stale", NOW + timedelta(days=30))
    assert row.to_json()["last_new"] == "2026-11-24T08:00:00+00:00"


def test_unwell_are_those_that_may_have_kept_news_from_being_seen(store: SqlStore, clock: HandClock) -> None:
    store.sources.known([source(name) for name in ("blocked", "failing", "never", "off", "stale", "well")])
    store.sources.polled("stale", PollResult("new", leads=1, new=1))
    clock.advance(days=31)
    for name, outcome in (("blocked", "blocked"), ("failing", "failed"), ("off", "failed"), ("stale", "unchanged"), ("well", "new")):  # fmt: skip
        store.sources.polled(name, PollResult(outcome, new=outcome == "new"))  # type: ignore[arg-type]
    store.sources.enable("off", False)
    unwell = store.sources.unwell()
    assert [(row.source.name, row.health) for row in unwell] == [(n, n) for n in ("blocked", "failing", "stale")]
    every = [row for row in store.sources.all() if row.source.enabled]
    assert unwell == [row for row in every if row.health in ("blocked", "failing", "stale")]


def test_runs_tell_what_ran_and_what_was_missed(store: SqlStore, clock: HandClock) -> None:
    done, failed = store.runs.start("crawl"), store.runs.start("digest", due=NOW)
    clock.advance(seconds=5)
    store.runs.finish(done, {"flags": 2})
    store.runs.finish(failed, error="no mail server")
    store.runs.missed("digest", NOW, "the machine slept")
    store.runs.start("crawl")
    assert [(run.kind, run.state) for run in store.runs.recent()] == [
        ("crawl", "running"),
        ("digest", "missed"),
        ("digest", "failed"),
        ("crawl", "done"),
    ]
    assert store.runs.recent("crawl", 5)[1].summary == {"flags": 2}
    assert store.runs.abandon() == 1
    assert store.runs.recent("crawl", 1)[0].state == "failed"


def test_settings_are_kept(store: SqlStore) -> None:
    assert store.settings.get("colour", "red") == "red"
    store.settings.set("colour", {"名": ["蓝", 1, None]})
    assert store.settings.get("colour") == {"名": ["蓝", 1, None]}
    store.settings.set("colour", None)
    assert store.settings.get("colour") is None


def test_upkeep_drops_what_is_old_and_nothing_else(store: SqlStore, clock: HandClock) -> None:
    old = reading("商汤旧文")
    store.take_in(page("a"), old, stored(old))
    store.sources.polled("a", PollResult("new"))
    store.runs.finish(store.runs.start("crawl"))
    store.runs.start("daemon")
    assert keep_up(store) == Upkept(0, 0)
    clock.advance(days=91)
    store.sources.polled("a", PollResult("new"))
    assert keep_up(store) == Upkept(1, 0)
    clock.advance(days=320)
    assert keep_up(store) == Upkept(1, 1)
    assert [run.kind for run in store.runs.recent()] == ["daemon"]
    assert len(store.articles.find(search="商汤旧文")) == 1
