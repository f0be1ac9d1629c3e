"""The compose files start what there is, with settings that are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from crawler.config import load_config
from desk.cli.main import cli

ROOT = Path(__file__).parents[3]
FILES = sorted(ROOT.glob("compose*.yaml"))


def services(path: Path) -> dict[str, dict[str, Any]]:
    """Those that our own image runs."""
    return {name: one for name, one in yaml.safe_load(path.read_text())["services"].items() if "build" in one}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_service_is_a_command_with_settings_that_load(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, service in services(path).items():
        words = service.get("command", ["daemon"])
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None, name
        command.make_context(words[0], list(words[1:]))
        with monkeypatch.context() as patch:
            for variable, value in service["environment"].items():
                assert isinstance(value, str), f"{name}: {variable} is no text"
                patch.setenv(variable, value)
            load_config()
        assert service["stop_grace_period"] == "25s"  # they end within twenty


def test_a_fleet_shares_its_database_and_its_archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = services(ROOT / "compose.workers.yaml")
    assert {"daemon", "worker", "desk"} == set(found)
    assert len({str(service["volumes"]) for service in found.values()}) == 1
    for service in found.values():
        with monkeypatch.context() as patch:
            for variable, value in service["environment"].items():
                patch.setenv(variable, value)
            config = load_config()
        assert config.workers.enabled and config.storage.url.startswith("postgresql+psycopg://")
