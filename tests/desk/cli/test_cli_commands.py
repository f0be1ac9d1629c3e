"""Each command over an installation: what it prints, its shapes, and what it says to a mistake."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from desk.cli.main import cli
from tests.desk.conftest import Installation

FIGURE = "event company kind low high unit approximate round investors scope as_of status quote"
SHAPES = {
    "article": "id url title outlet source published fetched language companies story copy_of revision",
    "one article": "text figures copies revisions page",
    "story": "id title first_published origin companies articles independent",
    "figure": f"{FIGURE} where start end",
    "known": f"{FIGURE} id state first_reported last_reported reports",
    "report": "article url outlet published tier",
    "flag": "id state reason signal figure article known reports before merged_into created_at decided_by decided_at note",
    "flag article": "id url title outlet published",
    "source": "name kind url tier since enabled every last_polled last_success last_new next_poll health error verified",
    "summary": "started finished sources leads figures flags",
    "polled": "source outcome leads new error",
}
LEADS = {"known", "irrelevant", "stored", "copy", "revised", "failed", "dropped"}


def keys(shape: str) -> set[str]:
    return set(SHAPES[shape].split())


def listed(installation: Installation, *words: str) -> list[dict[str, Any]]:
    """What a listing prints with --json: one array, and nothing else on standard output."""
    result = installation.run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    assert isinstance(rows, list)
    return rows


def waiting(installation: Installation) -> dict[str, dict[str, Any]]:
    """The waiting flags by what they are about."""
    return {
        flag["figure"]["kind"] if flag["figure"] else flag["signal"]: flag for flag in listed(installation, "flags")
    }


def test_articles_of_an_unknown_source_are_a_wrong_call(installation: Installation) -> None:
    wrong = installation.run("articles", "--source", "ourz")
    assert (wrong.exit_code, wrong.stderr) == (2, "dragonwatch: there is no source 'ourz'; did you mean ours?\n")
    assert installation.run("articles", "--source", "ours").exit_code == 0


def test_articles_and_stories_have_the_promised_shapes(installation: Installation) -> None:
    articles = listed(installation, "articles")
    assert len(articles) == 2
    for row in articles:
        assert keys("article") <= set(row)
        assert isinstance(row["id"], str)
    stories = listed(installation, "stories")
    assert len(stories) == 2
    assert all(keys("story") <= set(row) for row in stories)


def test_every_listing_is_a_table_for_people(installation: Installation) -> None:
    installation.run("digest", "send", "--now")
    for words, title, cell in (
        (["articles"], "Articles", "商汤完成C轮融资"),
        (["stories"], "Stories", "旷视启动裁员"),
        (["figures"], "Known figures", "megvii"),
        (["flags"], "Flags", "more than US$4.5 billion"),
        (["sources"], "Sources", "theirs"),
        (["digest", "list"], "Letters", "desk@example.org"),
    ):
        shown = installation.run(*words)
        assert (shown.exit_code, shown.stdout.splitlines()[0].strip()) == (0, title), words
        assert cell in shown.stdout
    assert installation.run("alert", "list").stdout == "no alert has been written yet\n"


def test_articles_are_filtered(installation: Installation) -> None:
    assert [row["title"] for row in listed(installation, "articles", "--search", "裁员")] == ["旷视启动裁员"]
    assert [row["title"] for row in listed(installation, "articles", "--search", "商湯")] == ["商汤完成C轮融资"]
    assert listed(installation, "articles", "--since", "2027-01-01") == []
    assert len(listed(installation, "articles", "--until", "2026-11-23")) == 2
    assert listed(installation, "articles", "--until", "2026-11-22") == []
    assert len(listed(installation, "articles", "--limit", "1")) == 1


def test_one_article_has_text_figures_and_where_its_page_is(installation: Installation) -> None:
    id = listed(installation, "articles", "--search", "融资")[0]["id"]
    result = installation.run("article", id, "--json")
    article = json.loads(result.stdout)
    assert keys("article") | keys("one article") <= set(article)
    assert [article["text"][figure["start"] : figure["end"]] for figure in article["figures"]] == [
        "6亿美元",
        "超过45亿美元",
    ]
    assert all(keys("figure") <= set(figure) for figure in article["figures"])
    assert ".warc.gz#" in article["page"]
    shown = installation.run("article", id)
    assert "商汤完成C轮融资" in shown.stdout
    assert "US$600 million" in shown.stdout


@pytest.mark.parametrize("id", ["99", "abc", "-1x"])
def test_an_article_that_is_not_there(installation: Installation, id: str) -> None:
    result = installation.run("article", id)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_flags_have_the_promised_shape_and_the_reports(installation: Installation) -> None:
    flags = listed(installation, "flags")
    assert len(flags) == 3
    for flag in flags:
        assert keys("flag") <= set(flag)
        assert keys("flag article") == set(flag["article"])
        assert flag["state"] == "waiting"
    signal = waiting(installation)["started"]
    assert signal["figure"] is None
    assert signal["reason"] == "signal"
    assert [flag["company"] for flag in listed(installation, "flags", "--company", "megvii")] == ["megvii"]
    assert len(listed(installation, "flags", "--kind", "valuation")) == 1
    table = installation.run("flags")
    assert "more than US$4.5 billion" in table.stdout


def test_accept_moves_the_figure_into_the_ledger_and_undo_brings_it_back(installation: Installation) -> None:
    id = waiting(installation)["raised"]["id"]
    result = installation.run("flags", "accept", id, "--by", "lin", "--note", "filing seen")
    assert (result.exit_code, result.stdout) == (0, f"{id} is accepted by lin\n")
    [flag] = listed(installation, "flags", "--state", "accepted")
    assert (flag["decided_by"], flag["note"]) == ("lin", "filing seen")
    known = [row for row in listed(installation, "figures", "--state", "accepted") if row["as_of"] == "2026-11"]
    assert [row["low"] for row in known] == [600_000_000]
    assert installation.run("flags", "undo", id, "--by", "lin").exit_code == 0
    assert id in [flag["id"] for flag in listed(installation, "flags")]


def test_a_whole_event_is_decided_at_once(installation: Installation) -> None:
    id = waiting(installation)["raised"]["id"]
    assert installation.run("flags", "reject", id, "--event", "--reason", "other-company", "--by", "lin").exit_code == 0
    rejected = listed(installation, "flags", "--state", "rejected")
    assert {flag["figure"]["kind"] for flag in rejected} == {"raised", "valuation"}


def test_amend_changes_what_it_says(installation: Installation) -> None:
    id = waiting(installation)["raised"]["id"]
    result = installation.run("flags", "amend", id, "--low", "6.2亿", "--high", "620m", "--round", "C+", "--by", "lin")
    assert result.exit_code == 0, result.stderr
    [flag] = listed(installation, "flags", "--state", "amended")
    assert (flag["figure"]["low"], flag["figure"]["high"], flag["figure"]["round"]) == (620_000_000, 620_000_000, "C+")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--low", "7e8"], "above high"),
        (["--low", "much"], "no number"),
        (["--kind", "headcount"], "people"),
        (["--company", "sensetme"], "not watched"),
        (["--as-of", "2023-13"], "no date"),
        ([], "changes nothing"),
    ],
)
def test_a_wrong_amendment_changes_nothing(installation: Installation, words: list[str], said: str) -> None:
    id = waiting(installation)["raised"]["id"]
    result = installation.run("flags", "amend", id, *words, "--by", "lin")
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(waiting(installation)) == 3


def test_of_many_ids_the_rest_is_done_and_the_failed_one_named(installation: Installation) -> None:
    flag = waiting(installation)["raised"]["id"]
    result = installation.run("flags", "accept", flag, "99", "x", "--by", "lin")
    assert result.exit_code == 1
    assert "99" in result.stderr
    assert len(listed(installation, "flags", "--state", "accepted")) == 1
    again = installation.run("flags", "accept", flag, "--by", "wu")
    assert again.exit_code == 1
    assert "lin" in again.stderr
    assert installation.run("flags", "accept", "99").exit_code == 2


def test_merge(installation: Installation) -> None:
    flags = waiting(installation)
    wrong = installation.run("flags", "merge", flags["raised"]["id"], "--into", flags["valuation"]["id"], "--by", "lin")
    assert wrong.exit_code == 1
    assert "different" in wrong.stderr


def test_merging_into_a_known_figure(installation: Installation) -> None:
    id = waiting(installation)["raised"]["id"]
    call = ["figures", "add", "--company", "sensetime", "--kind", "raised", "--low", "610m", "--unit", "USD"]
    known = installation.run(*call, "--outlet", "Example Daily").stdout.split()[-1]
    assert installation.run("flags", "merge", id, "--into", f"figure:{known}", "--by", "lin").exit_code == 0
    [row] = [row for row in listed(installation, "figures") if row["id"] == known]
    assert len(row["reports"]) == 2
    missing = installation.run("flags", "merge", waiting(installation)["valuation"]["id"], "--into", "figure:99999")
    assert (missing.exit_code, "no known figure 99999" in missing.stderr) == (2, True)


def test_figures_have_the_promised_shape_and_csv(installation: Installation) -> None:
    rows = listed(installation, "figures", "--company", "megvii")
    assert rows
    for row in rows:
        assert keys("known") <= set(row)
        assert all(keys("report") == set(report) for report in row["reports"])
    table = list(csv.DictReader(io.StringIO(installation.run("figures", "--csv", "--company", "megvii").stdout)))
    assert len(table) >= len(rows)
    assert {row["id"] for row in table} == {row["id"] for row in rows}
    assert "megvii" in installation.run("figures", "--company", "megvii").stdout


def test_a_figure_recorded_by_hand_is_known(installation: Installation) -> None:
    call = ["figures", "add", "--company", "yitu", "--kind", "headcount", "--low", "1500", "--outlet", "Example Daily"]
    assert installation.run(*call, "--as-of", "2026-10").exit_code == 0
    [row] = [row for row in listed(installation, "figures", "--company", "yitu") if row["as_of"] == "2026-10"]
    assert (row["low"], row["high"], row["unit"], row["state"]) == (1500, 1500, "people", "accepted")
    assert row["reports"][0]["outlet"] == "Example Daily"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--company", "yitu", "--low", "5"], "--kind"),
        (["--company", "yitu", "--kind", "raised", "--low", "5", "--unit", "USD"], "--outlet"),
        (["--company", "yitu", "--kind", "raised", "--low", "5", "--outlet", "x"], "currency"),
        (["--company", "ytu", "--kind", "headcount", "--low", "5", "--outlet", "x"], "yitu"),
        (["--company", "yitu", "--kind", "headcount", "--outlet", "x"], "low or a high"),
    ],
)
def test_a_figure_that_is_none_is_refused(installation: Installation, words: list[str], said: str) -> None:
    result = installation.run("figures", "add", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_figures_in_bulk_need_ids_or_all(installation: Installation) -> None:
    assert installation.run("figures", "accept").exit_code == 2
    assert installation.run("figures", "accept", "1", "--all").exit_code == 2
    done = installation.run("figures", "accept", "--all", "--company", "sensetime", "--by", "lin")
    assert done.exit_code == 0
    assert [
        row for row in listed(installation, "figures", "--company", "sensetime") if row["state"] == "unreviewed"
    ] == []


def test_sources_have_the_promised_shape_and_are_changed(installation: Installation) -> None:
    rows = {row["name"]: row for row in listed(installation, "sources")}
    assert all(keys("source") <= set(row) for row in rows.values())
    assert rows["ours"]["health"] == "never"
    assert installation.run("sources", "disable", "theirs").exit_code == 0
    assert {row["name"]: row for row in listed(installation, "sources")}["theirs"]["enabled"] is False
    added = installation.run("sources", "add", "new", "https://new.example/feed.xml", "--language", "en", "--no-try")
    assert added.exit_code == 0, added.stderr
    assert installation.run("sources", "add", "new", "https://new.example/feed.xml").exit_code == 2
    assert installation.run("sources", "remove", "new").exit_code == 0
    assert "new" not in {row["name"] for row in listed(installation, "sources")}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["sources", "enable", "nothing"], 2, "nothing"),
        (["sources", "disable", "ours"], 1, "dragonwatch.toml"),
        (["sources", "add", "x", "ftp://x.example/"], 2, "http"),
        (["sources", "add", "x", "https://x.example/", "--every", "often"], 2, "adaptive"),
        (["crawl", "thiers"], 2, "theirs"),
        (["articles", "--company", "sensetme"], 2, "sensetime"),
        (["add", "gone.html"], 2, "gone.html"),
        (["read"], 2, "read page.html"),
        (["read", "gone.html"], 2, "gone.html"),
        (["digest", "preview", "--recipient", "who@example.org"], 2, "who@example.org"),
        (["digest", "resolve", "99", "sent"], 2, "99"),
        (["mail", "test", "nobody"], 2, "no mail address"),
        (["mail", "test", "a@example.org"], 1, "127.0.0.1"),
        (["export", "flags", "--out", "/nowhere/at/all.jsonl"], 2, "/nowhere/at/all.jsonl"),
        (["review"], 2, "terminal"),
        (["user", "add", "lin"], 2, "password"),
    ],
)
def test_a_mistake_is_one_sentence(installation: Installation, words: list[str], status: int, said: str) -> None:
    result = installation.run(*words)
    assert result.exit_code == status, result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert result.stdout == ""


def test_a_crawl_of_a_dead_host_tells_it_and_keeps_the_summary_shape(installation: Installation) -> None:
    result = installation.run("crawl", "ours", "--json")
    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert keys("summary") <= set(summary)
    assert set(summary["leads"]) == LEADS
    [polled] = summary["sources"]
    assert keys("polled") <= set(polled)
    assert polled["outcome"] == "failed"
    assert "ours" in result.stderr


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("what", ["articles", "figures", "flags"])
def test_export_writes_every_row(installation: Installation, what: str, form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form}"
    assert installation.run("export", what, "--format", form, "--out", str(out)).exit_code == 0
    words = ["flags", "--state", "all"] if what == "flags" else [what]
    assert count_of(out, form) == len(listed(installation, *words))


def count_of(out: Path, form: str) -> int:
    if form == "parquet":
        from pyarrow import parquet

        return int(parquet.read_table(out).num_rows)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.DictReader(file)) if form == "csv" else sum(1 for line in file if json.loads(line))


def test_a_letter_is_previewed_in_each_form(installation: Installation, tmp_path: Path) -> None:
    assert "SenseTime" in installation.run("digest", "preview").stdout
    for name, begins in (("l.html", "<"), ("l.txt", "Dragonwatch"), ("l.eml", "From: ")):
        out = tmp_path / name
        assert installation.run("digest", "preview", "--out", str(out)).exit_code == 0
        assert out.read_text(encoding="utf-8").lstrip().startswith(begins)
    assert listed(installation, "digest", "list") == []


def test_an_unreachable_mail_server_fails_and_keeps_the_letter(installation: Installation) -> None:
    result = installation.run("digest", "send", "--now")
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr
    [letter] = listed(installation, "digest", "list")
    assert letter["state"] == "waiting"


def test_accounts_and_tokens(installation: Installation) -> None:
    added = installation.run("user", "add", "lin", "--role", "admin", input="a long password\n")
    assert added.exit_code == 0, added.stderr
    short = installation.run("user", "add", "wu", input="short\n")
    assert short.exit_code == 2
    assert "short" in short.stderr
    token = installation.run("token", "add", "dashboard", "--role", "reader").stdout.strip()
    assert token.startswith("dw_")


def test_doctor_and_status(installation: Installation) -> None:
    findings = listed(installation, "doctor")
    assert {finding["level"] for finding in findings} <= {"ok", "warning"}
    assert listed(installation, "status") == []
    assert "3 waiting" in installation.run("status").stdout


def test_doctor_finds_what_is_wrong(installation: Installation) -> None:
    text = installation.config.read_text(encoding="utf-8")
    installation.config.write_text(text + '\n[desk]\nhost = "0.0.0.0"\n', encoding="utf-8")
    result = installation.run("doctor")
    assert result.exit_code == 1
    assert "user add" in result.stdout


def test_a_desk_beyond_this_machine_needs_accounts(installation: Installation) -> None:
    text = installation.config.read_text(encoding="utf-8")
    installation.config.write_text(text + '\n[desk]\nhost = "0.0.0.0"\n', encoding="utf-8")
    result = installation.run("desk")
    assert result.exit_code == 2
    assert "user add" in result.stderr


def test_init_writes_once(tmp_path: Path) -> None:
    fresh = Installation(tmp_path)
    first = CliRunner().invoke(cli, ["init", str(tmp_path)])
    assert first.exit_code == 0, first.stderr
    assert (tmp_path / "dragonwatch.db").is_file()
    fresh.config.write_text('[fetch]\ntimeout = "9s"\n', encoding="utf-8")
    again = CliRunner().invoke(cli, ["init", str(tmp_path)])
    assert again.exit_code == 0
    assert "9s" in fresh.config.read_text(encoding="utf-8")
    (tmp_path / "file").write_text("")
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "file")]).exit_code == 2


def test_a_command_where_nothing_was_set_up_says_what_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    first, again = (CliRunner().invoke(cli, ["flags", "--json"]) for _ in range(2))
    assert (first.exit_code, first.stdout, again.stderr) == (0, "[]\n", "")
    assert "there was no database" in first.stderr and "dragonwatch.db: a new one was made" in first.stderr
    assert "`dragonwatch init` writes one of your own" in first.stderr


def test_a_database_that_is_none_is_told(installation: Installation) -> None:
    for file in installation.folder.glob("dragonwatch.db*"):
        file.unlink()
    (installation.folder / "dragonwatch.db").write_bytes(b"this is no database at all, " * 100)
    result = installation.run("flags")
    assert result.exit_code == 1
    assert "not a SQLite database" in result.stderr
    assert "Traceback" not in result.stderr


def test_add_names_the_file_that_cannot_be_read(installation: Installation, tmp_path: Path) -> None:
    picture = tmp_path / "picture.html"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    result = installation.run("add", str(picture))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"dragonwatch: {picture} could not be read: the answer is a PNG image")


def test_add_takes_a_page_in(installation: Installation, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("旷视科技今日宣布裁员300人，约占员工总数的10%。旷视科技表示补偿方案依法执行。", encoding="utf-8")
    result = installation.run("add", str(page), "--published", "2026-11-20", "--outlet", "Example Daily", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["outcome"] == "stored"
    assert told["flags"] >= 1
    assert len(listed(installation, "articles")) == 3
    again = installation.run("add", str(page), "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["outcome"] in ("known", "copy")


def test_a_backup_is_put_back(installation: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "backup.db"
    assert installation.run("backup", str(copy)).exit_code == 0
    assert installation.run("backup", str(copy)).exit_code == 2
    flag = waiting(installation)["raised"]["id"]
    installation.run("flags", "accept", flag, "--by", "lin")
    assert installation.run("restore", str(copy)).exit_code == 2
    assert installation.run("restore", str(copy), "--force").exit_code == 0
    assert flag in [row["id"] for row in listed(installation, "flags")]
    again = installation.run("restore", str(copy), "--force")
    assert "is kept as" in again.stderr
    assert again.stderr.strip().endswith(".before-restore-2")
    assert installation.run("restore", str(tmp_path / "gone.db"), "--force").exit_code == 2


def test_forgetting_asks_first_and_leaves_nothing(installation: Installation) -> None:
    id = listed(installation, "articles", "--search", "融资")[0]["id"]
    assert installation.run("forget", id, input="n\n").exit_code == 130
    unasked = installation.run("forget", id, input="")
    assert (unasked.exit_code, unasked.stderr.strip().split("\n")[-1].endswith("say --yes")) == (2, True)
    assert len(listed(installation, "articles")) == 2
    done = json.loads(installation.run("forget", id, "--yes", "--json").stdout)
    assert (done["articles"], done["pages"]) == (1, 1)
    assert listed(installation, "articles", "--search", "融资") == []
    assert installation.run("forget", "nowhere.example", "--yes").exit_code == 2


def test_what_only_reads_works_while_another_process_writes(installation: Installation) -> None:
    with sqlite3.connect(installation.folder / "dragonwatch.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(listed(installation, "flags")) == 3
        assert listed(installation, "sources")
        other.execute("ROLLBACK")
    other.close()


def test_an_empty_page_at_the_manual_door_is_a_wrong_call(installation: Installation) -> None:
    result = installation.run("add", "-", input=" \n")
    assert (result.exit_code, result.stderr) == (
        2,
        "dragonwatch: standard input is empty; give the page's text or HTML\n",
    )


def test_the_doctor_names_an_alert_that_can_reach_nobody(installation: Installation) -> None:
    text = installation.config.read_text(encoding="utf-8") + '\n[[alert]]\nurl = "somewhere"\n'
    installation.config.write_text(text, encoding="utf-8")
    result = installation.run("doctor")
    assert result.exit_code == 1
    assert "alert (number 1) has an address that is none" in result.stdout


def test_merging_into_a_flag_that_is_not_there_is_a_wrong_call(installation: Installation) -> None:
    result = installation.run("flags", "merge", waiting(installation)["raised"]["id"], "--into", "999")
    assert result.exit_code == 2
    assert "there is no flag 999" in result.stderr
    assert len(waiting(installation)) == 3
