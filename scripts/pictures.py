"""Takes the pictures of ``docs/pictures``: the demo's desk and letter, as people see them. Run by ``make pictures``."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

OUT = Path(__file__).parent.parent / "docs" / "pictures"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1180, "height": 820}


def main() -> None:
    """Starts the demo with its desk on a free port and takes each picture."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"DRAGONWATCH_DESK__PORT": str(port)}
        command = [str(Path(sys.executable).with_name("dragonwatch")), "demo", "--dir", f"{folder}/demo", "--serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as demo:
            try:
                _take(f"http://127.0.0.1:{port}", Path(folder) / "demo" / "digest.html")
            finally:
                demo.terminate()


def _take(desk: str, letter: Path) -> None:
    _wait(f"{desk}/health")
    OUT.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _shoot(browser, desk + "/", "review", WIDE, "light")
        _shoot(browser, desk + "/", "review-phone-dark", PHONE, "dark")
        _shoot(browser, desk + "/companies/megvii", "company", WIDE, "light")
        _shoot(browser, desk + "/sources", "sources", WIDE, "light")
        _shoot(browser, letter.as_uri(), "letter", {"width": 700, "height": 820}, "light")
        _shoot(browser, letter.as_uri(), "letter-dark", {"width": 700, "height": 820}, "dark")
        _shoot(browser, letter.as_uri(), "letter-phone", PHONE, "light")
        _shoot(browser, letter.as_uri(), "letter-phone-dark", PHONE, "dark")
        browser.close()


def _shoot(browser: Browser, address: str, name: str, size: dict[str, int], scheme: str) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / f"{name}.png")
    page.close()


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=2).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("pictures: the demo's desk did not start")


if __name__ == "__main__":
    main()
