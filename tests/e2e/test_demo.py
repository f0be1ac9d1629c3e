"""``dragonwatch demo`` as a user runs it: in a process of its own, twice in the same folder, and kept running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from email import policy
from email.parser import BytesParser
from pathlib import Path
from urllib.request import urlopen

import pytest

COMMAND = [sys.executable, "-m", "desk.cli.main", "demo", "--dir"]
ROOT = Path(__file__).parents[2]
SECONDS = 60


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(
        [*COMMAND, str(folder)], capture_output=True, text=True, timeout=SECONDS, env=environment, cwd=folder.parent
    )


def test_the_demo_shows_flags_and_writes_the_letter(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    ran = demo(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Megvii: share laid off about 15%" in ran.stdout
    assert "Before the edit: share laid off about 30%" in ran.stdout
    assert "edited by their outlet: /tanwang/kuangshi-layoff.html" in ran.stdout
    assert "without need" not in ran.stdout
    letter = BytesParser(policy=policy.default).parsebytes((folder / "digest.eml").read_bytes())
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "Megvii" in plain.get_content()
    assert "探网科技" in (folder / "digest.html").read_text(encoding="utf-8")


def test_a_demo_in_the_folder_of_another_program_says_so(tmp_path: Path) -> None:
    (tmp_path / "dragonwatch.toml").write_text("[storage]\n")
    ran = demo(tmp_path)
    assert ran.returncode == 2
    assert "give --dir another folder" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_served_demo_answers_until_it_is_interrupted(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "DRAGONWATCH_DESK__PORT": "0",
    }
    with subprocess.Popen(
        [*COMMAND, str(tmp_path / "demo"), "--serve"], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        try:
            newsroom, desk = _addresses(process)
            for address in (newsroom, desk):
                with urlopen(address, timeout=10) as answer:
                    assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=SECONDS) == 0


def _addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    found: dict[str, str] = {}
    until = time.monotonic() + SECONDS
    assert process.stdout is not None
    for line in process.stdout:
        if match := re.match(r"the (newsroom|desk): (http\S+)", line):
            found[match[1]] = match[2]
        if len(found) == 2:
            return found["newsroom"], found["desk"]
        if time.monotonic() > until:
            break
    pytest.fail("the demo did not tell its addresses")
