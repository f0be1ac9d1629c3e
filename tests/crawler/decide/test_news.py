"""Signals are flagged once per event, and a denial without a number reopens what it answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crawler.decide.figures import judge_figures
from crawler.decide.news import fresh_signals, reopened
from crawler.items import Figure, Known, Signal
from crawler.rates import ecb_rates
from tests.crawler.decide.builders import TODAY, figure, known

CUT: dict[str, Any] = {"kind": "laid_off", "status": "reported"}


def signal(kind: str, topic: str = "layoffs", *, days: int = 0, company: str = "sensetime") -> Signal:
    return Signal(company, topic, kind, "", "text", 0, 0, published=TODAY - timedelta(days=days))  # type: ignore[arg-type]


def fresh(one: Signal, flagged: list[Signal], figures: list[Figure], ledger: list[Known]) -> bool:
    judged = judge_figures(figures, ledger, published=TODAY, tier="press", rates=ecb_rates())
    return bool(fresh_signals([one], flagged, judged, ledger, TODAY))


@pytest.mark.parametrize(
    ("one", "flagged", "figures", "ledger", "expected"),
    [
        (signal("started"), [], [], [], True),
        (signal("started"), [signal("started", days=3)], [], [], False),
        (signal("started"), [signal("started", days=200)], [], [], True),
        (signal("started"), [signal("started", "financing", days=3)], [], [], True),
        (signal("started"), [signal("started", days=3, company="megvii")], [], [], True),
        (signal("started"), [signal("completed", days=3)], [], [], False),
        (signal("completed"), [signal("started", days=3)], [], [], True),
        (signal("denied"), [signal("started", days=3)], [], [], True),
        (signal("denied"), [signal("denied", days=3)], [], [], False),
        (signal("withdrawn", "financing"), [signal("started", "financing", days=3)], [], [], True),
        (signal("started"), [], [figure("300 people", **CUT)], [], False),
        (signal("started"), [], [figure("3000 people", kind="headcount")], [], True),
        (signal("started"), [], [], [known("300 people", first=TODAY - timedelta(days=9), **CUT)], False),
        (signal("started"), [], [], [known("300 people", first=date(2025, 1, 1), **CUT)], True),
        (signal("started"), [], [], [known("300 people", first=TODAY, state="unconfirmed", **CUT)], True),
        (signal("started"), [], [], [known("3000 people", first=TODAY, kind="headcount")], True),
        (signal("completed"), [], [], [known("300 people", first=TODAY, **CUT)], True),
        (signal("completed"), [], [], [known("300 people", first=TODAY, kind="laid_off", status="stated")], False),
        (signal("withdrawn", "financing"), [], [figure("9e8 CNY", status="planned")], [], True),
        (signal("denied"), [], [figure("300 people", kind="laid_off", status="denied")], [], False),
    ],
    ids=[
        "first word",
        "said three days ago",
        "said last winter: another event",
        "another topic",
        "another company",
        "done already",
        "begun, now done",
        "a denial of it",
        "denied already",
        "planned, now withdrawn",
        "with its number",
        "with the headcount only",
        "its number known",
        "a number of long ago",
        "an unconfirmed number",
        "a headcount known",
        "reported by number, now done",
        "done by number",
        "withdrawn, with the sum that was planned",
        "denied by number",
    ],
)
def test_a_signal_is_news_or_not(
    one: Signal, flagged: list[Signal], figures: list[Figure], ledger: list[Known], expected: bool
) -> None:
    assert fresh(one, flagged, figures, ledger) is expected


def test_two_of_a_kind_in_one_article_are_one() -> None:
    assert len(fresh_signals([signal("started"), signal("started")], [], [], [], TODAY)) == 1


@pytest.mark.parametrize(
    ("one", "entry", "expected"),
    [
        (signal("denied"), known("300 people", first=TODAY - timedelta(days=9), **CUT), ("k1",)),
        (signal("denied"), known("300 people", first=TODAY, state="accepted", **CUT), ("k1",)),
        (signal("denied"), known("300 people", first=date(2025, 1, 1), **CUT), ()),
        (signal("denied"), known("6e8 USD", first=TODAY), ()),
        (signal("denied"), known("300 people", first=TODAY, disputed=True, **CUT), ()),
        (signal("completed"), known("300 people", first=TODAY, **CUT), ()),
    ],
    ids=["of these weeks", "accepted before", "long over", "of another topic", "denied before", "no denial"],
)
def test_a_denial_reopens_what_it_answers(one: Signal, entry: Known, expected: tuple[str, ...]) -> None:
    assert reopened([one], [entry], TODAY) == expected
