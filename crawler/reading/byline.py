"""Who wrote an article and who is named as its original: bylines, 来源 lines, datelines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.reading.declared import Declared

_ORIGIN = re.compile(
    r"(?:(?:文章|稿件|新闻|新聞|资料|信息)?(?:来源|來源|出处|出處)|(?:本文)?(?:转载自|轉載自|转自|轉自|原载|原載|摘自))"
    r"(?:于|於)?\s*[:：|｜]?\s*[《「“]?(?P<name>[^\s，,。；;：:|｜（）()【】\[\]<>《》「」“”]{2,24})"
)
_CREDIT = re.compile(
    r"(?:[-–—]+\s*|\(|（)(?P<name>Reuters|Bloomberg|AFP|AP|Associated Press|Xinhua|Dow Jones|CNBC|Caixin|路透社?|彭博社?|法新社|新华社|新華社|美联社|中新社|中央社)\s*(?:[)）]|$)",
    re.I,
)
_WIRES = (
    "新华社|新華社|中新社|中新网|中新網|路透社?|彭博社?|法新社|美联社|美聯社|中央社|央视新闻|财联社|財聯社|澎湃新闻|界面新闻|证券时报|证券日报|中国证券报|"
    "上海证券报|第一财经|每日经济新闻|格隆汇|智通财经|智通財經|观点网|钛媒体|36氪|Reuters|Bloomberg"
)
_DATELINE = re.compile(
    rf"^[（(【\[\s]*(?P<name>{_WIRES})[\u4e00-\u9fffA-Za-z、·\s]{{0,14}}?"
    r"(?:(?:(?:19|20)\d{2}年)?(?:\d{1,2}月)?\d{1,2}日)?\s?(?:电|電|讯|訊|消息|综合报道|获悉|獲悉)"
)
_CITED = re.compile(
    r"(?:^|[，。；,;（(\s])(?:据|據|援引|引述)(?P<name>《?(?!此|悉|了解|知情|报道|報道|報導|媒体|媒體|外媒|消息|公司|公告)[\u4e00-\u9fffA-Za-z·]{2,12}?》?)"
    r"(?:独家|獨家)?(?:\d{1,2}月\d{1,2}日)?(?:的)?(?:报道|報道|報導|消息|获悉|獲悉)"
)
_WESTERN = re.compile(
    r"^(?:[A-Z][A-Za-z .,/'-]{2,40}?(?:,\s*)?(?:[A-Z][a-z]+\.? \d{1,2})?\s*)?\((?P<name>Reuters|Bloomberg|AFP|AP|Xinhua|Dow Jones)\)\s*[-–—]",
    re.I,
)
_AUTHOR = re.compile(
    r"(?:^|[\s（(【|｜/])(?:作者|撰文|文字|记者|記者|编译|編譯|文|本报记者|本報記者)\s*[:：|｜/丨]\s*(?P<name>[\u4e00-\u9fffA-Za-z·.、 ]{2,40}?)"
    + r"(?=$|[，,。；;|｜/（）()【】\[\]<>\n]|\s{2,}|\s(?:编辑|責任|责任|来源|發佈|发布|\d))"
)
_REPORTER = re.compile(
    r"[（(【](?:[\u4e00-\u9fff]{2,8}?)?(?:记者|記者)\s*(?P<name>[\u4e00-\u9fff·]{2,4}?(?:[、 ][\u4e00-\u9fff·]{2,4}?)*?)"
    r"(?:[\u4e00-\u9fff]{2,3})?(?:综合|綜合)?(?:报道|报导|報道|報導)?[）)】]"
)
_ENGLISH_BY = re.compile(
    r"^\s*By\s+(?P<name>[A-Z][\w.'’-]+(?:\s+(?:(?:and|&|de|van|von)\s+)?[A-Z][\w.'’-]+){0,6})\s*(?:$|[|,•·–-])"
)

_BY = re.compile(r"^\s*(?:(?:posted |written |story |reported )?by|作者|文)\s*[:：]?\s+", re.I)
_DIGITS = re.compile(r"\d")
_NOT_AUTHORS = re.compile(
    r"^\d+$|^(?:https?:|www\.|@)|admin$|^(?:编辑|小编|佚名|未知|网络|admin|null|none|undefined)$|\.(?:com|cn|net)\b",
    re.I,
)
_NOBODY = re.compile(
    r"^(?:网络|網路|网上|互联网|外媒|本站|原创|原創|本站原创|综合|綜合|网友|官方|作者|未知|转载|其他|internet)|^\d+$"
)
_HEAD, _TAIL = 600, 400


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it and whom it names as its original."""

    author: str | None = None
    origin: str | None = None


def read_byline(declared: Declared, near_title: str, text: str, outlet: str | None = None) -> Byline:
    """Author and origin: declarations, then the lines around the title, then the first and last lines of the text.

    ``near_title`` is what stands by the headline outside the body. The outlet itself is no origin.
    """
    head, tail = text[:_HEAD], text[-_TAIL:]
    return Byline(_author(declared, near_title, head, tail, outlet), _origin(declared, near_title, head, tail, outlet))


def _author(declared: Declared, near_title: str, head: str, tail: str, outlet: str | None) -> str | None:
    for name in declared.authors:
        name = _BY.sub("", name).strip()
        if _plausible(name) and not _same(name, outlet):
            return name
    for line in (*near_title.splitlines(), *head.splitlines()[:6], *tail.splitlines()[-4:]):
        for pattern in (_AUTHOR, _REPORTER, _ENGLISH_BY):
            if (match := pattern.search(line)) and _plausible(match["name"].strip()):
                return match["name"].strip(" 、")
    bylines = (_BY.sub("", line).strip() for line in declared.bylines)
    return next(
        (name for name in bylines if _plausible(name) and not _same(name, outlet) and not _DIGITS.search(name)), None
    )


def _plausible(name: str) -> bool:
    return 1 < len(name) <= 120 and not _NOT_AUTHORS.search(name)


def _origin(declared: Declared, near_title: str, head: str, tail: str, outlet: str | None) -> str | None:
    candidates = [m["name"] for line in near_title.splitlines() for m in _ORIGIN.finditer(line)]
    candidates += declared.origins
    lines = head.splitlines()
    first = lines[0] if lines else ""
    for pattern in (_WESTERN, _DATELINE):
        match = pattern.match(first)
        if match:
            candidates.append(match["name"])
    edges = [*lines[:3], *tail.splitlines()[-3:]]
    candidates += [m["name"] for line in edges if len(line) < 80 for p in (_ORIGIN, _CREDIT) for m in p.finditer(line)]
    candidates += [m["name"].strip("《》") for line in lines[:4] for m in _CITED.finditer(line)]
    for name in candidates:
        name = name.strip("《》「」“”\"' ")
        if (
            len(name) > 1
            and not _same(name, outlet)
            and not name.startswith(("http", "www."))
            and not _NOBODY.search(name)
        ):
            return name
    return None


def _same(name: str, outlet: str | None) -> bool:
    if outlet is None:
        return False
    one, other = name.casefold(), outlet.casefold()
    return one in other or other in one
