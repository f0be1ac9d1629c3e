"""Who pays, as named around a sum raised."""

from __future__ import annotations

import re

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:由|获得?|来自|引入)([^，。;:()、]{2,16}(?:(?:、|和|与|及|以及)[^，。;:()、]{2,16}){0,8}?)(?:等[^，。;]{0,8}?)?(?:联合|共同|独家)?(?:领投|投资|注资|入股|参投)",
        r"(?:^|[，。;:、])([^，。;:()、由获]{2,16}(?:(?:、|和|与|及|以及)[^，。;:()、]{2,16}){0,8}?)(?:等[^，。;]{0,8}?)?(?:联合|共同|独家)?(?:领投|跟投|参投)",
        r"(?:投资方|投资人|投资者|参与方|出资方|跟投方)(?:阵容)?(?:还|也|主要)?(?:包括|有|为|是|含)了?([^，。;:]{2,160}?)(?=等|[，。;]|$)",
        r"获得?了?([^，。;:()\d]{2,40}?)(?:等)?(?=[约近超逾]?[\d数一二三四五六七八九十两几百千][^，。;]{1,12}(?:投资|融资|注资))",
        r"(?:led|backed|co-led) by ((?:[A-Z][\w&.'-]*(?: (?=[A-Z])| and (?=[A-Z])|, (?=[A-Z])|))+)",
        r"from ((?:[A-Z][\w&.'-]*(?: (?=[A-Z])| and (?=[A-Z])|, (?=[A-Z])|))+)",
    )
)
_BETWEEN = re.compile(r"、|和|与|以及|及|, | and ")
_LEADING = re.compile(
    r"^(?:本轮|此轮|该轮|融资|投资方|投资者|主要|此次|由|其中|并|据悉|包括|了|得|老股东|新股东|现有股东|原股东|股东|新加坡(?=淡马锡))+"
)
_NO_NAME = re.compile(
    r"融资|投资(?!$|基金|公司|有限|管理|控股|集团|银行)|^投资$|战略|美元|亿元|万元|人民币|\d|公司的|轮|媒体|消息|知情|报道|的.*[家位]|[两三多数]家"
)


def investors_in(text: str, start: int, end: int) -> tuple[str, ...]:
    """The investors named between two offsets, in order; names only, no description."""
    found: dict[str, None] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(text, start, min(end, start + 600)):
            for name in _BETWEEN.split(match.group(1)):
                clean = _LEADING.sub("", name).strip(" 等的")
                if 2 <= len(clean) <= 24 and not _NO_NAME.search(clean):
                    found.setdefault(clean)
    return tuple(found)
