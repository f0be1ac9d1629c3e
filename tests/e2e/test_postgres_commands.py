"""The commands of an installation whose ``storage.url`` is PostgreSQL, one after the other over the newsroom."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desk.cli.main import cli
from desk.newsroom.folder import prepare
from desk.newsroom.server import Newsroom

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """Served from a thread: a command has the loop of this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    served = Newsroom()
    asyncio.run_coroutine_threadsafe(served.start(), loop).result(20)
    yield served
    asyncio.run_coroutine_threadsafe(served.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def run(*words: str, ends: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(words))
    assert result.exit_code == ends, (words, result.stderr)
    return result


def listed(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_every_command_works_on_postgresql(
    newsroom: Newsroom, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGONWATCH_STORAGE__URL", postgres_url)
    monkeypatch.setenv("DRAGONWATCH_SCHEDULE__BASELINE", "4000d")  # the newsroom's day is long ago, and still news here
    monkeypatch.setenv("DRAGONWATCH_CONFIG", str(prepare(tmp_path, newsroom.sources())))
    assert "knows 102 figures" in run("init", str(tmp_path / "other")).stdout

    first, again = listed("crawl"), listed("crawl")
    assert (first["leads"]["failed"], first["leads"]["stored"] > 25, first["flags"] > 15) == (0, True, True)
    assert {source["outcome"] for source in again["sources"]} == {"unchanged"}

    flag, other, *_ = listed("flags")
    run("flags", "accept", flag["id"], "--by", "lin")
    run("flags", "reject", other["id"], "--by", "lin", "--reason", "misread")
    run("flags", "undo", other["id"], "--by", "lin")
    assert [row["id"] for row in listed("flags", "--state", "accepted")] == [flag["id"]]
    assert flag["figure"]["low"] in [row["low"] for row in listed("figures", "--state", "accepted")]

    hits = listed("articles", "--search", "商汤 配售")
    assert len(hits) >= 3 and len(listed("stories")) > 20
    assert listed("article", hits[0]["id"])["text"]
    run("digest", "preview", "--out", str(tmp_path / "letter.eml"))
    for what in ("articles", "figures", "flags"):
        run("export", what, "--format", "jsonl", "--out", str(tmp_path / f"{what}.jsonl"))
    assert len((tmp_path / "articles.jsonl").read_text().splitlines()) == len(listed("articles", "--limit", "1000"))

    assert "0 figures gained, 0 lost, 0 changed" in run("reread").output
    run("recheck")
    run("forget", hits[0]["id"], "--yes")
    assert hits[0]["id"] not in [row["id"] for row in listed("articles", "--search", "商汤 配售")]
    run("doctor")
    run("status")
    told = run("backup", str(tmp_path / "copy.db"), ends=1).stderr
    assert "pg_dump" in told and "Traceback" not in told and not (tmp_path / "copy.db").exists()
