"""Companies are found under every name of theirs; what only looks like a name is left out."""

from __future__ import annotations

import time

import pytest

from crawler.errors import ConfigError
from crawler.reading.companies import COUNTED, companies_of, filer_of, find_mentions
from crawler.reading.folded import Folded
from crawler.reading.script import traditional
from crawler.watchlist import FalseFriend, Watchlist, load_watchlist

SHIPPED = load_watchlist()

OWN_RULES = [(company.key, rule) for company in SHIPPED.companies for rule in company.false_friends]


def named(text: str, watchlist: Watchlist = SHIPPED, title: str | None = None) -> dict[str, int]:
    mentions = find_mentions(title, text, watchlist)
    return {found.company: found.mentions for found in companies_of(title, text, mentions)}


@pytest.mark.parametrize(("key", "rule"), OWN_RULES, ids=[f"{key}: {rule.why}"[:60] for key, rule in OWN_RULES])
def test_each_false_friend_is_left_out_of_its_example(key: str, rule: FalseFriend) -> None:
    assert key not in named(rule.example)
    assert key not in named(traditional(rule.example))


@pytest.mark.parametrize("rule", SHIPPED.everywhere, ids=lambda rule: rule.why[:60])
def test_each_rule_for_all_companies_holds_in_its_example(rule: FalseFriend) -> None:
    watchlist = load_watchlist([{"key": "example", "names": list(rule.names)}])
    assert "example" not in named(rule.example, watchlist)
    assert "example" in named(f"{rule.names[0]}裁员一千人。", watchlist)


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("商汤科技完成新一轮融资。", "sensetime"),
        ("商湯-W急挫一成，跌穿招股價。", "sensetime"),
        ("商湯－Ｗ（００２０.ＨＫ）公布中期業績。", "sensetime"),
        ("港股通今日净买入（00020）居首。", "sensetime"),
        ("AI company Sense Time is on the Entity List.", "sensetime"),
        ("旷视再度冲刺科创板上市。", "megvii"),
        ("曠視科技遞交招股書。", "megvii"),
        ("旷世科技首席科学家离世。", "megvii"),
        ("The facial recognition firm Face++ raised money.", "megvii"),
        ("云从科技（688327）发布年报。", "cloudwalk"),
        ("人脸识别公司云从再获融资。", "cloudwalk"),
        ("雲從科技裁員。", "cloudwalk"),
        ("Facial recognition developer CloudWalk plans an IPO.", "cloudwalk"),
        ("依图与商汤科技、旷视科技并称。", "yitu"),
        ("依圖科技撤回科創板上市申請。", "yitu"),
        ("AI chip designer Yitu is cutting jobs.", "yitu"),
    ],
)
def test_a_name_is_found(text: str, company: str) -> None:
    assert company in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "AI四小龙今年日子都不好过，裁员数千人。",
        "零件号 00020 已停产，请订购 688327A。",
        "云知声与云天励飞、格灵深瞳相继上市。",
        "Pilots sense time differently; a sense of time matters for AI.",
        "日日新大模型发布。",
        "徐立出席了论坛。",
    ],
)
def test_groups_products_people_and_neighbours_mention_nobody(text: str) -> None:
    assert named(text) == {}


def test_a_name_broken_by_blanks_and_invisible_signs_is_found_where_it_stands() -> None:
    text = "据悉，商\u200b汤 科技 完成融资。"
    (mention,) = (m for m in find_mentions(None, text, SHIPPED) if m.kind in COUNTED)
    assert text[mention.start : mention.end] == "商\u200b汤 科技"


def test_focus_is_on_the_company_of_the_headline() -> None:
    text = "商汤科技宣布完成融资。商汤称资金将用于芯片。旷视科技未予置评。"
    found = companies_of("商汤再获融资", text, find_mentions("商汤再获融资", text, SHIPPED))
    assert {company.company: company.focus for company in found} == {"sensetime": True, "megvii": False}


def test_six_lines_of_configuration_make_a_company_watched() -> None:
    watchlist = load_watchlist([{"key": "deeplens", "names": ["深镜科技", "DeepLens"]}])
    assert named("深镜科技（DeepLens）完成融资。", watchlist) == {"deeplens": 2}


def test_an_entry_with_a_shipped_key_adds_names() -> None:
    watchlist = load_watchlist([{"key": "yitu", "names": ["益图"]}])
    assert named("益图完成融资。", watchlist) == {"yitu": 1}
    assert named("依图科技完成融资。", watchlist) == {"yitu": 1}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"names": ["甲"]}, "no key"),
        ({"key": "a"}, "no names"),
        ({"key": "a", "names": "甲"}, "list of words"),
        ({"key": "a", "names": ["甲"], "nmaes": []}, "nmaes"),
        ({"key": "a", "names": ["甲"], "false_friend": [{"why": "x"}]}, "no example"),
    ],
)
def test_a_wrong_entry_is_told_by_name(entry: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_watchlist([entry])


def test_names_any_judges_a_headline_by_itself() -> None:
    assert SHIPPED.names_any("商湯急挫")
    assert SHIPPED.names_any("Megvii pulls listing")
    assert not SHIPPED.names_any("过去阿里云从无到有")
    assert not SHIPPED.names_any("商汤灭夏，夏桀败亡")
    assert not SHIPPED.names_any("")


def test_time_grows_with_the_length_and_no_faster() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        find_mentions(None, text, SHIPPED)
        return time.process_time() - start

    for unit in ("云从", "商汤 ", " \n", "<a", "CloudWalk", "\u200b ", "阿里云从科"):
        seconds(unit * 1000)
        small, large = seconds(unit * 1_000), seconds(unit * 4_000)
        assert large < 4 * small * 3 + 0.05


def test_a_short_name_with_a_sign_of_business_once_is_the_company_in_all_of_the_text() -> None:
    text = (
        f"CloudWalk, a facial recognition company, filed for an IPO. {'It is warm today. ' * 20}CloudWalk slept well."
    )
    assert [mention.company for mention in find_mentions(None, text, load_watchlist())] == ["cloudwalk", "cloudwalk"]


def test_a_text_of_many_lines_is_folded_in_time_that_grows_with_its_length() -> None:
    def seconds(lines: int) -> float:
        raw = "据悉，示例科技裁员。\n" * lines
        start = time.process_time()
        Folded(raw)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(40_000) < 4 * seconds(10_000) * 2.5 + 0.05


def test_an_announcement_is_about_the_company_whose_code_its_head_gives() -> None:
    head = "Hong Kong Exchanges take no responsibility.\nSenseTime Group Inc.\n(Stock Code: 0020)\nINSIDE INFORMATION\nThe Company has agreed."
    mentions = find_mentions(None, head, SHIPPED)
    assert filer_of(head, mentions) == "sensetime"
    assert [company.focus for company in companies_of(None, head, mentions)] == [True]
    other = head.replace("(Stock Code: 0020)", "a Cayman company")
    assert filer_of(other, find_mentions(None, other, SHIPPED)) is None
    both = "Megvii and " + head
    assert filer_of(both, find_mentions(None, both, SHIPPED)) is None
