"""A letter as a mail program shows it: parsed back from its bytes, in a browser, on a phone and wide, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from scheduler.digest.choose import Wishes, choose
from scheduler.digest.letter import draft, opened, page_of
from scheduler.digest.view import Frame
from storage.rows import RunRow
from tests.desk.web.looking import looking
from tests.desk.web.looking import opened as browsing
from tests.scheduler.builders import EARLIER, NOW, article, figure, flag, known, source, story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = Path(__file__).parent.parent / "desk" / "web" / "vendor" / "axe.min.js"
OF_PAGES = ("region", "landmark-one-main", "page-has-heading-one")
"""Rules for whole sites: a mail program puts a letter into a page of its own."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as launched:
        yield launched


@pytest.fixture(scope="module")
def letter() -> str:
    """With all that a letter can hold: bars, an edit, a decision, a hostile title, an address without a place to break."""
    earlier = [known(id=str(year), as_of=str(year), high=known().low) for year in (2021, 2022, 2023)]
    long = article(title="“><script>alert(1)</script>" + "商汤" * 40, outlet="x" * 90)
    edition = choose(
        Wishes(kinds=("headcount", "laid_off")),
        key="2026-11-24",
        since=None,
        until=NOW,
        flags=[
            flag(),
            flag(id="2", reason="edited", before=figure(low=None)),
            flag(id="3", reason="signal", figure=None, signal="started", topic="layoffs", quote="旷视启动裁员。", company="megvii"),
            flag(id="4", state="rejected", decided_by="li", decided_at=NOW, cause="other company"),
        ],
        stories=[(story(), [long])],
        gone=[replace(long, gone_at=EARLIER)],
        sources=[source(health="failing", error="timed out " + "y" * 120)],
        runs=[RunRow("1", "daemon", "missed", NOW, due=EARLIER, finished=NOW)],
        ledger=earlier,
    )  # fmt: skip
    frame = Frame("zh-Hans", public_url="https://desk.example", unsubscribe="https://desk.example/unsubscribe/abc")
    sent = draft(edition, frame).addressed(
        sender="d@x.example", recipient="a@x.example", now=NOW, unsubscribe=frame.unsubscribe
    )
    return page_of(opened(sent))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
def test_it_can_be_read_without_a_remote_byte(
    browser: Browser, letter: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    # ``looking`` fails on any address that is asked, any script that runs, any error.
    with looking(browser, "about:blank", viewport={"width": width, "height": 800}, color_scheme=scheme) as shown:
        shown.set_content(letter)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.locator("img").count() > 0
        assert shown.evaluate("[...document.images].every(image => image.complete && image.naturalWidth && image.alt)")
        shown.evaluate(AXE.read_text(encoding="utf-8"))
        found = shown.evaluate("axe.run()")["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["id"] not in OF_PAGES] == []
