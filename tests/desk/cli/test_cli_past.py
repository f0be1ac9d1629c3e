"""``recheck``, ``reread``, ``backfill`` and an article's archived page, over an installation."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from tests.desk.conftest import TEXT, Installation
from tests.scheduler.past import html, record, write_warc

LAYOFF = "依图科技裁员约321人"


@pytest.fixture
def warc(tmp_path: Path) -> str:
    path = tmp_path / "past.warc.gz"
    write_warc(path, [record("https://a.example/1", html(LAYOFF)), record("https://a.example/2", html("今天天气很好"))])
    return str(path)


def test_a_warc_file_is_read_and_its_run_noted(installation: Installation, warc: str) -> None:
    result = installation.run("backfill", "warc", warc, "--language", "zh-CN")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "2 records, 1 naming a company: 1 stored\n1 new figure, 0 new flags\n"
    titles = [row["title"] for row in json.loads(installation.run("articles", "--json").stdout)]
    assert LAYOFF in titles
    with sqlite3.connect(installation.folder / "dragonwatch.db") as database:
        assert database.execute("SELECT kind, state FROM runs").fetchall() == [("backfill", "done")]
    database.close()
    again = installation.run("backfill", "warc", warc, "--language", "zh", "--json")
    assert json.loads(again.stdout)["skipped"] == [warc]
    assert "--again" in again.stderr


def test_hosts_and_days_are_chosen(installation: Installation, warc: str) -> None:
    told = json.loads(installation.run("backfill", "warc", warc, "--host", "www.b.example", "--json").stdout)
    assert told["left_out"] == {"host": 2}
    told = json.loads(installation.run("backfill", "warc", warc, "--since", "2024-03-01", "--json").stdout)
    assert told["left_out"] == {"no name": 1, "outside": 1}
    told = json.loads(installation.run("backfill", "warc", warc, "--catalogue", "--json").stdout)
    assert told["left_out"] == {"host": 2}


@pytest.mark.parametrize(
    "body",
    [b"Minutes of 3 May, and WARC/1.0 in passing.", b"", gzip.compress(b"minutes"), b"<html>"],
    ids=["text", "empty", "gzip", "html"],
)
def test_what_is_no_warc_is_told_and_the_rest_is_read(installation: Installation, warc: str, body: bytes) -> None:
    other = installation.folder / "minutes.txt"
    other.write_bytes(body)
    result = installation.run("backfill", "warc", str(other), warc)
    assert result.exit_code == 1
    assert "minutes.txt is no WARC file" in result.stderr
    assert "1 naming a company: 1 stored" in result.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["backfill", "warc"], 2, "FILE"),
        (["backfill", "warc", "none.warc.gz"], 1, "none.warc.gz is no file"),
        (["backfill", "warc", "x", "--since", "2024-02-01", "--until", "2024-01-01"], 2, "--since is after --until"),
        (["backfill", "warc", "x", "--since", "yesterday"], 2, "does not match"),
        (["backfill", "sitemap", "news.example/sitemap.xml"], 2, "no address"),
        (["backfill", "sitemap", "http://127.0.0.1:9/sitemap.xml"], 1, "127.0.0.1"),
        (["backfill", "tape"], 2, "tape"),
        (["reread", "--flag"], 2, "--apply"),
        (["reread", "--since", "soon"], 2, "no date"),
        (["recheck", "--limit", "0"], 2, "--limit"),
        (["article", "1", "--page", "--json"], 2, "no JSON"),
        (["article", "2", "--page"], 1, "not archived"),
        (["article", "99", "--page"], 2, "no article 99"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(installation: Installation, words: list[str], status: int, said: str) -> None:
    result = installation.run(*words)
    assert (result.exit_code, result.stdout) == (status, "" if status == 2 else result.stdout)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_rereading_shows_and_applies(installation: Installation) -> None:
    [first] = json.loads(installation.run("articles", "--search", "融资", "--json").stdout)
    with sqlite3.connect(installation.folder / "dragonwatch.db") as database:
        database.execute("UPDATE figures SET low = '5', high = '5' WHERE low = '600000000'")
    database.close()
    shown = installation.run("reread", "--json")
    assert shown.exit_code == 0, shown.stderr
    [change] = json.loads(shown.stdout)
    assert (change["article"], change["applied"]) == (first["id"], False)
    assert "--apply does it" in shown.stderr
    read = installation.run("reread", "--apply")
    assert "    ~ sensetime" in read.stdout
    assert "1 article changed" in read.stderr
    told = json.loads(installation.run("article", first["id"], "--json").stdout)
    assert [figure["low"] for figure in told["figures"]] == [600_000_000, 4_500_000_000]
    assert json.loads(installation.run("reread", "--json").stdout) == []
    runs = json.loads(installation.run("status", "--json").stdout)
    assert [(run["kind"], run["state"], run["summary"]["applied"]) for run in runs] == [
        ("reread", "done", 0),
        ("reread", "done", 1),
        ("reread", "done", 0),
    ]


def test_a_recheck_tells_what_it_found(installation: Installation) -> None:
    with sqlite3.connect(installation.folder / "dragonwatch.db") as database:
        database.execute(
            "UPDATE articles SET look_again = '2020-01-01T00:00:00+00:00', url = 'http://127.0.0.1:9/1' WHERE id = 1"
        )
        database.execute("UPDATE articles SET look_again = NULL WHERE id = 2")
    database.close()
    told = json.loads(installation.run("recheck", "--json").stdout)
    assert (told["looked"], told["unreachable"]) == (1, 1)
    result = installation.run("recheck")
    assert (result.exit_code, result.stdout.split(":")[0]) == (0, "looked at 0")
    runs = json.loads(installation.run("status", "--json").stdout)
    assert [(run["kind"], run["state"], run["summary"]["looked"]) for run in runs] == [
        ("recheck", "done", 0),
        ("recheck", "done", 1),
    ]


def test_the_archived_page_is_shown_as_text_that_can_do_nothing(installation: Installation) -> None:
    result = installation.run("article", "1", "--page")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"<html><p>{TEXT}</p></html>\n"


def test_a_changed_rule_shows_applies_and_loses_no_verdict(installation: Installation, tmp_path: Path) -> None:
    saved = tmp_path / "cut.html"
    saved.write_bytes(html("旷视科技裁员约321人，启明机器人裁员约654人"))
    assert installation.run("add", str(saved)).exit_code == 0
    asked = json.loads(installation.run("flags", "--company", "megvii", "--kind", "laid_off", "--json").stdout)
    [flag] = [flag for flag in asked if flag["figure"]["low"] == 321]
    assert installation.run("flags", "accept", flag["id"], "--by", "lin").exit_code == 0
    # The rule: from now on this company is watched, too.
    rule = '\n[[company]]\nkey = "qiming"\nnames = ["启明机器人"]\n'
    installation.config.write_text(installation.config.read_text(encoding="utf-8") + rule, encoding="utf-8")
    added = flag["article"]["id"]
    [shown] = [one for one in json.loads(installation.run("reread", "--json").stdout) if one["article"] == added]
    assert [(figure["company"], figure["low"]) for figure in shown["gained"]] == [("qiming", 654)]
    assert 321 not in [figure["low"] for figure in shown["lost"]]
    assert (shown["changed"], shown["applied"]) == ([], False)
    assert json.loads(installation.run("figures", "--company", "qiming", "--json").stdout) == []
    assert installation.run("reread", "--apply").exit_code == 0
    [gained] = json.loads(installation.run("figures", "--company", "qiming", "--json").stdout)
    assert (gained["low"], gained["state"]) == (654, "unreviewed")
    [decided] = json.loads(installation.run("flags", "--state", "accepted", "--json").stdout)
    assert (decided["id"], decided["decided_by"]) == (flag["id"], "lin")
    [stands] = json.loads(
        installation.run("figures", "--company", "megvii", "--kind", "laid_off", "--state", "accepted", "--json").stdout
    )
    assert stands["low"] == 321
