"""Whether a figure and an entry of the ledger speak of the same thing: one round, one offering, one cut, one count.

Goes by the round, the time, the unit of the company and the words of the sentence; never by the value, which
``values.py`` compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crawler.decide import cues
from crawler.decide.times import Period, known_when, period, when
from crawler.decide.values import significant
from crawler.items import Figure, FigureKind, Known, Topic
from crawler.reading.script import simplified

TOPICS: dict[FigureKind, Topic] = {
    "raised": "financing",
    "raised_total": "financing",
    "valuation": "financing",
    "laid_off": "layoffs",
    "laid_off_share": "layoffs",
    "headcount": "layoffs",
}

OFFERINGS = frozenset({"ipo", "placement", "bond"})
"""Events with gross, net, tranches and options: several sums of one of them stand side by side."""
RECURRING = frozenset({"", "placement", "bond", "strategic"})
"""Labels that a company can use every year; a letter or an IPO is used up."""

ROUND_DAYS = 180
"""How long one financing is in the news, from the first talks to the money."""
OFFERING_DAYS = 540
"""The same for an IPO, whose approval can take more than a year."""
DRIFT_DAYS = 60
"""Within these, one sum under two letters is one round that the press counts differently."""
CUT_DAYS = 60
"""How long one wave of layoffs lasts."""
CUT_RETOLD_DAYS = 120
"""Until when a cut told without its time is taken for the last one and not for the next."""
COUNT_DAYS = 31
"""How far apart two dates of one count of the staff are told."""
COUNT_RETOLD_DAYS = 270
"""How long the last count stays the current one."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure with the article it stands in, as far as time and place of the telling matter."""

    figure: Figure
    published: date

    @property
    def when(self) -> Period:
        return when(self.figure, self.published)

    @property
    def dated(self) -> bool:
        return period(self.figure.as_of) is not None

    @property
    def over(self) -> bool:
        """Told of a time that was over long before."""
        return self.dated and (self.published - self.when.last).days > ROUND_DAYS

    @property
    def news(self) -> bool:
        """Told as new, where no time is told: in the headline, or in the words of news."""
        sentence = self.figure.quote
        if cues.says(cues.RETOLD, sentence):
            return False
        return self.figure.where == "title" or self.figure.status == "planned" or cues.says(cues.FRESH, sentence)


def label(round_: str | None) -> str:
    """A round's label for comparing; empty where there is none."""
    return (round_ or "").strip().lower()


def gap(told: Told, known: Known) -> int:
    """Days between the two; 0 where the ledger does not know."""
    time = known_when(known)
    return time.gap(told.when) if time else 0


def same_scope(one: str | None, other: str | None) -> bool:
    """Whether two units of a company are one; the company as a whole is no unit."""
    first, second = _bare(one), _bare(other)
    if not first or not second:
        return not first and not second
    if first.isascii() != second.isascii():
        return True  # told in two languages: nothing speaks against it
    if first in second or second in first:
        return True
    pairs = _pairs(first) & _pairs(second)
    return len(pairs) * 2 >= min(len(_pairs(first)), len(_pairs(second)))


_GENERIC = re.compile(
    r"部门|部門|团队|團隊|事业群|事业部|业务|研发|板块|条线|\b(?:team|unit|group|division|department|business)\b|[\s'’]"
)


_WHOLE = re.compile(
    r"全球|全公司|公司|集团|集團|整体|全体|全员|\b(?:global(?:ly)?|worldwide|company(?:-wide)?|overall|total)\b"
)


def _bare(scope: str | None) -> str:
    """The telling part of a unit's name; empty for the whole company, however that is put."""
    plain = simplified(scope or "").lower()
    if _WHOLE.fullmatch(plain):
        return ""
    return _GENERIC.sub("", plain) or plain


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}


