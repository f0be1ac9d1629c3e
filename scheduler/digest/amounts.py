"""How a figure's value reads in each of the letter's languages; exact, never rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Language = Literal["en", "zh-Hans", "zh-Hant"]

_NAMES = {
    "USD": ("US$", "美元", "美元"),
    "HKD": ("HK$", "港元", "港元"),
    "CNY": ("CN¥", "元人民币", "元人民幣"),
    "TWD": ("NT$", "新台币", "新台幣"),
    "JPY": ("JP¥", "日元", "日圓"),
    "EUR": ("€", "欧元", "歐元"),
    "GBP": ("£", "英镑", "英鎊"),
    "SGD": ("S$", "新元", "新加坡元"),
    "KRW": ("₩", "韩元", "韓元"),
}
_ENGLISH_SCALES = ((Decimal(10) ** 12, " trillion"), (Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million"))
_CHINESE_SCALES = (
    (Decimal(10) ** 12, "万亿", "萬億"),
    (Decimal(10) ** 8, "亿", "億"),
    (Decimal(10) ** 4, "万", "萬"),
)
_BOUNDS = {
    # language: about, more than, at most, between the two ends of a range
    "en": ("about {}", "more than {}", "at most {}", "{} to {}"),
    "zh-Hans": ("约{}", "超过{}", "不超过{}", "{}至{}"),
    "zh-Hant": ("約{}", "超過{}", "不超過{}", "{}至{}"),
}


def value_text(low: Decimal | None, high: Decimal | None, unit: str, approximate: bool, language: Language) -> str:
    """``US$1 billion to US$1.5 billion``, ``超过20亿美元``, ``15%``, ``927 people``; an em dash where both ends are open."""
    about, above, below, between = _BOUNDS[language]
    if low is None and high is None:
        return "—"
    if low is None:
        assert high is not None
        return below.format(_one(high, unit, language))
    if high is None:
        return above.format(_one(low, unit, language))
    if low != high:
        text = between.format(_one(low, unit, language), _one(high, unit, language))
    else:
        text = _one(low, unit, language)
    return about.format(text) if approximate else text


def _one(amount: Decimal, unit: str, language: Language) -> str:
    if unit == "percent":
        return f"{_plain(amount)}%"
    if unit == "people":
        if language == "en":
            return f"{amount:,f} {'person' if amount == 1 else 'people'}"
        return f"{_scaled_chinese(amount, language)}人"
    if language == "en":
        symbol = _NAMES[unit][0] if unit in _NAMES else f"{unit} "
        return f"{symbol}{_scaled_english(amount)}"
    name = _NAMES[unit][1 if language == "zh-Hans" else 2] if unit in _NAMES else f" {unit}"
    return f"{_scaled_chinese(amount, language)}{name}"


def _scaled_english(amount: Decimal) -> str:
    for scale, word in _ENGLISH_SCALES:
        if amount >= scale:
            return f"{_plain(amount / scale)}{word}"
    return f"{amount:,f}"


def _scaled_chinese(amount: Decimal, language: Language) -> str:
    for scale, simplified, traditional in _CHINESE_SCALES:
        # A sum that needs more than four decimals reads better with the next smaller unit.
        if amount >= scale and (amount / scale).normalize().as_tuple().exponent >= -4:  # type: ignore[operator]
            return f"{_plain(amount / scale)}{simplified if language == 'zh-Hans' else traditional}"
    return f"{_plain(amount)}"


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
