"""Which language and script a text is in, by counting; no model, no dictionary of words but the shortest ones."""

from __future__ import annotations

import re
from functools import cache

from crawler.reading.script import simplified, traditional

_SAMPLE = 4000
_ENOUGH = 12
"""Letters below which nothing is said."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W\d_]+")

_FUNCTION_WORDS = {
    "en": "the of and to in a is that for it on was with as his are at by be this from have has said but",
    "de": "der die und in den von zu das mit sich des auf ist im dem nicht ein eine als auch es an",
    "fr": "de la le et les des en un du une que est pour qui dans par plus au sur pas il",
    "es": "de la que el en y los se del las un por con una su para es al lo como más",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos",
    "it": "di e il la che in un per una è del con non si da le dei al della",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi en",
    "id": "yang dan di ini itu dengan untuk dari dalam tidak akan pada juga",
    "sv": "och att det i en som på är av för med till den har inte",
    "pl": "w i na z do się nie to że jest po jak o przez",
}  # fmt: skip


def language_of(text: str, declared: str | None = None) -> str | None:
    """``zh-Hans``, ``zh-Hant``, ``en`` or another BCP 47 tag; None where the text is too short to tell.

    ``declared`` (a page's ``lang``) only settles what counting leaves open: pages are often declared wrongly.
    """
    sample = text[:_SAMPLE]
    han, kana, hangul = (len(p.findall(sample)) for p in (_HAN, _KANA, _HANGUL))
    latin, cyrillic, arabic = (len(p.findall(sample)) for p in (_LATIN, _CYRILLIC, _ARABIC))
    # A Chinese character says about as much as a short English word.
    weights = {"ja": kana * 3 if kana > han / 8 else 0, "zh": han * 3, "ko": hangul * 2, "latin": latin}
    weights |= {"cyrillic": cyrillic, "arabic": arabic}
    script = max(weights, key=lambda name: weights[name])
    if kana > han / 8 and han + kana > 3:
        script = "ja" if kana * 3 + han * 3 > latin else "latin"
    if script == "zh":
        return _chinese(sample) if han >= 2 else None
    if weights[script] < _ENOUGH:
        return None
    if script == "latin":
        return _latin(sample, declared)
    if script in ("ja", "ko"):
        return script
    return _primary(declared) or {"cyrillic": "ru", "arabic": "ar"}[script]


def _chinese(sample: str) -> str:
    to_hans = sum(a != b for a, b in zip(sample, simplified(sample), strict=True))
    to_hant = sum(a != b for a, b in zip(sample, traditional(sample), strict=True))
    return "zh-Hant" if to_hans > to_hant else "zh-Hans"


def _latin(sample: str, declared: str | None) -> str:
    words = _WORD.findall(sample.lower())
    counts = {tag: sum(word in known for word in words) for tag, known in _known_words().items()}
    best = max(counts, key=lambda tag: counts[tag])
    stated = _primary(declared)
    if counts[best] < max(2, len(words) * 0.08):
        # A headline has few function words; English is what unsaid Latin letters mostly are here.
        return stated if stated and stated not in ("zh", "ja", "ko") else "en"
    if stated in counts and counts[stated] >= counts[best] * 0.9:
        return stated
    return best


@cache
def _known_words() -> dict[str, frozenset[str]]:
    return {tag: frozenset(words.split()) for tag, words in _FUNCTION_WORDS.items()}


def _primary(declared: str | None) -> str | None:
    match = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", (declared or "").strip())
    return match[0].lower() if match else None
