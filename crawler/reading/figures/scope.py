"""The unit that is cut or counted, where it is not the whole company."""

from __future__ import annotations

import re

from crawler.reading.figures.owners import Owner
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.sentences import Sentence
from crawler.reading.folded import Folded

_UNIT = re.compile(
    r"(?P<unit>[\u4e00-\u9fffA-Za-z0-9&]{1,14}?(?:事业群|事业部|部门|业务部|团队|业务线|业务|办公室|工厂|分公司|子公司|实验室|研究院|中国区|大区|办事处|总部|板块|条线))"
)
_ENGLISH_UNIT = re.compile(
    r"(?:[Ii]n|[Aa]t|[Ff]rom|of) (?:its|the|their) (?P<unit>[A-Za-z&' -]{2,30}? (?:unit|division|team|teams|department|office|business|plant|factory|arm))"
)
_UNIT_BEHIND = re.compile(
    r" (?:people |staff |jobs |employees )?(?:of|in|at|from) (?:its|the|their) (?P<unit>[A-Za-z&' -]{2,30}? (?:unit|division|team|department|office|business|plant|factory|arm))(?![a-z])"
)
"""a fifth of its car unit"""
_NOT_OF_THE_NAME = re.compile(
    r"^.*(?:对|在|从|于|其|的|将|把|关闭|撤销|裁撤|裁减|裁掉|整个|宣布|计划|位|名|旗下|涉及|针对|公司|集团|是|有|和|与|及|为|等|传|称|后|中|让|使|使得|包括|负责)"
)
_WHOLE = re.compile(
    r"全公司|整体|全部门|多个部门|各部门|所有部门|部分部门|一些部门|相关部门|公司业务|全线业务|主营业务"
)


def scope_of(text: str, start: int, end: int, beyond: int) -> str | None:
    """The unit named between two offsets, the last one, or right ``beyond`` the number; None where the whole company is meant."""
    stretch = text[max(start, end - 80) : end]
    found = None
    for match in _UNIT.finditer(stretch):
        unit = _NOT_OF_THE_NAME.sub("", match["unit"])
        if len(unit) > 2 and not _WHOLE.search(match.group()):
            found = unit
    if found is None and (behind := _UNIT_BEHIND.match(text, min(len(text), beyond))) is not None:
        return behind["unit"]
    if found is None:
        english = _ENGLISH_UNIT.search(stretch)
        found = english["unit"] if english else None
    return found


_ALL_OF_IT = re.compile(
    r"(?:集团|公司)(?:整体|总共|共)|全公司|全集团|(?:whole|entire) (?:company|group)|company-wide|group-wide"
)


def unit_of(part: Folded, sentence: Sentence, quantity: Quantity, owner: Owner) -> str | None:
    """The unit that is cut or counted: the one named, else the business of the company that the number is of."""
    named = scope_of(part.text, sentence.start, quantity.start, quantity.end)
    whole = _ALL_OF_IT.search(part.lower, sentence.start, quantity.start)
    if named is None and not whole and owner.entity is not None and owner.entity.kind == "subsidiary":
        return part.text[owner.entity.start : owner.entity.end]
    return named
