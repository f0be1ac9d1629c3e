"""The commands of an installation with workers: what they tell, what they defer, and the worker as a process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desk.cli.main import cli
from tests import databases
from tests.scheduler.past import html

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture
def installation(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the configuration of a fleet, whose sources are none."""
    databases.run(postgres, "CREATE DATABASE commands")
    config = tmp_path / "dragonwatch.toml"
    config.write_text(
        f'[storage]\nurl = "{databases.address(postgres, "commands")}"\n[schedule]\ncatalogue = false\n'
        f'[workers]\nenabled = true\nmetrics = "127.0.0.1:{free_port()}"\n'
    )
    monkeypatch.setenv("DRAGONWATCH_CONFIG", str(config))
    yield tmp_path
    databases.run(postgres, "DROP DATABASE commands WITH (FORCE)")


def run(*words: str, ends: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(words))
    assert result.exit_code == ends, (words, result.output)
    return result


def listed(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def worker() -> Iterator[subprocess.Popen[str]]:
    call = [sys.executable, "-m", "desk.cli.main", "worker"]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            yield process
        finally:
            process.kill()


def until(true: Callable[[], Any], within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_worker_does_what_was_deferred_is_seen_at_it_and_ends_when_told(installation: Path) -> None:
    told = run("doctor", ends=1).stdout
    assert re.search(r"error\s+workers: none is alive.*\n\s+mend: run `dragonwatch worker`", told)
    files = [str(installation / name) for name in ("a.warc.gz", "b.warc.gz")]
    assert listed("backfill", "warc", *files) == {"deferred": 2, "waiting": 0}
    assert "0 files left to the workers" in run("backfill", "warc", *files).stdout
    waiting = {queue["kind"]: queue["waiting"] for queue in listed("status", "--queues")}
    others = dict.fromkeys(("alert", "digest", "poll", "recheck", "sitemap", "reread"), 0)
    assert waiting == {"backfill": 2} | others
    assert listed("status", "--workers") == []

    with worker() as process:
        until(lambda: listed("status", "--workers"))
        [row] = listed("status", "--workers")
        assert row["name"].endswith(f":{process.pid}")
        # Neither file is there: each is tried, tried again, and shown as failed.
        until(lambda: {queue["kind"]: queue["failed"] for queue in listed("status", "--queues")}["backfill"] == 2)
        assert "1 worker at work" in run("doctor").stdout
        shown = run("status").stdout
        assert row["name"] in shown and "backfill" in shown
        place = re.search(r'metrics = "(\S+)"', (installation / "dragonwatch.toml").read_text())
        assert place is not None
        with urllib.request.urlopen(f"http://{place[1]}/metrics", timeout=10) as answer:
            numbers = answer.read().decode()
        assert "dragonwatch_workers 1.0" in numbers
        assert 'dragonwatch_jobs{kind="backfill",state="failed"} 2.0' in numbers
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None and "Traceback" not in process.stderr.read()
    assert listed("status", "--workers") == []
    assert [run["state"] for run in listed("status")] == ["failed"] * 8


def test_what_is_left_to_the_workers_is_told_and_here_it_is_done_at_once(installation: Path) -> None:
    site = "http://127.0.0.1:9/sitemap.xml"
    told = run("backfill", "sitemap", site, "--since", "2024-01-01").stdout
    assert told.startswith("1 sitemap left to the workers, and of an index each part by itself; `dragonwatch status")
    assert "0 sitemaps left to the workers, 1 waited there already" in run(
        "backfill", "sitemap", site, "--since", "2024-01-01"
    ).stdout  # fmt: skip
    assert listed("backfill", "sitemap", site) == {"deferred": 1, "waiting": 0}
    assert "127.0.0.1" in run("backfill", "sitemap", site, "--here", ends=1).stderr

    page = installation / "page.html"
    page.write_bytes(html("商汤科技裁员约321人"))
    run("add", str(page))
    assert "1 lot left to the workers, each of 1,000 articles at the most" in run("reread", "--apply").stdout
    assert listed("reread", "--apply", "--since", "2100-01-01") == {"deferred": 0, "waiting": 0}
    # What only shows, and what is asked for here, is not left to anybody.
    assert "nothing is changed; --apply does it" in run("reread").stderr
    assert "0 articles changed" in run("reread", "--apply", "--here").stderr
    waiting = {queue["kind"]: queue["waiting"] for queue in listed("status", "--queues") if queue["waiting"]}
    assert waiting == {"sitemap": 2, "reread": 1}


def test_without_workers_there_is_no_queue_and_nothing_for_a_worker_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", str(tmp_path))
    assert "workers.enabled is false" in run("worker", ends=2).stderr
    assert "workers.enabled is false" in run("status", "--queues", ends=2).stderr
    call = "import sys, desk.cli.daemon, scheduler.jobs, scheduler.run, scheduler.backfill, scheduler.sitemaps, scheduler.reread, desk.cli.past, desk.cli.backfill; print([n for n in sys.modules if 'procrastinate' in n])"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
