"""``/health``: whether the desk answers, its database with it, and the schedule beside it still ticks."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from crawler.errors import StoreError
from desk.web.access import anyone, desk_of

router = APIRouter(include_in_schema=False, dependencies=[Depends(anyone())])


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """200 where all is well, else 503; says nothing that a stranger could use."""
    desk = desk_of(request)
    try:
        desk.store.flags.counts()
        database = True
    except StoreError:
        database = False
    alive = desk.alive()
    return JSONResponse({"database": database, "schedule": alive}, 200 if database and alive else 503)
