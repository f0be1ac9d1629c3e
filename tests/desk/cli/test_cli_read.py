"""``read``: one page in any form, and many in order, on all cores, whatever some of them do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Reading
from crawler.reading import read as reader
from desk.cli import read_many
from desk.newsroom.server import Newsroom
from tests.desk.conftest import Installation

READING = "id url title author outlet origin published language text companies figures truncated error"
TEXT = "商汤科技宣布裁员300人。商汤科技现有员工2000人。"


def lines_of(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def many(installation: Installation, tmp_path: Path, text: str, *options: str) -> tuple[int, list[dict[str, Any]], str]:
    path = tmp_path / "in.jsonl"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "desk.cli.main",
            "--config",
            str(installation.config),
            "read",
            "--jsonl",
            str(path),
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.txt", TEXT),
        ("page.md", f"# 商汤裁员\n\n{TEXT}\n"),
        (
            "page.html",
            f"<!doctype html><html><head><title>商汤裁员</title></head><body><article><h1>商汤裁员</h1><p>{TEXT}</p></article></body></html>",
        ),
    ],
)
def test_one_page_in_each_form(installation: Installation, tmp_path: Path, name: str, content: str) -> None:
    page = tmp_path / name
    page.write_text(content, encoding="utf-8")
    result = installation.run("read", str(page), "--published", "2024-05-01", "--url", "https://a.example/1", "--json")
    assert result.exit_code == 0, result.stderr
    reading = json.loads(result.stdout)
    assert set(READING.split()) <= set(reading)
    assert reading["url"] == "https://a.example/1"
    assert reading["published"].startswith("2024-05-01")
    cut = next(figure for figure in reading["figures"] if figure["kind"] == "laid_off")
    assert reading[cut["where"]][cut["start"] : cut["end"]] == "300人"


def test_standard_input_and_gb18030(installation: Installation) -> None:
    page = f'<html><head><meta charset="gb18030"><title>商汤</title></head><body><p>{TEXT}</p></body></html>'
    result = installation.run("read", "-", "--json", input=page.encode("gb18030"))
    assert "裁员300人" in json.loads(result.stdout)["text"]


def test_explain_says_why_each_number_was_taken_or_not(installation: Installation) -> None:
    result = installation.run("read", "-", "--explain", input=TEXT + "商汤科技营收50亿元。")
    assert "laid off 300 people" in result.stdout
    assert "because" in result.stdout
    assert "passed over '50亿元'" in result.stdout


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7 broken"])
def test_a_page_that_says_nothing_is_told_with_status_1(installation: Installation, content: bytes) -> None:
    result = installation.run("read", "-", "--json", input=content)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]
    assert result.stderr.strip().count("\n") == 0


async def test_an_address_is_fetched_and_nothing_is_stored(installation: Installation) -> None:
    newsroom = Newsroom()
    await newsroom.start()
    try:
        address = f"{newsroom.base_url}/{newsroom.pieces[0].outlet.key}/{newsroom.pieces[0].slug}.html"
        process = await _call(installation, "read", address, "--json")
    finally:
        await newsroom.stop()
    assert json.loads(process)["text"]
    assert [
        row["url"] for row in json.loads(installation.run("articles", "--json").stdout) if "127.0.0.1" in row["url"]
    ] == []


async def _call(installation: Installation, *words: str) -> bytes:
    import asyncio

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desk.cli.main",
        "--config",
        str(installation.config),
        *words,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return out


def test_a_private_address_that_is_not_allowed_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "dragonwatch.toml"
    config.write_text("")
    result = Installation(tmp_path).run("read", "http://127.0.0.1:9/page")
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr


def test_many_are_answered_in_order_with_ids(installation: Installation, tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": f"商汤科技宣布裁员{number + 100}人。", "published": "2024-05-01"}
        for number in range(100)
    ]
    status, readings, errors = many(installation, tmp_path, lines_of(rows))
    assert (status, errors) == (0, "")
    assert [reading["id"] for reading in readings] == [str(number) for number in range(100)]
    assert all(set(READING.split()) <= set(reading) for reading in readings)
    assert [reading["figures"][0]["low"] for reading in readings] == [number + 100 for number in range(100)]


def test_what_is_told_of_a_line_is_kept(installation: Installation, tmp_path: Path) -> None:
    told = {
        "id": 7,
        "title": "商汤裁员",
        "url": "https://a.example/1",
        "published": "2024-05-01T08:00:00+08:00",
        "outlet": "甲报",
        "language": "zh-Hans",
    }
    page = f"<html><body><article><p>{TEXT}</p></article></body></html>"
    _, [text, html], _ = many(
        installation, tmp_path, lines_of([told | {"text": TEXT}, told | {"html": page}]), "--explain"
    )
    for reading in (text, html):
        assert reading["id"] == "7"
        assert reading["url"] == "https://a.example/1"
        assert reading["outlet"] == "甲报"
        assert reading["published"].startswith("2024-05-01T08:00")
        assert all(figure["why"] for figure in reading["figures"])
        assert "passed" in reading


def test_a_bad_line_is_answered_with_its_error_and_the_rest_is_read(installation: Installation, tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "text": TEXT}, ensure_ascii=False)
    bad = ["{", "[]", '{"id": "none"}', '{"id": "list", "text": ["a"]}', '{"id": "empty", "text": ""}']
    status, readings, errors = many(
        installation, tmp_path, "\n".join([*bad, "", good, '{"id": "half", "text": "\\ud800 商汤"}']) + "\n"
    )
    assert status == 1
    assert [reading["id"] for reading in readings] == [None, None, "none", "list", "empty", "good", "half"]
    assert [bool(reading["error"]) for reading in readings[:6]] == [True, True, True, True, True, False]
    assert [line.split(":")[1] for line in errors.splitlines()] == [f" line {number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"[" * 100_000, "it is not JSON"),
        (b'{"id": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001, "it is not JSON"),
        ('{"text": "商汤"}'.encode("gb18030"), "it is not UTF-8; write the file"),
    ],
    ids=["deep list", "deep object", "GB18030"],
)
def test_a_line_that_is_no_json_costs_no_other(
    installation: Installation, tmp_path: Path, line: bytes, why: str
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line + b"\n" + lines_of([{"id": "whole", "text": TEXT}]).encode())
    result = installation.run("read", "--jsonl", str(path))
    bad, good = (json.loads(answer) for answer in result.stdout.splitlines())
    assert (result.exit_code, good["id"], good["error"]) == (1, "whole", None), result.output
    assert why in bad["error"] and f"line 1: {why}" in result.stderr


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-12:00", "2024-99-01"])
def test_a_date_that_is_none_is_unknown(installation: Installation, tmp_path: Path, published: str) -> None:
    rows = [{"id": "odd", "text": TEXT, "published": published}, {"id": "whole", "text": TEXT}]
    status, readings, errors = many(installation, tmp_path, lines_of(rows))
    assert (status, errors) == (0, "")
    assert [reading["published"] for reading in readings] == [None, None]


def test_each_line_is_answered_as_it_comes(installation: Installation) -> None:
    command = [sys.executable, "-m", "desk.cli.main", "--config", str(installation.config), "read", "--jsonl", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": str(number), "text": TEXT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_reader_that_hangs_or_crashes_costs_its_own_line(
    installation: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    whole = reader.read_text

    def read_text(text: str, *args: Any, **kwargs: Any) -> Reading:
        if text == "crash":
            os._exit(9)
        if text == "stumble":
            raise KeyError("units")
        if text == "hang":
            time.sleep(60)
        return whole(text, *args, **kwargs)

    monkeypatch.setattr(reader, "read_text", read_text)  # the workers are forked from this process, and have it too
    monkeypatch.setattr(read_many, "SECONDS", 1)
    path = tmp_path / "in.jsonl"
    texts = [TEXT, "crash", TEXT, "hang", *[TEXT] * 30, "stumble", "crash"]
    path.write_text(lines_of([{"id": str(number), "text": text} for number, text in enumerate(texts)]))
    from crawler.watchlist import load_watchlist

    assert read_many.read_lines(str(path), load_watchlist(), explain=False) == 1
    readings = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [reading["error"] for reading in readings if not reading["error"]] == [None] * 32
    assert [bool(reading["error"]) for reading in readings] == [text in ("crash", "stumble", "hang") for text in texts]


def test_a_line_without_readable_text_says_so_and_has_no_text(installation: Installation, tmp_path: Path) -> None:
    status, answers, _ = many(installation, tmp_path, '{"id": "a", "html": "<p>x"}\n{"id": "b"}\n')
    assert [answer["text"] for answer in answers] == [None, None]
    assert answers[0]["error"].startswith("no article text was found on the page")
    assert status == 1
