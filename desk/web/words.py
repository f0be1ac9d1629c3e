"""The desk's fixed words in each of its languages, and which language a visitor reads."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from scheduler.digest.amounts import Language
from scheduler.digest.words import word as letter_word

LANGUAGES: tuple[Language, ...] = ("en", "zh-Hans", "zh-Hant")
NAMES: dict[Language, str] = {"en": "English", "zh-Hans": "简体", "zh-Hant": "繁體"}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(files("desk.web").joinpath("words.toml").read_text(encoding="utf-8"))


def say(key: str, language: Language, *values: object) -> str:
    """The word in that language with ``values`` put in; the letter's word, or the key itself, where the desk has none."""
    forms = _words().get(key)
    if forms is None:
        return letter_word(key, language, *values)
    text = forms[LANGUAGES.index(language)]
    return text.format(*values) if values else text


def language_of(chosen: str | None, accepted: str | None) -> Language:
    """The language chosen before, else the first that the browser's Accept-Language names and the desk speaks."""
    for language in LANGUAGES:
        if chosen == language:
            return language
    for part in (accepted or "").lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith(_TRADITIONAL):
            return "zh-Hant"
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"
