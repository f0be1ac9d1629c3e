"""Figures as plain JSON and back: exact, so amounts are kept as text here (what people are shown is in ``rows``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from crawler.items import Figure, Known, Report
from storage.types import amount_text, when_of, when_text


def figure_to_dict(figure: Figure, *, event: str | None = None) -> dict[str, Any]:
    """Every field of a figure; ``event`` replaces the article's own name for the event by the ledger's."""
    kept = {name: getattr(figure, name) for name in _FIGURE_FIELDS}
    kept |= {"low": _amount(figure.low), "high": _amount(figure.high)}
    kept |= {"investors": list(figure.investors), "why": list(figure.why)}
    if event is not None:
        kept["event"] = event
    return kept


def figure_of(kept: Mapping[str, Any]) -> Figure:
    """The figure that ``figure_to_dict`` wrote."""
    values = dict(kept)
    values |= {"low": _decimal(kept["low"]), "high": _decimal(kept["high"])}
    values |= {"investors": tuple(kept["investors"]), "why": tuple(kept["why"])}
    return Figure(**values)


def known_to_dict(known: Known) -> dict[str, Any]:
    """A snapshot of one entry of the ledger, as a flag was held against it."""
    kept = {name: getattr(known, name) for name in _KNOWN_FIELDS}
    kept |= {"low": _amount(known.low), "high": _amount(known.high), "investors": list(known.investors)}
    for name in ("first_reported", "last_reported"):
        kept[name] = None if kept[name] is None else when_text(kept[name])
    kept["reports"] = [
        {
            "article": report.article,
            "url": report.url,
            "outlet": report.outlet,
            "published": None if report.published is None else when_text(report.published),
            "tier": report.tier,
        }
        for report in known.reports
    ]
    return kept


def known_of(kept: Mapping[str, Any]) -> Known:
    """The entry that ``known_to_dict`` wrote."""
    values = dict(kept)
    values |= {"low": _decimal(kept["low"]), "high": _decimal(kept["high"]), "investors": tuple(kept["investors"])}
    for name in ("first_reported", "last_reported"):
        values[name] = None if kept[name] is None else when_of(kept[name])
    values["reports"] = tuple(
        Report(**{**report, "published": None if report["published"] is None else when_of(report["published"])})
        for report in kept["reports"]
    )
    return Known(**values)


_FIGURE_FIELDS = tuple(field.name for field in fields(Figure))
_KNOWN_FIELDS = tuple(field.name for field in fields(Known) if field.name != "reports")


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else amount_text(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
