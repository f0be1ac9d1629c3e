"""What a number measures because of the one beside it, and counts that have no noun of their own."""

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


def test_counts_of_staff_without_a_noun_of_their_own() -> None:
    text = "The total number of employees at Example was close to 6,000, among which the city unit had more than 2,000. Layoffs follow."
    assert values(read(text)) == ["example headcount 2000 - people", "example headcount 6000 6000 people"]


def test_a_year_is_no_count_of_staff() -> None:
    assert not read("Example will close an office. The number of employees was 2021.").figures
