"""Logging in and out, and what each browser remembers: language and, on a desk without accounts, a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from desk.web.access import LANGUAGE_COOKIE, NAME_COOKIE, SESSION_COOKIE, anyone, desk_of, visitor_of
from desk.web.render import back_to, page, set_cookie
from desk.web.words import LANGUAGES

router = APIRouter(include_in_schema=False, dependencies=[Depends(anyone())])


@router.get("/login")
def login_form(request: Request) -> Response:
    """The login."""
    return page(request, "login.html", message="")


@router.post("/login")
def login(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
    """Opens a session, or says that name and password do not fit; slows down who guesses."""
    desk = desk_of(request)
    address = request.client.host if request.client else ""
    if not desk.throttle.allows(f"name {name}", f"address {address}"):
        return page(request, "login.html", status=429, message="throttled")
    session = desk.accounts.log_in(name, password)
    if session is None:
        desk.throttle.failed(f"name {name}", f"address {address}")
        return page(request, "login.html", status=403, message="wrong_login")
    response = back_to(request, "/")
    set_cookie(request, response, SESSION_COOKIE, session)
    return response


@router.post("/logout")
def logout(request: Request) -> Response:
    """Forgets the session in this browser."""
    response = back_to(request, "/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/preferences")
def preferences(
    request: Request,
    language: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Remembers the language, and the name under which decisions are kept where nobody logs in."""
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = back_to(request, back if inside else "/")
    if language in LANGUAGES:
        set_cookie(request, response, LANGUAGE_COOKIE, language)
    visitor = visitor_of(request)
    given = "".join(character for character in name if character.isalnum() or character in "-_.@").strip()[:64]
    if visitor and visitor.how == "local" and given:
        set_cookie(request, response, NAME_COOKIE, given)
    return response
