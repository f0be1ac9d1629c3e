"""Lines that stand in an article's element and are not its text: bylines, share rows, related links, adverts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.reading.blocks import Block
from crawler.reading.container import running, size

_RELATED = re.compile(
    r"^[\s【\[▲●■◆>▼|：:]*(?:相关(?:阅读|新闻|报道|推荐|文章|链接|专题|内容)|延伸阅读|推荐阅读|更多(?:阅读|新闻|精彩|推荐|内容)|热门(?:推荐|文章|新闻|评论)|猜你喜欢|往期(?:回顾|推荐|精彩)|"
    r"相關(?:閱讀|新聞|報道|報導|文章|連結)|延伸閱讀|推薦閱讀|更多(?:閱讀|新聞|報導)|熱門(?:新聞|文章)|你可能(?:也|还|還)?(?:感兴趣|喜欢|喜歡|感興趣)|"
    r"related(?:\s+(?:articles?|stories|news|posts?|coverage|content|reading|topics?|links?))?|read (?:more|next|also)|more (?:stories|news|from|on|in|like)\b.{0,40}|"
    r"(?:you )?(?:may|might) also (?:like|be interested in)|recommended(?: for you| stories| reading)?|most (?:read|popular|viewed)|trending(?: now)?|"
    r"don'?t miss|see also|also read|editor'?s picks?|popular (?:stories|posts|now))[\s】\]：:…>.]*$",
    re.I,
)
_NOISE = re.compile(
    r"^(?:advert(?:isement|ising)?s?|story continues below.*|scroll (?:down )?(?:for|to).{0,40}|skip (?:to|ad).{0,30}|loading\.*|share(?: this)?(?: article| story)?.{0,20}|"
    r"tweet|email|print|pinterest|facebook|twitter|linkedin|whatsapp|copy link|comments?|\d+ comments?|tell us what you think.*|leave a (?:comment|reply).*|"
    r"(?:get|sign up|subscribe|register).{0,80}(?:newsletters?|inbox|updates|alerts|free trial)\b.{0,60}|click here (?:for|to) .{0,60}|follow (?:us|me|@?\w+) on .{0,60}|like us on .{0,40}|"
    r"have a tip\?.*|write to .{3,60} at \S+@\S+|©.*|copyright .{0,80}|all rights reserved.*|photo(?:graph)?s?(?: credit| by)?:.{0,60}|image(?: credit)?:.{0,60}|"
    r"广告|廣告|分享(?:到|至)?.{0,20}|打印|收藏|字号.{0,12}|字體.{0,12}|评论|評論|点赞|举报|返回(?:搜狐|首页|顶部).{0,12}|"
    r"\d*[ \d]*(?:上一页|下一页|上一頁|下一頁|余下全文|尾页)[ \d]*.{0,12}|(?:【\d+】)+|"
    r"[（(【\[]?\s*(?:责任编辑|責任編輯|责编|責編|编辑|編輯|本文编辑|校对|审核|值班编辑|作者|来源|來源)[^。]{0,40}|.{0,6}(?:扫描|長按|长按|扫一扫).{0,6}(?:二维码|二維碼).{0,40}|"
    r"(?:点击|點擊)(?:进入|查看|下载|图片|此处|關注|关注).{0,40}|(?:打开|下载|下載).{0,10}(?:app|客户端|客戶端).{0,30}|本文(?:仅代表|为|不代表|版权).{0,60}|(?:特别)?声明[：:].{0,160}|"
    r"预览时标签不可点|[-—\\\s]*(?:fin|end|完)[-—\\\s]*|原标题[：:].{2,80}|最后更新[：:].{0,30}|文章关键词[：:].{0,60}|标签[：:]?.{0,60}|举报邮箱.*|[^。]{0,20}(?:公众号|公眾號)[^。]{0,20})$",
    re.I,
)
_META = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}:\d{2}|^(?:by|published|updated|posted|written by|last updated|date)\b|(?:来源|來源|作者|记者|編輯|编辑|发布时间|发布|發布|责编)\s*[:：|]|阅读|浏览|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4}|\bmin(?:ute)?s? read\b|^\d+\s*(?:shares?|comments?|views?)$",
    re.I,
)


def trimmed(blocks: Sequence[Block], title: str | None = None) -> tuple[list[Block], list[str]]:
    """The blocks of the text alone, and the lines taken from its head and end, which name author, origin and dates."""
    kept = [block for block in blocks if not _link_row(block)]
    first = next((i for i, block in enumerate(kept) if running(block)), 0)
    last = next((i for i in range(len(kept) - 1, -1, -1) if running(kept[i])), len(kept) - 1)
    kept, last = _without_related(kept, last)
    lines: list[str] = []
    text: list[Block] = []
    for index, block in enumerate(kept):
        head, tail = index < first, index > last
        if _is_title(block.text, title) and index <= max(first, 3):
            continue
        if len(block.text) <= 200 and (
            _NOISE.match(block.text) or (head and _META.search(block.text) and size(block.text) < 160)
        ):
            lines.append(block.text)
            continue
        if tail and (block.heading or block.linked > 0.5):
            continue
        text.append(block)
    return text, lines


def _link_row(block: Block) -> bool:
    if block.linked <= 0.7 or len(block.text) <= 3 or len(block.text) - block.links >= 40:
        return False
    # A whole sentence in a link is a sentence.
    return not (size(block.text) >= 180 and block.text.rstrip('”"’')[-1:] in "。.！!？?")


def _without_related(blocks: list[Block], last: int) -> tuple[list[Block], int]:
    """Cuts off a list of other articles: all from a heading such as 相关阅读 on, if little running text follows it."""
    total = sum(running(block) for block in blocks)
    after = 0.0
    for index in range(len(blocks) - 1, -1, -1):
        if len(blocks[index].text) < 60 and _RELATED.match(blocks[index].text) and after < 0.1 * total:
            rest = blocks[:index]
            return rest, min(last, len(rest) - 1)
        after += running(blocks[index])
    return blocks, last


def _is_title(text: str, title: str | None) -> bool:
    return title is not None and "".join(text.split()) == "".join(title.split())


_MORE = re.compile(
    r"^(?:下一页|下一頁|余下全文|餘下全文|阅读全文|閱讀全文|next page|continue to page \d+)[\s>»]*$|下一页.{0,4}余下全文",
    re.I,
)


def more_pages(blocks: Sequence[Block]) -> bool:
    """Whether the article's own element links to its next page."""
    return any(block.links and len(block.text) < 40 and _MORE.search(block.text) for block in blocks)
