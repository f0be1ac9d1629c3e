"""Who stands behind a number: stated, reported, planned or denied; the words are the data of ``status.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from crawler.items import Status
from crawler.reading.figures.rules import alternation, table, whole_words

_NOT_PLANS = re.compile(
    r"净额估计|款项估计|正在进行的裁员|将[^，。]{2,40}?(?:裁减了|裁掉了|解雇了|裁撤了|抬至|推高|提高到|拦腰|腰斩|剥离)|(?:开始|启动|完成)[^，。]{0,10}计划|(?:in|of|since|by|last|until|from) may|may \d|government(?:'s|s')? plans?|将近|或者|或以|或更|以及或|将其|不料|资料|预料之|原料|材料|饮料|可能性|计划生育|规划|恐怖|恐慌|希望|宣传|传统|传播|传媒|传感|相传|失望|绝望|或多|传真|传递|传动|曝光|曝险|拟人|模拟|虚拟|燃料|恐惧"
)
"""Words that hold one of the table's by chance; they are blanked before it is looked for."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One rule of ``status.toml``."""

    status: Status
    reach: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]
    like: re.Pattern[str] | None
    """Phrases that no list of words holds: 据…报道."""
    example: str


@dataclass(frozen=True, slots=True)
class Reach:
    """The stretches around a number in which the words of a status are looked for."""

    clause: tuple[int, int]
    sentence: tuple[int, int]
    following: tuple[int, int]


@cache
def status_rules() -> tuple[StatusRule, ...]:
    """All rules, the stronger status first."""
    return tuple(
        StatusRule(
            status=cast(Status, entry["status"]),
            reach=entry["reach"],
            pattern=alternation(entry["words"]),
            words=tuple(entry["words"]),
            like=re.compile("|".join(entry["like"])) if "like" in entry else None,
            example=entry["example"],
        )
        for entry in table("status")["status"]
    )


def status_of(lower: str, reach: Reach) -> tuple[Status, str | None]:
    """The status of a number and the word that decided it; None where nothing did."""
    for rule in status_rules():
        start, end = {"clause": reach.clause, "sentence": reach.sentence, "following": reach.following}[rule.reach]
        stretch = _NOT_PLANS.sub(lambda match: "□" * len(match.group()), lower[start:end])
        if rule.status == "planned":
            stretch = stretch.replace("爆料", "□□")
        for match in rule.pattern.finditer(stretch):
            if whole_words(stretch, match):
                return rule.status, match.group()
        if rule.like is not None and (phrase := rule.like.search(stretch)) is not None:
            return rule.status, phrase.group()
    return "stated", None
