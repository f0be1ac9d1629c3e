"""``/health``, ``/ready`` and ``/metrics``: how desk, database and schedule are, for machines that watch them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from crawler.errors import StoreError
from desk.web.access import anyone, desk_of, needs

router = APIRouter(include_in_schema=False)
_ANYONE = [Depends(anyone())]


@router.get("/ready", dependencies=_ANYONE)
def ready(request: Request) -> JSONResponse:
    """200 where the database can be asked, so that requests may be sent here; else 503."""
    database = _database(request)
    return JSONResponse({"database": database}, 200 if database else 503)


@router.get("/metrics", dependencies=[Depends(needs("reader"))])
def metrics(request: Request) -> Response:
    """What Prometheus is told; with accounts it sends a token."""
    text = desk_of(request).metrics
    if text is None:
        raise HTTPException(404, "A desk alone counts nothing; `dragonwatch daemon` does")
    return Response(text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/health", dependencies=_ANYONE)
def health(request: Request) -> JSONResponse:
    """200 where all is well, else 503; says nothing that a stranger could use."""
    database, alive = _database(request), desk_of(request).alive()
    return JSONResponse({"database": database, "schedule": alive}, 200 if database and alive else 503)


def _database(request: Request) -> bool:
    try:
        desk_of(request).store.settings.get("declared")
    except StoreError:
        return False
    return True
