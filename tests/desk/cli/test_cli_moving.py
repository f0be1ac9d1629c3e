"""A whole installation moved to another database and back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.desk.conftest import Installation


def test_there_and_back_is_the_same(installation: Installation, tmp_path: Path) -> None:
    home = f"sqlite:///{installation.folder / 'dragonwatch.db'}"
    away, back = f"sqlite:///{tmp_path / 'away.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    for source, target in ((home, away), (away, back)):
        result = installation.run("migrate-store", source, target, "--json")
        assert result.exit_code == 0, result.output
        rows = {row["table"]: row["rows"] for row in json.loads(result.stdout)}
        assert all(row["equal"] for row in json.loads(result.stdout))
        assert rows["articles"] == 2 and rows["flags"] == 3
    before = installation.run("flags", "--json").stdout
    installation.config.write_text(installation.config.read_text() + f'\n[storage]\nurl = "{back}"\n')
    assert installation.run("flags", "--json").stdout == before


def test_a_target_that_holds_something_is_left_alone(installation: Installation, tmp_path: Path) -> None:
    home = f"sqlite:///{installation.folder / 'dragonwatch.db'}"
    result = installation.run("migrate-store", f"sqlite:///{tmp_path / 'none.db'}", home)
    assert result.exit_code == 1 and "none.db" in result.output
