"""News without a number: each rule matches its example, the labelled set keeps its floors, near misses stay silent."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.signals import measure
from crawler.items import Figure, Signal
from crawler.reading.companies import find_mentions
from crawler.reading.moves import ABOUT, BARS, MOVES
from crawler.reading.signals import read_signals
from crawler.watchlist import load_watchlist

WATCHLIST = load_watchlist()
DAY = date(2026, 3, 2)


def signals(title: str | None, text: str, figures: tuple[Figure, ...] = ()) -> tuple[Signal, ...]:
    mentions = find_mentions(title, text, WATCHLIST)
    return read_signals(title, text, mentions, figures, published=DAY, language=None)


def said(title: str | None, text: str, figures: tuple[Figure, ...] = ()) -> list[tuple[str, str, str]]:
    return [(one.company, one.topic, one.signal) for one in signals(title, text, figures)]


@pytest.mark.parametrize("rule", [*ABOUT, *MOVES, *BARS], ids=lambda rule: rule.example)
def test_a_rule_matches_its_example(rule: object) -> None:
    import re

    assert re.search(rule.pattern, rule.example.lower())  # type: ignore[attr-defined]


@pytest.mark.parametrize("half", ["tune", "aside"])
def test_the_labelled_articles_keep_their_floors(half: str) -> None:
    result = measure(half)
    assert result.labelled >= 45
    assert result.precision >= 0.95, result.errors
    assert result.recall >= 0.93, result.errors


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("商汤启动裁员", "商汤科技已启动新一轮裁员。", [("sensetime", "layoffs", "started")]),
        ("商汤回应裁员：不实", "商汤科技称有关裁员的报道不实。", [("sensetime", "layoffs", "denied")]),
        ("旷视撤回上市申请", "旷视科技已撤回上市申请。", [("megvii", "financing", "withdrawn")]),
        ("依图完成新一轮融资", "依图科技宣布完成新一轮融资，金额未披露。", [("yitu", "financing", "completed")]),
        ("雲從科技籌劃定增", "雲從科技正籌劃定增，詳情待定。", [("cloudwalk", "financing", "started")]),
        (
            "SenseTime cuts jobs and seeks money",
            "SenseTime is laying off staff. SenseTime is in talks about a new round.",
            [("sensetime", "layoffs", "started"), ("sensetime", "financing", "started")],
        ),
        ("智谱完成融资", "智谱宣布完成融资，商汤科技未予置评。", []),
        ("商汤发布新模型", "商汤科技发布新模型，价格下降。", []),
        ("四小龙往事", "2021年，依图科技撤回了上市申请。", []),
        (
            "商汤领投机器人公司",
            "商汤科技领投了一家机器人公司的天使轮融资。",
            [],
        ),
    ],
    ids=[
        "a cut begins",
        "a cut is denied",
        "an offering is withdrawn",
        "a round is done",
        "a placement is planned",
        "one signal per topic",
        "another company's round",
        "a product",
        "history",
        "the company pays",
    ],
)
def test_an_article_says(title: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sorted(said(title, text)) == sorted(expected)


def layoffs(status: str = "reported", as_of: str | None = None) -> Figure:
    return Figure(
        "sensetime", "laid_off", Decimal(300), Decimal(300), "people", "裁员300人", "text", 0, 3,
        status=status, as_of=as_of,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (layoffs(), []),
        (layoffs(as_of="2022"), [("sensetime", "layoffs", "started")]),
    ],
    ids=["its own number stands for it", "an old number beside it does not"],
)
def test_a_number_takes_the_place_of_a_signal(figure: Figure, expected: list[tuple[str, str, str]]) -> None:
    assert said("商汤启动裁员", "商汤科技已启动新一轮裁员。", (figure,)) == expected


def test_the_span_is_in_the_text_and_the_day_is_kept() -> None:
    text = "昨日有雨。商汤科技已启动新一轮裁员。"
    (found,) = signals(None, text)
    assert text[found.start : found.end]
    assert found.quote == "商汤科技已启动新一轮裁员。"
    assert found.published == DAY
    assert found.why


def test_both_scripts_say_the_same() -> None:
    assert said("商湯否認裁員", "商湯科技否認裁員。") == said("商汤否认裁员", "商汤科技否认裁员。")


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    signals(text[:40], text)


def test_time_stays_linear_on_text_made_to_hurt() -> None:
    hurt = ["商汤裁员" * 20_000, "posts " * 40_000, "由" * 100_000, "is in talks with " * 10_000, "2021." * 40_000]
    begun = time.perf_counter()
    for text in hurt:
        signals("商汤", text)
    assert time.perf_counter() - begun < 10
