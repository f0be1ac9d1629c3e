"""The web desk as one application: pages, the API for programs, outgoing feeds, files.

request | Shield     Host, headers, nonce          shield.py
        | needs      account, role, own page       access.py
        | page       words, template               render.py
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from crawler.errors import ConfigError, DragonwatchError, StoreUnavailable
from desk.web import (
    api,
    article_pages,
    company_pages,
    entry_pages,
    feeds,
    health,
    letter_pages,
    login_pages,
    review_pages,
    source_pages,
)
from desk.web.access import LoginNeeded
from desk.web.render import page
from desk.web.shield import Shield
from desk.web.state import Desk

_ROUTERS = (
    review_pages.router,
    company_pages.router,
    article_pages.router,
    source_pages.router,
    letter_pages.router,
    entry_pages.router,
    login_pages.router,
    api.router,
    feeds.router,
    health.router,
)


def create_app(desk: Desk) -> FastAPI:
    """The application for one desk; it answers only to the desk's own names."""
    app = FastAPI(title="Dragonwatch", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/static", _Files(directory=Path(__file__).with_name("static")))
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(DragonwatchError, _failed)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Shield, hosts=desk.hosts)
    return app


class _Files(StaticFiles):
    """Our own files; a browser may keep them, but asks whether they are still right."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


def _for_program(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/feeds/")) or "authorization" in request.headers


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _for_program(request):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    if isinstance(error, LoginNeeded) and "hx-request" not in request.headers:
        return RedirectResponse("/login", 303)
    return page(request, "refused.html", status=error.status_code, message=str(error.detail))


async def _unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    told = f"{'.'.join(str(part) for part in first['loc'][1:]) or 'the request'}: {first['msg']}"
    if _for_program(request):
        return JSONResponse({"error": told}, 422)
    return page(request, "refused.html", status=422, message=told)


async def _failed(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, StoreUnavailable) else 422 if isinstance(error, ConfigError) else 404
    if _for_program(request):
        return JSONResponse({"error": str(error)}, status)
    return page(request, "refused.html", status=status, message=str(error))
