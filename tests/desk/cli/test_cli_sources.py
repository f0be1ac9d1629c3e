"""Finding, trying and handing on sources at the command line, against a loopback site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk.conftest import Installation
from tests.scheduler.walking import Loopback


def test_discover_add_and_check(installation: Installation, site: Loopback) -> None:
    found = installation.run("sources", "discover", site.url("/"), "--json")
    assert found.exit_code == 0
    (feed,) = json.loads(found.stdout)
    assert feed == {
        "url": site.url("/feed.xml"),
        "kind": "feed",
        "found": "link",
        "leads": 1,
        "newest": "2026-04-30T16:00:00+00:00",
    }
    assert installation.run("sources", "add", "new", feed["url"], "--no-try").exit_code == 0
    checked = installation.run("sources", "check", "new", "ours", "--json")
    assert checked.exit_code == 1
    good, bad = json.loads(checked.stdout)
    assert (good["source"], good["leads"], good["error"]) == ("new", 1, None)
    assert bad["source"] == "ours" and bad["error"] and bad["mend"]


def feed_of(*days: int) -> str:
    items = "".join(
        f"<item><title>第{day}条</title><link>/{day}</link><pubDate>{day:02} May 2026 10:00:00 +0800</pubDate></item>"
        for day in days
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{items}</channel></rss>"


def names(installation: Installation) -> set[str]:
    return {row["name"] for row in json.loads(installation.run("sources", "--json").stdout)}


def test_a_source_is_tried_and_its_five_newest_leads_are_shown_before_it_is_kept(
    installation: Installation, site: Loopback
) -> None:
    site.pages["/feed.xml"] = feed_of(3, 7, 1, 6, 2, 5, 4)
    added = installation.run("sources", "add", "new", site.url("/feed.xml"))
    assert added.exit_code == 0, added.output
    lines = [line for line in added.stdout.splitlines() if "条" in line]
    assert [line.split()[1] for line in lines] == [f"2026-05-0{day}" for day in (7, 6, 5, 4, 3)]
    assert added.stdout.endswith("added new; `dragonwatch crawl new` asks it now\n")
    assert "new" in names(installation)
    told = json.loads(installation.run("sources", "add", "twin", site.url("/feed.xml"), "--json").stdout)
    tried = told["tried"]
    assert (told["source"], told["added"], tried["leads"], len(tried["shown"])) == ("twin", True, 7, 5)
    assert tried["shown"][0] == {"url": site.url("/7"), "title": "第7条", "published": "2026-05-07T02:00:00+00:00"}


@pytest.mark.parametrize(
    ("path", "cause", "mend"),
    [
        ("/gone.xml", "404", "sources discover"),
        ("/page", "HTML page", "sources discover"),
        ("/cut.xml", "is cut off", "asked again"),
    ],
)
def test_a_source_that_fails_is_explained_and_kept_only_unasked(
    installation: Installation, site: Loopback, path: str, cause: str, mend: str
) -> None:
    site.pages |= {"/cut.xml": feed_of(1, 2)[:30], "/page": "<html><p>hello</p></html>"}
    failed = installation.run("sources", "add", "new", site.url(path))
    assert (failed.exit_code, failed.stdout) == (1, "")
    for part in ("new does not work", cause, mend, "--no-try"):
        assert part in failed.stderr
    assert json.loads(installation.run("sources", "add", "new", site.url(path), "--json").stdout)["added"] is False
    assert "new" not in names(installation)
    assert installation.run("sources", "add", "new", site.url(path), "--no-try").exit_code == 0
    assert "new" in names(installation)


@pytest.mark.parametrize(
    ("path", "answer", "kept"),
    [("/feed.xml", "\n", True), ("/feed.xml", "n\n", False), ("/gone.xml", "\n", False), ("/gone.xml", "y\n", True)],
)
def test_at_a_terminal_a_person_is_asked(
    installation: Installation, site: Loopback, monkeypatch: pytest.MonkeyPatch, path: str, answer: str, kept: bool
) -> None:
    monkeypatch.setattr("desk.cli.source_add.at_terminal", lambda: True)
    done = installation.run("sources", "add", "new", site.url(path), input=answer)
    assert ("new" in names(installation), done.exit_code == 0) == (kept, kept or path == "/feed.xml")


def test_a_site_that_announces_nothing_is_told(installation: Installation, site: Loopback) -> None:
    site.pages = {"/": "<p>hello</p>"}
    result = installation.run("sources", "discover", site.url("/"))
    assert result.exit_code == 1 and "nothing there announces articles" in result.output


def test_out_and_in_again_is_the_same(installation: Installation, tmp_path: Path) -> None:
    out = tmp_path / "s.opml"
    assert installation.run("sources", "export", "--out", str(out)).exit_code == 0
    assert installation.run("sources", "export").stdout_bytes == out.read_bytes()
    assert "added 0" in installation.run("sources", "import", str(out)).output
    installation.run("sources", "remove", "theirs")
    assert "added 1" in installation.run("sources", "import", str(out)).output
    assert installation.run("sources", "export").stdout_bytes == out.read_bytes()


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["sources", "import", "missing.opml"], 2, "missing.opml"),
        (["sources", "check", "orus"], 2, "ours"),
        (["sources", "discover", "file:///etc/passwd"], 2, "only http and https"),
        (["sources", "export", "--out", "/no/such/folder/x"], 2, "there is no folder"),
    ],
)
def test_mistakes(installation: Installation, words: list[str], status: int, told: str) -> None:
    result = installation.run(*words)
    assert (result.exit_code, told in result.output) == (status, True), result.output


def test_a_file_that_is_no_list_is_told(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "x.opml").write_text("<html>")
    result = installation.run("sources", "import", str(tmp_path / "x.opml"))
    assert result.exit_code == 1 and "x.opml is no OPML file" in result.output


def test_the_shipped_sources_are_there_where_the_file_does_not_say_otherwise(installation: Installation) -> None:
    names = {row["name"] for row in json.loads(installation.run("sources", "--json").stdout)}
    assert names == {"ours", "theirs"}
    installation.config.write_text(installation.config.read_text().replace("catalogue = false", ""))
    names = {row["name"] for row in json.loads(installation.run("sources", "--json").stdout)}
    assert {"ours", "theirs", "36kr", "hkexnews-en"} <= names
