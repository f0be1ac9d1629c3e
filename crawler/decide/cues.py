"""Words in a figure's own sentence that tell which sum is meant, and whether it is told as news or as history."""

from __future__ import annotations

import re
from functools import lru_cache

PART = (
    # (pattern, example)
    (r"净额|净筹|净集|淨額|淨集|淨籌|\bnet\b", "所得款项净额约19.85亿港元"),
    (r"超额配|绿鞋|超額配|綠鞋|over-?allotment|greenshoe", "连同超额配售权共集资66.4亿"),
    (r"基石|cornerstone", "九名基石投资者共认购4.5亿美元"),
    (r"其中|of which|including|contribut|put in|出资|出資", "其中浦江基金投资1.2亿元"),
    (r"首期|首批|第一期|第二期|追加|tranche|first close", "首期5亿元已到账"),
)
"""Marks a sum as one part or one basis of an offering, so that it stands beside another sum and not against it."""

BASIS = ((r"投前|投后|投後|pre-money|post-money|after the money|before the money", "投后估值为99.84亿元"),)
"""Marks a valuation as before or after the money."""

RETOLD = (
    (
        r"曾|此前|当时|當時|那年|当年|當年|彼时|彼時|早前|先前|以往|过去|過去|历史|歷史|原计划|原計劃|原拟|原擬|原定|原本|最初|去年|前年|上一次|上次",
        "此前一轮裁员20%",
    ),
    (
        r"\b(?:previous(?:ly)?|earlier|had (?:already )?(?:raised|been|cut|planned|hoped|sought)|originally|initially|last year|once|history|ago|back in)\b",
        "it had raised $600m",
    ),
)
"""Tells of something over."""

FRESH = (
    (
        r"今日|今天|昨日|昨天|近日|日前|刚刚|剛剛|本周|本週|新一轮|新一輪|本轮|本輪|再次|再度|又一",
        "今日宣布完成新一轮融资",
    ),
    (
        r"\b(?:today|yesterday|this week|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|new round|latest|again)\b",
        "said on Monday",
    ),
)
"""Tells of something new."""


@lru_cache(maxsize=8)
def _compiled(table: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(pattern for pattern, _ in table), re.IGNORECASE)


def says(table: tuple[tuple[str, str], ...], sentence: str) -> bool:
    """Whether a sentence has one of a table's words."""
    return _compiled(table).search(sentence) is not None
