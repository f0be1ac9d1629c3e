"""Who may call a route: found out here, and held for every route by a test."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from fastapi import HTTPException, Request

from desk.web.accounts import Role, Visitor, allows

if TYPE_CHECKING:
    from desk.web.state import Desk

SESSION_COOKIE, NAME_COOKIE, SEED_COOKIE, LANGUAGE_COOKIE = "dw_session", "dw_name", "dw_seed", "dw_language"
SAFE = ("GET", "HEAD", "OPTIONS")


class LoginNeeded(HTTPException):
    """Nobody is logged in: pages go to the login, programs get 401."""

    def __init__(self) -> None:
        super().__init__(401, "Log in, or send a token: Authorization: Bearer dw_…", {"WWW-Authenticate": "Bearer"})


def needs(role: Role) -> Callable[[Request], Awaitable[Visitor]]:
    """A dependency that lets in who has at least this role; for what changes something, only from our own pages."""

    async def check(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor is None:
            raise LoginNeeded
        if not allows(visitor.role, role):
            raise HTTPException(403, f"{visitor.name} is a {visitor.role}; this needs a {role}")
        if request.method not in SAFE and visitor.how != "token":
            await from_our_pages(request)
        return visitor

    check.__dict__["role"] = role
    return check


def anyone() -> Callable[[Request], Awaitable[None]]:
    """A dependency of the few routes that need no account; what changes something must still come from our pages."""

    async def check(request: Request) -> None:
        if request.method not in SAFE:
            await from_our_pages(request)

    check.__dict__["role"] = "anyone"
    return check


def by_link() -> Callable[[Request], Awaitable[None]]:
    """A dependency of what a link alone allows, as mail programs call it (RFC 8058): its address is the secret."""

    async def check(_: Request) -> None:
        return

    check.__dict__["role"] = "anyone"
    return check


def visitor_of(request: Request) -> Visitor | None:
    """Who asks: by token, by session, or, on a desk that only this machine reaches and that has no accounts, its user."""
    desk = desk_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return desk.accounts.of_token(token.strip())
    if not desk.open and not desk.accounts.any():
        return Visitor(cookie_of(request, NAME_COOKIE) or desk.local_name, "admin", "local")
    return desk.accounts.of_session(cookie_of(request, SESSION_COOKIE))


def cookie_of(request: Request, name: str) -> str:
    """A cookie that ``render.set_cookie`` set; empty where there is none."""
    return unquote(request.cookies.get(name, ""))


def desk_of(request: Request) -> Desk:
    """What the application holds for all requests."""
    return cast("Desk", request.app.state.desk)


def seed_of(request: Request) -> str:
    """The random value of this browser; a new one where it has none yet."""
    seed = request.cookies.get(SEED_COOKIE) or request.scope.get("seed")
    if not seed:
        seed = request.scope["seed"] = secrets.token_urlsafe(16)
    return str(seed)


async def from_our_pages(request: Request) -> None:
    """Raises 403 unless a browser sent this from a page of ours: by its origin, and by the token that page held."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    public = urlsplit(desk_of(request).config.desk.public_url).netloc
    if origin is not None and urlsplit(origin).netloc not in {host, public} - {""}:
        raise HTTPException(403, "This came from another site; decide at the desk itself")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This came from another site; decide at the desk itself")
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return  # No browser sends JSON to another site without asking it first, and the desk never agrees.
    given = request.headers.get("x-csrf-token")
    if given is None and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        given = str((await request.form()).get("csrf", ""))
    seed = request.cookies.get(SEED_COOKIE, "")
    if not seed or not hmac.compare_digest(desk_of(request).accounts.csrf(seed), given or ""):
        raise HTTPException(403, "This page is older than the desk that runs now; load it again")
