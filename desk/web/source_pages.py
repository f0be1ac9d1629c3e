"""Sources: how each is doing, and switching, adding and asking them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from crawler.errors import DragonwatchError
from desk.sources import declared
from desk.web.access import desk_of, needs
from desk.web.render import back_to, page

router = APIRouter(include_in_schema=False)
_ADMIN = [Depends(needs("admin"))]


@router.get("/sources", dependencies=[Depends(needs("reader"))])
def sources(request: Request) -> Response:
    """All sources with their health."""
    return _page(request)


@router.post("/sources/{name}/enable", dependencies=_ADMIN)
def enable(request: Request, name: str, on: Annotated[str, Form()] = "1") -> Response:
    """Switches a source on or off."""
    return _changed(request, lambda: desk_of(request).store.sources.enable(name, on == "1"))


@router.post("/sources/{name}/check", dependencies=_ADMIN)
async def check(request: Request, name: str) -> Response:
    """Asks one source now, to the end."""
    from scheduler.run import crawl

    wiring = desk_of(request).wiring
    row = await run_in_threadpool(wiring.store.sources.get, name)
    if row is None:
        return await run_in_threadpool(_page, request, f"there is no source {name!r}", 404)
    summary = await crawl(
        [row.source],
        store=wiring.store,
        config=wiring.config,
        clock=wiring.clock,
        watchlist=wiring.watchlist,
        archive=wiring.archive,
        own=wiring.own,
    )
    failed = next((f"{result.source}: {result.error}" for result in summary.sources if result.error), "")
    return await run_in_threadpool(_page, request, failed, 502) if failed else back_to(request, "/sources")


@router.post("/sources", dependencies=_ADMIN)
def add(
    request: Request,
    name: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "feed",
    outlet: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
) -> Response:
    """Adds a source of one's own."""
    told = {"name": name, "url": url, "kind": kind, "outlet": outlet or None, "language": language or None}
    return _changed(request, lambda: _add(request, told))


def _add(request: Request, told: dict[str, str | None]) -> None:
    source = declared({key: value for key, value in told.items() if value is not None})
    desk_of(request).store.sources.add(source)


def _changed(request: Request, act: object) -> Response:
    assert callable(act)
    try:
        act()
    except DragonwatchError as error:
        return _page(request, str(error), 422)
    return back_to(request, "/sources")


def _page(request: Request, message: str = "", status: int = 200) -> Response:
    return page(request, "sources.html", status=status, rows=desk_of(request).store.sources.all(), message=message)
