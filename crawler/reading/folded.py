"""One spelling of a text for the rules to read, with the way back to the text as written."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from crawler.reading.script import simplified

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f000-\U0001faff\u2600-\u27bf\u20e3\u25a0-\u25ff\u2b50"
_BLANK = " \t\r\u00a0\u2002-\u200a\u3000"
_IN_CHINESE = rf"[{_BLANK}{_INVISIBLE}\n*_][{_BLANK}{_INVISIBLE}\n*_]*"
_IN_LATIN = rf"[{_INVISIBLE}\n*_][{_INVISIBLE}\n*_]*"
_TAG = r"<\/?(?:strong|b|em|i|span|a|p|br|font|ok)\b[^<>]{0,300}>"
_HAN = re.compile(r"[\u3400-\u9fff]")
_PINYIN = r"\([a-zü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]{0,3}\)"
"""The sound of a rare character in brackets behind it, which some machines write into reposts."""
_SOUNDED = re.compile(rf"(?<=[\u3400-\u9fff]){_PINYIN}")
_HALF_COMMA = re.compile(r",(?:(?<=[\u3400-\u9fff%)”」』》],)(?! )|(?=[\u3400-\u9fff]))")
"""The comma of a Chinese clause, typed in half width."""
_RUN = {
    # (has Chinese, has tags): every pattern but those for tags opens with a set, which the engine scans for fast.
    (True, False): re.compile(_IN_CHINESE),
    (False, False): re.compile(_IN_LATIN),
    (True, True): re.compile(f"{_TAG}|{_PINYIN}|{_IN_CHINESE}"),
    (False, True): re.compile(f"{_TAG}|{_IN_LATIN}"),
}
_FIRST_CJK = "\u2e80"
_OPEN_ENDED = frozenset("，、:(「《—的为与和及于从由至约逾在将达有")
"""What no sentence ends with, so that a line break behind it is only the width of a column."""
_CLOSING = frozenset("，、。)」》;")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？"} | {
    0x3000: " ",
    0xFE52: ".",
    0xFF61: "。",
    0xFE50: "，",
    0x2018: "'",
    0x2019: "'",
    0x00A0: " ",
    0x301C: "~",
}
_GAP = re.compile(
    r"(?<=[\u3400-\u9fff0-9%\"”」』》)][\u3400-\u9fff0-9%\"”」』》)])(?!(?<=\d)[ \t]{1,4}[十百千万亿元美港欧日人名位个家年月日倍股点])"
    # Spaced on both sides (估值 100 亿美元), a number belongs to its sentence.
    r"(?![ \t]{1,4}\d[\d.,]{0,12}[ \t]{1,4}[十百千万亿元美港欧日人名位个家年月日倍股点])"
    r"[ \t]{1,4}(?=[\u3400-\u9fffA-Za-z0-9“「《][^ \t，。;\n]{2})"
)
_HEADLINE = re.compile(r"^[^，。;！？\n]{10,70}$", re.MULTILINE)


class Folded:
    """A text in simplified characters and half-width forms, without blanks inside Chinese, invisible signs and emoji.

    ``text`` is what rules read; ``span`` leads from its offsets to those of the text as written, ``at`` the other way.
    Case is kept (``lower`` has the same length). Line breaks that end no clause are taken out.
    """

    __slots__ = ("_cut_at", "_shift", "lower", "raw", "text")

    def __init__(self, raw: str, *, title: bool = False) -> None:
        self.raw = raw
        even = simplified(raw).translate(_WIDE)
        has_han = _HAN.search(even) is not None
        if has_han:
            even = _HALF_COMMA.sub("，", even)
            even = _with_commas(even) if title else _HEADLINE.sub(lambda line: _with_commas(line.group()), even)
        parts: list[str] = []
        self._cut_at = [0]
        self._shift = [0]
        last = length = 0
        for run in _RUN[has_han, "<" in even or _SOUNDED.search(even) is not None].finditer(even):
            start, end = run.span()
            rest = _kept(run.group(), even[start - 1 : start], even[end : end + 1])
            if rest == run.group():
                continue  # nothing is cut before the runs that change: joining each stretch anew would be quadratic
            kept = even[last:start] + rest
            parts.append(kept)
            length += len(kept)
            last = end
            self._cut_at.append(length)
            self._shift.append(last - length)
        parts.append(even[last:])
        self.text = "".join(parts)
        lowered = self.text.lower()
        self.lower = lowered if len(lowered) == len(self.text) else "".join(map(_lower, self.text))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the text as written; ``end`` is past at least one character."""
        return self._back(start), self._back(end - 1) + 1

    def at(self, offset: int) -> int:
        """The offset in ``text`` of the character that stands at, or next after, ``offset`` of the text as written."""
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high) // 2
            if self._back(middle) < offset:
                low = middle + 1
            else:
                high = middle
        return low

    def _back(self, offset: int) -> int:
        return offset + self._shift[bisect_right(self._cut_at, offset) - 1]


def _with_commas(headline: str) -> str:
    """A blank between the halves of a Chinese headline does the work of a comma."""
    return _GAP.sub(lambda gap: "，" + " " * (len(gap.group()) - 1), headline)


def _kept(run: str, before: str, after: str) -> str:
    """What remains of a run of blanks, breaks, emphasis and invisible signs between two characters."""
    if run == "_" or run == "*":
        return run
    if "\n" in run:
        soft = before in _OPEN_ENDED or after in _CLOSING or (before and after and _runs_on(before, after))
        if not soft:
            return "\n"
    in_chinese = before >= _FIRST_CJK or after >= _FIRST_CJK
    blank = not in_chinese and any(char.isspace() for char in run)
    return " " if blank and before and after else ""


def _runs_on(before: str, after: str) -> bool:
    """Words of one English sentence, broken by the width of a column."""
    return (
        (before.islower() or before == ",")
        and before.isascii()
        and (after.islower() or after in "$(")
        and after.isascii()
    )


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char


@lru_cache(maxsize=8)
def folded(raw: str, *, title: bool = False) -> Folded:
    """The folded text; the last few are kept, since companies, figures and signals read the same one."""
    return Folded(raw, title=title)
