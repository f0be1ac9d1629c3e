"""The JSON shapes of a reading and a figure, as programs rely on them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crawler.items import CompanyMention, Figure, PassedOver, Reading, Signal


def reading_to_json(
    reading: Reading, *, id: str | None = None, url: str | None = None, explain: bool = False
) -> dict[str, Any]:
    """The Reading shape: unknown is None, never a missing key. ``explain`` adds reasons, signals and what was passed over."""
    article = reading.article
    shape: dict[str, Any] = {
        "id": id,
        "url": url,
        "title": article.title,
        "author": article.author,
        "outlet": article.outlet,
        "origin": article.origin,
        "published": moment_to_json(article.published),
        "updated": moment_to_json(article.updated),
        "language": article.language,
        "text": article.text or None,
        "companies": [company_to_json(company) for company in reading.companies],
        "figures": [figure_to_json(figure, explain=explain) for figure in reading.figures],
        "truncated": article.truncated,
        "error": reading.error,
    }
    if explain:
        shape["signals"] = [signal_to_json(signal) for signal in reading.signals]
        shape["passed"] = [passed_to_json(passed) for passed in reading.passed]
    return shape


def company_to_json(mention: CompanyMention) -> dict[str, Any]:
    return {"company": mention.company, "mentions": mention.mentions, "focus": mention.focus}


def figure_to_json(figure: Figure, *, explain: bool = False) -> dict[str, Any]:
    """The Figure shape; ``explain`` adds ``why``."""
    shape: dict[str, Any] = {
        "event": figure.event or None,
        "company": figure.company,
        "kind": figure.kind,
        "low": number_to_json(figure.low),
        "high": number_to_json(figure.high),
        "unit": figure.unit,
        "approximate": figure.approximate,
        "round": figure.round,
        "investors": list(figure.investors),
        "scope": figure.scope,
        "as_of": figure.as_of,
        "status": figure.status,
        "quote": figure.quote,
        "where": figure.where,
        "start": figure.start,
        "end": figure.end,
    }
    if explain:
        shape["why"] = list(figure.why)
    return shape


def signal_to_json(signal: Signal) -> dict[str, Any]:
    return {
        "company": signal.company,
        "topic": signal.topic,
        "signal": signal.signal,
        "quote": signal.quote,
        "where": signal.where,
        "start": signal.start,
        "end": signal.end,
        "why": list(signal.why),
    }


def passed_to_json(passed: PassedOver) -> dict[str, Any]:
    return {"where": passed.where, "start": passed.start, "end": passed.end, "reason": passed.reason}


def number_to_json(value: Decimal | None) -> int | float | None:
    """A whole number as int, any other as float: JSON has no decimals."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def moment_to_json(value: datetime | date | None) -> str | None:
    """ISO 8601; a time with its offset, a date alone where no time is known."""
    return value.isoformat() if value is not None else None
