"""Who an article names as its original: 来源 lines, datelines, credits, and the paper that its opening cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.reading.container import size

_HEAD, _TAIL = 1200, 400
_OPENING = 2
"""Paragraphs in which a citation is the news itself; further down it is background."""

_WIRES = (
    "新华社|新華社|中新社|中新网|中新網|路透社?|彭博社?|法新社|美联社|美聯社|中央社|央视新闻|财联社|財聯社|澎湃新闻|界面新闻|证券时报|证券日报|中国证券报|"
    "上海证券报|第一财经|每日经济新闻|格隆汇|智通财经|智通財經|观点网|钛媒体|36氪|Reuters|Bloomberg"
)
_PAPERS = (
    "路透社?|彭博社?|华尔街日报|華爾街日報|金融时报|金融時報|晚点(?:LatePost)?|晚點(?:LatePost)?|财新网?|財新網?|经济观察报|第一财经|界面新闻|澎湃新闻|南华早报|南華早報|"
    "日经(?:新闻|亚洲)?|日經|财联社|財聯社|每日经济新闻|21世纪经济报道|科创板日报|IPO早知道|36氪|The Information|Reuters|Bloomberg"
)
_ENGLISH_PAPERS = (
    r"Reuters|Bloomberg(?: News)?|(?:The )?Wall Street Journal|WSJ|(?:The )?Financial Times|FT|The Information|Caixin(?: Global)?|LatePost|36Kr|Nikkei(?: Asia)?|"
    r"(?:The )?South China Morning Post|SCMP|CNBC|TechCrunch|TechNode|(?:The )?New York Times|IFR|Xinhua|The Associated Press|AFP|Dow Jones|Economic Observer|Yicai(?: Global)?"
)
_LINE = re.compile(
    r"(?:(?:文章|稿件|新闻|新聞|资料|信息)?(?:来源|來源|出处|出處)|(?:本文)?(?:转载自|轉載自|转自|轉自|原载|原載|摘自))"
    r"(?:于|於)?\s*[:：|｜]?\s*[《「“]?(?P<name>[^\s，,。；;：:|｜（）()【】\[\]<>《》「」“”]{2,24})"
)
_CREDIT = re.compile(
    r"(?:[-–—]+\s*|\(|（)(?P<name>Reuters|Bloomberg|AFP|AP|Associated Press|Xinhua|Dow Jones|CNBC|Caixin|"
    r"路透社?|彭博社?|法新社|新华社|新華社|美联社|中新社|中央社)\s*(?:[)）]|$)",
    re.I,
)
_DATELINE = re.compile(
    rf"^[（(【\[\s]*(?P<name>{_WIRES})[\u4e00-\u9fffA-Za-z、·\s]{{0,14}}?"
    r"(?:(?:(?:19|20)\d{2}年)?(?:\d{1,2}月)?\d{1,2}日)?\s?(?:电|電|讯|訊|消息|综合报道|获悉|獲悉)"
)
_WESTERN = re.compile(
    r"^(?:[A-Z][A-Za-z .,/'-]{2,40}?(?:,\s*)?(?:[A-Z][a-z]+\.? \d{1,2})?\s*)?"
    r"\((?P<name>Reuters|Bloomberg|AFP|AP|Xinhua|Dow Jones)\)\s*[-–—]",
    re.I,
)
_VERB = r"(?:独家|獨家)?(?:报道|報道|報導|获悉|獲悉|披露|消息)"
_CITED = (
    re.compile(
        r"(?:^|[，。；,;（(\s])(?:据|據|援引|引述)(?:外媒|媒体|媒體)?"
        r"(?:[《「](?P<quoted>[^》」\n]{2,20})[》」]|"
        r"(?P<name>(?!此|悉|了解|知情|报道|報道|報導|媒体|媒體|外媒|消息|公司|公告|当地|當地|财报|財報|统计|統計|多家)[\u4e00-\u9fffA-Za-z·]{2,12}?))"
        rf"(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:的)?{_VERB}"
    ),
    re.compile(
        rf"(?:^|[，。；,;\s]|《)(?P<name>{_PAPERS})》?(?:\d{{1,2}}月)?(?:\d{{1,2}}日|周[一二三四五六日]|今日|昨日)?"
        r"(?:援引[^，。]{2,20})?(?:独家|獨家)?(?:报道|報道|報導|获悉|獲悉|披露)"
    ),
    re.compile(
        r"(?:^|[，。])[《「](?P<name>[^》」\n]{2,20})[》」](?:记者|記者)?(?:从[^，。]{2,30})?(?:独家|獨家)?(?:获悉|獲悉|了解到)"
    ),
    re.compile(
        rf"\b(?P<name>{_ENGLISH_PAPERS}) (?:has |had )?(?:first |exclusively )?(?:reported|reports|said in a report)\b|"
        rf"\b(?:according to|reported by|citing|as reported by|told)(?: a report (?:by|from|in))? (?P<quoted>{_ENGLISH_PAPERS})\b"
    ),
)
_NOBODY = re.compile(
    r"^(?:https?:|www\.)|^(?:网络|網路|网上|互联网|外媒|本站|原创|原創|综合|綜合|网友|官方|作者|未知|转载|其他|internet)|^\d+$",
    re.I,
)


def read_origin(declared: Sequence[str], near_title: str, text: str, outlet: str | None = None) -> str | None:
    """The first name that the page gives for its original, or None: the outlet itself and "the internet" are none.

    Looked for in the lines around the title, the page's declarations, the first line's dateline, short lines at both
    ends of the text, and last in what the first paragraphs cite. A paper cited further down is not the original.
    """
    names = (name.strip("《》「」“”\"' ") for name in _candidates(declared, near_title, text))
    return next(
        (name for name in names if len(name) > 1 and not same_name(name, outlet) and not _NOBODY.search(name)), None
    )


def _candidates(declared: Sequence[str], near_title: str, text: str) -> Iterator[str]:
    for line in near_title.splitlines():
        yield from (match["name"] for match in _LINE.finditer(line))
    yield from declared
    lines = text[:_HEAD].splitlines()
    for pattern in (_WESTERN, _DATELINE):
        if lines and (match := pattern.match(lines[0])):
            yield match["name"]
    for line in (*lines[:3], *text[-_TAIL:].splitlines()[-3:]):
        if len(line) < 80:
            yield from (match["name"] for pattern in (_LINE, _CREDIT) for match in pattern.finditer(line))
    for line in [line for line in lines if size(line) >= 60][:_OPENING]:
        for pattern in _CITED:
            yield from (name for match in pattern.finditer(line) for name in match.groupdict().values() if name)


def same_name(name: str, outlet: str | None) -> bool:
    """Whether two names are of one outlet: one holds the other."""
    if outlet is None:
        return False
    one, other = name.casefold(), outlet.casefold()
    return one in other or other in one
