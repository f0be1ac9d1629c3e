"""Copies share a key and a sketch, whatever was done to them; strangers do not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Fingerprint
from crawler.reading.fingerprint import BINS, COPY_AT, FILED, SOUGHT, fingerprint, similarity
from crawler.reading.script import traditional

CHARACTERS = (
    "芯片投资裁员融资估值视觉算法云端车载工厂研究院董事会股东港交所科创板招股书营收亏损订单供应链实验室测试平台模型训练推理显卡"
    "城市交通医疗教育零售金融安防手机汽车无人驾驶机器人语音翻译图像识别数据隐私监管许可出口管制清单客户渠道伙伴签约落地规模"
)


def article(seed: int, length: int = 900) -> str:
    """Running text of our own making: words from a list, joined as news joins them; no two seeds share sentences."""
    draw = random.Random(seed)
    words = ["".join(draw.sample(CHARACTERS, 2)) for _ in range(160)]
    text = ""
    while len(text) < length:
        text += f"{draw.choice(words)}公司的{draw.choice(words)}在{draw.choice(words)}后{draw.choice(words)}，{draw.choice(words)}和{draw.choice(words)}{draw.randrange(2, 90)}家。"
    return text


def edited(text: str, share: float, seed: int = 1) -> str:
    draw = random.Random(seed)
    out: list[str] = []
    for char in text:
        if draw.random() < share:
            out += draw.choice(([draw.choice(CHARACTERS)], [], [char, draw.choice(CHARACTERS)]))
        else:
            out.append(char)
    return "".join(out)


def found(a: str, b: str) -> bool:
    """Whether each is found from the other as the store finds it: by a key that it is filed under, then by similarity."""
    one, other = fingerprint(a), fingerprint(b)
    met = all(set(come.bands) & set(stored.bands[:FILED]) for come, stored in ((one, other), (other, one)))
    return met and similarity(one, other) >= COPY_AT


@pytest.mark.parametrize(
    "copy",
    [
        lambda text: traditional(text),
        lambda text: f"【远方日报讯】{text}（责任编辑：王大山）",
        lambda text: text.replace("，", ", ").replace("。", ".\n\n"),
        lambda text: text[: len(text) // 2],
        lambda text: text[len(text) // 3 :],
        lambda text: text.replace("公司", "公司(gōng)"),
        lambda text: text.upper(),
        lambda text: edited(text, 0.1),
    ],
    ids=["traditional", "lead-in", "punctuation", "first half", "last two thirds", "pinyin", "case", "a tenth edited"],
)
def test_a_copy_is_found(copy: object) -> None:
    assert callable(copy)
    assert all(found(article(seed), copy(article(seed))) for seed in range(20))


def test_a_fifth_edited_is_still_found() -> None:
    assert sum(found(article(seed), edited(article(seed), 0.2)) for seed in range(60)) >= 57


def test_a_fifth_of_a_newsflash_edited_is_still_found() -> None:
    assert sum(found(article(seed, 150), edited(article(seed, 150), 0.2)) for seed in range(100)) >= 95


def test_a_text_trimmed_to_a_quarter_is_found_mostly() -> None:
    assert sum(found(article(seed), article(seed)[300:540]) for seed in range(60)) >= 50


def test_an_english_copy_is_found_by_its_words() -> None:
    draw = random.Random(2)
    stems = [
        "chip",
        "lidar",
        "cloud",
        "venture",
        "tender",
        "sensor",
        "ledger",
        "harbour",
        "pilot",
        "garage",
        "turbine",
        "orchard",
    ]
    words = [f"{one}{other}" for one in stems for other in stems]
    text = " ".join(f"The {draw.choice(words)} of {draw.choice(words)} has {draw.choice(words)}." for _ in range(40))
    other = " ".join(f"The {draw.choice(words)} of {draw.choice(words)} has {draw.choice(words)}." for _ in range(40))
    changed = " ".join(draw.choice(words) if draw.random() < 0.15 else word for word in text.split())
    assert found(text, changed)
    assert similarity(fingerprint(text), fingerprint(text.upper())) == 1.0
    assert not found(text, other)


def test_notices_around_two_texts_do_not_make_them_copies() -> None:
    notice = "本站所载内容均已注明出处，转载请联系我们并保留链接。欢迎扫码关注我们的公众号，获取每日快讯与行业周报。"
    assert not found(f"{article(1, 300)}{notice}", f"{article(2, 300)}{notice}")


def test_strangers_on_one_subject_are_not_copies() -> None:
    prints = [fingerprint(article(seed)) for seed in range(40)]
    assert max(similarity(a, b) for n, a in enumerate(prints) for b in prints[:n]) < COPY_AT / 2


def test_newsflashes_that_share_a_form_are_not_copies() -> None:
    form = "商汤-W今日早盘{}，截至发稿报{}港元，成交额{}亿港元，总市值{}亿港元。"
    monday = form.format("高开低走后拉升逾三个点", "1.42", "5.2", "480")
    friday = form.format("震荡走弱一度跌破年内低位", "1.17", "8.9", "395")
    assert not found(monday, friday)


def test_a_quotation_in_a_long_report_is_no_copy_of_it() -> None:
    flash, report = article(1, 90), article(1, 90) + article(2, 3000)
    assert not found(flash, report)


@pytest.mark.parametrize(
    "nothing", [fingerprint(""), fingerprint("……！"), Fingerprint(exact=0, bands=(), sketch=b"", length=0)]
)
def test_a_text_without_a_word_is_a_copy_of_nothing(nothing: Fingerprint) -> None:
    assert nothing.bands == ()
    assert similarity(nothing, fingerprint(article(1))) == 0.0
    assert similarity(nothing, nothing) == 0.0


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_a_fingerprint_fits_the_columns_of_any_database(text: str) -> None:
    made = fingerprint(text)
    assert made == fingerprint(text)
    assert len(made.bands) <= SOUGHT
    assert len(made.sketch) == BINS
    assert all(-(2**63) <= key < 2**63 for key in (made.exact, *made.bands))
    assert similarity(made, made) == (1.0 if made.length else 0.0)


@given(st.text(max_size=120), st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_similarity_has_no_direction(a: str, b: str) -> None:
    one, other = fingerprint(a), fingerprint(b)
    assert similarity(one, other) == similarity(other, one)
    assert 0.0 <= similarity(one, other) <= 1.0


def test_the_same_text_gives_the_same_keys_in_every_process() -> None:
    # Stored keys must be found again after an upgrade: change this only with a migration.
    made = fingerprint("商汤科技宣布完成六亿美元融资")
    assert (made.length, len(made.bands)) == (14, len(set(made.bands)))
    assert made.exact == 8937749898200709040
    assert made.bands == (75267614941792, 23015160976146, 18447986004707)
