"""Tells a page from what is served in its place with status 200: a challenge, a login page, a soft 404; pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LOOKED_AT = 65_536
_SMALL = 40_000
"""Bytes from which a page is an article's rather than a challenge's; real challenges measure 1 to 15 kB."""

_CHALLENGE = re.compile(
    rb"_wafchallengeid|_waf_bd8ce2ce37|acw_sc__v2|/cdn-cgi/challenge-platform|cf-chl-|cf_chl_opt|<title>\s*Just a moment|"
    rb"<title>\s*Attention Required|px-captcha|_Incapsula_Resource|datadome|geetest_|g-recaptcha|h-captcha|aws-waf-token|"
    rb"Enable JavaScript and cookies to continue|verify (?:that )?you are (?:a )?human|Please complete the security check|"
    rb"slidercaptcha|TencentCaptcha|aliyun_waf",
    re.IGNORECASE,
)
_CHALLENGE_WORDS = (
    "滑动验证",
    "安全验证",
    "访问验证",
    "请完成验证",
    "人机验证",
    "環境異常",
    "环境异常",
    "訪問過於頻繁",
    "访问过于频繁",
)
_LOGIN_PATH = re.compile(
    r"/(?:login|signin|sign-in|log-in|passport|account/login|users/sign_in|sso|auth)(?:[/.?]|$)", re.IGNORECASE
)
_LOGIN_HOST = re.compile(r"^(?:passport|login|signin|sso|account|accounts|auth)\.", re.IGNORECASE)
_PASSWORD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_NOT_FOUND = re.compile(
    r"(?:^|\W)404(?:\W|$)|page not found|not found$|页面不存在|頁面不存在|找不到(?:该)?(?:页|頁)面?|内容不存在|文章不存在|已(?:被)?删除|页面没有找到",
    re.IGNORECASE,
)
_REGION = re.compile(rb"not available in your (?:region|country)|unavailable in your (?:region|country)", re.IGNORECASE)


def stand_in(asked: str, answered: str, body: bytes, headers: dict[str, str]) -> str | None:
    """Names what an answer of status 200 is instead of the page; None where it looks like the page.

    One of ``challenge``, ``login``, ``region``, ``gone``. Judges small pages alone by their words, as an article may be about captchas.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "challenge"
    if _to_login(asked, answered):
        return "login"
    head = body[:_LOOKED_AT]
    small = len(body) < _SMALL
    if small and not _looks_like_feed(head):
        if _CHALLENGE.search(head) or any(word.encode() in head for word in _CHALLENGE_WORDS):
            return "challenge"
        if _REGION.search(head):
            return "region"
        if _PASSWORD.search(head) and len(body) < _SMALL // 4:
            return "login"
        if _gone(asked, answered, head):
            return "gone"
    return None


EXPLAINED = {
    "challenge": "answered with a challenge page for browsers instead of the page",
    "login": "answered with its login page instead of the page",
    "region": "is not served to where we ask from",
    "gone": "answered with a page that says it is not there",
}


def _to_login(asked: str, answered: str) -> bool:
    if asked == answered:
        return False
    before, after = urlsplit(asked), urlsplit(answered)
    if _LOGIN_PATH.search(after.path) and not _LOGIN_PATH.search(before.path):
        return True
    return bool(_LOGIN_HOST.match(after.netloc)) and not _LOGIN_HOST.match(before.netloc)


def _looks_like_feed(head: bytes) -> bool:
    start = head[:500].lstrip().lower()
    return (
        start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b"<urlset", b"<sitemapindex")) and b"<html" not in start
    )


def _gone(asked: str, answered: str, head: bytes) -> bool:
    """The title says so, or a deep link was led back to the front page."""
    deep, front = urlsplit(asked), urlsplit(answered)
    if len(deep.path.strip("/")) > 8 and front.path in ("", "/") and not front.query and deep.path != front.path:
        return True
    title = _TITLE.search(head)
    if not title:
        return False
    return any(_NOT_FOUND.search(title[1].decode(charset, "replace").strip()) for charset in ("utf-8", "gb18030"))
