"""One spelling for all: full-width, traditional and capital letters, odd points, dashes, emoji; same length as the text.

Offsets into the folded text are offsets into the text. Only characters that the tables of numbers use are folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TRADITIONAL = (
    "萬万 億亿 兩两 餘余 數数 幾几 約约 過过 達达 將将 員员 職职 崗岗 個个 僱雇 幣币 圓元 歐欧 鎊镑 韓韩 臺台 點点 資资 減减 於于 無无 滿满 趕赶 "
    "頂顶 頭头 間间 內内 後后 為为 爲为 佔占 總总 處处 倉仓 盧卢 銖铢 馬马 單单 類类 機机 體体 額额 錄录 務务 術术 響响 籌筹 獲获 價价 開开 辭辞 "
    "優优 規规 產产 業业 項项 從从 漲涨 來来 純纯 該该 計计 東东 區区 團团 隊队 銷销 營营 專专 雙双 現现 匯汇 級级 輪轮 戰战 發发 種种 貸贷 壹一 "
    "貳二 贰二 叁三 肆四 柒七 捌八 玖九 拾十 佰百 仟千 〇零 ○零 俩两 倆两 萊莱 亞亚 盪荡 臨临 訂订 簽签 預预 節节 違违 條条 據据 際际 損损 虧亏 "
    "負负 號号 時时 終终 幹干 師师 顧顾 問问 銀银 領领 認认 購购 財财 創创 見见 還还 讓让 擬拟 電电 車车 廣广 進进 實实 費费 債债 週周 樓楼 層层 "
    "歲岁 張张 輛辆 噸吨 筆笔 給给 這这 與与 併并 並并 裏里 動动 勞劳 僅仅 註注 別别 貨货 帳账 賬账 諾诺 斷断 補补 賣卖 買买 擴扩 縮缩 編编 遠远 "
    "剛刚 當当 傭佣 運运 維维 製制 線线 試试 習习 離离 棄弃 "
)
"""Pairs of a form and what it is folded to; of the characters that the tables use or that guards look at."""

ODD_FORMS = "．. ﹒. ﹪% ﹩$ ￥¥ 〜~ ∼~ ﹣- －- −- –- —- ─- ‐- ‑- ‒- ―- ﹐, ＇' ’' ´' ‘'"
"""Pairs of an odd form of a sign and the plain one."""


def _ranges() -> Iterator[tuple[str, str]]:
    yield from ((pair[0], pair[1]) for pair in (TRADITIONAL + ODD_FORMS).split())
    for code in range(0xFF01, 0xFF5F):
        if (char := chr(code - 0xFEE0)).isalnum() or char in "$%.+-~/#":
            yield chr(code), char.lower()
    for code in (*range(0x2000, 0x2010), 0xA0, 0x3000, 0x202F, 0x205F, 0xFEFF, 0x2060, *range(0x202A, 0x202F)):
        yield chr(code), " "
    for code in (*range(0x2600, 0x27C0), 0xFE0F, 0xFE0E, 0x20E3, *range(0x2066, 0x206A)):
        yield chr(code), " "
    yield from ((tab, " ") for tab in "\t\r\x0b\x0c")


_FOLDED = dict(_ranges())
_TO_FOLD = re.compile("[" + "".join(map(re.escape, _FOLDED)) + "]|[\U0001f000-\U0001faff]")


def fold(text: str) -> str:
    """Return the text in one spelling, character for character.

    Letters outside ASCII whose lower case has another length are left as they are.
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return _TO_FOLD.sub(lambda match: _FOLDED.get(match[0], " "), lower)
