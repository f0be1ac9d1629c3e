"""Names of somebody who is not watched, by a list of known neighbours and by the shape of a subject.

A clause that opens with 视频网站X or X公司, or with a name in Latin letters, speaks of X. The list is ``neighbours.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.reading.companies import spells_a_name
from crawler.reading.figures.rules import alternation, table, whole_words
from crawler.reading.folded import Folded
from crawler.watchlist import Watchlist

_VERB = r"(?:在|于|也|已|将|正|曾|则|又|再|还|宣布|计划|拟|表示|称|去年|今年|上周|上月|周[一二三四五六日]|近日|日前|本月|\d|获|完成|裁|预计|寻求|估值|的估值|融资|首席|旗下|认购|领投|跟投|参投|出资|投资|投了|愿)"
_ORGANISATION = (
    r"(?:公司|集团|科技|银行|汽车|资本|创投|基金|证券|网站|平台|软件|企业|机构|控股|行业|产业|协会|开发商|品牌)"
)

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 三家公司, 多家科技企业
        r"(?:[两二三四五六七八九十多数几]|[2-9]\d?)(?:家|大)[^，。、\d]{0,6}(?:公司|企业|厂商|巨头|大厂|机构)|(?:这些|其他|其它|许多|不少|众多|各大)[^，。、\d]{0,5}(?:公司|企业|厂商|巨头|大厂|机构)"
        # AI四小龙合计融资, 四家共裁员
        r"|(?:AI|CV)?(?:[四几][小大]龙|[四几]小虎|四大家族|四大天王|[两二三四五六七八九十几]家)[”」\"』]?(?=总|合计|共|一共|累计|加起来|加在一起|各自|平均|融资|募资|裁员|估值)",
        # three startups, several rivals, each of them
        r"(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]everal|[Mm]any|[Oo]ther|[Tt]hese|[Bb]oth) (?!(?:[a-z-]+ )?(?:investment|venture|capital|law) )(?:[A-Za-z-]+ ){0,2}(?:startups|start-ups|companies|firms|unicorns|rivals|peers)(?![a-z])"
        r"|[Ff]our (?:[A-Za-z-]+ ){0,2}(?:dragons|tigers)(?= (?:have|had|together|combined|raised|laid|cut|shed|employ))"
        r"|(?:[A-Z][A-Za-z.-]{0,14}(?:-based)? |(?<=[.\n,] ))(?:[A-Za-z]+ ){0,2}(?:issuers|startups|start-ups|companies|firms|unicorns)(?= (?:have|had|raised|laid|cut|are|were|including))"
        r"|(?<!, )(?<!is )(?<!was )(?<!as )(?<!become )(?<!became )(?<![A-Za-z])[Aa]n? (?:[a-z-]+ ){0,3}(?:startup|start-up|company|firm|venture)(?= (?:[a-z0-9'-]+ ){0,8}(?:that|which) (?:has|had|is|was|raised))"
        r"|(?:[Oo]nly one|[Ee]ach|[Ee]very|[Aa]nother) (?:[A-Za-z-]+ ){0,2}(?:startup|start-up|company|firm|unicorn|rival)(?![a-z])",
        # 另一家公司X, 一家芯片公司
        r"(?:另一家|另外一家|一家|某家?)[^，。、;的]{0,12}(?:公司|企业|厂商|平台|机构|银行|创企)[“\"「]?[A-Za-z]{0,12}",
        # 视频分享网站Vimeo, 机器人公司X
        r"(?:公司|企业|初创|网站|平台|软件|开发商|机构|品牌|巨头|创企|对手)(?P<name>[A-Z][A-Za-z0-9.&'+-]{1,20}(?: [A-Z][A-Za-z0-9.&'+-]{1,20}){0,2})",
        # 机器人公司「灵犀」, 由X投资的企业小觅智能
        r"(?:公司|企业|平台|品牌|机构|独角兽)[「“\"『](?P<name>[^，。;「」“”\"『』]{2,12})[」”\"』]",
        r"(?:(?<=[投孵支创参控][资化持立股办股]的)|(?<=持股的))(?!(?:公司|企业|集团)(?:员工|估值|融资|裁员|上市))(?P<name>[^，。;、\d的]{2,16}?)(?=宣布|获得?|完成|拟|计划|近日|日前|员工|估值|融资|裁员|上市)",
        # 联合创始人的新公司估值…
        r"(?<=[人高管员兵将]的)新公司(?=估值|融资|获|完成|拟|员工|裁员|已|近日|日前|宣布)",
        # 说到Figure，这家公司…; 估值超过18亿美元的Dataminr
        r"(?:(?:说到|提到|至于|谈及)(?=[^，]{3,20}，)|(?:美元|亿元|人民币)的 ?)(?P<name>[A-Z][A-Za-z0-9]{2,20})",
        # Fractile 正…, at the head of a clause or before what only a company does
        r"(?:^|(?<=[，。;:\n！？“”\"(、|·/丨]))(?P<name>[A-Z][A-Za-z0-9.&'+-]{2,20}(?: [A-Z][A-Za-z0-9.&'+-]{1,20}){0,2})(?=\(|[\u4e00-\u9fff])",
        # 凡是这样开头的小句: 安居集团已获…, 早期风险投资公司门罗创投去年…
        r"(?:^|(?<=[，。;:\n！？]))(?:中国|美国|日本|沙特|政府|国家|中共)(?=已|将|计划|投资|宣布)",
        r"(?:对|向|给)(?P<name>(?!该|其|这|此|公司|它|集团|上述)[^，。;:\s(]{2,10}?)(?=的估值|的投资|进行了?[A-Ha-h天种])",
        r"(?:^|(?<=[，。;:\n！？》]))(?!该|这|此|本|其|公司|集团|目前|最|近|当|上|对|以|按|投|去年|今年|新|前|后|整体|市场|一级)[\u4e00-\u9fffA-Za-z]{2,8}?(?=(?:20\d\d年)?的(?:最新|投后|投前|整体)?估值)",
        # 康耐视员工总数为…
        r"(?:^|(?<=[，。;:\n！？]))(?!公司|集团|该|其|它|本|这|此|全球|国内|海外|境内|境外|中国|美国|目前|最新|全职|正式|在职|研发|现有|截至|总部|旗下|年底|去年|今年|同期|期末|上半年|下半年|报告期|此前|当时|如今|现在|相比|较|比|由|从|将|使|与|而|但|且|合计|累计|整体|总|新增|裁|涉及|波及|影响|受|被|按|每)"
        r"[^\W\da-zA-Z_约占其的共达为]{2,6}?(?=的?(?:员工总数|员工人数|员工规模|雇员总数))",
        rf"(?:^|(?<=[，。;:\n！？]))(?!该|这|此|本|其|我|公司|集团|上述|当时|各|网传|传言|传闻|有关|关于|所谓|整个?|由于|因|在|随着|而|但|除|据|对|从|当|如|若|按|根据|目前|同时|今年|去年)[^\W\da-zA-Z_了的被把让使向对在是有与和及或并就将已称说他她这家裁]{{1,11}}?[^\W\da-zA-Z_前后末底时年月日内了的]{_ORGANISATION}[^\W\da-zA-Z_超约共达近逾认领跟参出投愿]{{0,6}}?(?={_VERB})",
    )
)
_NAME = r"(?P<name>[A-Z][\w&.'+-]{1,20}(?: [A-Z][\w&.'+-]{1,20}){0,3})(?:,? Inc\.?| Ltd\.?)?"
_APPOSED = r"(?:, (?:[^,.;\n]|\.(?=\S)){2,160}(?:, [^,.;\n]{2,60})? ?,)?"
"""What may stand between a subject and its verb: Northwind, a chip designer founded in 2012, has…"""
_ENGLISH_SUBJECT = re.compile(
    r"(?:^|(?<=[.!?\n•-] )|(?<=[\n\"“])|(?<=startup )|(?<=Startup )|(?<=start-up )|(?<=firm )|(?<=company )|(?<=maker )|(?<=developer )|(?<=rival )|(?<=platform )|(?<= that )|(?<=-based ))"
    rf"{_NAME}{_APPOSED},?(?= (?:has|had|is|was|will|plans|[Rr]aise[sd]|announced|laid|[Ll]ays|[Cc]uts?|filed|also|took|lost|said|in [A-Z]))"
)
_ENGLISH_ACTOR = re.compile(
    r"(?:(?<=[,;:] )|(?<= and )|(?<= but )|(?<= while )|(?<= as )|(?<= after )|(?<= when )|(?<= since ))"
    rf"{_NAME}{_APPOSED}(?= (?:(?:has|had|have) (?:also |already |since |just )?(?:raised|laid|cut|filed|trimmed|pulled|taken|secured|been valued|let go|listed|shed|floated|closed)"
    r"|(?:is|was|were) (?:valued|laying|cutting|raising|seeking|closing)|raise[sd]|lays|laid off|cuts|shed|filed|fetched|floated|listed|secured|closed|trimmed|slashed|took|let go|employs))"
)
"""Mid-sentence only what a company does makes a subject: …, Northwind has trimmed its offering."""
_ENGLISH_HOLDER = re.compile(
    r"(?P<name>[A-Z][\w&.+-]{2,20}(?: [A-Z][\w&.+-]{1,20}){0,2})(?=['’]s (?:US|HK|C|S)?[$€£¥\d])"
)
"""Northwind's $1.5 billion is Northwind's."""
_ENGLISH_ANTECEDENT = re.compile(
    r"(?P<name>[A-Z][\w&.+-]{2,20}(?: [A-Z][\w&.+-]{1,20}){0,2})(?=, which (?:[a-z]+ ){0,3}(?:raised|closed|secured|has|had|is|was|laid|cut|employs)(?![a-z]))"
)
"""…from Northwind, which last month raised $250 million."""
_ENGLISH_OBJECT = re.compile(
    r"(?:(?<= values )|(?<= valued )|(?<= valuing )|(?<=valuation of )|(?<=nvested in )|(?<=nvest in )|(?<=stake in )|(?<= into )|(?<= acquired )|(?<= acquire )|(?<= bought )|(?<= buy ))"
    r"(?P<name>[A-Z][\w&.+-]{2,20}(?: [A-Z][\w&.+-]{1,20}){0,2})"
)
"""Who is valued, bought or invested in."""
_ENGLISH = (_ENGLISH_SUBJECT, _ENGLISH_ACTOR, _ENGLISH_HOLDER, _ENGLISH_ANTECEDENT, _ENGLISH_OBJECT)
_OF_ENGLISH = (_PATTERNS[1], *_ENGLISH)
_DESCRIPTION = re.compile(
    r"(?:中国|美国|全球|国内|大陆)?(?:火箭|太空|航天|电动车|电动汽车|汽车|人工智能|AI|芯片|互联网|科技|社交媒体|社交|电商|游戏|短视频|搜索|软件|云计算|自动驾驶|网约车|外卖|物流|支付|金融科技|机器人|半导体|独角兽|电信|手机|人脸识别)"
    r"(?:公司|企业|平台|巨头|网站|集团|独角兽|品牌)"
)


@dataclass(frozen=True, slots=True)
class Other:
    """Where somebody who is not watched is named; ``several``: more than one, so that no 该公司 stands for them."""

    start: int
    end: int
    several: bool = False


def others_between(part: Folded, start: int, end: int, watchlist: Watchlist) -> Iterator[Other]:
    """The names between two offsets of somebody who is not watched; in no order, and they may overlap."""
    known = _neighbours(watchlist)
    for match in known.pattern.finditer(part.lower, start, end):
        name = known.names[match.group()]
        if _ONE_MEANT.search(part.text, max(0, match.start() - 3), match.start()) and name in known.nameless:
            continue
        if whole_words(part.lower, match) and _spelled_as_a_name(part.text, match, name):
            yield Other(match.start(), match.end(), several=name in known.nameless)
    english = " " in part.text[start:end]
    for at, pattern in enumerate((*_PATTERNS, *_ENGLISH)):
        if not english and pattern in _OF_ENGLISH:
            continue  # folded Chinese has no blanks
        for match in pattern.finditer(part.text, start, end):
            first, last = match.span("name" if "name" in pattern.groupindex else 0)
            if _is_a_name(part, first, last, watchlist):
                yield Other(first, last, several=at < 2)


_ONE_MEANT = re.compile(r"(?:这家|该|这个|这一)$")
"""这家科技巨头 is whoever the passage speaks of."""
_STANDS_FOR_ONE = re.compile(r"该公司|这家|该集团")
_A_UNIT = re.compile(r"(?:事业群|事业部|部门|业务线?|团队|中心|工厂|项目组?|实验室)的?$")
_SOMEBODY = re.compile(r"(?:[一两三几数多]{1,2}|\d+)[名位]|.*(?:员工|人士|负责人|高管|分析师|经理|律师|教授)$")
_UNIT_IN_SHORT = re.compile(
    r"(?:事业群|事业部|业务群?|部门|中心|团队|研究院|实验室|板块|项目组)\(([A-Z][A-Za-z&]{1,9})\)"
)


@lru_cache(maxsize=4)
def _units(part: Folded) -> frozenset[str]:
    """The short names that the text itself gives to units: 智慧城市与商业事业群(SCG)."""
    return frozenset(match.group(1) for match in _UNIT_IN_SHORT.finditer(part.text))


def _is_a_name(part: Folded, start: int, end: int, watchlist: Watchlist) -> bool:
    name = part.text[start:end]
    if is_no_name(name.split(" ")[0]) or (name.isascii() and any(char.isdigit() for char in name)):
        return False
    if _DESCRIPTION.fullmatch(name):
        return False  # 火箭公司 is whoever the passage speaks of
    if _A_UNIT.search(name):
        return False  # 京喜事业群 is a part of whoever the passage speaks of
    if _STANDS_FOR_ONE.search(name) or _SOMEBODY.match(name) or name in _units(part):
        return False  # 随着该公司为…; 一名研究院员工称; SCG where it stands for a unit: no companies
    # 腾讯科技讯: a false friend of a watched company is no neighbour either.
    return not spells_a_name(part.lower, start, end, watchlist)


def is_no_name(word: str) -> bool:
    """Whether a word in capital letters is one that often opens a clause and names no company."""
    return word.removesuffix("'s") in _no_names()


def _spelled_as_a_name(text: str, match: re.Match[str], name: str) -> bool:
    seen = text[match.start() : match.end()]
    if not name[0].isascii() or name.islower():
        return True
    return seen == name or (len(name) > 4 and seen[0].isupper())


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
