"""docs/commands.md names every command there is."""

from __future__ import annotations

from pathlib import Path

from tests.desk.cli.test_cli_main import every_command


def test_every_command_is_written_down() -> None:
    text = Path(__file__).parents[3].joinpath("docs/commands.md").read_text(encoding="utf-8")
    missing = [name for name, _ in every_command() if not all(word in text for word in name.split())]
    assert missing == []
