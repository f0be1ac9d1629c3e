"""Alerts and subscriptions from the command line, and the unit file."""

from __future__ import annotations

import json

import pytest

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
