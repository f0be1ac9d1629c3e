"""Numbers with a unit (money, people, per cent) in a text, once each, in order; what they measure is decided elsewhere.

Time is linear in the length of the text: every step from a number looks at a bounded stretch around it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.reading.figures.amounts import Amount, read_amounts
from crawler.reading.figures.folding import fold
from crawler.reading.figures.money import OPEN, Region, Settings, converts, read_settings
from crawler.reading.figures.units import Dimension


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written; ``text[start:end]`` alone reads back to ``low`` and ``high``."""

    start: int
    end: int
    low: Decimal | None
    """None: no lower bound is told."""
    high: Decimal | None
    unit: str
    """ISO 4217 code, ``people`` or ``percent``."""
    dimension: Dimension
    """``bare``: an amount without a currency (融资6亿); ``unit`` is then what the text's 元 stands for."""
    approximate: bool = False
    equivalent: int | None = None
    """Index of the amount before it of which this is the conversion: 6亿美元（约合40亿元人民币）."""
    implied: bool = False
    """No counter is written: 裁员2000."""


def find_quantities(text: str, *, language: str | None = None, region: Region | None = None) -> list[Quantity]:
    """Return the quantities of a text in order, none overlapping another.

    Leaves out dates, ordinals, versions, codes, negative numbers and numbers of anything but money and people.
    ``region`` says whose press it is, hence what 元 alone means; without it the script decides.
    """
    folded = fold(text)
    amounts = read_amounts(folded, text)
    if not amounts:
        return []
    settings: Settings | None = None
    if any(amount.code in OPEN or amount.dimension == "bare" for amount in amounts):
        settings = read_settings(text, folded, language=language, region=region)
    found = [_quantity(amount, settings) for amount in amounts]
    if len(found) == 1:
        return found
    return _with_equivalents(_with_shared_units(_with_known_units(found), folded), folded)


def _quantity(amount: Amount, settings: Settings | None) -> Quantity:
    code = amount.code
    if settings is not None and amount.dimension in ("money", "bare"):
        code = settings.code(code or "元")
    return Quantity(
        amount.start, amount.end, amount.low, amount.high, code, amount.dimension, amount.about, None, amount.implied
    )


def _with_known_units(found: list[Quantity]) -> list[Quantity]:
    """Give a bare amount the currency of the same amount elsewhere in the text: 约2千亿 … 2000亿美元."""
    if all(quantity.dimension != "bare" for quantity in found):
        return found
    return settle_bare(found, found)


def settle_bare(found: list[Quantity], known: list[Quantity]) -> list[Quantity]:
    """Return the quantities with those without a currency given the one that an equal amount among ``known`` has."""
    units: dict[Decimal | None, str] = {}
    for quantity in known:
        if quantity.dimension == "money":
            units.setdefault(quantity.low, quantity.unit)
            units.setdefault(quantity.high, quantity.unit)
    units.pop(None, None)

    def settled(quantity: Quantity) -> Quantity:
        unit = units.get(quantity.low) or units.get(quantity.high)
        return replace(quantity, unit=unit) if quantity.dimension == "bare" and unit else quantity

    return [settled(quantity) for quantity in found]


_LISTED = frozenset(("、", "和", "及", "与", "以及", " and ", ", ", "，", ", and "))


def _with_shared_units(found: list[Quantity], folded: str) -> list[Quantity]:
    """Give amounts of a list the currency that stands after its last: 1亿、2亿和3亿美元."""
    for index in range(len(found) - 2, -1, -1):
        quantity, following = found[index], found[index + 1]
        if (
            quantity.dimension == "bare"
            and following.dimension == "money"
            and folded[quantity.end : following.start] in _LISTED
        ):
            found[index] = replace(quantity, unit=following.unit, dimension="money")
    return found


def _with_equivalents(found: list[Quantity], folded: str) -> list[Quantity]:
    """Mark the amounts that only convert the one before them into another currency."""
    for index in range(1, len(found)):
        quantity, before = found[index], found[index - 1]
        if (
            quantity.dimension in ("money", "bare")
            and before.dimension in ("money", "bare")
            and quantity.unit != before.unit
            and converts(folded, before.end, quantity.start, quantity.end)
        ):
            found[index] = replace(quantity, equivalent=index - 1 if before.equivalent is None else before.equivalent)
    return found
