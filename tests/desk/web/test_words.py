"""Every word that a page asks for is there in each language."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from desk.web.words import LANGUAGES, _words, language_of
from scheduler.digest.words import word


def asked_for() -> set[str]:
    texts = [entry.read_text(encoding="utf-8") for entry in files("desk.web").joinpath("templates").iterdir()]
    return {key for text in texts for key in re.findall(r'say\("([\w-]+)"[,)]', text)}


def test_each_word_of_the_templates_is_known() -> None:
    missing = [key for key in asked_for() if key not in _words() and word(key, "en") == key]
    assert missing == []


def test_each_word_has_three_forms_with_the_same_places() -> None:
    for key, forms in _words().items():
        assert len(forms) == len(LANGUAGES), key
        assert len({form.count("{}") for form in forms}) == 1, key


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("zh-Hans", "en", "zh-Hans"),
        ("klingon", "zh-TW,zh;q=0.9,en", "zh-Hant"),
        (None, "zh-CN,en;q=0.5", "zh-Hans"),
        (None, "de,en-GB", "en"),
        (None, None, "en"),
        (None, "zh-Hant-HK", "zh-Hant"),
    ],
)
def test_the_language_of_a_visitor(chosen: str | None, accepted: str | None, language: str) -> None:
    assert language_of(chosen, accepted) == language
