"""Reading takes time linear in the length of the text, on strings made to hurt each pattern too."""

from __future__ import annotations

import time

import pytest

from crawler.reading.figures.quantities import find_quantities

HURTFUL = {
    "digits": "9",
    "grouped digits": "1,234,",
    "decimals": "1.",
    "numerals": "三百",
    "magnitudes": "亿",
    "ones": "一",
    "vague": "数几",
    "hedges": "不超过至少约",
    "plain verbs": "已裁募集",
    "numbers and blanks": "1 \n ",
    "blanks": " ",
    "line ends": "\n",
    "ranges": "1-",
    "ranges in words": "1到2至",
    "units": "3个新的部门的",
    "modifiers": "3 very ",
    "modified nouns": "9 of its a'a'a'",
    "english words": "one hundred and ",
    "plural words": "hundreds of ",
    "fractions": "a third ",
    "parts": "三分之",
    "conversions": "1元（约",
    "halves": "半",
    "currencies": "$us$hk$",
    "of": "超过员工总数的",
    "amounts": "6亿元",
    "people": "裁员3人",
    "declared": "amounts are in ",
    "wide": "３﹒",
    "emoji": "🎉",
    "traditional": "億萬",
}


def _seconds(text: str) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        find_quantities(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", HURTFUL)
def test_a_hurtful_text_four_times_as_long_takes_some_four_times_the_time(name: str) -> None:
    """Time that grows with the square would be sixteen times as much."""
    piece = HURTFUL[name]
    short = piece * (10_000 // len(piece))
    once, fourfold = _seconds(short), _seconds(short * 4)
    assert fourfold <= 8 * once + 0.01, f"{name}: {once:.4f} s for 10,000 characters, {fourfold:.4f} s for 40,000"


def test_a_text_full_of_figures_is_read_at_no_less_than_150_000_characters_a_second() -> None:
    text = "公司宣布完成6亿美元C轮融资，估值超过100亿元，同时裁员约300人，占员工总数的10%至15%。" * 1500
    assert _seconds(text) < len(text) / 150_000


@pytest.mark.gauntlet
def test_ten_megabytes_take_time_in_proportion() -> None:
    text = "公司宣布完成6亿美元C轮融资，估值超过100亿元，同时裁员约300人，占员工总数的10%至15%。"
    short, long = text * 2000, text * 70_000
    assert len(long.encode()) >= 8_000_000
    start = time.process_time()
    find_quantities(long)
    assert time.process_time() - start <= 3 * 35 * _seconds(short)
