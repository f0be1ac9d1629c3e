"""What must change nothing: other scripts, blanks, full-width forms, marks, breaks at commas, neighbours' sentences."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.script import traditional
from tests.crawler.figures.reading import read, values

OURS = (
    "有消息说示例科技在谈10到15亿美元的一轮融资，投后估值将达到100亿美元。",
    "示例科技宣布完成6亿美元C轮融资，由他山集团领投。",
    "截至2023年6月30日，示例科技共有5016名员工，较去年底减少82人。",
    "示例科技启动新一轮裁员，比例约为15%，涉及300余人。",
    "成立以来，示例科技累计融资超过30亿美元。",
    "示例科技上半年营收14.3亿元，净亏损31.4亿元，研发投入20亿元。",
    "知情人士称，示例科技拟赴港上市，最多募资10亿美元。",
)
NEIGHBOURS = (
    "夏桀无道，商汤灭夏，伊尹辅之。",
    "过去阿里云从无到有，马云从公众视野消失。",
    "另一家公司晨光网络裁员2000人，估值跌至3亿美元。",
    "英伟达营收增长三成，市值突破3万亿美元。",
    "视频网站Vidora宣布完成8000万美元融资，现有员工450人。",
    "甲骨文计划裁员数千人，约占员工总数的7%。",
    "相关阅读：三家公司合计裁员近万人",
    "责任编辑：李四 分享到 微信 微博",
)

ours = st.lists(st.sampled_from(OURS), min_size=1, max_size=4, unique=True)
SETTINGS = settings(max_examples=40, deadline=None)


@SETTINGS
@given(ours)
def test_a_traditional_copy_gives_the_same_figures(sentences: list[str]) -> None:
    text = "".join(sentences)
    copy = traditional(text.replace("14.3亿元", "14.3亿元人民币"))
    assert values(read(copy, language="zh-Hant")) == values(read(text))


@SETTINGS
@given(
    ours, st.lists(st.sampled_from(NEIGHBOURS), min_size=1, max_size=3, unique=True), st.randoms(use_true_random=False)
)
def test_sentences_of_others_change_nothing(sentences: list[str], others: list[str], random: object) -> None:
    mixed = list(sentences)
    for other in others:
        mixed.insert(random.randint(0, len(mixed)), other)  # type: ignore[attr-defined]
    assert values(read("\n".join(mixed))) == values(read("\n".join(sentences)))


@SETTINGS
@given(ours, st.data())
def test_blanks_and_invisible_signs_inside_a_sentence_change_nothing(sentences: list[str], data: st.DataObject) -> None:
    text = "".join(sentences)
    places = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=12)), reverse=True)
    noisy = text
    for place in places:
        if noisy[place - 1].isascii() and noisy[place].isascii():
            continue  # a blank inside a number or a Latin name is another number or name
        sign = data.draw(st.sampled_from([" ", "\u200b", "\u3000", "\u200f", "🚀", "**", "\ufeff"]))
        noisy = noisy[:place] + sign + noisy[place:]
    assert values(read(noisy)) == values(read(text))


@SETTINGS
@given(ours)
def test_full_width_forms_change_nothing(sentences: list[str]) -> None:
    text = "".join(sentences)
    wide = "".join(
        chr(ord(char) + 0xFEE0) if (char.isascii() and char.isalnum()) or char == "%" else char for char in text
    )
    assert values(read(wide)) == values(read(text))


@SETTINGS
@given(ours)
def test_a_line_broken_at_a_comma_changes_nothing(sentences: list[str]) -> None:
    text = "".join(sentences)
    assert values(read(text.replace("，", "，\n"))) == values(read(text))


@SETTINGS
@given(ours)
def test_markup_left_over_changes_nothing(sentences: list[str]) -> None:
    text = "".join(sentences)
    marked = text.replace("示例科技", "<strong>示例科技</strong>").replace("裁员", "**裁员**")
    assert values(read(marked)) == values(read(text))


@SETTINGS
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    whole = f"示例科技{text}融资6亿美元"
    for figure in read(whole, title=text or None).figures:
        assert figure.written
