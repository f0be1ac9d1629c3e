"""Whose a number is: the name behind an opening clause, the passage behind one who only speaks, nobody for an unknown subject."""

from __future__ import annotations

import pytest

from tests.crawler.figures.reading import read, values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "With $600 million in fresh funding, Example is now the largest of its kind.",
            "raised 600000000 600000000 USD",
        ),
        ("刚刚完成3亿元融资后，示例科技又传出扩招。", "raised 300000000 300000000 CNY"),
        ("Lakeside Capital leads a $60M round in the chip startup Example.", "raised 60000000 60000000 USD"),
        (
            "示例科技发布年报。这家曾风光无限的独角兽企业，一年内裁撤了43%的员工。",
            "laid_off_share 43 43 percent",
        ),
        (
            "示例科技研究业务群(RBG)开始裁员。RBG下属的中心解散。一名应用产业研究院员工称，该研究院按约10%的比例裁员。",
            "laid_off_share 10 10 percent",
        ),
    ],
)
def test_the_number_is_the_company_s(text: str, wanted: str) -> None:
    assert values(read(text)) == [f"example {wanted}"]


@pytest.mark.parametrize(
    "text",
    [
        "示例科技对标的是一家老牌企业。至2018年底，康视员工总数为2124人。",
        "After a $600 million round, Otherside Robotics will compete with Example.",
        "示例科技动态：示例科技联合创始人的新公司估值10亿美元。",
        "示例科技持股的湖滨拟赴港上市集资3亿美元。",
        "示例科技投资的公司湖滨智造员工超过1000人。",
    ],
)
def test_the_number_is_somebody_else_s(text: str) -> None:
    assert not read(text).figures


def test_a_sum_on_a_bourse_of_the_mainland_is_in_yuan_in_traditional_characters_too() -> None:
    text = "示例科技科創板上市申請已獲受理，擬募集資金60億元。"
    assert values(read(text, language="zh-Hant")) == ["example raised 6000000000 6000000000 CNY"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("示例科技发布新品。阿里巴巴裁员1万人，腾讯裁员3000人。", []),
        ("The company, backed by Alibaba and Ant Group, had about 3,000 staff. It is Example.", []),
        ("Example, backed by Alibaba and Ant Group, had about 3,000 staff.", ["headcount 3000 3000 people"]),
        ("示例科技当年拿到阿里巴巴的融资，估值逾90亿美元。", ["valuation 9000000000 - USD"]),
        (
            "Example makes cameras. Alibaba, Ant Group and Lakeside Bank are among the investors who poured $1.4 billion"
            " into the company since its inception.",
            ["raised_total 1400000000 1400000000 USD"],
        ),
    ],
)
def test_the_well_known_beside_it_keep_their_own(text: str, wanted: list[str]) -> None:
    assert values(read(text)) == [f"example {one}" for one in wanted]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [("成立至今估值超过120亿美元", ["example valuation 12000000000 - USD"]), ("总计融资超过50亿美元", [])],
)
def test_behind_the_name_of_a_group_the_text_goes_on_with_its_own_company(clause: str, wanted: list[str]) -> None:
    text = f"示例科技与他山集团、晨光科技在视觉领域，被称为“AI三小龙”，{clause}。"
    assert values(read(text, title="示例科技上市")) == wanted


def test_a_name_again_in_brackets_does_what_it_does_before_them() -> None:
    text = "Example raised US$600 million from Otherco Group Ltd (他山集团) at a valuation of more than US$3 billion."
    assert "example valuation 3000000000 - USD" in values(read(text, language="en"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Example, backed by giants like Alibaba, SoftBank, and Qualcomm, wants to raise $1 billion.",
            ["raised 1000000000 1000000000 USD"],
        ),
        (
            "Example raised money. Qualcomm Ventures and other investment firms also participated. It gives the company a"
            " valuation of $4 billion.",
            ["valuation 4000000000 4000000000 USD"],
        ),
        (
            "示例科技在C轮融资后，他山集团总投资超过2000万美元，该轮融资金额约4.6亿美元。",
            ["raised 460000000 460000000 USD"],
        ),
    ],
)
def test_who_pays_is_not_who_raises(text: str, wanted: list[str]) -> None:
    assert [one for one in values(read(text)) if "USD" in one] == [f"example {one}" for one in wanted]


@pytest.mark.parametrize(
    "text",
    [
        "示例科技是四小龙之一。四小龙合计融资超50亿美元。",
        "示例科技是四小龙之一，四小龙累计融资超50亿美元，至今无一上市。",
        "示例科技刚撤回申请。四大家族总融资超50亿美元。",
        "示例科技也在裁员。四家共裁员上万人。",
        "The four AI dragons have raised more than $5 billion between them. Example was founded in 2011.",
    ],
)
def test_what_a_group_has_together_is_nobody_s(text: str) -> None:
    assert not read(text).figures


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("四小龙之一的示例科技，累计融资超5亿美元。", "raised_total 500000000 - USD"),
        ("“四小龙”中的示例科技累计融资超5亿美元。", "raised_total 500000000 - USD"),
        ("Example, one of the four AI dragons, has raised more than $600m.", "raised 600000000 - USD"),
    ],
)
def test_one_of_a_group_keeps_its_own(text: str, wanted: str) -> None:
    assert values(read(text)) == [f"example {wanted}"]
