"""A company's page: charts and timeline of its figures, and its stories below; the ledger as a table."""

from __future__ import annotations

import io
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from crawler.items import KnownState
from desk.review import KINDS
from desk.web.access import desk_of, needs
from desk.web.chart import CHARTS, CURRENCIES, chart_of, day_of
from desk.web.render import page
from storage.export import write_csv
from storage.rows import known_json

router = APIRouter(include_in_schema=False, dependencies=[Depends(needs("reader"))])
Before = Annotated[str, Query(pattern="^[0-9]{0,18}$")]
_PAGE = 100
_TIMELINE = 50
_DRAWN = 60
"""Points of one chart: more run into each other."""


@router.get("/companies")
def companies(request: Request) -> Response:
    """The watched companies, with how much waits of each."""
    desk = desk_of(request)
    waiting = desk.store.flags.waiting()
    return page(request, "companies.html", rows=[(key, waiting.get(key, 0)) for key in desk.companies()])


@router.get("/companies/{key}")
def company(
    request: Request,
    key: str,
    currency: str = "USD",
    before: Before = "",
) -> Response:
    """One company over time; ``before`` goes on in the timeline."""
    desk = desk_of(request)
    if key not in desk.companies():
        raise HTTPException(404, f"{key} is not watched")
    currency = currency if currency in CURRENCIES else "USD"
    ledger = desk.store.ledger
    latest = ledger.find(company=key, limit=_TIMELINE, newest=True, before=before or None)
    dated = sorted(((day_of(known), known) for known in latest), key=lambda row: str(row[0] or ""), reverse=True)
    courses = ledger.over_time(key, CHARTS, _DRAWN)
    return page(
        request,
        "company.html",
        key=key,
        currency=currency,
        currencies=CURRENCIES,
        charts=[chart_of(kind, courses[kind], currency, desk.wiring.rates) for kind in CHARTS],
        timeline=dated,
        earlier=latest[-1].id if len(latest) == _TIMELINE else None,
        waiting=desk.store.flags.waiting().get(key, 0),
        stories=desk.store.stories.find(company=key, limit=20),
    )


@router.get("/figures")
def ledger(
    request: Request, company: str = "", kind: str = "", state: KnownState | None = None, before: Before = ""
) -> Response:
    """The ledger as a table, what came in last first; ``before`` goes on where a page ended."""
    found = desk_of(request).store.ledger.find(
        company=company or None, kind=kind or None, state=state, before=before or None, newest=True, limit=_PAGE
    )
    more = found[-1].id if len(found) == _PAGE else None
    return page(
        request, "ledger.html", found=found, company=company, kind=kind, state=state or "", kinds=KINDS, more=more
    )


@router.get("/figures.csv")
def ledger_csv(request: Request, company: str = "", kind: str = "", state: KnownState | None = None) -> Response:
    """The same as CSV."""
    found = desk_of(request).store.ledger.find(company=company or None, kind=kind or None, state=state)
    rows = [known_json(known) for known in found]
    out = io.StringIO()
    write_csv(out, (row | {"reports": len(row["reports"])} for row in rows))
    headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