def may_restate(told: Told, known: Known) -> bool:
    """Whether a figure of the same value tells of what the entry tells of, now or years later."""
    kind = told.figure.kind
    if kind == "raised_total":
        return True
    if kind in ("raised", "valuation"):
        return _restates_financing(told, known)
    if not same_scope(told.figure.scope, known.scope):
        return False
    return _restates_count(told, known) if kind == "headcount" else _restates_cut(told, known)


def may_refine(told: Told, known: Known) -> bool:
    """Whether a closer value may be the entry's: only while its event is in the news, as a range of old fits too much."""
    if not may_restate(told, known):
        return False
    if told.figure.kind not in ("raised", "valuation"):
        return True
    lasting = label(told.figure.round) == label(known.round) and label(known.round) not in RECURRING
    return gap(told, known) <= (OFFERING_DAYS if lasting else ROUND_DAYS)


def _restates_financing(told: Told, known: Known) -> bool:
    one, other, days = label(told.figure.round), label(known.round), gap(told, known)
    if told.figure.status == "planned" and known.status == "stated" and days > ROUND_DAYS:
        return False  # what is planned today is not what was done then
    if one == other and one not in RECURRING:
        return days <= OFFERING_DAYS or not (told.dated or told.news) or (told.over and _distinctive(told.figure))
    if one != other and one not in ("", "strategic") and other not in ("", "strategic"):
        retold = not told.dated and cues.says(cues.RETOLD, told.figure.quote)
        return (days <= DRIFT_DAYS or retold) and not {one, other} & OFFERINGS
    if one != other and {one, other} & OFFERINGS and "strategic" in (one, other):
        return False
    return days <= ROUND_DAYS or not (told.dated or told.news)


def _restates_cut(told: Told, known: Known) -> bool:
    days = gap(told, known)
    if days and not _one_span(told, known):
        return False
    if told.dated:
        return days <= CUT_DAYS
    return days <= CUT_RETOLD_DAYS or _distinctive(told.figure) or cues.says(cues.RETOLD, told.figure.quote)


def _restates_count(told: Told, known: Known) -> bool:
    days = gap(told, known)
    if told.dated:
        return days <= COUNT_DAYS or (_distinctive(told.figure) and days <= COUNT_RETOLD_DAYS)
    return days <= COUNT_RETOLD_DAYS or _distinctive(told.figure)


def _distinctive(figure: Figure) -> bool:
    """A number such as 927, which two cuts do not share by chance."""
    return figure.low is not None and figure.low == figure.high and significant(figure.low) >= 3


def same_event(told: Told, known: Known) -> bool:
    """Whether a figure belongs to the event of an entry of its topic, whatever the two values and kinds are."""
    if TOPICS[told.figure.kind] != TOPICS[known.kind]:
        return False
    if "headcount" in (told.figure.kind, known.kind):
        return told.figure.kind == known.kind and _one_count(told, known)
    if known.kind in ("laid_off", "laid_off_share"):
        return gap(told, known) <= CUT_DAYS and _one_span(told, known)
    return _one_financing(told, known)


def _one_financing(told: Told, known: Known) -> bool:
    one, other, days = label(told.figure.round), label(known.round), gap(told, known)
    if one == other:
        return days <= (ROUND_DAYS if one in RECURRING else OFFERING_DAYS)
    if one and other:
        return "strategic" in (one, other) and not {one, other} & OFFERINGS and days <= DRIFT_DAYS
    return days <= DRIFT_DAYS and known.kind != "raised_total" and told.figure.kind != "raised_total"


def _one_count(told: Told, known: Known) -> bool:
    return (
        same_scope(told.figure.scope, known.scope) and told.dated and gap(told, known) == 0 and _one_span(told, known)
    )


def _one_span(told: Told, known: Known) -> bool:
    """Whether both speak of about as long a time: the cut of a day in March is not the shrinking of a year."""
    time = known_when(known)
    return time is None or (time.days > COUNT_DAYS) == (told.when.days > COUNT_DAYS)
