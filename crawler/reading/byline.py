"""Who wrote an article: declarations, bylines, the signature in its first or last lines."""

from __future__ import annotations

import re

from crawler.reading.declared import Declared
from crawler.reading.origin import same_name

_AUTHOR = re.compile(
    r"(?:^|[\s（(【|｜/])(?:作者|撰文|文字|记者|記者|编译|編譯|文|本报记者|本報記者)\s*[:：|｜/丨]\s*"
    r"(?P<name>[\u4e00-\u9fffA-Za-z·.、 ]{2,40}?)"
    r"(?=$|[，,。；;|｜/（）()【】\[\]<>\n]|\s{2,}|\s(?:编辑|責任|责任|来源|發佈|发布|\d))"
)
_REPORTER = re.compile(
    r"[（(【](?:[\u4e00-\u9fff]{2,8}?)?(?:记者|記者)\s*(?P<name>[\u4e00-\u9fff·]{2,4}?(?:[、 ][\u4e00-\u9fff·]{2,4}?)*?)"
    r"(?:[\u4e00-\u9fff]{2,3})?(?:综合|綜合)?(?:报道|报导|報道|報導)?[）)】]"
)
_ENGLISH = re.compile(
    r"^\s*By\s+(?P<name>[A-Z][\w.'’-]+(?:\s+(?:(?:and|&|de|van|von)\s+)?[A-Z][\w.'’-]+){0,6})\s*(?:$|[|,•·–-])"
)
_BY = re.compile(r"^\s*(?:(?:posted |written |story |reported )?by|作者|文)\s*[:：]?\s+", re.I)
_DIGITS = re.compile(r"\d")
_NOT_AUTHORS = re.compile(
    r"^\d+$|^(?:https?:|www\.|@)|admin$|^(?:编辑|小编|佚名|未知|网络|admin|null|none|undefined)$|\.(?:com|cn|net)\b",
    re.I,
)
_HEAD, _TAIL = 600, 400


def read_author(declared: Declared, near_title: str, text: str, outlet: str | None = None) -> str | None:
    """The author's name, several as written; None where nobody signs. The outlet itself is no author.

    ``near_title`` is what stands by the headline outside the body.
    """
    for name in declared.authors:
        name = _BY.sub("", name).strip()
        if _plausible(name) and not same_name(name, outlet):
            return name
    for line in (*near_title.splitlines(), *text[:_HEAD].splitlines()[:6], *text[-_TAIL:].splitlines()[-4:]):
        for pattern in (_AUTHOR, _REPORTER, _ENGLISH):
            if (match := pattern.search(line)) and _plausible(match["name"].strip()):
                return match["name"].strip(" 、")
    marked = (_BY.sub("", line).strip() for line in declared.bylines)
    return next((name for name in marked if _signs(name, outlet)), None)


def _signs(name: str, outlet: str | None) -> bool:
    return _plausible(name) and not _DIGITS.search(name) and not same_name(name, outlet)


def _plausible(name: str) -> bool:
    return 1 < len(name) <= 120 and not _NOT_AUTHORS.search(name)
