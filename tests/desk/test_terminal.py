"""The review at a terminal, with keys and screen played by the test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from crawler.errors import AlreadyDecided
from crawler.items import Figure, Verdict
from desk.terminal import Session
from storage.rows import FlagRow

FIGURE = Figure(
    "sensetime", "raised", Decimal("6e8"), Decimal("6e8"), "USD", quote="获6亿美元", where="text", start=1, end=6
)


def flag(id: str) -> FlagRow:
    return FlagRow(id, "waiting", "new", "sensetime", FIGURE, None, datetime(2026, 3, 1, tzinfo=UTC))


class Desk:
    """A person who presses these keys and gives these answers, and a store that remembers."""

    def __init__(self, keys: str, answers: Iterable[str] = (), taken: str = "") -> None:
        self.keys = list(keys)
        self.answers = list(answers)
        self.taken = taken
        self.verdicts: list[tuple[str, Verdict]] = []
        self.undone: list[str] = []
        self.seen: list[str] = []
        self.said: list[str] = []

    def decide(self, id: str, verdict: Verdict) -> FlagRow:
        if id == self.taken:
            raise AlreadyDecided(f"flag {id} was accepted by wu just now; nothing was changed")
        self.verdicts.append((id, verdict))
        return replace(flag(id), state="accepted", decided_by=verdict.by)

    def undo(self, id: str) -> FlagRow:
        self.undone.append(id)
        return flag(id)

    def walk(self, count: int = 3) -> int:
        return Session(
            flags=[flag(str(number)) for number in range(1, count + 1)],
            by="lin",
            companies=("sensetime",),
            decide=self.decide,
            undo=self.undo,
            show=lambda shown: self.seen.append(shown.id),
            say=self.said.append,
            key=lambda: self.keys.pop(0),
            ask=lambda _: self.answers.pop(0),
        ).walk()


def test_a_key_a_decision() -> None:
    desk = Desk("aras"[:3], answers=["old"])
    assert desk.walk() == 3
    assert [(id, verdict.action, verdict.reason) for id, verdict in desk.verdicts] == [
        ("1", "accept", None),
        ("2", "reject", "old"),
        ("3", "accept", None),
    ]


def test_skip_back_and_quit() -> None:
    desk = Desk("skjq")
    assert desk.walk() == 0
    assert desk.seen == ["1", "2", "1", "2"]


def test_undo_returns_to_the_flag() -> None:
    desk = Desk("auaq")
    assert desk.walk() == 1
    assert desk.undone == ["1"]
    assert desk.seen == ["1", "2", "1", "2"]


def test_undo_with_nothing_to_undo_says_so() -> None:
    desk = Desk("uq")
    assert desk.walk() == 0
    assert any("nothing was decided" in line for line in desk.said)


def test_amend_asks_each_field_and_checks_the_whole() -> None:
    desk = Desk("eeq", answers=["7e8", "", "", "", "", "", "", "7e8", "7e8", "", "", "", "C+", ""])
    assert desk.walk(1) == 1
    assert any("above high" in line for line in desk.said)
    assert dict(desk.verdicts[0][1].changes) == {"low": Decimal("7e8"), "high": Decimal("7e8"), "round": "C+"}


def test_merge_needs_the_other_flag() -> None:
    desk = Desk("mmq", answers=["", "9"])
    assert desk.walk(1) == 1
    assert desk.verdicts[0][1].into == "9"


def test_the_second_of_two_people_is_told_and_may_go_on() -> None:
    desk = Desk("asq", taken="1")
    assert desk.walk() == 0
    assert "wu" in " ".join(desk.said)


def test_an_unknown_key_does_nothing() -> None:
    desk = Desk("xq")
    assert desk.walk() == 0
    assert any("does nothing" in line for line in desk.said)
