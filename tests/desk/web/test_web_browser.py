"""The desk in a real browser: decisions by keyboard alone, two people, no JavaScript, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.wiring import Wiring
from tests.desk.web.looking import looking, opened
from tests.storage.building import figure, judged, page, reading, stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as launched:
        yield launched


@pytest.fixture
def twenty(wiring: Wiring) -> Wiring:
    """Twenty more flags, each of an event of its own."""
    for number in range(20):
        told = figure(str(1_000_000 * (number + 1)), event=f"e{number}", round=f"R{number}", start=2, end=6)
        read = reading(f"商汤{number}", told, title=f"第{number}条")
        wiring.store.take_in(page(f"many-{number}"), read, stored(read, judged(told)))
    return wiring


def settled(desk: Page, wiring: Wiring, states: dict[str, int]) -> None:
    """Waits until so many flags are in these states."""
    for _ in range(250):
        if wiring.store.flags.counts() == states:
            return
        desk.wait_for_timeout(20)
    assert wiring.store.flags.counts() == states


def test_twenty_flags_by_keyboard_alone_and_undo(browser: Browser, served: str, twenty: Wiring) -> None:
    with looking(browser, served) as desk:
        desk.goto("/")
        expect(desk.locator(".card.current")).to_have_count(1)
        for number in range(20):
            expect(desk.locator(".card.current[data-state=waiting]")).to_have_count(1)
            id = desk.locator(".card.current").get_attribute("data-flag")
            if number % 4 == 3:
                desk.keyboard.press("r")
                desk.keyboard.press("Enter")
            else:
                desk.keyboard.press("a")
            expect(desk.locator(f"#flag-{id}")).not_to_have_attribute("data-state", "waiting")
        settled(desk, twenty, {"accepted": 15, "rejected": 5, "waiting": 3})
        desk.keyboard.press("u")
        expect(desk.locator(f"#flag-{id}")).to_have_attribute("data-state", "waiting")
        settled(desk, twenty, {"accepted": 15, "rejected": 4, "waiting": 4})


def test_the_other_keys(browser: Browser, served: str, wiring: Wiring) -> None:
    with looking(browser, served) as desk:
        desk.goto("/")
        first = desk.locator(".card.current").get_attribute("data-flag")
        desk.keyboard.press("j")
        assert desk.locator(".card.current").get_attribute("data-flag") != first
        desk.keyboard.press("k")
        assert desk.locator(".card.current").get_attribute("data-flag") == first
        desk.keyboard.press("?")
        expect(desk.locator("#keys")).to_be_visible()
        desk.keyboard.press("Escape")
        desk.keyboard.press("e")
        desk.keyboard.press("Control+a")
        desk.keyboard.type("7e9")
        desk.keyboard.press("Enter")
        expect(desk.locator(f"#flag-{first} [role=alert]")).to_contain_text("above high")
        assert wiring.store.flags.get(str(first)).state == "waiting"
        desk.keyboard.press("/")
        expect(desk.locator("#q")).to_be_focused()
        desk.keyboard.type("裁员")
        expect(desk.locator("#found tbody tr")).to_have_count(1)
        assert "q=" in desk.url


def test_the_second_of_two_people_is_told(browser: Browser, served: str, wiring: Wiring) -> None:
    with looking(browser, served) as first, looking(browser, served) as second:
        first.goto("/")
        second.goto("/")
        id = first.locator(".card.current").get_attribute("data-flag")
        first.keyboard.press("a")
        expect(first.locator(f"#flag-{id}")).to_have_attribute("data-state", "accepted")
        second.keyboard.press("r")
        second.keyboard.press("Enter")
        expect(second.locator(f"#flag-{id} [role=alert]")).to_contain_text("lin")
        assert wiring.store.flags.get(str(id)).state == "accepted"


def test_without_javascript(browser: Browser, served: str, wiring: Wiring) -> None:
    with looking(browser, served, java_script_enabled=False) as desk:
        desk.goto("/")
        card = desk.locator(".card").first
        id = str(card.get_attribute("data-flag"))
        card.locator("details.reject summary").click()
        card.locator("select[name=reason]").select_option("old")
        card.locator("details.reject button").click()
        expect(desk.locator(".done")).to_contain_text("rejected by lin")
        assert wiring.store.flags.get(id).cause == "old"
        desk.locator(".done button").click()
        assert wiring.store.flags.get(id).state == "waiting"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, served: str, scheme: str) -> None:
    options = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme, "locale": "zh-CN"}
    with looking(browser, served, **options) as desk:
        for path in ("/", "/companies/sensetime", "/articles", "/articles/1", "/figures", "/sources", "/add"):
            desk.goto(path)
            desk.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert desk.evaluate("document.documentElement.scrollWidth") <= 360, path
            inside = (
                "[...document.querySelectorAll('.card details')].every((one) => one.scrollWidth <= one.clientWidth)"
            )
            assert desk.evaluate(inside), path
        assert desk.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(24, 22, 20)" if scheme == "dark" else "rgb(251, 250, 247)"
        )


def test_charts_are_drawn(browser: Browser, served: str) -> None:
    with looking(browser, served) as desk:
        desk.goto("/companies/sensetime?currency=CNY")
        expect(desk.locator(".uplot canvas")).to_have_count(4)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing(browser: Browser, served: str, scheme: str, width: int) -> None:
    # What WCAG 2.2 adds to 2.1 axe leaves out unless it is asked for.
    rules = "{rules: {'target-size': {enabled: true}}}"
    axe = Path(__file__).with_name("vendor").joinpath("axe.min.js").read_text(encoding="utf-8")
    paths = ("/", "/flags/1", "/companies", "/companies/sensetime", "/stories", "/articles", "/articles/1", "/figures")
    options = {"color_scheme": scheme, "bypass_csp": True, "viewport": {"width": width, "height": 800}}
    with looking(browser, served, **options) as desk:
        for path in (*paths, "/sources", "/digests", "/runs", "/add", "/login"):
            desk.goto(path)
            desk.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            desk.evaluate(axe)
            found = desk.evaluate(f"axe.run({rules})")["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], path
        desk.goto("/")
        desk.keyboard.press("?")
        desk.evaluate(axe)
        assert desk.evaluate(f"axe.run('dialog', {rules})")["violations"] == []
