"""Who stands behind a number where more than its own clause tells it: a denial behind it, a rumour before, a plan retold."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crawler.items import FigureKind, Status
from crawler.reading.figures.quantities import Quantity
from crawler.reading.figures.rounds import leans
from crawler.reading.figures.sentences import Sentences
from crawler.reading.figures.status import Reach, status_of
from crawler.reading.figures.times import CUTS, Times
from crawler.reading.figures.when import Told

_RESIZED = re.compile(
    r"(?:由|从)[^，。;]{0,4}\d[^，。;]{1,10}(?:增加?|上?调|提高|扩大|下调|缩减|调减|降|减|加码)[至到为]|(?:upsized|increased|cut|lowered|reduced) (?:from|to) [^,.]{0,4}\d"
)
_PUT_IN_PLACE = re.compile(
    r"(?:降至|下调至|下调为|调减至|缩减至|减至|缩水至|上调至|调整为|改为|(?<![a-z])(?:cut|reduced|lowered|slashed) to )[约至多 ]{0,3}$"
)
_SPEAKS = re.compile(
    r"表示|称|宣布|回应|披露|显示|公告|承认|证实|确认|财报|年报|(?<![a-z])(?:said|says|announced|confirmed|showed|shows|report|filing)(?![a-z])"
)
_OF_ANOTHER = re.compile(r"，[^，。;\d]{0,16}\d[^，。;\d]{1,4}的(?:说法|传闻|消息|报道|传言|数字)")
"""绝影不足20%，整体裁员5%的说法不属实: what is denied is the second number."""
_HEARD = frozenset(("获悉", "据悉", "据了解", "了解到", "has learned"))
_ANNOUNCED = re.compile(r"(?:正式|今日|近日|日前|昨日|，)?(?:宣布|官宣)(?!将?裁)(?:已?完成|获得?)")
_ANSWER = 180
"""Characters behind a sentence in which a denial answers it."""
_ANSWERS = re.compile(r"\s*(?:对此|随后|但|然而|对于|针对|公司|in response|but)")
_FORMER = re.compile(r"(?:之前|先前|此前|原先|原来|目前|当前)的?$|from $")
_COUNTED = re.compile(r"(?:截至|截止|目前|现有|共有|总数[有为达约]|(?<![a-z])has)[^，。;]{0,24}$")
_PLANNED_OVER = 240
"""Days after which a plan that is told again is taken for what was done."""
_ANNOUNCED_OVER = 30
"""The same for a cut that was announced: it is carried out within weeks."""


class Standing:
    """The status of the numbers of one text."""

    def __init__(self, lower: str, sentences: Sentences, times: Times) -> None:
        self.lower, self.sentences, self.times = lower, sentences, times

    def of(
        self, index: int, quantity: Quantity, kind: FigureKind, clause: tuple[int, int], told: Told | None
    ) -> tuple[Status, str | None]:
        """The status of a number in the sentence of this index, and the word that decided it; None where nothing did."""
        if leans(self.lower, *clause):
            clause = self.sentences.all[index].start, clause[1]
        status, word = status_of(self.lower, self._reach(index, quantity, clause))
        if status == "stated" and kind == "raised" and self._is_resized(index):
            return "planned", "another size than before"
        if status == "stated" and kind == "raised" and self._replaces_a_plan(index, quantity):
            return "planned", "in place of what was planned"
        if status == "reported" and word in _HEARD and _ANNOUNCED.search(self.lower, *self._sentence(index)):
            return "stated", None  # 36氪获悉，X今日宣布完成融资: what was heard is what the company says
        if word is None and kind in CUTS:
            status, word = self._rumoured_before(index)
        if kind == "headcount" and status == "denied":
            return "stated", None  # what is denied beside a count is the cut
        if kind == "headcount" and status == "planned" and _COUNTED.search(self.lower, clause[0], quantity.start):
            return "stated", None  # a count of the staff is no plan, whatever is planned beside it
        over = _ANNOUNCED_OVER if word is not None and word.startswith("宣布") and "将" not in word else _PLANNED_OVER
        long_ago = (
            told is not None
            and self.times.published is not None
            and told.value < _before(self.times.published, over)[: len(told.value)]
        )
        if status == "planned" and _FORMER.search(self.lower, max(0, quantity.start - 8), quantity.start):
            return "stated", None  # what it was before the plan
        if status == "planned" and long_ago and kind != "raised":
            return "stated", None  # a plan of long ago, retold
        return status, word

    def _sentence(self, index: int) -> tuple[int, int]:
        return self.sentences.all[index].start, self.sentences.all[index].end

    def _is_resized(self, index: int) -> bool:
        """A sum that grows from one number to the next is not yet paid."""
        sentence = self.sentences.all[index]
        return _RESIZED.search(self.lower, sentence.start, sentence.end) is not None

    def _replaces_a_plan(self, index: int, quantity: Quantity) -> bool:
        """2023年拟定增36.35亿元，后降至18.52亿元: the second sum is as little paid as the first."""
        if not _PUT_IN_PLACE.search(self.lower, max(0, quantity.start - 12), quantity.start):
            return False
        before = (self.sentences.all[index].start, quantity.start)
        return status_of(self.lower, Reach(clause=before, sentence=before, following=before))[0] == "planned"

    def _rumoured_before(self, index: int) -> tuple[Status, str | None]:
        """A rumour goes on into the next sentence of its paragraph, until somebody speaks or a day is told."""
        sentence, before = self.sentences.all[index], self.sentences.all[index - 1]
        if not index or before.paragraph != sentence.paragraph or self.times.of(index):
            return "stated", None
        if _SPEAKS.search(self.lower, sentence.start, sentence.end):
            return "stated", None
        nowhere = (before.start, before.start)
        status, word = status_of(self.lower, Reach(nowhere, (before.start, before.end), nowhere))
        return (status, word) if status == "reported" else ("stated", None)

    def _reach(self, index: int, quantity: Quantity, clause: tuple[int, int]) -> Reach:
        """A denial stands behind what it denies: in the sentence, the next one, or one more that answers."""
        sentence, all_ = self.sentences.all[index], self.sentences.all
        end = sentence.end
        other = _OF_ANOTHER.search(self.lower, quantity.end, end)
        if other is not None:
            return Reach(clause=clause, sentence=(sentence.start, end), following=(quantity.end, other.start()))
        for further in all_[index + 1 : index + 3]:
            if further.end - sentence.end > _ANSWER or (
                end > sentence.end and not _ANSWERS.match(self.lower, further.start)
            ):
                break
            end = further.end
        return Reach(clause=clause, sentence=(sentence.start, sentence.end), following=(quantity.end, end))


def _before(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()
