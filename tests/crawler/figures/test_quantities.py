"""Numbers with their units, ranges and hedges, by the table of values in docs/figures.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.reading.figures.hedges import AFTER, BEFORE, OVER_NOUN, Hedge
from crawler.reading.figures.money import CURRENCIES, Currency
from crawler.reading.figures.people import COUNTERS, IMPLIED, Counter
from crawler.reading.figures.percent import SHARES
from crawler.reading.figures.quantities import Quantity, find_quantities, settle_bare

Bounds = tuple[Decimal | int | None, Decimal | int | None, str]


def bounds(text: str, **known: str) -> list[Bounds]:
    return [(quantity.low, quantity.high, quantity.unit) for quantity in find_quantities(text, **known)]  # type: ignore[arg-type]


@pytest.mark.parametrize("hedge", [*BEFORE, *AFTER, *OVER_NOUN], ids=lambda hedge: hedge.example)
def test_each_hedge_reads_its_example(hedge: Hedge) -> None:
    (quantity,) = find_quantities(hedge.example)
    assert (quantity.low, quantity.high) == (hedge.low, hedge.high)
    assert quantity.approximate is (hedge.effect == "about")


@pytest.mark.parametrize("hedge", [hedge for hedge in BEFORE if not hedge.whole], ids=lambda hedge: hedge.example)
def test_each_word_of_a_hedge_has_its_effect(hedge: Hedge) -> None:
    for word in hedge.words.split():
        spelled = word.replace("_", " ")
        text = f"{spelled} $965 billion" if word[0].isascii() else f"{spelled}6亿美元"
        (quantity,) = find_quantities(text)
        assert (quantity.low, quantity.high) == (hedge.low, hedge.high), spelled


@pytest.mark.parametrize("currency", CURRENCIES, ids=lambda currency: currency.code)
def test_each_name_of_a_currency_reads(currency: Currency) -> None:
    code = {"$": "USD", "元": "CNY"}.get(currency.code, currency.code)
    assert [found[2] for found in bounds(currency.example)] == [code]
    for name in currency.before.split():
        assert bounds(f"{name} 600 million") == [(6 * 10**8, 6 * 10**8, code)], name
    for name in currency.after.split():
        text = f"6亿{name}" if not name[0].isascii() else f"600 million {name.replace('_', ' ')}"
        assert bounds(text) == [(6 * 10**8, 6 * 10**8, code)], text


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.example)
def test_each_counter_reads_its_example(counter: Counter) -> None:
    assert bounds(counter.example) == [(counter.value, counter.value, "people")]
    assert bounds(counter.look_alike) == []


@pytest.mark.parametrize(("words", "example", "value"), IMPLIED)
def test_each_verb_that_implies_people_reads(words: str, example: str, value: int) -> None:
    assert bounds(example) == [(value, value, "people")]
    for word in words.split():
        assert bounds(f"{word.replace('_', ' ')} 2345.") == [(2345, 2345, "people")], word


@pytest.mark.parametrize(("pattern", "factor", "example", "value"), SHARES)
def test_each_sign_of_a_share_reads(pattern: str, factor: int, example: str, value: int) -> None:
    assert bounds(example) == [(value, value, "percent")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10到15亿美元", (10**9, 15 * 10**8, "USD")),
        ("10-15亿元", (10**9, 15 * 10**8, "CNY")),
        ("10亿至15亿美元", (10**9, 15 * 10**8, "USD")),
        ("5000万至8000万美元", (5 * 10**7, 8 * 10**7, "USD")),
        ("10 到 15 亿美元", (10**9, 15 * 10**8, "USD")),
        ("9500万至1.2亿美元", (95 * 10**6, 12 * 10**7, "USD")),
        ("between 1 and 1.5 billion dollars", (10**9, 15 * 10**8, "USD")),
        ("between $1 billion and $1.5 billion", (10**9, 15 * 10**8, "USD")),
        ("$500m-$1bn", (5 * 10**8, 10**9, "USD")),
        ("$500 to $600 million", (5 * 10**8, 6 * 10**8, "USD")),
        ("US$1.2–1.5 billion", (12 * 10**8, 15 * 10**8, "USD")),
        ("1150亿至290亿美元之间", (29 * 10**9, 115 * 10**9, "USD")),
        ("15亿至20亿港元", (15 * 10**8, 2 * 10**9, "HKD")),
        ("10%至15%", (10, 15, "percent")),
        ("10–15%", (10, 15, "percent")),
        ("10%~30之间", (10, 30, "percent")),
        ("两到三成", (20, 30, "percent")),
        ("百分之十到百分之十五", (10, 15, "percent")),
        ("百分之十到十五", (10, 15, "percent")),
        ("3到7万名员工", (30_000, 70_000, "people")),
        ("400-600人", (400, 600, "people")),
        ("三到五千人", (3000, 5000, "people")),
        ("8000-1万人", (8000, 10_000, "people")),
        ("至少有400-600人", (400, 600, "people")),
        ("数亿至数十亿美元", (2 * 10**8, 10**10, "USD")),
        ("ranging from 10% to 20%", (10, 20, "percent")),
    ],
)
def test_a_range_shares_its_unit(text: str, expected: Bounds) -> None:
    assert bounds(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("从8亿美元到5亿美元", [(8 * 10**8,) * 2, (5 * 10**8,) * 2]),
        ("from 8,000 employees to 5,000 employees", [(8000,) * 2, (5000,) * 2]),
        ("2019-2023年裁员300人", [(300, 300)]),
        ("裁员10%，到2000人", [(10, 10), (2000, 2000)]),
        ("6月8-10日融资3亿元", [(3 * 10**8,) * 2]),
    ],
)
def test_what_only_looks_like_a_range(text: str, expected: list[tuple[int, int]]) -> None:
    assert [found[:2] for found in bounds(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("超过10-15亿元", (10**9, 15 * 10**8, "CNY")),
        ("至少有数百名员工", (200, None, "people")),
        ("不到数百人", (None, 1000, "people")),
        ("至少6亿美元以上", (6 * 10**8, None, "USD")),
        ("最高并未超过10%", (None, 10, "percent")),
        ("最多达70%", (None, 70, "percent")),
        ("达到或超过1000亿美元", (10**11, None, "USD")),
        ("2万亿美元乃至更高", (2 * 10**12, None, "USD")),
        ("过半员工", (50, None, "percent")),
        ("超过一半", (50, None, "percent")),
        ("超过三分之一", (Decimal("33.33"), None, "percent")),
        ("上亿美元", (10**8, None, "USD")),
        ("百亿元", (10**10, 10**10, "CNY")),
        ("10个亿元", (10**9, 10**9, "CNY")),
        ("三个亿美元", (3 * 10**8, 3 * 10**8, "USD")),
        ("6000多名", (6000, None, "people")),
        ("不到6000多人", (None, 6000, "people")),
        ("至少已裁员2000人", (2000, None, "people")),
        ("人民币约6亿", (6 * 10**8, 6 * 10**8, "CNY")),
        ("约人民币6亿元", (6 * 10**8, 6 * 10**8, "CNY")),
        ("more than a fifth of its workforce", (20, None, "percent")),
        ("no more than $3 million", (None, 3 * 10**6, "USD")),
        ("300-plus employees", (300, None, "people")),
        ("不到整体的10%", (None, 10, "percent")),
        ("裁员近一万人", (10_000, 10_000, "people")),
        ("三成多员工", (30, None, "percent")),
        ("一半多", (50, None, "percent")),
        ("半数以上", (50, None, "percent")),
    ],
)
def test_hedges_together_give_one_pair_of_bounds(text: str, expected: Bounds) -> None:
    assert bounds(text) == [expected]


@pytest.mark.parametrize(
    ("text", "approximate"),
    [
        ("约6亿美元", True), ("6亿美元", False), ("超过约6亿美元", False), ("约10-15亿美元", True), ("近数百人", False),
        ("十几亿元左右", False), ("约占员工总数的5%", True), ("近半数员工", True), ("roughly 15,000 employees", True),
    ],
)  # fmt: skip
def test_only_a_value_is_approximate(text: str, approximate: bool) -> None:
    (quantity,) = find_quantities(text)
    assert quantity.approximate is approximate


@pytest.mark.parametrize(
    "text",
    [
        "2023年上半年", "2023-06-30", "2023/6/30", "12:30", "6月8日", "第3轮", "第三名", "前10名", "top 10 employees", "24/7",
        "5G", "3D打印", "1000倍", "6票", "COVID-19", "00020.HK", "688327", "C+轮", "N+1", "N+2.5", "1000亿参数", "1865.0百万股",
        "3000平方米", "300台", "40件", "6套", "12项", "下降2个百分点", "10 percentage points", "v2.0.1", "192.168.1.1",
        "010-62345678", "一名员工", "一位消息人士", "2亿用户", "3万家门店", "300人次", "三个月", "半年", "一成不变", "完成融资",
        "300人次", "2023员工大会", "2023 layoffs", "the third party", "a quarter earlier", "the first half of this year", "-5%", "净利润-3.2亿元", "负5%", "minus 5%", "亿万富翁",
        "万科A", "E8%88%87%E5", "1:8", "x86", "32位处理器", "三位数", "9" * 10_000 + "人", "10.5.3人", "1 = 2", "No. 1 employees",
    ],
)  # fmt: skip
def test_what_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("裁员2000", [(2000, 2000, "people")]),
        ("裁员数千", [(2000, 10_000, "people")]),
        ("再裁近万，", [(10_000, 10_000, "people")]),
        ("laid off 300 in May", [(300, 300, "people")]),
        ("裁员3轮", []),
        ("裁员2亿", [(2 * 10**8, 2 * 10**8, "CNY")]),
        ("人数6、7月", []),
        ("cut 300 products", []),
        ("cut its headcount by 300.", [(300, 300, "people")]),
        ("cutting 300 of its 2,000 employees", [(300, 300, "people"), (2000, 2000, "people")]),
    ],
)
def test_people_may_be_implied(text: str, expected: list[Bounds]) -> None:
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "known", "unit"),
    [
        ("20亿元", {}, "CNY"),
        ("20億元", {"region": "hongkong"}, "HKD"),
        ("20億元", {"region": "taiwan"}, "TWD"),
        ("20億元，恒指跌1%", {"language": "zh-Hant"}, "HKD"),
        ("20億元，台股跌1%", {"language": "zh-Hant"}, "TWD"),
        ("20億元（人民幣，下同）", {"region": "hongkong"}, "CNY"),
        ("（港元，下同）募资20亿元", {}, "HKD"),
        ("募資20億元人民幣", {"region": "taiwan"}, "CNY"),
        ("$5 million", {}, "USD"),
        ("$5 million (all figures are in Hong Kong dollars)", {}, "HKD"),
        ("HK$5 million", {}, "HKD"),
        ("融资6亿", {"region": "mainland"}, "CNY"),
        ("$6亿港元", {}, "HKD"),
    ],
)
def test_what_an_open_sign_stands_for(text: str, known: dict[str, str], unit: str) -> None:
    assert bounds(text, **known)[0][2] == unit


def test_an_amount_without_a_currency_is_bare_and_takes_that_of_an_equal_one() -> None:
    bare, dollars = find_quantities("估值约2千亿。公司称，估值为2000亿美元。")
    assert (bare.dimension, bare.unit, dollars.unit) == ("bare", "USD", "USD")
    (title,) = find_quantities("融资16亿！")
    assert settle_bare([title], [dollars]) == [title]
    assert settle_bare(find_quantities("估值2000亿"), [dollars])[0].unit == "USD"


def test_amounts_of_a_list_take_the_currency_after_the_last() -> None:
    assert [found[2] for found in bounds("分别融资1亿、2亿和3亿美元")] == ["USD"] * 3


@pytest.mark.parametrize(
    ("text", "equivalents"),
    [
        ("6亿美元（约合40亿元人民币）", [None, 0]),
        ("6亿美元，约合人民币40亿元", [None, 0]),
        ("$620m (about HK$4.8bn)", [None, 0]),
        ("3万亿美元（按眼下汇率约合21.4万亿元人民币）", [None, 0]),
        ("210亿里亚尔（约合56亿美元，400亿人民币）", [None, 0, None]),
        ("6亿美元（其中1亿元人民币为债务）", [None, None]),
        ("6亿美元和40亿元", [None, None]),
        ("6亿美元（约合5亿美元）", [None, None]),
    ],
)
def test_a_conversion_is_marked_as_one(text: str, equivalents: list[int | None]) -> None:
    assert [quantity.equivalent for quantity in find_quantities(text)] == equivalents


def test_offsets_are_those_of_the_text_as_given() -> None:
    text = "🎉商湯集資﹕約３１﹒５億港元！İ 裁員逾15％。"
    assert [text[found.start : found.end] for found in find_quantities(text)] == ["約３１﹒５億港元", "逾15％"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("百分之十", "10"), ("百分之十五点六", "15.6"), ("千分之五", "0.5"), ("十万分之一", "0.001"), ("四分之一", "25"), ("三分之二", "66.67"),
        ("三成员工", "30"), ("两成半", "25"), ("三成五", "35"), ("一半", "50"), ("裁员比例达1/3", "33.33"), ("a fifth of its staff", "20"),
        ("two-thirds of the workforce", "66.67"), ("half of its employees", "50"), ("one in five employees", "20"),
        ("1 in 4 workers", "25"), ("15 per cent", "15"), ("a 15-percent cut", "15"), ("five per cent", "5"),
    ],
)  # fmt: skip
def test_a_share_is_told_in_many_ways(text: str, value: str) -> None:
    assert bounds(text) == [(Decimal(value), Decimal(value), "percent")]


def test_a_percentage_over_a_hundred_is_read_as_it_stands() -> None:
    assert bounds("增长150%") == [(150, 150, "percent")]


def test_quantities_are_frozen() -> None:
    (quantity,) = find_quantities("6亿美元")
    assert quantity == Quantity(0, 4, Decimal(6 * 10**8), Decimal(6 * 10**8), "USD", "money")


@pytest.mark.parametrize(
    ("text", "low", "high"), [("曾有五、六千人", 5000, 6000), ("裁了三、四成", 30, 40), ("有七、八百人", 700, 800)]
)
def test_neighbouring_digits_may_stand_apart(text: str, low: int, high: int) -> None:
    assert [found[:2] for found in bounds(text)] == [(low, high)]


def test_the_number_of_an_item_is_no_digit() -> None:
    assert [found[:2] for found in bounds("四、裁员。五、六千人离开")] == [(6000, 6000)]
