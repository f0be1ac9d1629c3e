"""The rules of a verdict: what may be decided about a flag, and which corrections of a figure are valid. Pure.

Terminal and web ask here; the store carries the verdict out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, get_args

from crawler.errors import ConfigError
from crawler.items import Figure, FigureKind, Verdict, VerdictAction

MONEY: tuple[FigureKind, ...] = ("raised", "raised_total", "valuation")
KINDS: tuple[FigureKind, ...] = get_args(FigureKind)
AMENDABLE = ("low", "high", "unit", "kind", "company", "round", "as_of")

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "other-company": "the figure is another company's",
        "not-a-figure": "the number measures something else",
        "misread": "the value was read wrongly",
        "old": "known for long, only told again",
        "unreliable": "the source is not to be trusted",
        "duplicate": "the same as another flag",
    }
)
"""The usual reasons for a rejection; any other text is taken as it is."""

_SCALES = {"k": 3, "m": 6, "mn": 6, "bn": 9, "b": 9, "万": 4, "萬": 4, "亿": 8, "億": 8}
_AMOUNT = re.compile(r"([+-]?\d[\d,_ ]*(?:\.\d+)?(?:e\+?\d{1,2})?)\s*(k|mn?|bn?|万亿|萬億|[万萬亿億])?", re.IGNORECASE)
_UNKNOWN = {"", "none", "null", "-"}
_AS_OF = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MOST = Decimal("1e15")


class VerdictError(ConfigError):
    """A verdict that cannot be carried out as asked."""


def parse_amount(text: str) -> Decimal | None:
    """A bound as a person types it: ``620000000``, ``6.2e8``, ``620m`` or ``6.2亿``; None for ``none`` (an open end)."""
    if text.strip().lower() in _UNKNOWN:
        return None
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise VerdictError(
            f"{text!r} is no number; write it like 620000000, 6.2e8, 620m or 6.2亿, or none for an open end"
        )
    try:
        value = Decimal(re.sub(r"[,_ ]", "", match[1]))
    except InvalidOperation:
        raise VerdictError(f"{text!r} is no number; write it like 620000000 or 6.2e8") from None
    suffix = (match[2] or "").lower()
    value = value.scaleb(12 if suffix in ("万亿", "萬億") else _SCALES.get(suffix, 0))
    if not 0 <= value <= _MOST:
        raise VerdictError(f"{text!r} is out of bounds; a figure lies between 0 and 1e15")
    return value


def parse_as_of(text: str) -> str | None:
    """``2023``, ``2023-06`` or ``2023-06-30``, a day that exists; None for ``none``."""
    if text.strip().lower() in _UNKNOWN:
        return None
    match = _AS_OF.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise VerdictError(f"{text!r} is no date; write 2023, 2023-06 or 2023-06-30") from None
    return text.strip()


def amendments(figure: Figure, given: Mapping[str, str], companies: Collection[str]) -> Mapping[str, Any]:
    """The fields that really change, as the store wants them; raises VerdictError where the result is no figure.

    ``given`` holds what a person typed, by field; ``companies`` are the watched keys.
    """
    changed: dict[str, Any] = {}
    for field, text in given.items():
        if field not in AMENDABLE:
            raise VerdictError(f"{field} cannot be amended; {', '.join(AMENDABLE)} can")
        changed[field] = _parsed(field, text, companies)
    result = {field: changed.get(field, getattr(figure, field)) for field in AMENDABLE}
    _check(result)
    different = {field: value for field, value in changed.items() if value != getattr(figure, field)}
    if not different:
        raise VerdictError("the amendment changes nothing; accept the flag, or say what is different")
    return MappingProxyType(different)


def new_figure(company: str, kind: str, given: Mapping[str, str | None]) -> Figure:
    """A figure that a person records by hand, from what they typed; raises VerdictError where it is none.

    ``high`` is as ``low`` where it is not given; the unit follows from the kind but for money.
    """
    low = parse_amount(given.get("low") or "")
    high = low if given.get("high") is None else parse_amount(given.get("high") or "")
    unit = unit_of(kind) or (given.get("unit") or "").upper()
    _check({"low": low, "high": high, "kind": kind, "unit": unit})
    quote = given.get("quote") or ""
    as_of = given.get("as_of")
    return Figure(
        company=company,
        kind=_parsed("kind", kind, ()),
        low=low,
        high=high,
        unit=unit,
        quote=quote,
        where="text",
        start=0,
        end=0,
        round=given.get("round"),
        as_of=parse_as_of(as_of) if as_of else None,
    )


def _parsed(field: str, text: str, companies: Collection[str]) -> Any:
    if field in ("low", "high"):
        return parse_amount(text)
    if field == "as_of":
        return parse_as_of(text)
    if field == "round":
        return None if text.strip().lower() in _UNKNOWN else text.strip()
    if field == "kind" and text not in KINDS:
        raise VerdictError(f"{text!r} is no kind of figure; one of {', '.join(KINDS)}")
    if field == "company" and text not in companies:
        raise VerdictError(f"{text!r} is not watched; one of {', '.join(sorted(companies))}")
    if field == "unit":
        return text if text in ("people", "percent") else text.upper()
    return text


def _check(figure: Mapping[str, Any]) -> None:
    low, high, unit, kind = figure["low"], figure["high"], figure["unit"], figure["kind"]
    if low is None and high is None:
        raise VerdictError("a figure needs a low or a high value")
    if low is not None and high is not None and low > high:
        raise VerdictError(f"low {low:f} is above high {high:f}; give both, or none for an open end")
    wanted = unit_of(kind)
    if wanted is None and not re.fullmatch(r"[A-Z]{3}", unit):
        raise VerdictError(f"{unit!r} is no currency; {kind} is money: an ISO code such as USD, CNY or HKD")
    if wanted is not None and unit != wanted:
        raise VerdictError(f"{kind} is counted in {wanted}, not {unit}; amend the unit too")
    values = [value for value in (low, high) if value is not None]
    if wanted == "percent" and any(value > 100 for value in values):
        raise VerdictError("a share of the staff is at most 100 per cent")
    if wanted == "people" and any(value != value.to_integral_value() for value in values):
        raise VerdictError("people are whole")


def unit_of(kind: str) -> str | None:
    """The one unit that a kind is counted in; None for money, which has any currency."""
    return {"laid_off": "people", "headcount": "people", "laid_off_share": "percent"}.get(kind)


def verdict(
    action: VerdictAction,
    *,
    by: str,
    figure: Figure | None,
    note: str | None = None,
    reason: str | None = None,
    given: Mapping[str, str] = MappingProxyType({}),
    into: str | None = None,
    companies: Collection[str] = (),
) -> Verdict:
    """A verdict that can be carried out; raises VerdictError with the mend otherwise.

    ``figure`` is None for a signal; ``into`` names a flag by its id, or a known figure as ``figure:ID``.
    """
    if action not in get_args(VerdictAction):
        raise VerdictError(f"{action!r} is no verdict; one of {', '.join(get_args(VerdictAction))}")
    if not by.strip():
        raise VerdictError("nobody is named as the one who decides; give --by NAME")
    if reason and action != "reject":
        raise VerdictError(f"a reason belongs to a rejection; say it as a note to {action}")
    if action == "merge" and not into:
        raise VerdictError(
            "merging needs what says the same; give --into ID of a flag, or --into figure:ID of a known figure"
        )
    if action == "merge" and figure is None:
        raise VerdictError("a signal gives no number that another could say again; accept or reject it")
    if action != "amend":
        flag, known = (None, into.partition(":")[2]) if into and into.startswith("figure:") else (into, None)
        return Verdict(action=action, by=by.strip(), note=note or None, reason=reason or None, into=flag, known=known)
    if figure is None:
        raise VerdictError("a signal gives no number to amend; accept or reject it")
    changes = amendments(figure, given, companies)
    return Verdict(action="amend", by=by.strip(), note=note or None, changes=changes)
