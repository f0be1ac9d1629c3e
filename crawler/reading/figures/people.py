"""Counters and nouns that make a number a number of people, and verbs that do so where no counter is written."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """What follows a number of people; ``but_not`` is what makes it another word, as in ``look_alike``."""

    pattern: str
    but_not: str
    example: str
    value: int
    look_alike: str


_KINDS = "(?:全职|兼职|半职|正式|在职|现有|受聘|受薪|在编|工作|销售|技术|研发|外包|海外|国内|全球|相关|类似|企业|公司|核心|、|和|等){0,4}"
"""What may stand between a number and its noun: 11万全职、半职员工."""

COUNTERS: tuple[Counter, ...] = (
    Counter("[口号]?人", "民|次|份|均|类|脸|工智|机|形|物|像|体|天|月|日|声|选|间", "裁员300人", 300, "服务300人次"),
    Counter("名", "列|单|为|次|额|校|录|片|牌", "300名员工", 300, "300名额"),
    Counter("位", "数|置|居|列|于|处理|浮点|元|移|密|图|操作", "300位同事", 300, "32位处理器"),
    Counter(_KINDS + "(?:员工|雇员|职员|职工|人员|岗位|职位|职务|职缺|工人|工程师|程序员|打工人)", "持股|总数|人数|数", "11万员工", 110_000, "300员工持股计划"),
    Counter("份(?:全职|兼职|正式)?工作", "日|组|室|站|量|表", "300份工作", 300, "300份工作量"),
    Counter("[^\\W\\d_家次年月日个轮股倍项台件点岁种款座万亿元美港分成第多余级制对]{2,6}(?:员工|雇员)", "持股|总数|人数|数", "11万星河智算员工", 110_000, "300年月员工"),
    Counter("个(?:人|员工)", "民|月|税|性|信|工|电|护|品", "300个人", 300, "300个人信息"),
    Counter(
        "个(?!月|季|百分|小时|星期|工作日|部门|团队|城市|国家|项目|省)[^\\W\\d_裁减后将月]{0,14}?(?:岗位|职位|工作机会|职缺|工作)",
        "日|组|室|站", "300个销售和营销团队的职位", 300, "300个工作站",
    ),
    Counter("(?:-| of (?:its |the |their |our )?)?(?:person|strong|member)", "[a-z]| (?:majority|support|growth|demand|sales)",
            "a 300-person team", 300, "300 strong sales"),
)  # fmt: skip

_NOUNS = (
    "people|persons|employees|employee|staff|staffers|staffs|workers|jobs|job|positions|roles|posts|layoffs|redundancies|engineers|personnel"
    "|headcount|lay-offs|job cuts|members of staff|individuals|researchers|contractors|hires|workforce|teammates|colleagues|staff members|team members|employes"
)
_STOP = (
    "years?|months?|weeks?|days?|hours?|and|or|in|at|by|for|to|from|as|with|after|before|when|while|that|who|which|companies|firms|times|per"
    "|million|billion|trillion|thousand|hundred|percent|points?|on|if|but|because|is|was|are|were|has|have|had|will|would|cities|countries|offices|of"
    "|rounds?|users|customers|dollars|yuan|its|the|their|our|than|more|less|up|down|over|under|between|among|since|until|january|february|march|april|may"
    "|june|july|august|september|october|november|december|mn|bn|percentage|shares|teams|departments|units|models|cars|robots|cameras|patents|series"
)
_ENGLISH = rf"(?:[ \n-](?:more |additional |further )?| of (?:its |the |their |our |those |these )?)(?:(?!(?:{_STOP})(?![a-z]))[a-z][a-z'-]{{1,14}}+ and (?!(?:{_STOP})(?![a-z]))[a-z][a-z'-]{{1,14}}+ )?(?:(?!(?:{_STOP})(?![a-z]))[a-z][a-z'&/-]{{0,18}}+[ \n]){{0,3}}?(?:{_NOUNS})(?![a-z])"
"""Up to three words may stand between the number and the noun: 500 tech roles, 300 of its Hong Kong employees."""


def counter_pattern() -> str:
    """Return the pattern of everything that may follow a number of people."""
    listed = "|".join(f"{counter.pattern}(?!{counter.but_not})" for counter in COUNTERS)
    return rf"[ \n]{{0,3}}(?:{listed})|{_ENGLISH}"


IMPLIED: tuple[tuple[str, str, int], ...] = (
    ("裁员 裁减 裁撤 裁掉 裁退 再裁 将裁 已裁 共裁 计划裁 减员 减员约 辞退 解雇 遣散 开除 裁员人数 裁员规模 裁减人数 离职人数", "裁员2000。", 2000),
    ("员工总数 员工人数 员工数 员工数量 雇员总数 雇员人数 雇员 员工 总人数 团队规模 团队人数 员工规模 人数", "员工总数5016，", 5016),
    ("laid_off lay_off laying_off lays_off layoffs_of layoff_of let_go_of dismissed dismiss fired sacked axed axe axing cut cuts cutting shed",
     "laid off 300 in May", 300),
    ("workforce_of headcount_of staff_of employs employed employing employ headcount_at headcount_by workforce_by staff_by headcount_from workforce_from staff_from headcount_was headcount_stood_at team_of",
     "employs 4,500.", 4500),
)  # fmt: skip
"""Words before a number without a counter, which then counts people; with an example and its value."""

_IMPLIED_BY_LAST: dict[str, list[str]] = {}
for _triggers, *_ in IMPLIED:
    for _trigger in _triggers.split():
        _IMPLIED_BY_LAST.setdefault(_trigger[-1], []).append(_trigger.replace("_", " "))
for _sharing in _IMPLIED_BY_LAST.values():
    _sharing.sort(key=len, reverse=True)

_BETWEEN = "了约超过近达至到为是共逾有的 \n:："
_CLOSED = re.compile(
    r"[ ]?(?:$|[，。；！？;!?)）”\"」』\n]|[、,.](?!\d)| of (?:its|the|their|our) (?:[a-z-]{1,16} ){0,2}\d|[-—|]| ?(?:后|的消息|的传闻|以上)|(?: in| at| from| across| globally| worldwide| this| last| as| and| or| to| on| after| amid| amounts?| accounts?| represents?| were| was| will| have| has| had| would| could| by| since| but| while| when| before| during)(?![a-z]))"
)


def may_be_implied(text: str, end: int) -> bool:
    """Say whether nothing follows the number that it would count; cheap."""
    return _CLOSED.match(text, end) is not None


def implied_before(text: str, start: int, end: int, floor: int = 0) -> int | None:
    """Return where the word that implies people begins before ``start``, None where none does or another noun follows ``end``."""
    if _CLOSED.match(text, end) is None:
        return None
    position = start
    while position > floor and start - position < 6 and text[position - 1] in _BETWEEN:
        position -= 1
    for word in _IMPLIED_BY_LAST.get(text[position - 1], ()) if position > floor else ():
        begin = position - len(word)
        if begin >= floor and text.startswith(word, begin):
            before = text[begin - 1] if begin else " "
            if not (word[0].isascii() and before.isascii() and before.isalpha()):
                return begin
    return None
