"""``desk`` and ``daemon`` as processes: they answer, and end cleanly when they are told to."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.desk.conftest import Installation


@contextmanager
def running(installation: Installation, command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address that it says."""
    text = installation.config.read_text(encoding="utf-8") + "\n[desk]\nport = 0\n"
    installation.config.write_text(text, encoding="utf-8")
    call = [sys.executable, "-m", "desk", "--config", str(installation.config), command]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = re.search(r"the desk is at (\S+)", process.stderr.readline())
            assert said is not None
            yield process, said[1]
        finally:
            process.kill()


def asked(address: str, within: float = 15) -> tuple[int, str]:
    """Status and body, once something answers."""
    until = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code != 503 or time.monotonic() > until:
                return error.code, error.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_desk_answers_until_it_is_told_to_end(installation: Installation, number: signal.Signals) -> None:
    with running(installation, "desk") as (process, address):
        assert "US$600 million" in asked(address)[1]
        assert asked(address + "health")[0] == 200
        process.send_signal(number)
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_the_daemon_runs_desk_and_schedule_and_ends_on_sigterm(installation: Installation) -> None:
    installation.run("sources", "remove", "theirs")  # the daemon would ask it
    with running(installation, "daemon") as (process, address):
        assert asked(address + "health") == (200, '{"database":true,"schedule":true}')
        assert "US$600 million" in asked(address)[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
