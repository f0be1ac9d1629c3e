"""Digests and runs: what was sent, what is in doubt, what ran and what was missed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from crawler.errors import DragonwatchError
from desk.web.access import desk_of, needs
from desk.web.render import back_to, page

router = APIRouter(include_in_schema=False)
_READER, _ADMIN = [Depends(needs("reader"))], [Depends(needs("admin"))]


@router.get("/digests", dependencies=_READER)
def digests(request: Request) -> Response:
    """What waits, was sent, failed or is in doubt, newest first."""
    return page(request, "digests.html", rows=desk_of(request).store.outbox.list(limit=200), message="")


@router.post("/digests/{id}/resolve", dependencies=_ADMIN)
def resolve(request: Request, id: str, how: Annotated[Literal["sent", "resend"], Form()]) -> Response:
    """Settles a letter in doubt: it did arrive, or it is to go out again."""
    store = desk_of(request).store
    try:
        store.outbox.resolve(id, how)
    except DragonwatchError as error:
        return page(request, "digests.html", status=422, rows=store.outbox.list(limit=200), message=str(error))
    return back_to(request, "/digests")


@router.get("/runs", dependencies=_READER)
def runs(request: Request) -> Response:
    """What ran, runs, failed or was missed, newest first."""
    return page(request, "runs.html", rows=desk_of(request).store.runs.recent(limit=200))
