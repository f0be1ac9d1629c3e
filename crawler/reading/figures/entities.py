"""Who is named in a text: the watched companies' mentions, their neighbours in the news, and others not watched.

Offsets are those of the folded text. What a name does in its sentence (pays, receives, is only compared with) is told by
``owners.role_of``. Somebody who is not watched is found by the names of ``neighbours.toml`` and by the shape of a
subject: a clause that opens with "视频网站X" or "X公司" or with a name in Latin letters speaks of X.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from crawler.items import Where
from crawler.reading.companies import Mention, MentionKind, spells_a_name
from crawler.reading.figures.rules import alternation, table, whole_words
from crawler.reading.folded import Folded
from crawler.watchlist import Watchlist

_VERB = r"(?:在|于|也|已|将|正|曾|则|又|再|还|宣布|计划|拟|表示|称|去年|今年|上周|上月|周[一二三四五六日]|近日|日前|本月|\d|获|完成|裁|预计|寻求|估值|的估值|融资|首席|旗下)"
_ORGANISATION = (
    r"(?:公司|集团|科技|银行|汽车|资本|创投|基金|证券|网站|平台|软件|企业|机构|控股|行业|产业|协会|开发商|品牌)"
)

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 三家公司, 多家科技企业
        r"(?:[两二三四五六七八九十多数几]|[2-9]\d?)(?:家|大)[^，。、\d]{0,6}(?:公司|企业|厂商|巨头|大厂|机构)|(?:这些|其他|其它|许多|不少|众多|各大)[^，。、\d]{0,5}(?:公司|企业|厂商|巨头|大厂|机构)",
        # 另一家公司X, 一家芯片公司
        r"(?:另一家|另外一家|一家|某家?)[^，。、;的]{0,12}(?:公司|企业|厂商|平台|机构|银行|创企)[“\"「]?[A-Za-z]{0,12}",
        # 视频分享网站Vimeo, 机器人公司X
        r"(?:公司|企业|初创|网站|平台|软件|开发商|机构|品牌|巨头|创企|对手)(?P<name>[A-Z][A-Za-z0-9.&'+-]{1,20}(?: [A-Z][A-Za-z0-9.&'+-]{1,20}){0,2})",
        # Fractile 正…, at the head of a clause or before what only a company does
        r"(?:^|(?<=[，。;:\n！？“”\"(、|·/丨]))(?P<name>[A-Z][A-Za-z0-9.&'+-]{2,20}(?: [A-Z][A-Za-z0-9.&'+-]{1,20}){0,2})(?=\(|[\u4e00-\u9fff])",
        # 凡是这样开头的小句: 安居集团已获…, 早期风险投资公司门罗创投去年…
        r"(?:^|(?<=[，。;:\n！？]))(?:中国|美国|日本|沙特|政府|国家|中共)(?=已|将|计划|投资|宣布)",
        r"(?:对|向|给)(?P<name>(?!该|其|这|此|公司|它|集团|上述)[^，。;:\s(]{2,10}?)(?=的估值|的投资|进行了?[A-Ha-h天种])",
        r"(?:^|(?<=[，。;:\n！？》]))(?!该|这|此|本|其|公司|集团|目前|最|近|当|上|对|以|按|投|去年|今年|新|前|后|整体|市场|一级)[\u4e00-\u9fffA-Za-z]{2,8}?(?=(?:20\d\d年)?的(?:最新|投后|投前|整体)?估值)",
        rf"(?:^|(?<=[，。;:\n！？]))(?!该|这|此|本|其|我|公司|集团|上述|当时|各|整个?|由于|因|在|随着|而|但|除|据|对|从|当|如|若|按|根据|目前|同时|今年|去年)[^\W\da-zA-Z_了的被把让使向对在是有与和及或并就将已称说他她这家裁]{{1,11}}?[^\W\da-zA-Z_前后末底时年月日内了的]{_ORGANISATION}[^\W\da-zA-Z_超约共达近逾]{{0,6}}?(?={_VERB})",
    )
)
_ENGLISH_SUBJECT = re.compile(
    r"(?:^|(?<=[.!?\n•-] )|(?<=\n)|(?<=startup )|(?<=start-up )|(?<=firm )|(?<=company )|(?<=maker )|(?<=developer )|(?<=rival )|(?<=platform ))"
    r"(?P<name>[A-Z][\w&.'+-]{1,20}(?: [A-Z][\w&.'+-]{1,20}){0,3})(?=,? (?:has|had|is|was|will|plans|raised|raises|announced|laid|lays|cut|cuts|filed|also|in [A-Z]))"
)
_UNIT = re.compile(
    r"(?:\([^)]{0,20}\))?(?:公司|集团|母公司)?(?:旗下|的子公司|子公司|所属|'s(?= [A-Z])|[^，。;、A-Za-z]{0,4}(?:VR|AI|AR)?(?:业务|部门|品牌))的?[^，。;、A-Z]{0,14}(?P<name>[A-Z][A-Za-z0-9]{2,15})"
)


_DESCRIPTION = re.compile(
    r"(?:中国|美国|全球|国内|大陆)?(?:火箭|太空|航天|电动车|电动汽车|汽车|人工智能|AI|芯片|互联网|科技|社交媒体|社交|电商|游戏|短视频|搜索|软件|云计算|自动驾驶|网约车|外卖|物流|支付|金融科技|机器人|半导体|独角兽|电信|手机|人脸识别)"
    r"(?:公司|企业|平台|巨头|网站|集团|独角兽|品牌)"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One name in the folded text; ``company`` is None for anybody who is not watched."""

    start: int
    end: int
    company: str | None
    kind: MentionKind | None
    several: bool = False
    """Of more than one, so that no 该公司 stands for it."""


