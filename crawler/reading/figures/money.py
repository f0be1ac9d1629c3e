"""Currencies: what they are called before and after an amount, and what 元 or $ alone stands for in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Region = Literal["mainland", "hongkong", "taiwan"]


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency; ``_`` in a name is a blank. All names are folded: simplified, lower case."""

    code: str
    before: str
    after: str
    example: str


CURRENCIES: tuple[Currency, ...] = (
    Currency(
        "USD",
        "us$ usd$ usd u.s.$ 美金",
        "美元 美金 美刀 元美元 元美金 us_dollars u.s._dollars american_dollars usd us$",
        "6亿美元",
    ),
    Currency("HKD", "hk$ hkd$ hkd 港币 港元", "港元 港币 元港币 元港元 hong_kong_dollars hkd hk$ hk_dollars", "HK$6亿"),
    Currency(
        "CNY",
        "rmb¥ rmb cny cn¥ 人民币 人民币¥",
        "人民币 元人民币 yuan renminbi rmb cny chinese_yuan rmb_yuan",
        "人民币6亿元",
    ),
    Currency(
        "TWD",
        "nt$ ntd twd 新台币 台币",
        "新台币 台币 元新台币 元台币 new_taiwan_dollars taiwan_dollars ntd twd nt_dollars",
        "新台币6亿元",
    ),
    Currency("SGD", "s$ sg$ sgd 新加坡币", "新元 新币 新加坡元 新加坡币 坡元 坡币 singapore_dollars sgd", "6亿新元"),
    Currency("JPY", "jpy jp¥ 日币", "日元 日圆 日币 円 yen japanese_yen jpy", "6亿日元"),
    Currency("EUR", "€ eur", "欧元 euros euro eur €", "6亿欧元"),
    Currency("GBP", "£ gbp", "英镑 pounds pounds_sterling british_pounds gbp £", "6亿英镑"),
    Currency("KRW", "₩ krw", "韩元 韩圆 韩币 won korean_won krw", "6亿韩元"),
    Currency("AUD", "a$ au$ aud", "澳元 澳币 澳大利亚元 australian_dollars aud", "6亿澳元"),
    Currency("CAD", "c$ ca$ cad", "加元 加币 加拿大元 canadian_dollars cad", "6亿加元"),
    Currency("NZD", "nz$ nzd", "纽元 新西兰元 new_zealand_dollars nzd", "6亿纽元"),
    Currency("CHF", "chf", "瑞郎 瑞士法郎 swiss_francs chf", "6亿瑞郎"),
    Currency("INR", "₹ inr rs rs.", "卢比 印度卢比 rupees indian_rupees inr", "6亿卢比"),
    Currency("RUB", "₽ rub", "卢布 rubles roubles rub", "6亿卢布"),
    Currency("DKK", "dkk", "丹麦克朗 danish_kroner dkk", "6亿丹麦克朗"),
    Currency("SEK", "sek", "瑞典克朗 swedish_kronor sek", "6亿瑞典克朗"),
    Currency("NOK", "nok", "挪威克朗 norwegian_kroner nok", "6亿挪威克朗"),
    Currency("BRL", "r$ brl", "雷亚尔 reais brl", "6亿雷亚尔"),
    Currency("THB", "฿ thb", "泰铢 铢 baht thb", "6亿泰铢"),
    Currency("MYR", "rm myr", "令吉 林吉特 马币 ringgit myr", "6亿令吉"),
    Currency("IDR", "rp idr", "印尼盾 印尼卢比 rupiah idr", "6亿印尼盾"),
    Currency("VND", "vnd", "越南盾 dong vnd", "6亿越南盾"),
    Currency("AED", "aed", "迪拉姆 dirhams aed", "6亿迪拉姆"),
    Currency("SAR", "sar", "沙特里亚尔 里亚尔 riyals saudi_riyals sar", "6亿里亚尔"),
    Currency("$", "$", "dollars dollar bucks $", "$6 million"),
    Currency("元", "¥", "元 块钱", "6亿元"),
)
"""``$`` and ``元`` are no codes: what they stand for is settled by the text (see ``Settings``)."""

OPEN = {"$", "元"}

BY_NAME_AFTER = {name.replace("_", " "): currency.code for currency in CURRENCIES for name in currency.after.split()}
BY_NAME_BEFORE = {name: currency.code for currency in CURRENCIES for name in currency.before.split()}
_BEFORE_BY_LAST: dict[str, list[str]] = {}
for _name in sorted(BY_NAME_BEFORE, key=len, reverse=True):
    _BEFORE_BY_LAST.setdefault(_name[-1], []).append(_name)

_GUARDS = {
    "元": "(?!宇宙|萝卜|旦|年|老|首|素|件|气|凶|勋)",
}
"""What must not (or must) follow a name for it to be a currency."""


