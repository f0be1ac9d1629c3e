"""The guard of the tests itself: what leaves this machine is refused, here and in processes that are started."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard import sitecustomize as guard

BEYOND = {
    "connect": lambda: socket.create_connection(("192.0.2.1", 80), 1),
    "connect_ex": lambda: socket.socket().connect_ex(("192.0.2.1", 80)),
    "sixth": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
    "name": lambda: socket.getaddrinfo("news.example", 80),
    "aio": lambda: asyncio.run(asyncio.open_connection("192.0.2.1", 80)),
}


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A report of this test's own, so that what it tries on purpose does not fail it."""
    report = tmp_path / "attempts"
    monkeypatch.setenv(guard.REPORT, str(report))
    return report


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("ask", BEYOND.values(), ids=BEYOND)
def test_what_leaves_this_machine_is_refused_and_noted(ask: Callable[[], object], noted: Path) -> None:
    with pytest.raises(AssertionError, match="tests stay on loopback"):
        ask()
    assert "tests stay on loopback" in noted.read_text(encoding="utf-8")


def test_a_process_that_is_started_is_held_too(noted: Path) -> None:
    ask = "import socket\ntry:\n    socket.getaddrinfo('news.example', 80)\nexcept BaseException:\n    pass"
    subprocess.run([sys.executable, "-c", ask], check=True)
    assert "'news.example'" in noted.read_text(encoding="utf-8")


def test_this_machine_may_be_asked(noted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 1):
        assert socket.getaddrinfo("localhost", 80)
        assert socket.getaddrinfo("0x7f000001", 80)[0][4][0] == "127.0.0.1"
    assert not noted.exists()
