"""What changes on a page without anybody having edited it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.decide.noise import same_but_for_noise

TEXT = "商汤科技周一宣布裁员约500人。\n公司称这是正常的调整。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"阅读 12\n{TEXT}", f"阅读 40.2万\n{TEXT}"),
        (f"{TEXT}\n3小时前", f"{TEXT}\n2天前"),
        (f"{TEXT}\n1,024 views", f"{TEXT}\n2,048 views"),
        (f"{TEXT}\n相关阅读\n某公司发布新品\n另一条", f"{TEXT}\n相关阅读：\n完全不同的标题"),
        (f"{TEXT}\nRelated stories\nA headline\nAnother", f"{TEXT}"),
        (TEXT, TEXT.replace("\n", "\n\n ")),
    ],
)
def test_noise(before: str, after: str) -> None:
    assert same_but_for_noise(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TEXT, TEXT.replace("500", "800")),
        (TEXT, TEXT.replace("正常", "必要")),
        (TEXT, f"{TEXT}\n更正：此前报道有误。"),
        (TEXT, TEXT.split("\n")[0]),
        (f"{TEXT}\n相关阅读\n标题\n公司随后否认了裁员。", f"{TEXT}\n相关阅读\n标题\n公司随后承认了裁员。"),
        ("该视频已有3万次阅读，公司随后回应。", "该视频已有5万次阅读，公司随后回应。"),
    ],
)
def test_edits(before: str, after: str) -> None:
    assert not same_but_for_noise(before, after)


@given(st.text(max_size=300))
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert same_but_for_noise(text, text)
    assert same_but_for_noise(text, text + "\n阅读 3")
