"""Values read as people write them, exact, in each language of the letters."""

from decimal import Decimal

import pytest

from scheduler.digest.amounts import value_text

D = Decimal


@pytest.mark.parametrize(
    ("low", "high", "unit", "approximate", "english", "simplified", "traditional"),
    [
        (D(600_000_000), D(600_000_000), "USD", False, "US$600 million", "6亿美元", "6億美元"),
        (
            D(10**9),
            D("1.5e9"),
            "USD",
            False,
            "US$1 billion to US$1.5 billion",
            "10亿美元至15亿美元",
            "10億美元至15億美元",
        ),
        (D("3e9"), None, "HKD", False, "more than HK$3 billion", "超过30亿港元", "超過30億港元"),
        (None, D(2000), "people", False, "at most 2,000 people", "不超过2000人", "不超過2000人"),
        (D(927), D(927), "people", False, "927 people", "927人", "927人"),
        (D(15), D(15), "percent", True, "about 15%", "约15%", "約15%"),
        (D("33.33"), D("33.33"), "percent", False, "33.33%", "33.33%", "33.33%"),
        (
            D(1728049100),
            D(1728049100),
            "CNY",
            False,
            "CN¥1.7280491 billion",
            "172804.91万元人民币",
            "172804.91萬元人民幣",
        ),
        (D(10**12), D(10**12), "KRW", False, "₩1 trillion", "1万亿韩元", "1萬億韓元"),
        (D(5016), D(5016), "people", False, "5,016 people", "5016人", "5016人"),
        (D(20000), D(20000), "people", False, "20,000 people", "2万人", "2萬人"),
        (D(10**8), D(10**8), "CHF", False, "CHF 100 million", "1亿 CHF", "1億 CHF"),
    ],
)
def test_a_value_reads_as_written(
    low: Decimal | None,
    high: Decimal | None,
    unit: str,
    approximate: bool,
    english: str,
    simplified: str,
    traditional: str,
) -> None:
    assert value_text(low, high, unit, approximate, "en") == english
    assert value_text(low, high, unit, approximate, "zh-Hans") == simplified
    assert value_text(low, high, unit, approximate, "zh-Hant") == traditional
