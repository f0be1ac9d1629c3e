"""Exit statuses by the table of the interface: 2 where the call names what is not there, 1 where only part of the work fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.desk.conftest import Installation


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["article", "99"], "99"),
        (["digest", "resolve", "99", "sent"], "there is no letter 99"),
        (["digest", "resolve", "twelve", "resend"], "'twelve' is no id"),
        (["digest", "resolve", "9" * 30, "sent"], "is no id of a letter"),
        (["articles", "--since", "9999999d"], "reaches back beyond the calendar"),
        (["articles", "--since", "99999999999999h"], "reaches back beyond the calendar"),
        (["articles", "--since", "2025-06-01", "--until", "2024-06-01"], "--since is after --until; turn them round"),
        (["articles", "--until", "9999-12-31T23:59-14:00"], "is no date"),
        (["add", "page.html", "--published", "0001-01-01T00:00+14:00"], "is no date"),
        (["figures", "accept", "99999"], "99999"),
        (["figures", "reject", "one"], "'one' is no id"),
        (["flags", "accept", "99"], "there is no flag 99"),
        (["flags", "undo", "99"], "there is no flag 99"),
        (["flags", "undo", "x"], "'x' is no id"),
        (["flags", "merge", "1", "--into", "99"], "there is no flag 99"),
        (["forget", "nowhere.example", "--yes"], "nowhere.example"),
        (["forget", "99", "--yes"], "99"),
        (["sources", "enable", "ourz"], "did you mean ours?"),
        (["sources", "remove", "nothing"], "`dragonwatch sources` lists them"),
        (["sources", "discover", "file:///etc/passwd"], "http"),
        (["sources", "discover", "news"], "http"),
        (["export", "flags", "--out", "/nowhere/at/all.jsonl"], "/nowhere/at"),
        (["sources", "export", "--out", "/nowhere/at/all.opml"], "/nowhere/at"),
        (["digest", "preview", "--out", "/nowhere/at/all.html"], "/nowhere/at"),
        (["backup", "/nowhere/at/all.db"], "/nowhere/at"),
        (["read", "--jsonl", "gone.jsonl"], "gone.jsonl"),
        (["restore", "gone.db"], "gone.db"),
        (["read", "http://"], "write it like https://"),
        (["add", "https://"], "write it like https://"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_not_there_is_a_wrong_call(installation: Installation, words: list[str], said: str) -> None:
    result = installation.run(*words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert said in result.stderr
    assert result.stderr.startswith("dragonwatch: ") and result.stderr.count("\n") == 1


def test_of_several_the_rest_is_done(installation: Installation) -> None:
    some = installation.run("sources", "disable", "theirs", "nothing")
    assert (some.exit_code, some.stdout) == (1, "disabled theirs\n")
    assert "nothing" in some.stderr
    installation.run("flags", "accept", "1", "--by", "lin")
    some = installation.run("flags", "undo", "1", "99", "--by", "lin")
    assert (some.exit_code, some.stdout.split()[:3]) == (1, ["1", "is", "waiting"])


def test_a_file_that_is_there_needs_force(installation: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert installation.run("backup", str(copy)).exit_code == 0
    for words in (["backup", str(copy)], ["restore", str(copy)]):
        result = installation.run(*words)
        assert (result.exit_code, "--force" in result.stderr) == (2, True), result.output


_WRITING = {
    "export": ["export", "flags", "--out"],
    "backup": ["backup", "--force"],
    "preview": ["digest", "preview", "--out"],
    "sources": ["sources", "export", "--out"],
}


@pytest.mark.parametrize("words", _WRITING.values(), ids=_WRITING)
@pytest.mark.parametrize("name", ["dragonwatch.db", "dragonwatch.toml"])
def test_nothing_is_written_over_what_is_in_use(installation: Installation, words: list[str], name: str) -> None:
    own = installation.folder / name
    before = own.read_bytes()
    (installation.folder / "link").symlink_to(own)
    for target in (own, installation.folder / "link"):
        result = installation.run(*words, str(target))
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert "in use; name another file" in result.stderr
    assert own.read_bytes() == before


@pytest.mark.parametrize("words", [_WRITING["export"], _WRITING["backup"]], ids=["export", "backup"])
def test_a_pipe_is_not_replaced_and_a_link_is_kept(
    installation: Installation, tmp_path: Path, words: list[str]
) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    result = installation.run(*words, str(pipe))
    assert (result.exit_code, pipe.is_fifo()) == (2, True), result.output
    assert "is no ordinary file" in result.stderr
    link.symlink_to(tmp_path / "behind")
    assert installation.run(*words, str(link)).exit_code == 0
    assert link.is_symlink() and (tmp_path / "behind").stat().st_size > 0
