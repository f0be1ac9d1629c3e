"""Owners, status, time and place of a figure; what is passed over and why; odd texts."""

from __future__ import annotations

import time
from datetime import date

import pytest

from crawler.reading.figures.read_figures import FiguresRead, read_figures
from crawler.watchlist import load_watchlist
from tests.crawler.figures.reading import INVENTED, read, told, values


def only(found: FiguresRead) -> str:
    (figure,) = found.figures
    return told(figure)


def test_a_sentence_without_a_name_speaks_of_the_company_of_the_passage() -> None:
    text = "示例科技昨日召开全员会。该公司将裁员300人。"
    assert only(read(text)) == "example laid_off 300 300 people"


def test_a_sentence_with_another_subject_is_not_ours() -> None:
    text = "示例科技昨日召开全员会。另一家公司晨光网络则裁员300人。视频网站Vidora也裁员6%。"
    assert not read(text).figures


def test_a_unit_that_the_text_gives_to_the_company_counts_for_cuts_and_not_for_money() -> None:
    text = "示例科技旗下的Lumina将裁员200人。Lumina此前完成1亿美元融资。"
    assert values(read(text)) == ["example laid_off 200 200 people"]


def test_a_company_of_the_configuration_is_read_by_its_names_alone() -> None:
    watchlist = load_watchlist([{"key": "deeplens", "names": ["深镜科技", "DeepLens"]}])
    found = read("深镜科技宣布完成3亿元B轮融资，投后估值20亿元，现有员工450人。", watchlist=watchlist)
    assert values(found) == [
        "deeplens headcount 450 450 people",
        "deeplens raised 300000000 300000000 CNY",
        "deeplens valuation 2000000000 2000000000 CNY",
    ]


def test_the_span_reads_to_the_value_and_lies_in_the_quote() -> None:
    text = "背景。听闻示例科技在谈 10 到 15 亿美元的一轮融资。完。"
    (figure,) = read(text).figures
    assert text[figure.start : figure.end] == figure.written == "10 到 15 亿美元"
    assert figure.quote == "听闻示例科技在谈 10 到 15 亿美元的一轮融资。"
    assert figure.where == "text"
    assert figure.why


def test_a_value_repeated_or_rounded_within_half_a_per_cent_is_one_figure() -> None:
    text = "示例科技裁员1000人。此次示例科技裁员1003人，占比10%。示例科技裁员10%。"
    assert values(read(text)) == ["example laid_off 1000 1000 people", "example laid_off_share 10 10 percent"]


def test_the_conversion_of_an_amount_is_no_figure_of_its_own() -> None:
    assert only(read("示例科技融资6亿美元（约合40亿元人民币）。")) == "example raised 600000000 600000000 USD"


def test_figures_of_one_round_share_an_event_and_others_do_not() -> None:
    text = "示例科技完成6亿美元C轮融资，投后估值45亿美元。示例科技裁员300人，占员工总数的6%。"
    events = {figure.kind: figure.event for figure in read(text).figures}
    assert events["raised"] == events["valuation"]
    assert events["laid_off"] == events["laid_off_share"] != events["raised"]


def test_round_investors_and_scope_are_told() -> None:
    (raised,) = read("示例科技完成6亿美元C+轮融资，由红枫资本领投，青禾基金跟投。").figures
    assert raised.round == "C+"
    assert set(raised.investors) == {"红枫资本", "青禾基金"}
    (cut,) = read("示例科技计划在智能驾驶事业部裁员300人。").figures
    assert cut.scope == "智能驾驶事业部"


def test_a_date_is_counted_from_the_day_of_publication() -> None:
    (figure,) = read("去年11月，示例科技裁员300人。", published=date(2023, 2, 1)).figures
    assert figure.as_of == "2022-11"
    (undated,) = read("去年11月，示例科技裁员300人。", published=None).figures
    assert undated.as_of is None


def test_a_denial_in_the_next_sentence_reaches_the_number() -> None:
    (figure,) = read("有自媒体称示例科技裁员300人。公司回应称该消息不实。").figures
    assert figure.status == "denied"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("示例科技去年营收超过50亿元。", "revenue"),
        ("示例科技计划投入50亿元建设超算中心。", "spending"),
        ("示例科技上半年净亏损31.43亿元。", "loss"),
        ("示例科技总市值400亿港元。", "market capitalisation"),
        ("他山集团持有示例科技14%的股份。", "stake"),
        ("示例科技、他山集团等公司合计裁员1万人。", "several companies"),
        ("他山集团裁员一万人，示例科技没有。", "other"),
    ],
)
def test_a_number_passed_over_says_why(text: str, reason: str) -> None:
    found = read(text)
    assert all(figure.company != "example" for figure in found.figures)
    if reason != "other":
        assert [passed for passed in found.passed if reason in passed.reason], found.passed


