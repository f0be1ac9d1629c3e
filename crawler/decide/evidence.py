"""Who stands behind a figure, and whether an article adds to that."""

from __future__ import annotations

from crawler.items import Figure, Known, Tier

DENIED = "denied"


def is_denied(known: Known) -> bool:
    """Whether an entry of the ledger has been denied already."""
    return known.disputed or DENIED in (known.state, known.status)


def is_stronger(figure: Figure, known: Known, tier: Tier) -> bool:
    """Whether a figure of the same value has more behind it than the entry: said after reported, done after planned, filed after printed.

    A filing adds nothing to what a person has accepted, nor where nothing is known of who said it first.
    """
    if figure.status == "denied":
        return False
    if figure.status == "stated" and known.status != "stated":
        return True
    if tier != "filing" or figure.status != known.status or known.state == "accepted":
        return False
    return bool(known.reports) and all(report.tier != "filing" for report in known.reports)
