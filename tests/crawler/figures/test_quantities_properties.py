"""What must not change a quantity: script, width, blanks, emoji, line ends, and reading its span alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.figures.quantities import Quantity, find_quantities

STEADY = settings(deadline=None)
"""A busy machine fails no test; time is held in ``test_quantities_time.py``."""

HEDGES = ("", "约", "近", "超过", "逾", "至少", "不到", "至多", "高达")
ENGLISH_HEDGES = ("", "about ", "more than ", "up to ", "nearly ", "at least ", "as much as ")
CURRENCIES = ("美元", "元", "港元", "人民币", "欧元", "日元")
TO_TRADITIONAL = str.maketrans("亿万约过超数几员两个职币欧点余达", "億萬約過超數幾員兩個職幣歐點餘達")
TO_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code).isdigit() or chr(code) in ".%$"}

numbers = st.one_of(
    st.integers(min_value=2, max_value=9999).map(str),
    st.decimals(min_value="0.1", max_value=9999, places=1).map(lambda value: f"{value:f}"),
    st.sampled_from(["十二", "三百五十", "两三", "数", "数十", "三百多", "十几"]),
)
chinese_money = st.tuples(
    st.sampled_from(HEDGES), numbers, st.sampled_from(["万", "亿"]), st.sampled_from(CURRENCIES), st.sampled_from(["", "左右", "以上"])
).map("".join)  # fmt: skip
chinese_people = st.tuples(
    st.sampled_from(HEDGES), st.integers(min_value=2, max_value=99_999).map(str), st.sampled_from(["人", "名员工", "个岗位", "位"])
).map("".join)  # fmt: skip
shares = st.tuples(st.sampled_from(HEDGES), st.integers(min_value=1, max_value=99).map(str), st.just("%")).map("".join)
ranges = st.tuples(
    st.integers(min_value=1, max_value=50), st.integers(min_value=51, max_value=99), st.sampled_from(["到", "至", "-", "~", "–"]),
    st.sampled_from(["亿美元", "万人", "%"]),
).map(lambda parts: f"{parts[0]}{parts[2]}{parts[1]}{parts[3]}")  # fmt: skip
english_money = st.tuples(
    st.sampled_from(ENGLISH_HEDGES), st.sampled_from(["$", "US$", "HK$", "€"]), st.integers(min_value=2, max_value=999).map(str),
    st.sampled_from([" million", "bn", "m", " billion"]),
).map("".join)  # fmt: skip
chinese = st.one_of(chinese_money, chinese_people, shares, ranges)
phrases = st.one_of(chinese, english_money)


def values(text: str) -> list[tuple[object, ...]]:
    return [_value(quantity) for quantity in find_quantities(text, region="mainland")]


def _value(quantity: Quantity) -> tuple[object, ...]:
    return quantity.low, quantity.high, quantity.unit, quantity.approximate


@STEADY
@given(phrases)
def test_a_phrase_is_one_quantity(phrase: str) -> None:
    assert len(values(phrase)) == 1


@STEADY
@given(phrases)
def test_a_span_alone_reads_back_to_its_value(phrase: str) -> None:
    text = f"公司表示，{phrase}，此外没有更多消息。"
    (quantity,) = find_quantities(text, region="mainland")
    assert values(text[quantity.start : quantity.end]) == [_value(quantity)]


@STEADY
@given(chinese)
def test_traditional_and_simplified_give_the_same(phrase: str) -> None:
    assert values(phrase.translate(TO_TRADITIONAL)) == values(phrase)


@STEADY
@given(phrases)
def test_width_changes_nothing(phrase: str) -> None:
    assert values(phrase.translate(TO_WIDE)) == values(phrase)


@STEADY
@given(chinese_money, st.sampled_from([" ", "\n", "\u3000", "\u00a0", "🎉", "\u200b", "\ufe0f", "\u200f"]))
def test_what_stands_between_number_and_unit_changes_nothing(phrase: str, filler: str) -> None:
    spaced = phrase.replace("万", f"{filler}万{filler}").replace("亿", f"{filler}亿{filler}")
    assert values(spaced) == values(phrase)


@STEADY
@given(phrases, st.sampled_from(["\n", "🎉", "。", "，", "（", " ", "\u200e"]))
def test_what_stands_around_changes_nothing(phrase: str, around: str) -> None:
    assert values(f"{around}{phrase}{around}") == values(phrase)


@STEADY
@given(st.lists(chinese, min_size=1, max_size=6))
def test_quantities_come_in_order_and_do_not_overlap(parts: list[str]) -> None:
    found = find_quantities("；".join(parts), region="mainland")
    assert len(found) == len(parts)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))


@STEADY
@given(st.text(alphabet="0123456789.,%$-+/ 一二三十百千万亿数几多余半分之成至到约超过美元人名位个裁员第年月ab\n（）"))
def test_noise_never_breaks_it(text: str) -> None:
    for quantity in find_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert quantity.low is not None or quantity.high is not None
        assert quantity.low is None or quantity.low >= 0
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high


@pytest.mark.parametrize("text", ["", " ", "没有数字的一段话。", "\U0010ffff", "\ud800", "İ" * 10])
def test_text_without_quantities_gives_none(text: str) -> None:
    assert find_quantities(text) == []
