"""Alerts and subscriptions from the command line, and the unit file."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from crawler.clock import SystemClock
from storage.store import open_store
from tests.desk.conftest import Installation


def add(installation: Installation, text: str) -> None:
    installation.config.write_text(installation.config.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_an_alert_that_does_not_arrive_is_explained(installation: Installation) -> None:
    add(installation, '\n[[alert]]\nurl = "http://127.0.0.1:9/canary-token"\n')
    result = installation.run("alert", "test")
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr and "canary-token" not in result.stderr + result.stdout
    assert json.loads(installation.run("alert", "list", "--json").stdout) == []


def test_without_alerts_it_says_what_to_add(installation: Installation) -> None:
    assert "[[alert]]" in installation.run("alert", "test").stderr


def test_a_recipient_leaves_and_comes_back(installation: Installation) -> None:
    assert "gets no more letters" in installation.run("digest", "unsubscribe", "desk@example.org").stdout
    assert "already" in installation.run("digest", "unsubscribe", "Desk <desk@example.org>").stdout
    assert "0 written" in installation.run("digest", "send", "--now").stdout
    assert "again" in installation.run("digest", "subscribe", "desk@example.org").stdout
    wrong = installation.run("digest", "subscribe", "nobody@example.org")
    assert wrong.exit_code == 2 and "desk@example.org" in wrong.stderr


def test_the_preview_shows_its_pictures(installation: Installation) -> None:
    page = installation.folder / "letter.html"
    assert installation.run("digest", "preview", "--out", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "cid:" not in text and "US$600 million" in text


def test_the_preview_holds_what_its_recipient_wants(installation: Installation) -> None:
    add(installation, 'kinds = ["laid_off"]\n[[recipient]]\naddress = "cuts@example.org"\nflags_only = true\n')
    cuts, flags = (installation.run("digest", "preview", "--recipient", f"{who}@example.org").stdout for who in ("desk", "cuts"))  # fmt: skip
    assert "US$600 million" not in cuts and "layoffs: under way" in cuts and "New stories" in cuts
    assert "Only: laid off" in cuts
    assert "US$600 million" in flags and "New stories" not in flags and "Only: figures without stories" in flags


def test_a_recipient_of_a_company_that_is_not_watched_gets_no_letter(installation: Installation) -> None:
    add(installation, 'companies = ["sensetme"]\n')
    for words in (("preview",), ("send",)):
        result = installation.run("digest", *words)
        assert result.exit_code == 2 and "did you mean sensetime?" in result.stderr


def test_status_tells_what_is_missed_and_what_is_wrong_with_an_alert(installation: Installation) -> None:
    with closing(open_store(f"sqlite:///{installation.folder}/dragonwatch.db", clock=SystemClock())) as store:
        for hour in range(30):
            store.runs.missed("digest", datetime(2026, 11, 23, hour % 24, tzinfo=UTC), f"reason {hour}")
        for _ in range(25):
            store.runs.finish(store.runs.start("crawl"))
    told = installation.run("status")
    assert told.exit_code == 0 and "daemon: has never run" in told.stdout
    assert "reason 29" in told.stdout and "and 10 more that were missed" in told.stdout
    every = json.loads(installation.run("status", "--state", "missed", "--limit", "30", "--json").stdout)
    assert [run["error"] for run in every] == [f"reason {hour}" for hour in reversed(range(30))]

    add(installation, '\n[[alert]]\nurl = "feishuu://canary-token"\n')
    for words in (("status",), ("daemon", "--no-desk")):
        result = installation.run(*words)
        assert result.exit_code == 2 and "canary" not in result.stderr
        assert "alert (number 1) can reach nobody" in result.stderr and "did you mean feishu://?" in result.stderr
    assert "reason 29" in installation.run("status").stdout


def test_the_unit_names_this_installation(installation: Installation) -> None:
    text = installation.run("daemon", "--print-unit").stdout
    assert f"--config {installation.config.resolve()}" in text
    assert f"WorkingDirectory={installation.folder.resolve()}" in text and "@" not in text


@pytest.mark.parametrize(
    "key", ['threshold = { raised = "many" }', 'quiet = "22-7"', 'sources_down = "long"', 'reasons = ["odd"]']
)
def test_a_wrong_rule_is_named(installation: Installation, key: str) -> None:
    add(installation, f'\n[[alert]]\nurl = "https://x.example/hook"\n{key}\n')
    result = installation.run("alert", "test")
    assert result.exit_code == 2 and key.partition(" ")[0] in result.stderr
