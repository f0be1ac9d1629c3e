"""What a number measures because of the one beside it."""

from __future__ import annotations

import pytest

from tests.crawler.figures.reading import read, values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "示例科技把认购总金额由此前的4.5亿美元（约35亿港元）提升至约5.12亿美元。",
            ["raised 450000000 450000000 USD", "raised 512000000 512000000 USD"],
        ),
        (
            "示例科技将募资额从36亿元砍成18亿元。",
            ["raised 1800000000 1800000000 CNY", "raised 3600000000 3600000000 CNY"],
        ),
        ("示例科技去年营收从36亿元降至18亿元。", []),
    ],
)
def test_a_sum_that_becomes_another_measures_the_same(text: str, wanted: list[str]) -> None:
    assert values(read(text)) == [f"example {one}" for one in wanted]
