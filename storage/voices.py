"""Who speaks in an article: copies and articles that cite another outlet all speak with that outlet's voice."""

from __future__ import annotations

import unicodedata

from crawler.errors import ReadError
from crawler.items import Article
from crawler.reading.script import simplified
from crawler.urls import host_of

_ALSO = {
    "reuters": ("路透", "路透社", "路透中文网", "thomson reuters"),
    "bloomberg": ("彭博", "彭博社", "彭博新闻社", "bloomberg news"),
    "financial times": ("金融时报", "英国金融时报", "ft", "ft中文网"),
    "wall street journal": ("华尔街日报", "wsj", "the wall street journal"),
    "latepost": ("晚点", "晚点latepost", "晚点财经"),
    "xinhua": ("新华社", "新华网", "xinhua news agency"),
    "caixin": ("财新", "财新网", "财新传媒", "caixin global"),
    "nikkei": ("日经", "日经中文网", "日本经济新闻", "nikkei asia"),
    "south china morning post": ("南华早报", "scmp"),
    "36kr": ("36氪", "krasia"),
    "the information": (),
    "hkexnews": ("香港交易所", "港交所", "披露易", "hkex"),
}
_CANONICAL = {name: key for key, names in _ALSO.items() for name in (key, *names)}


def voice_of(article: Article, url: str) -> str:
    """The outlet that an article counts with: the original it names, else its publisher, else its host."""
    return voice(article.origin or article.outlet) or host_voice(url)


def voice(outlet: str | None) -> str:
    """One spelling per outlet, over scripts, widths, cases and the best known names in two languages."""
    if not outlet:
        return ""
    plain = " ".join(simplified(unicodedata.normalize("NFKC", outlet)).casefold().split())
    return _CANONICAL.get(plain, plain)


def host_voice(url: str) -> str:
    """The host of an article that names no outlet at all."""
    try:
        return host_of(url).removeprefix("www.")
    except ReadError:
        return url
