"""Numbers alone: every spelling of a number reads back to it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.figures.english import ENGLISH_HEAD, read_english
from crawler.reading.figures.folding import fold
from crawler.reading.figures.number import LONGEST, Number
from crawler.reading.figures.numerals import HEAD, read_number

STEADY = settings(deadline=None)
"""A busy machine fails no test; time is held in ``test_quantities_time.py``."""

CHINESE = "零一二三四五六七八九"


def read(text: str) -> Number | None:
    match = HEAD.match(fold(text))
    return None if match is None or match.end() != len(text) else read_number(match)


def read_words(text: str) -> Number | None:
    match = ENGLISH_HEAD.match(fold(text))
    return None if match is None or match.end() != len(text) else read_english(match)


def below_ten_thousand(number: int) -> str:
    spelled, zero = "", False
    for exponent, unit in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = number // 10**exponent % 10
        if digit:
            spelled += ("零" if zero and spelled else "") + CHINESE[digit] + unit
        zero = not digit
    return spelled


def in_chinese(number: int) -> str:
    """Spell a positive number below 10^12 as a text would."""
    spelled, before = "", 0
    for exponent, unit in ((8, "亿"), (4, "万"), (0, "")):
        section = number // 10**exponent % 10_000
        if section:
            gap = spelled and (section < 1000 or before == 0)
            spelled += ("零" if gap and not spelled.endswith("零") else "") + below_ten_thousand(section) + unit
        before = section
    return spelled


def in_english(number: int) -> str:
    """Spell a positive number below 10^12 in words."""
    ones = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number < 20:
        return ones[number]
    if number < 100:
        return tens[number // 10 - 2] + (f"-{ones[number % 10]}" if number % 10 else "")
    for exponent, word in ((9, "billion"), (6, "million"), (3, "thousand"), (2, "hundred")):
        if number >= 10**exponent:
            rest = number % 10**exponent
            return f"{in_english(number // 10**exponent)} {word}" + (f" {in_english(rest)}" if rest else "")
    raise AssertionError(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二万五千", "125000"),
        ("12万5千", "125000"),
        ("12万5000", "125000"),
        ("12.5万", "125000"),
        ("14万473", "140473"),
        ("1万4000", "14000"),
        ("72万4,938", "724938"),
        ("一亿零五百万", "105000000"),
        ("三亿五千万", "350000000"),
        ("3亿5000万", "350000000"),
        ("一万五", "15000"),
        ("三百五", "350"),
        ("三百零五", "305"),
        ("一万亿", "1000000000000"),
        ("一万亿五千亿", "1500000000000"),
        ("五十万三千亿", "50300000000000"),
        ("2亿6,811万2,406", "268112406"),
        ("1.2万亿", "1200000000000"),
        ("3兆", "3000000000000"),
        ("三点五亿", "350000000"),
        ("二零二三", "2023"),
        ("十", "10"),
        ("百亿", "10000000000"),
        ("廿", None),
        ("1,234,567.89", "1234567.89"),
        ("３１﹒５億", "3150000000"),
        ("２，０００", None),
        ("贰仟萬", "20000000"),
        ("2,358.2百万", "2358200000"),
        ("1.5 亿", "150000000"),
        ("1.5\n亿", "150000000"),
        ("620 million", "620000000"),
        ("4.8bn", "4800000000"),
        ("1.2.3", None),
        ("10:30", None),
    ],
)
def test_a_number_reads_to_its_value(text: str, value: str | None) -> None:
    number = read(text)
    assert (None if number is None else str(number.low)) == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("两三百", 200, 300),
        ("七八千", 7000, 8000),
        ("三四十", 30, 40),
        ("十二三亿", 12 * 10**8, 13 * 10**8),
        ("数十亿", 2 * 10**9, 10**10),
        ("几十亿", 2 * 10**9, 10**10),
        ("数亿", 2 * 10**8, 10**9),
        ("几百", 200, 1000),
        ("十余亿", 10**9, 2 * 10**9),
        ("十几亿", 10**9, 2 * 10**9),
        ("二十几亿", 2 * 10**9, 3 * 10**9),
        ("二十余亿", 2 * 10**9, None),
        ("20多亿", 2 * 10**9, None),
        ("3亿多", 3 * 10**8, None),
        ("6000多", 6000, None),
        ("三百多", 300, None),
        ("百余", 100, None),
        ("300+", 300, None),
        ("十来", 10, 10),
    ],
)
def test_a_loose_number_reads_to_its_bounds(text: str, low: int, high: int | None) -> None:
    number = read(text)
    assert number is not None
    assert (number.low, number.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("six hundred million", 6 * 10**8, 6 * 10**8),
        ("twenty-five thousand", 25_000, 25_000),
        ("one and a half billion", 1_500_000_000, 1_500_000_000),
        ("half a million", 500_000, 500_000),
        ("a dozen", 12, 12),
        ("two dozen", 24, 24),
        ("a few hundred", 200, 1000),
        ("several thousand", 2000, 10_000),
        ("hundreds", 200, 1000),
        ("tens of thousands", 20_000, 100_000),
        ("billions", 2 * 10**9, 10**10),
    ],
)
def test_english_words_read_to_their_bounds(text: str, low: int, high: int) -> None:
    number = read_words(text)
    assert number is not None
    assert (number.low, number.high) == (low, high)


@STEADY
@given(st.integers(min_value=10, max_value=10**12 - 1))
def test_a_number_spelled_in_chinese_reads_back(number: int) -> None:
    spelled = in_chinese(number)
    found = read(spelled)
    assert found is not None, spelled
    assert found.low == found.high == number, spelled


@STEADY
@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_a_number_spelled_in_english_reads_back(number: int) -> None:
    found = read_words(in_english(number))
    assert found is not None
    assert found.low == number


@STEADY
@given(st.decimals(min_value=0, max_value=10**9, places=3), st.sampled_from(["", "万", "亿", "百万", "千万", "万亿"]))
def test_arabic_digits_with_a_magnitude_are_exact(value: Decimal, magnitude: str) -> None:
    scale = {"": 1, "万": 10**4, "亿": 10**8, "百万": 10**6, "千万": 10**7, "万亿": 10**12}[magnitude]
    found = read(f"{value:f}{magnitude}")
    assert found is not None
    assert found.low == int(value * 1000) * scale / Decimal(1000)


@STEADY
@given(st.integers(min_value=0, max_value=10**15))
def test_grouping_and_width_of_digits_change_nothing(number: int) -> None:
    wide = str.maketrans("0123456789,", "０１２３４５６７８９﹐")
    for spelled in (str(number), f"{number:,}", str(number).translate(wide), f"{number:,}".translate(wide)):
        found = read(spelled)
        assert found is not None, spelled
        assert found.low == number


def test_a_run_of_digits_too_long_to_be_a_number_is_none() -> None:
    assert read("9" * (LONGEST + 1)) is None
    assert read("9" * 10_000) is None
