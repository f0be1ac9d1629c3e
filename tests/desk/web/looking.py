"""A real browser for the tests, which tells of every error and every address that it asks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@contextmanager
def opened() -> Iterator[Browser]:
    """Debian's Chromium; fails with what to do where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("no browser is installed: `apt-get install chromium`, then run the tests again", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def looking(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page of a person of their own; at its end there must have been no error, and no address asked but the desk's."""
    context: BrowserContext = browser.new_context(base_url=address, **options)
    context.set_default_timeout(5000)
    shown = context.new_page()
    errors: list[str] = []
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    shown.on("dialog", lambda dialog: errors.append(dialog.message))
    shown.on(
        "request",
        lambda request: errors.append(request.url) if not request.url.startswith((address, "data:")) else None,
    )
    yield shown
    context.close()
    unexpected = [error for error in errors if "status of 409" not in error and "status of 422" not in error]
    assert unexpected == [], unexpected
