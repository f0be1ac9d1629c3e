"""What changes on a page without the article being edited: counters, clocks, recommendations; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 80
"""Characters of a line that can be a counter or a recommended headline; what is longer is a paragraph."""
_COUNTER = re.compile(
    r"(?:阅读|閱讀|浏览|瀏覽|点赞|點讚|评论|評論|留言|转发|轉發|收藏|分享|热度|人气|人氣|在看|views?|reads?|comments?|likes?|shares?)"
    r"[^\w\n]{0,4}\d|\d[\d,.]*\s*(?:[万萬kK]\+?\s*)?(?:次阅读|次閱讀|阅读|閱讀|浏览|瀏覽|人看过|条评论|條評論|评论|評論|views?|reads?|comments?|likes?|shares?)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:\d+|几|an?)\s*(?:秒|分钟|分鐘|小时|小時|天|周|seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?)\s*(?:前|之前|以前|ago)|^(?:刚刚|剛剛|just now)$|"
    r"^(?:当前时间|現在時間|现在时间|今天是|today is|local time).*\d",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[【\[]?(?:相关阅读|相關閱讀|相关新闻|相關新聞|相关文章|推荐阅读|推薦閱讀|延伸阅读|延伸閱讀|热门文章|热门推荐|熱門|猜你喜欢|为您推荐|編輯推薦|编辑推荐|更多新闻|"
    r"related(?: articles| stories| news)?|read more|more (?:stories|news|from .{1,40})|recommended(?: for you)?|most read|trending(?: now)?)[】\]]?\s*[:：]?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？.!?]['\"”’」』]?$")
_BLANK = re.compile(r"\s+")


def same_but_for_noise(before: str, after: str) -> bool:
    """Whether two texts differ in nothing that somebody wrote: only in counters, clocks, recommendations and blanks."""
    return before == after or list(_written(before)) == list(_written(after))


def _written(text: str) -> Iterator[str]:
    recommended = False
    for line in text.splitlines():
        even = _BLANK.sub("", line)
        if not even:
            continue
        short = len(line.strip()) <= _LONGEST
        heading = _HEADING.match(line.strip()) if short else None
        if heading:
            recommended = True
            continue
        # A list of headlines ends where somebody writes in sentences again.
        recommended = recommended and short and not _SENTENCE.search(even)
        if recommended or (short and _is_noise(line.strip())):
            continue
        yield even


def _is_noise(line: str) -> bool:
    return bool(_CLOCK.search(line) or _COUNTER.search(line)) and not _SENTENCE.search(line)
