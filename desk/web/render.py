"""Renders the desk's pages: one template environment, everything escaped, words in the visitor's language."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.web.access import LANGUAGE_COOKIE, SEED_COOKIE, cookie_of, desk_of, seed_of, visitor_of
from desk.web.words import LANGUAGES, NAMES, language_of, say
from scheduler.digest.amounts import Language, value_text
from scheduler.digest.jump import jump_to
from scheduler.digest.wording import figure_text, moment_text


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("desk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def visitor_language(request: Request) -> Language:
    """The language this visitor reads."""
    return language_of(cookie_of(request, LANGUAGE_COOKIE), request.headers.get("accept-language"))


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, or for htmx a part of one, in the visitor's language."""
    text = _environment().get_template(template).render(_common(request) | values)
    response = HTMLResponse(text, status)
    if SEED_COOKIE not in request.cookies:
        response.set_cookie(SEED_COOKIE, seed_of(request), httponly=True, samesite="strict", secure=_secure(request))
    return response


def _common(request: Request) -> dict[str, Any]:
    desk, language = desk_of(request), visitor_language(request)

    def word(key: str, *values: object) -> str:
        return say(key, language, *values)

    def moment(when: datetime | date | None) -> str:
        return moment_text(when, desk.zone)

    return {
        "nonce": request.scope.get("nonce", ""),
        "csrf": desk.accounts.csrf(seed_of(request)),
        "visitor": visitor_of(request),
        "language": language,
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "path": request.url.path,
        "say": word,
        "moment": moment,
        "value": lambda figure: value_text(figure.low, figure.high, figure.unit, figure.approximate, language),
        "measure": lambda figure: figure_text(figure, language),
        "link": lambda url: jump_to(url or "", "", ""),
        "query": lambda **given: urlencode({key: value for key, value in given.items() if value not in (None, "")}),
        "all_companies": desk.companies(),
        "part": "hx-request" in request.headers,
    }


def back_to(request: Request, path: str) -> Response:
    """Sends the browser on after a form: by GET, so that a reload repeats nothing."""
    return RedirectResponse(path, 303)


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie for a year that scripts cannot read and other sites cannot send along."""
    # A header holds no Chinese name as it is.
    response.set_cookie(name, quote(value), max_age=31_536_000, httponly=True, samesite="lax", secure=_secure(request))


def _secure(request: Request) -> bool:
    return request.url.scheme == "https" or desk_of(request).config.desk.public_url.startswith("https://")
