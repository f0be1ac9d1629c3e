"""Letters as mail programs get them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast
from urllib.parse import unquote

import pytest
from lxml import html as lxml_html

from scheduler.digest.choose import Edition, Wishes, choose
from scheduler.digest.jump import jump_to
from scheduler.digest.letter import compose
from scheduler.digest.view import Frame
from storage.rows import RunRow
from tests.scheduler.builders import NOW, article, figure, flag, known, source, story


def edition(wishes: Wishes | None = None, runs: Sequence[RunRow] = ()) -> Edition:
    return choose(
        wishes or Wishes(),
        key="2026-11-24",
        since=None,
        until=NOW,
        flags=[
            flag(),
            flag(id="2", reason="signal", figure=None, signal="started", topic="layoffs", quote="旷视启动裁员。", company="megvii"),
            flag(id="3", reason="edited", before=figure(low=None)),
            flag(id="4", state="rejected", decided_by="li", decided_at=NOW, cause="other company"),
        ],
        stories=[(story("11", "12"), [article(), article(id="12", copy_of="11")])],
        sources=[source(health="failing", error="timed out")],
        runs=runs,
    )  # fmt: skip


def letter(
    frame: Frame | None = None, wishes: Wishes | None = None, runs: Sequence[RunRow] = (), **changes: str
) -> EmailMessage:
    to = {"sender": "Dragonwatch <d@news.example>", "recipient": "李 <li@example.org>"} | changes
    message = compose(edition(wishes, runs), frame or Frame(), now=NOW, **to)
    return cast(EmailMessage, message_from_bytes(message.as_bytes(), policy=policy.default))


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert isinstance(plain, EmailMessage) and isinstance(rich, EmailMessage)
    return plain.get_content(), rich.get_content()


def test_who_wants_some_things_alone_is_reminded_of_it() -> None:
    wishes = Wishes(("sensetime",), ("raised", "valuation"), flags_only=True, exclude_outlets=("晚报",))
    for language, told in (
        ("en", "Only: SenseTime, raised, valuation, figures without stories; without 晚报"),
        ("zh-Hans", "仅含：商汤、融资、估值、数字，不含报道；不含晚报"),
    ):
        for part in parts(letter(Frame(language=language), wishes=wishes)):
            assert told in part
    assert "Only" not in parts(letter())[0]


def test_the_end_tells_what_did_not_run_and_what_failed_in_the_readers_hours() -> None:
    gap = RunRow("1", "daemon", "missed", NOW, due=NOW - timedelta(hours=2))
    slot = RunRow("2", "digest", "missed", NOW, due=NOW - timedelta(hours=1))
    failed = [
        RunRow(str(3 + n), "digest", "failed", NOW - timedelta(minutes=n), finished=NOW, error=f"451 busy {n}")
        for n in range(3)
    ]
    once = RunRow("9", "crawl", "failed", NOW, finished=NOW, error="disk full")
    for part in parts(letter(Frame(zone="Europe/Berlin"), runs=[gap, slot, *failed, once])):
        assert "no daemon ran from 2026-11-23 23:00 to 2026-11-24 01:00" in part
        assert "letters: due 2026-11-24 00:00, did not run" in part
        assert "letters: failed 3 times, last at 2026-11-24 01:00 (451 busy 0)" in part
        assert "polls: failed at 2026-11-24 01:00 (disk full)" in part


def test_number_company_known_sentence_and_link_stand_in_both_parts() -> None:
    for part in parts(letter()):
        assert "headcount 5,016 people" in part
        assert "headcount 3,756 people (2024-12, Annual report)" in part
        assert "SenseTime" in part and "Megvii" in part
        assert "2 independent outlets" in part
        assert "layoffs: under way" in part
        assert "morning: failing" in part
        assert "rejected · li · other company" in part
        assert "and 1 copy or rewriting" in part


def test_the_number_is_marked_in_its_sentence() -> None:
    plain, rich = parts(letter())
    assert "商汤有[5016名员工]，比去年" in plain
    marked = lxml_html.document_fromstring(rich).findall(".//mark")
    assert {mark.text for mark in marked} == {"5016名员工"}


@pytest.mark.parametrize(("language", "word"), [("en", "New figures"), ("zh-Hans", "待审核"), ("zh-Hant", "待審核")])
def test_each_language(language: str, word: str) -> None:
    message = letter(Frame(language=language))  # type: ignore[arg-type]
    assert word in parts(message)[0]
    assert "2026-11-24" in str(message["Subject"])


def test_headers_are_those_of_a_list_and_stable() -> None:
    frame = Frame(public_url="https://desk.example", unsubscribe="https://desk.example/unsubscribe/abc")
    first, second = letter(frame), letter(frame)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"] != letter(recipient="wang@example.org")["Message-ID"]
    assert "li@example.org" not in str(first["Message-ID"])
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["List-Unsubscribe"] == "<https://desk.example/unsubscribe/abc>"
    assert first["List-Id"] == "Dragonwatch <digest.news.example>"
    assert first["To"] == "李 <li@example.org>"
    assert "https://desk.example/flags/1" in parts(first)[1]


def test_nothing_remote_is_loaded_and_no_desk_is_linked_without_a_public_address() -> None:
    tree = lxml_html.document_fromstring(parts(letter())[1])
    assert not tree.xpath("//img|//script|//link|//iframe|//*[@background]")
    assert not [href for href in tree.xpath("//a/@href") if "/flags/" in href]


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "a\r\nBcc: x@y.z"]
)
def test_hostile_titles_stay_text(hostile: str) -> None:
    bad = flag(article=replace(flag().article, title=hostile, outlet=hostile, url="javascript:alert(1)"))  # type: ignore[type-var]
    shown = choose(
        Wishes(), key="2026-11-24", since=None, until=NOW, flags=[bad],
        stories=[(story(), [article(title=hostile, url="javascript:alert(1)")])], sources=[], runs=[],
    )  # fmt: skip
    message = message_from_bytes(
        compose(shown, Frame(), sender="d@localhost", recipient="a@localhost", now=NOW).as_bytes(),
        policy=policy.default,
    )
    assert "Bcc" not in message
    tree = lxml_html.document_fromstring(parts(cast(EmailMessage, message))[1])
    assert not tree.xpath("//script|//img|//*[@onerror]")
    assert not [href for href in tree.xpath("//a/@href") if not href.startswith("http")]
    assert hostile.split()[0] in tree.text_content()


@pytest.mark.parametrize(
    ("url", "sentence", "number", "expected"),
    [
        ("https://a.example/x", "商汤裁员927人。", "927人", "https://a.example/x#:~:text=商汤裁员927人。"),
        ("https://a.example/x#top", "cut 300 jobs, or 5-6%", "300 jobs", "https://a.example/x#top:~:text=cut 300 jobs, or 5-6%"),
        ("https://a.example/x", "one line\ncut 300 jobs", "300", "https://a.example/x#:~:text=cut 300 jobs"),
        ("https://a.example/x", "nothing", "300", "https://a.example/x"),
        ("javascript:alert(1)", "cut 300", "300", ""),
    ],
)  # fmt: skip
def test_links_jump_to_the_sentence(url: str, sentence: str, number: str, expected: str) -> None:
    link = jump_to(url, sentence, number)
    assert unquote(link) == expected
    assert not set(link.partition("text=")[2]) & set("-,&")


def test_long_sentences_are_cut_around_the_number() -> None:
    link = jump_to("https://a.example/", "长" * 300 + "裁员927人" + "短" * 300, "927人")
    assert "927人" in unquote(link) and len(unquote(link)) < 170


def test_a_figure_that_answers_to_nothing_is_read_beside_the_last_of_its_measure() -> None:
    alone = flag(known=(), last_known=known())
    shown = choose(Wishes(), key="2026-11-24", since=None, until=NOW, flags=[alone], stories=[], sources=[], runs=[])
    message = compose(shown, Frame(), sender="d@localhost", recipient="a@localhost", now=NOW)
    assert "last known: headcount 3,756 people (2024-12, Annual report)" in parts(message)[0]
