"""How the peers read quantities, brought to one shape: (low, high, unit) of each amount and share that they find.

Nothing is mended on the way: what a peer leaves out, splits or takes for another currency counts as it stands.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

Found = tuple[Decimal | None, Decimal | None, str]
Reader = Callable[[str, str], list[Found]]
"""Takes a sentence and its language with the region of the press (zh-Hant-HK)."""

_CASES = {
    "元": "CNY", "人民币": "CNY", "美元": "USD", "美金": "USD", "港元": "HKD", "港币": "HKD", "日元": "JPY", "欧元": "EUR",
    "英镑": "GBP", "韩元": "KRW", "新加坡元": "SGD", "新元": "SGD", "新台币": "TWD", "台币": "TWD",
}  # fmt: skip


def jionlp_reader() -> Reader:
    """Return JioNLP's ``extract_money``; its blur+ is a lower bound and its blur- an upper one."""
    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp
    extract = jionlp.ner.extract_money

    def read(text: str, language: str) -> list[Found]:
        return [_of_jionlp(found["detail"]) for found in extract(text, with_parsing=True)]

    return read


def _of_jionlp(detail: dict[str, Any]) -> Found:
    number, unit = detail["num"], _CASES.get(detail["case"], detail["case"])
    low, high = (Decimal(number[0]), Decimal(number[-1])) if isinstance(number, list) else (Decimal(number),) * 2
    if detail["definition"] == "blur+":
        return low, None, unit
    return (None, high, unit) if detail["definition"] == "blur-" else (low, high, unit)


def recognizers_reader() -> Reader:
    """Return recognizers-text's currencies and percentages, in Chinese or English as the sentence is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recognizers_number import recognize_percentage
        from recognizers_number_with_unit import recognize_currency
        from recognizers_text import Culture

    def read(text: str, language: str) -> list[Found]:
        culture = Culture.English if language.startswith("en") else Culture.Chinese
        return [
            _of_recognizers(found.resolution)
            for recognize in (recognize_currency, recognize_percentage)
            for found in recognize(text, culture)
        ]

    return read


def _of_recognizers(resolution: dict[str, str]) -> Found:
    written = (resolution.get("value") or "").rstrip("%")
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None, None, "unread"
    if "unit" not in resolution:
        return value, value, "percent"
    unit = resolution.get("isoCurrency") or {"Dollar": "USD"}.get(resolution["unit"], resolution["unit"])
    return value, value, unit
