"""Commands over an installation that may not be written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.desk.conftest import Installation
from tests.storage.disks import read_only


def test_what_lists_lists_and_what_writes_says_why_not(installation: Installation, tmp_path: Path) -> None:
    with read_only(installation.folder, tmp_path / "view") as view:
        looked_at = replace(installation, folder=view)
        for command, number in (("articles", 2), ("stories", 2), ("flags", 3), ("sources", 2)):
            listed = looked_at.run(command, "--json")
            assert (listed.exit_code, listed.stderr, len(json.loads(listed.stdout))) == (0, "", number)
        assert looked_at.run("article", "1", "--page").exit_code == 0
        assert "read-only" in looked_at.run("doctor").stdout
        for words in (("crawl",), ("flags", "accept", "1"), ("forget", "1", "--yes")):
            refused = looked_at.run(*words)
            assert refused.exit_code == 1
            assert "read-only for this user; make the file and its folder writable" in refused.stderr