def test_a_text_that_names_nobody_is_not_looked_at() -> None:
    assert read("一家公司裁员300人，融资6亿美元。") == FiguresRead()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "示例科技",
        "示例科技" + "裁员300人" * 300,
        "示例科技\n营收\n50亿\n员工\n5016\n人\n裁员\n10%\n",
        "\u202e示例科技\u202c裁员\u200f300\u200e人",
        "示例科技裁員３００人，占１０％，估值﹒５億",
        "示例科技裁员" + "9" * 10_000 + "人，融资" + "九" * 10_000 + "亿元",
        "示例科技裁员-300人，裁员比例250%，融资-5亿元",
        "ＥｘａｍｐｌｅはＡＩ企業で、示例科技 직원 300명 감원, сократила 300 человек",
        "示例科技(((((((([[[[《《《《“““““裁员300人",
    ],
)
def test_odd_texts_do_no_harm(text: str) -> None:
    found = read(text)
    for figure in found.figures:
        assert text[figure.start : figure.end] == figure.written
        assert figure.kind != "laid_off_share" or max(figure.low or 0, figure.high or 0) <= 100
        assert (figure.low or 0) >= 0 and (figure.high or 0) >= 0


UNITS = (
    "示例科技裁员300人，",
    "示例科技",
    "融资",
    "300人",
    "6亿美元 ",
    "，",
    "(",
    "A",
    "Exampla raised $5m ",
    "旗下",
    "公司",
    " \n",
    "据",
    "1,",
    "估值",
)


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def seconds(count: int) -> float:
        text = "示例科技" + unit * count

        def once() -> float:
            start = time.process_time()
            read(text)
            return time.process_time() - start

        return min(once() for _ in range(3))  # other work on the machine slows one reading, not the quickest of three

    seconds(200)
    small, large = seconds(500), seconds(2_000)
    assert large < 4 * small * 2.5 + 0.1


def test_published_may_be_missing_and_language_unknown() -> None:
    text = "示例科技裁员300人。"
    from crawler.reading.companies import find_mentions

    found = read_figures(
        None, text, find_mentions(None, text, INVENTED), published=None, language=None, watchlist=INVENTED
    )
    assert only(found) == "example laid_off 300 300 people"


@pytest.mark.parametrize(
    ("text", "investors"),
    [
        (
            "示例科技完成3.2亿元D轮融资，由青禾资本领投，浦江投资和老股东鹿鸣创投跟投。",
            ("青禾资本", "浦江投资", "鹿鸣创投"),
        ),
        ("示例科技宣布获得数亿元战略投资，投资方为湖区的两家地方国资平台。", ()),
        ("示例科技完成新一轮18亿元融资，投资人包括青禾产业投资基金、湖畔资本等。", ("青禾产业投资基金", "湖畔资本")),
    ],
)
def test_investors_are_those_named_and_no_descriptions(text: str, investors: tuple[str, ...]) -> None:
    assert read(text).figures[0].investors == investors


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Example’s application for a $500 million initial public offering was cleared by the exchange.", "planned"),
        ("The government's plans for cameras had help after Lakeside Bank led a $60m investment in Example.", "stated"),
    ],
)
def test_what_is_applied_for_is_planned_and_plans_of_a_government_are_not_the_company_s(text: str, status: str) -> None:
    assert [figure.status for figure in read(text).figures] == [status]


def test_what_was_raised_in_all_is_of_no_one_round() -> None:
    figures = read("Example has raised $1.9bn altogether, including $750m in series E funding.").figures
    assert [(figure.kind, figure.round) for figure in figures] == [("raised_total", None), ("raised", "E")]


def test_a_hedge_may_stand_in_quotation_marks() -> None:
    assert values(read("Example raised ‘at least’ $600m in July.")) == ["example raised 600000000 - USD"]
    assert values(read("示例科技融资“至少”6亿美元。")) == ["example raised 600000000 - USD"]


def test_a_round_beside_a_listing_is_none_of_it() -> None:
    [raised, worth] = read(
        "Example, whose last round of $750 million in 2019 valued it at just over $4 billion, withdrew its listing."
    ).figures
    assert (raised.round, worth.round) == (None, None)


def test_what_replaces_a_plan_is_planned() -> None:
    figures = read("示例科技2023年曾拟定增36.35亿元，后降至18.52亿元，次年终止。").figures
    assert [figure.status for figure in figures] == ["planned", "planned"]


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("示例科技原计划募资37.5亿元，最终IPO仅募得17.28亿元。", [None, None]),
        ("Example raised 1.73 billion yuan in its 2022 main board IPO.", ["2022"]),
    ],
)
def test_what_is_over_is_not_of_the_day(text: str, as_of: list[str | None]) -> None:
    assert [figure.as_of for figure in read(text).figures] == as_of
