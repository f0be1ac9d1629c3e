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

COMMAND = [sys.executable, "-m", "desk.cli.main", "demo", "--dir"]
ROOT = Path(__file__).parents[2]
SECONDS = 60


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "DRAGONWATCH_DESK__PORT": "0",
    }
    return subprocess.Popen(
        [*COMMAND, str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder.parent,
    )


def test_the_demo_shows_its_flags_writes_the_letter_and_serves_until_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with start(folder, "--serve") as process:
        try:
            told = _told(process)
            for name in ("newsroom", "desk"):
                address = re.search(rf"^the {name}: (http\S+)", told, re.MULTILINE)
                assert address is not None
                with urlopen(address[1], timeout=10) as answer:
                    assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=SECONDS) == 0
    assert "Megvii: share laid off about 15%" in told
    assert "Before the edit: share laid off about 30%" in told
    assert "edited by their outlet: /tanwang/kuangshi-layoff.html" in told
    assert "without need" not in told
    letter = BytesParser(policy=policy.default).parsebytes((folder / "digest.eml").read_bytes())
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "Megvii" in plain.get_content()
    assert "探网科技" in (folder / "digest.html").read_text(encoding="utf-8")


def test_a_demo_in_a_real_installation_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dragonwatch.toml").write_text("[storage]\n")
    with start(tmp_path) as process:
        _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert "give --dir another folder" in said
    assert "Traceback" not in said


def _told(process: subprocess.Popen[str]) -> str:
    """Everything that the demo prints until it serves."""
    lines: list[str] = []
    until = time.monotonic() + SECONDS
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C") or time.monotonic() > until:
            break
    return "".join(lines)
