"""Sources: how each is doing, and switching, adding and asking them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from crawler.errors import DragonwatchError
from crawler.items import Source
from desk.sources import declared
from desk.web.access import desk_of, needs
from desk.web.render import back_to, page
from desk.web.state import Desk

if TYPE_CHECKING:
    from scheduler.inspect import Tried

router = APIRouter(include_in_schema=False)
_NOTHING_TYPED = MappingProxyType({"name": "", "url": "", "kind": "feed", "outlet": "", "language": ""})
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
async def add(
    request: Request,
    name: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "feed",
    outlet: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    keep: Annotated[str, Form()] = "",
) -> Response:
    """Tries a source of one's own and shows what it announces; keeps it where that was seen."""
    told = {"name": name, "url": url, "kind": kind, "outlet": outlet, "language": language}
    try:
        source = await run_in_threadpool(_declared, request, told)
    except DragonwatchError as error:
        return await run_in_threadpool(_page, request, str(error), 422)
    if keep == "1":
        return await run_in_threadpool(_changed, request, lambda: desk_of(request).store.sources.add(source))
    tried = await _tried(desk_of(request), source)
    return await run_in_threadpool(_page, request, told=told, tried=tried)


def _declared(request: Request, told: Mapping[str, str]) -> Source:
    taken = {row.source.name for row in desk_of(request).store.sources.all()}
    return declared({key: value for key, value in told.items() if value}, taken)


async def _tried(desk: Desk, source: Source) -> Tried:
    from crawler.workers import Workers
    from scheduler.inspect import try_source
    from scheduler.run import open_web

    watchlist = desk.wiring.watchlist
    async with open_web(desk.config, desk.wiring.clock) as web, Workers(watchlist, count=1) as workers:
        return await try_source(source, web=web, workers=workers, watchlist=watchlist)


def _changed(request: Request, act: object) -> Response:
    assert callable(act)
    try:
        act()
    except DragonwatchError as error:
        return _page(request, str(error), 422)
    return back_to(request, "/sources")


def _page(
    request: Request,
    message: str = "",
    status: int = 200,
    told: Mapping[str, str] = _NOTHING_TYPED,
    tried: Tried | None = None,
) -> Response:
    rows = desk_of(request).store.sources.all()
    return page(request, "sources.html", status=status, rows=rows, message=message, told=told, tried=tried)
