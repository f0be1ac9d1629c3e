"""What is told beside a number, in sentences as the press writes them: time, status, round, and whether it is a figure at all."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.reading.figures.dateline import day_told
from tests.crawler.figures.reading import read, values

TIMES: tuple[tuple[str, str, str | None], ...] = (
    ("2018年是示例科技最风光的一年。那年4月，示例科技完成6亿美元融资。", "6亿美元", "2018-04"),
    ("2019年5月，示例科技完成7亿美元融资。同年8月公司递表，计划募资10亿美元。", "10亿美元", "2019-08"),
    ("2018年4月，示例科技完成6亿美元融资；5月底又完成7亿美元融资。", "7亿美元", "2018-05"),
    ("截至2023年12月31日，示例科技共有3012名雇员，上年末为3756名。", "3756名", "2022-12"),
    ("截至2024年3月31日，示例科技雇员总数为2950名，2023年同期为3206名。", "3206名", "2023-03-31"),
    ("截至2023年底，示例科技员工5098人，较上年末减少902人。", "902人", "2023"),
    ("截至2023年末，示例科技员工总数为612人，比上年末的690人减少78人，人数减少11.3%。", "11.3%", "2023"),
    ("截至2023年末，示例科技员工总数为612人，比上年末的690人减少78人，人数减少11.3%。", "690人", "2022-12"),
    ("示例科技二〇二一年底上市，集资57亿港元。", "57亿港元", "2021-12"),
    ("此前4月15日，示例科技宣布裁员10%。", "10%", "2024-04-15"),
    ("示例科技拟募资12亿元。上一次拟募资18亿元，最终终止。", "18亿元", None),
    ("示例科技宣布，交易已于2024年3月24日完成。所得款项总额为20亿港元。", "20亿港元", "2024-03-24"),
    ("Example was valued at $965 million in May, more than double its $380 million valuation in February.", "$380 million", "2024-02"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "expected"), TIMES, ids=[f"{number} in {text}" for text, number, _ in TIMES]
)
def test_the_time_that_a_number_holds_for(text: str, number: str, expected: str | None) -> None:
    (figure,) = (one for one in read(text).figures if number in one.written)
    assert figure.as_of == expected


STATUSES: tuple[tuple[str, str, str], ...] = (
    ("据晨鸟财经报道，示例科技完成6亿美元融资。", "6亿美元", "reported"),
    ("示例科技裁员1000人以上，有员工爆料。", "1000人", "reported"),
    ("本报记者从示例科技内部了解到，此次裁员比例约15%。", "15%", "reported"),
    ("据一份流传的名单，示例科技本轮裁员约120人。", "120人", "reported"),
    ("有媒体称示例科技开始裁员。其中物流部门裁员300人。", "300人", "reported"),
    ("有媒体称示例科技开始裁员。公司表示，裁员300人。", "300人", "stated"),
    ("Example was said to have let go of 2,000 people.", "2,000 people", "reported"),
    ("示例科技拟配售新股。假设全部配售，所得款项总额约20亿港元，扣除开支后净额约19亿港元。", "19亿港元", "planned"),
    ("示例科技昨日宣布配售新股，集资净额约19亿港元。", "19亿港元", "planned"),
    ("示例科技回应称，裁员不足20%，整体裁员5%的说法不属实。", "20%", "stated"),
    ("示例科技回应称，裁员不足20%，整体裁员5%的说法不属实。", "5%", "denied"),
    ("示例科技发行可转债，集资额由3亿美元增至4亿美元。", "3亿美元", "planned"),
    ("示例科技发行可转债，集资额由3亿美元增至4亿美元。", "4亿美元", "planned"),
    ("示例科技昨日宣布裁员300人。", "300人", "planned"),
    ("今年1月，示例科技宣布裁员300人。", "300人", "stated"),
    ("示例科技去年底还有员工560人。", "560人", "stated"),
    ("示例科技预计将裁员，截至去年底的员工总数有5000人。", "5000人", "stated"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "number", "expected"), STATUSES, ids=[text for text, _, _ in STATUSES])
def test_who_stands_behind_a_number(text: str, number: str, expected: str) -> None:
    (figure,) = (one for one in read(text).figures if number in one.written)
    assert figure.status == expected


ROUNDS: tuple[tuple[str | None, str, str, str | None], ...] = (
    (None, "示例科技首次公开发售集资57亿港元，计及超额配股权则集资66亿港元。", "66亿港元", "IPO"),
    (None, "示例科技折让配股集资27亿港元。", "27亿港元", "placement"),
    (None, "Example raised HK$3.12 billion in its initial public offering. Net of fees it keeps HK$3.02 billion.", "3.02", "IPO"),
    ("示例科技拟赴港上市", "示例科技计划筹资5亿美元。", "5亿美元", "IPO"),
    ("示例科技上市在即", "示例科技2018年完成5亿美元融资。", "5亿美元", None),
)  # fmt: skip


@pytest.mark.parametrize(("title", "text", "number", "expected"), ROUNDS, ids=[text for _, text, _, _ in ROUNDS])
def test_the_round_of_a_sum(title: str | None, text: str, number: str, expected: str | None) -> None:
    (figure,) = (one for one in read(text, title=title).figures if number in one.written)
    assert figure.round == expected


SCOPES: tuple[tuple[str, str, str | None], ...] = (
    ("Example is cutting a fifth of its car unit, employees said.", "a fifth", "car unit"),
    ("示例科技今天开始裁员，一位部门主管说，公司要求减掉15%的人。", "15%", None),
    ("商汤绝影近日裁员约20%。", "20%", "商汤绝影"),
    ("商汤绝影近日裁员，集团整体裁员5%。", "5%", None),
)


@pytest.mark.parametrize(("text", "number", "expected"), SCOPES, ids=[text for text, _, _ in SCOPES])
def test_the_unit_that_is_cut(text: str, number: str, expected: str | None) -> None:
    (figure,) = (one for one in read(text).figures if number in one.written)
    assert figure.scope == expected


FIGURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("示例科技5月又完成6.2亿美元C+轮。", ("example raised 620000000 620000000 USD",)),
    ("示例科技旗下境内主体近日发行债券，募集资金10亿元。", ("example raised 1000000000 1000000000 CNY",)),
    ("示例科技旗下子公司近日发行债券，募集资金10亿元。", ()),
    ("示例科技回应称，网传公司裁员20%的说法不属实。", ("example laid_off_share 20 20 percent",)),
    ("示例科技在内部信中表示，裁员比例为30%。", ("example laid_off_share 30 30 percent",)),
    (
        "截至2023年6月30日，示例科技员工总数为430人，2022年6月30日为612人，2022年末为548人。",
        (
            "example headcount 430 430 people",
            "example headcount 548 548 people",
            "example headcount 612 612 people",
        ),
    ),
    (
        "Example employed 2,950 people at the end of June, down 62 from December.",
        ("example headcount 2950 2950 people", "example laid_off 62 62 people"),
    ),
    ("Example shares were down 62 from December.", ()),
    (
        "示例科技还有员工560人，一年前这个数字超过600人。",
        ("example headcount 560 560 people", "example headcount 600 - people"),
    ),
    ("示例科技2017年的C轮是3.8亿元。", ("example raised 380000000 380000000 CNY",)),
    (
        "Before it listed, Example went through 12 rounds and took in $5.2 billion.",
        ("example raised_total 5200000000 5200000000 USD",),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FIGURES, ids=[text for text, _ in FIGURES])
def test_what_is_a_figure(text: str, expected: tuple[str, ...]) -> None:
    assert values(read(text)) == list(expected)


def test_a_text_without_a_date_of_publication_tells_its_day() -> None:
    assert day_told("【晨鸟2022年06月30日讯】示例科技裁员。") == date(2022, 6, 30)
    assert day_told("8月20日消息，示例科技在2019年6月完成融资。") == date(2019, 8, 20)
    assert day_told("2月30日，示例科技2019年完成融资。") is None
    assert day_told("示例科技裁员。") is None


def test_days_are_counted_from_the_dateline_where_no_date_of_publication_is_known() -> None:
    (figure,) = read("【晨鸟2022年06月30日讯】示例科技昨日宣布裁员300人。", published=None).figures
    assert figure.as_of == "2022-06-29"


def test_dates_that_lean_on_one_another_are_followed_a_few_sentences_back_only() -> None:
    figures = read("".join(f"同年6月示例科技裁员{count}人。" for count in range(1000, 1400))).figures
    assert len(figures) > 50
    assert {figure.as_of for figure in figures[1:]} == {None}
