"""Lists of several names before a number: whose it is in turn, and whether it is of all together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.reading.figures.entities import Entity
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.roles import Passage, listed

ARE_CALLED = re.compile(r"[^。;]{0,20}(?:并称|合称|统称|被称为|被称作|称为|称作|誉为)[^，。;]{0,16}，")
"""A与B、C被称为四小龙，…: what follows is of the one that the article is about."""
IN_SUM = re.compile(r"总计|合计|共计|一共|总共|加起来")
_IN_TURN = re.compile(r"分别|respectively")


def is_second(found: Entity, quantity: Quantity, text: str) -> bool:
    """青禾和A分别募资11亿美元和15亿美元: the first number is of the name before, known or not."""
    return (
        text[max(0, found.start - 1) : found.start] in ("和", "与", "及", "、")
        and found.end <= quantity.start
        and _SHARED.fullmatch(text, found.end, quantity.start) is not None
    )


_SHARED = re.compile(r"[^，。;\d]{0,14}分别[^，。;\d]{0,8}")


def in_turn(together: Sequence[Entity], quantity: Quantity, passage: Passage) -> Entity | None:
    """A与B分别裁员1000人和2000人: the first number is the first name's."""
    text = passage.part.text
    last = together[-1]
    if _IN_TURN.search(text, last.end, min(len(text), last.end + 40)) is None:
        return None
    place = len(_TURN.findall(text, last.end, quantity.start))
    return together[place] if place < len(together) else None


_TURN = re.compile(r"\d(?:人|名|%|亿|万)[^，。;]{0,8}?(?=和|与|、|及|，)")


def breaks_off(text: str, last: Entity) -> bool:
    """A clause ends right behind the last name of a list."""
    return text[last.end : last.end + 1] in ("，", "。")


def list_around(found: Entity, named: Sequence[Entity], passage: Passage) -> list[Entity]:
    """The names of the list that a name stands in; the name alone where all of them are one company's."""
    text = passage.part.text
    at = named.index(found)
    first = last = at
    while first > 0 and listed(text, named[first - 1], named[first]):
        first -= 1
    while last + 1 < len(named) and listed(text, named[last], named[last + 1]):
        last += 1
    around = named[first : last + 1]
    if len({entity.company for entity in around if entity.company}) + sum(e.company is None for e in around) < 2:
        return [found]
    return list(around)