def after_pattern() -> str:
    """Return the pattern of currencies after a number, longest name first."""
    return "|".join(re.escape(name) + _guard(name) for name in sorted(BY_NAME_AFTER, key=len, reverse=True))


def _guard(name: str) -> str:
    before_too = r"(?! ?\d[\d.,]{0,12} ?[百千万亿mb])" if name in BY_NAME_BEFORE else ""
    return _GUARDS.get(name, "(?![a-z])" if name[-1].isascii() and name[-1].isalpha() else "") + before_too


def before_pattern() -> str:
    """Return the pattern of currencies before a number, longest name first."""
    return "|".join(re.escape(name) for name in sorted(BY_NAME_BEFORE, key=len, reverse=True))


def currency_before(text: str, start: int, floor: int = 0) -> tuple[int, str] | None:
    """Return where the currency that ends at ``start`` begins, and its code; None where none does."""
    position = start
    while position > floor and start - position < 2 and text[position - 1] in " \n":
        position -= 1
    for name in _BEFORE_BY_LAST.get(text[position - 1], ()) if position > floor else ():
        begin = position - len(name)
        if begin >= floor and text.startswith(name, begin):
            if (
                name[0].isalpha()
                and name[0].isascii()
                and begin
                and text[begin - 1].isascii()
                and text[begin - 1].isalnum()
            ):
                continue
            return begin, BY_NAME_BEFORE[name]
    return None


_ALL_IN = re.compile(
    "(人民币|港元|港币|美元|美金|新台币|台币|日元|欧元|新加坡元|新元)[,，、;；: ]{0,2}(?:单位)?下同"
    "|(?:货币单位|金额单位|单位|币种)[:： ]{1,3}(?:[百千万亿]{0,2})(人民币|港元|港币|美元|新台币|日元|欧元)"
    "|(?:amounts|figures|sums|prices|dollars)[a-z ]{0,30} in (hong kong dollars|singapore dollars|new taiwan dollars"
    "|us dollars|australian dollars|canadian dollars|yuan)"
)
_MAY_DECLARE = ("下同", "单位", "币种", " dollars", " in yuan")
_TRADITIONAL = re.compile("[億萬資員與過達]")
_TAIWAN = ("新台币", "台股", "台北", "台湾证", "金管会", "柜买", "上柜", "台积电", "鸿海")
_HONGKONG = ("港元", "港币", "hk$", "港交所", "恒指", "港股", "联交所")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the open signs stand for in one text."""

    yuan: str
    dollar: str

    def code(self, sign: str) -> str:
        """Return the ISO code of a sign or code."""
        return self.yuan if sign == "元" else self.dollar if sign == "$" else sign


def read_settings(text: str, folded: str, *, language: str | None, region: Region | None) -> Settings:
    """Return the text's own declaration (人民币，下同) where it has one, else what its region writes, else its script."""
    declared = _ALL_IN.search(folded) if any(word in folded for word in _MAY_DECLARE) else None
    if declared:
        code = BY_NAME_AFTER[declared[1] or declared[2] or declared[3]]
        return Settings(yuan=code, dollar=code if code in ("HKD", "SGD", "TWD", "AUD", "CAD") else "USD")
    yuan = {"mainland": "CNY", "hongkong": "HKD", "taiwan": "TWD"}.get(region or "")
    if yuan is None:
        traditional = language == "zh-Hant" or (language is None and _TRADITIONAL.search(text) is not None)
        if not traditional:
            yuan = "USD" if language == "en" else "CNY"
        else:
            taiwan, hongkong = (sum(map(folded.count, words)) for words in (_TAIWAN, _HONGKONG))
            yuan = "TWD" if taiwan > hongkong else "HKD"
    return Settings(yuan=yuan, dollar="USD")


_CONVERSION = re.compile(
    r"级?的?[ ]?[（(，,]? ?[^（()）。；;，,\n]{0,8}?"
    r"(?:(?:约|折|换|兑)?合|折算|换算|约等于|约为?|相当于|等于|or|about|around|roughly|approximately|equivalent to|worth|(?<=[（(])|[≈=~])"
)
"""What stands between an amount and its conversion into another currency, or begins the conversion."""
_NO_CONVERSION = re.compile("估值|投后|投前|其中|包括|含|另|加上|plus|including|and ")


def converts(folded: str, end: int, start: int, until: int) -> bool:
    """Say whether the amount that stands from ``start`` until ``until`` converts the one that ended at ``end``."""
    if start - end > 24 or _NO_CONVERSION.search(folded, end, start) is not None:
        return False
    sign = _CONVERSION.match(folded, end, until)
    return sign is not None and not any(char in "（()）。；;\n" for char in folded[sign.end() : start])
