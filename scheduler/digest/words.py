"""The letter's fixed words in each of its languages; one line a word, English first."""

from __future__ import annotations

from scheduler.digest.amounts import Language

_ORDER: tuple[Language, ...] = ("en", "zh-Hans", "zh-Hant")

_WORDS: dict[str, tuple[str, str, str]] = {
    "digest": ("Dragonwatch digest", "四小龙观察", "四小龍觀察"),
    "flags": ("New figures to review", "待审核的新数字", "待審核的新數字"),
    "decided": ("Decided since the last letter", "上次来信后的审核结果", "上次來信後的審核結果"),
    "stories": ("New stories", "新报道", "新報導"),
    "taken_down": ("Taken down", "已被撤下", "已被撤下"),
    "over_time": ("Over time", "历年数据", "歷年數據"),
    "unseen": ("What may have been missed", "可能遗漏的", "可能遺漏的"),
    "nothing": ("Nothing new.", "没有新消息。", "沒有新消息。"),
    "known": ("Known so far", "此前已知", "此前已知"),
    "known_none": ("nothing on this", "无记录", "無紀錄"),
    "last_known": ("last known: {}", "上次已知：{}", "上次已知：{}"),
    "before": ("Before the edit", "修改前", "修改前"),
    "after": ("after it", "修改后", "修改後"),
    "gone": ("no longer in the text", "已从文中删去", "已從文中刪去"),
    "as_of": ("as of {}", "截至{}", "截至{}"),
    "outlets_one": ("1 independent outlet", "1家独立媒体", "1家獨立媒體"),
    "outlets": ("{} independent outlets", "{}家独立媒体", "{}家獨立媒體"),
    "copies_one": ("and 1 copy or rewriting", "另有1篇转载或改写", "另有1篇轉載或改寫"),
    "copies": ("and {} copies or rewritings", "另有{}篇转载或改写", "另有{}篇轉載或改寫"),
    "review": ("Review at the desk", "前往审核台", "前往審核台"),
    "covers": ("Covers {} to {}", "涵盖{}至{}", "涵蓋{}至{}"),
    "covers_first": ("Covers everything up to {}", "涵盖截至{}的全部内容", "涵蓋截至{}的全部內容"),
    "only": ("Only: {}", "仅含：{}", "僅含：{}"),
    "flags_only": ("figures without stories", "数字，不含报道", "數字，不含報導"),
    "without": ("without {}", "不含{}", "不含{}"),
    "silent": ("no daemon ran from {} to {}", "{}至{}监测未运行", "{}至{}監測未執行"),
    "missed_run": ("{}: due {}, did not run", "{}：应于{}运行，未运行", "{}：應於{}執行，未執行"),
    "failed_run": ("{}: failed at {} ({})", "{}：{}失败（{}）", "{}：{}失敗（{}）"),
    "failed_runs": (
        "{}: failed {} times, last at {} ({})",
        "{}：失败{}次，最近一次在{}（{}）",
        "{}：失敗{}次，最近一次在{}（{}）",
    ),
    "run_crawl": ("polls", "采集", "採集"),
    "run_recheck": ("second looks", "复查", "複查"),
    "run_digest": ("letters", "来信", "來信"),
    "run_alert": ("alerts", "提醒", "提醒"),
    "run_upkeep": ("upkeep", "维护", "維護"),
    "run_backfill": ("backfill", "回溯", "回溯"),
    "run_reread": ("rereading", "重读", "重讀"),
    "alert_more": ("and {} more", "另有{}条", "另有{}條"),
    "alert_down_one": ("1 source is down", "1个来源失效", "1個來源失效"),
    "alert_down": ("{} sources are down", "{}个来源失效", "{}個來源失效"),
    "alert_silent": ("no daemon ran for a while", "监测曾中断", "監測曾中斷"),
    "alert_trial": (
        "This message shows that Dragonwatch can send alerts.",
        "这条消息表明提醒可以送达。",
        "這則訊息表明提醒可以送達。",
    ),
    "unsubscribe": ("Unsubscribe", "退订", "退訂"),
    "subject_flags_one": ("1 new figure to review", "1个新数字待审核", "1個新數字待審核"),
    "subject_flags": ("{} new figures to review", "{}个新数字待审核", "{}個新數字待審核"),
    "subject_stories_one": ("1 new story", "1篇新报道", "1篇新報導"),
    "subject_stories": ("{} new stories", "{}篇新报道", "{}篇新報導"),
    "subject_none": ("nothing new", "没有新消息", "沒有新消息"),
    # companies
    "sensetime": ("SenseTime", "商汤", "商湯"),
    "megvii": ("Megvii", "旷视", "曠視"),
    "cloudwalk": ("CloudWalk", "云从", "雲從"),
    "yitu": ("Yitu", "依图", "依圖"),
    # kinds
    "raised": ("raised", "融资", "融資"),
    "raised_total": ("raised in total", "累计融资", "累計融資"),
    "valuation": ("valuation", "估值", "估值"),
    "laid_off": ("laid off", "裁员人数", "裁員人數"),
    "laid_off_share": ("share laid off", "裁员比例", "裁員比例"),
    "headcount": ("headcount", "员工总数", "員工總數"),
    # reasons
    "new": ("new", "新", "新"),
    "refines": ("more exact", "更精确", "更精確"),
    "confirms": ("confirmed", "已证实", "已證實"),
    "contradicts": ("contradicts what is known", "与已知不符", "與已知不符"),
    "denied": ("denied", "被否认", "被否認"),
    "edited": ("article edited", "文章已修改", "文章已修改"),
    "signal": ("news without a number", "尚无数字的消息", "尚無數字的消息"),
    # status
    "stated": ("stated", "已公布", "已公布"),
    "reported": ("reported", "据报道", "據報導"),
    "planned": ("planned", "计划中", "計劃中"),
    # signals
    "financing": ("financing", "融资", "融資"),
    "layoffs": ("layoffs", "裁员", "裁員"),
    "signal_started": ("{}: under way", "{}：进行中", "{}：進行中"),
    "signal_completed": ("{}: completed", "{}：已完成", "{}：已完成"),
    "signal_withdrawn": ("{}: withdrawn", "{}：已撤回", "{}：已撤回"),
    "signal_denied": ("{}: denied", "{}：被否认", "{}：被否認"),
    # decisions
    "accepted": ("accepted", "已接受", "已接受"),
    "rejected": ("rejected", "已驳回", "已駁回"),
    "amended": ("amended", "已更正", "已更正"),
    "superseded": ("merged", "已合并", "已合併"),
    # healths
    "failing": ("failing", "失败", "失敗"),
    "blocked": ("blocked", "被拦截", "被攔截"),
    "stale": ("nothing new for long", "久无更新", "久無更新"),
    "since": ("since {}", "自{}起", "自{}起"),
}


def word(key: str, language: Language, *values: object) -> str:
    """The word in that language with ``values`` put in; a company that is not of the four stands as its key."""
    forms = _WORDS.get(key)
    text = key if forms is None else forms[_ORDER.index(language)]
    return text.format(*values) if values else text


def counted(key: str, count: int, language: Language) -> str:
    """``1 new story``, ``3 new stories``."""
    return word(f"{key}_one", language) if count == 1 else word(key, language, count)