@dataclass(frozen=True, slots=True)
class Entities:
    """The names of one text, in order, not overlapping."""

    all: tuple[Entity, ...]
    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> Sequence[Entity]:
        """The names that begin between two offsets."""
        return self.all[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def entities_in(part: Folded, mentions: Sequence[Mention], where: Where, watchlist: Watchlist) -> Entities:
    """The names in a text, watched ones first where two overlap."""
    watched = [
        Entity(part.at(m.start), part.at(m.end - 1) + 1, None if m.kind == "unwatched" else m.company, m.kind)
        for m in mentions
        if m.where == where
    ]
    watched += _units(part.text, watched)
    watched.sort(key=lambda entity: entity.start)
    taken = [(entity.start, entity.end) for entity in watched]
    free = [entity for entity in _others(part, watchlist) if not _overlaps(entity, taken)]
    free = _with_owners(part.text, watched, _with_short_forms(part.text, watched, free))
    ordered: list[Entity] = []
    for entity in sorted((*watched, *free), key=lambda e: (e.start, -e.end)):
        if not ordered or entity.start >= ordered[-1].end:
            ordered.append(entity)
    return Entities(tuple(ordered), tuple(entity.start for entity in ordered))


def _units(text: str, watched: Sequence[Entity]) -> list[Entity]:
    """Units that the text itself gives to a company: after Alphabet旗下的Verily, Verily is a business of Alphabet."""
    units: dict[str, str] = {}
    for entity in watched:
        match = _UNIT.match(text, entity.end, min(len(text), entity.end + 50))
        if match is not None and entity.company is not None and match["name"] not in _no_names():
            units.setdefault(match["name"], entity.company)
    if not units:
        return []
    found = []
    for match in alternation(units).finditer(text):
        if whole_words(text, match):
            found.append(Entity(match.start(), match.end(), units[match.group()], "subsidiary"))
    return found


def _with_short_forms(text: str, watched: Sequence[Entity], others: Sequence[Entity]) -> list[Entity]:
    """蚂蚁 is 蚂蚁集团 in a text that names the latter."""
    full = {text[entity.start : entity.end]: entity.company for entity in watched if entity.company}
    named = []
    for other in others:
        short = text[other.start : other.end]
        company = next((owner for name, owner in full.items() if name.startswith(short)), None)
        named.append(replace(other, company=company, kind="short") if company else other)
    return named


_HOLDS = re.compile(r"(?:\([^)]{0,20}\))?(?:公司|集团)?(?:旗下|所属|的?子公司)[^，。;\n]{0,30}$")


_HELD_WITHIN = 44
"""Characters from a company's name to the business that it is said to hold."""


def _with_owners(text: str, watched: Sequence[Entity], others: Sequence[Entity]) -> list[Entity]:
    """The others, those that the text calls a business of a watched company given to it: 微软旗下…网站领英将裁员."""
    held: dict[str, str] = {}
    starts = [entity.start for entity in watched]
    for other in others:
        at = bisect_left(starts, other.start) - 1
        if at < 0 or other.start - watched[at].end > _HELD_WITHIN:
            continue
        owner = watched[at].company
        if owner is not None and _HOLDS.match(text[watched[at].end : other.start]):
            held.setdefault(text[other.start : other.end], owner)
    if not held:
        return list(others)
    return [
        replace(other, company=held[name], kind="subsidiary")
        if (name := text[other.start : other.end]) in held
        else other
        for other in others
    ]


def _others(part: Folded, watchlist: Watchlist) -> Iterable[Entity]:
    known = _neighbours(watchlist)
    for match in known.pattern.finditer(part.lower):
        name = known.names[match.group()]
        if whole_words(part.lower, match) and _spelled_as_a_name(part.text, match, name):
            yield Entity(match.start(), match.end(), None, None, several=name in known.nameless)
    for at, pattern in enumerate((*_PATTERNS, _ENGLISH_SUBJECT)):
        for match in pattern.finditer(part.text):
            start, end = match.span("name" if "name" in pattern.groupindex else 0)
            name = part.text[start:end]
            if name.split(" ")[0] in _no_names() or (name.isascii() and any(char.isdigit() for char in name)):
                continue
            if _DESCRIPTION.fullmatch(name):
                continue  # 这家火箭公司 by another name: whoever the passage speaks of
            if spells_a_name(part.lower, start, end, watchlist):
                continue  # 腾讯科技讯: a false friend of a watched company, no neighbour either
            yield Entity(start, end, None, None, several=at == 0)


def _spelled_as_a_name(text: str, match: re.Match[str], name: str) -> bool:
    seen = text[match.start() : match.end()]
    if not name[0].isascii() or name.islower():
        return True
    return seen == name or (len(name) > 4 and seen[0].isupper())


def _overlaps(entity: Entity, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (entity.start, entity.start))
    return (at < len(taken) and taken[at][0] < entity.end) or (at > 0 and taken[at - 1][1] > entity.start)


@dataclass(frozen=True)
class _Neighbours:
    pattern: re.Pattern[str]
    names: dict[str, str]
    nameless: frozenset[str]


@cache
def _no_names() -> frozenset[str]:
    return frozenset(table("neighbours")["no_names"])


@lru_cache(maxsize=8)
def _neighbours(watchlist: Watchlist) -> _Neighbours:
    data = table("neighbours")
    watched = {name.lower() for company in watchlist.companies for name in company.names + company.short}
    names = {name.lower(): name for name in data["companies"] + data["nameless"] if name.lower() not in watched}
    return _Neighbours(alternation(names), names, frozenset(data["nameless"]))
