"""What is served in a page's place, told apart from the page."""

from __future__ import annotations

import pytest

from crawler.fetch.standins import stand_in

URL = "https://news.example/2026/05/01/sensetime-round.html"
ARTICLE = (
    "<html><head><title>商汤融资</title></head><body>" + "<p>商汤今天公布了新一轮融资。</p>" * 30 + "</body></html>"
)


def page(title: str, body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("answered", "body", "headers", "instead"),
    [
        (URL, ARTICLE, {}, None),
        (URL, page("Just a moment..."), {}, "challenge"),
        (URL, ARTICLE, {"cf-mitigated": "challenge"}, "challenge"),
        (URL, page("x", "<script>var _wafchallengeid='1'</script>"), {}, "challenge"),
        (URL, page("安全验证", "请完成验证"), {}, "challenge"),
        (URL, page("人机验证的历史", "人机验证" + "这一行业的文章。" * 9000), {}, None),
        ("https://passport.example/login?next=/x", ARTICLE, {}, "login"),
        ("https://news.example/users/sign_in", ARTICLE, {}, "login"),
        (URL, page("Welcome", "<input name=p type='password'>"), {}, "login"),
        (URL, page("404 - 页面不存在"), {}, "gone"),
        (URL, page("Page not found"), {}, "gone"),
        (URL, page("公司404实验室获奖", "<p>x</p>"), {}, None),
        ("https://news.example/", page("首页"), {}, "gone"),
        (URL, page("x", "This content is not available in your region"), {}, "region"),
        (URL, "<?xml version='1.0'?><rss><title>g-recaptcha 404</title></rss>", {}, None),
    ],
)
def test_stand_ins_are_told_apart(answered: str, body: str, headers: dict[str, str], instead: str | None) -> None:
    assert stand_in(URL, answered, body.encode(), headers) == instead


def test_a_gbk_page_is_understood_too() -> None:
    assert stand_in(URL, URL, page("页面不存在").encode("gb18030"), {}) == "gone"


def test_a_front_page_that_was_asked_for_is_no_stand_in() -> None:
    assert stand_in("https://news.example/", "https://news.example/", page("首页").encode(), {}) is None
