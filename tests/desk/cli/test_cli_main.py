"""The console script as a whole: help, exit statuses, and what is imported when."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler.errors import ConfigError, StoreError
from desk.cli import main
from desk.cli.main import COMMANDS, cli

HEAVY = (
    "scrapy",
    "sqlalchemy",
    "sqlmodel",
    "trafilatura",
    "opencc",
    "lxml",
    "aiohttp",
    "fastapi",
    "pydantic",
    "rich",
    "crawler.reading",
)


def every_command() -> list[tuple[str, click.Command]]:
    """Each command and subcommand, with the words that call it."""
    found: list[tuple[str, click.Command]] = []

    def walk(name: str, command: click.Command) -> None:
        found.append((name, command))
        if isinstance(command, click.Group):
            for child in command.commands.values():
                walk(f"{name} {child.name}", child)

    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        walk(name, command)
    return found


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom desk.cli.main import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print(sorted(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(("name", "command"), every_command(), ids=[name for name, _ in every_command()])
def test_each_help_has_an_example_and_the_config_option(name: str, command: click.Command) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"dragonwatch {name}" in result.stdout
    assert "--config" in result.stdout


def test_the_list_of_commands_says_what_the_commands_say() -> None:
    for name, (module, text) in COMMANDS.items():
        command = getattr(importlib.import_module(module), name.replace("-", "_") + "_command")
        assert command.name == name
        assert command.get_short_help_str(limit=200).rstrip(".") == text.rstrip(".")


def test_an_unknown_command_is_answered_with_the_closest() -> None:
    result = CliRunner().invoke(cli, ["crwal"])
    assert result.exit_code == 2
    assert result.stderr == "dragonwatch: There is no command 'crwal'; did you mean crawl?\n"


@pytest.mark.parametrize(
    "call",
    [["crawl", "--fast"], ["--fast"], ["article"], ["flags", "--state", "gone"], ["articles", "--since", "soon"]],
)
def test_a_wrong_call_is_one_sentence_with_the_help_to_look_at(call: list[str]) -> None:
    result = CliRunner().invoke(cli, call)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "--help" in result.stderr


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (ConfigError("fetch.timeout is wrong; write 30s"), 2),
        (StoreError("the database is read-only; make it writable"), 1),
        (KeyboardInterrupt(), 130),
        (FileNotFoundError(2, "No such file or directory", "/gone/out.csv"), 1),
    ],
)
def test_each_kind_of_error_has_its_status_and_no_traceback(
    raised: BaseException, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise raised

    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: click.Command("crawl", callback=fail))
    result = CliRunner().invoke(cli, ["crawl"])
    assert result.exit_code == status
    assert "Traceback" not in result.stderr
    assert result.stderr.strip().count("\n") == 0


def test_a_full_disk_behind_the_output_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desk.cli.main", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("dragonwatch: No space left on device: not everything was written; make room")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "desk.cli.main", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_wrong_key_names_the_key_and_the_mend(place: str, tmp_path: Path) -> None:
    config = tmp_path / "dragonwatch.toml"
    config.write_text("[fetch]\ntimout = '3s'\n")
    option = ["--config", str(config)]
    result = CliRunner().invoke(cli, [*option, "flags"] if place == "before" else ["flags", *option])
    assert result.exit_code == 2
    assert "fetch.timout" in result.stderr
    assert "fetch.timeout" in result.stderr
    assert result.stdout == ""


def test_a_missing_configuration_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["crawl", "--config", str(tmp_path / "gone.toml")])
    assert result.exit_code == 2
    assert "gone.toml" in result.stderr
    assert "dragonwatch init" in result.stderr


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert (result.exit_code, result.stdout.split()[0]) == (0, "dragonwatch")
