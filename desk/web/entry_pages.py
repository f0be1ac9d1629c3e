"""The paste box: takes in what no source brings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from crawler.errors import DragonwatchError
from crawler.items import Lead, Page
from desk.intake import take_in
from desk.web.access import desk_of, needs
from desk.web.render import back_to, page

router = APIRouter(include_in_schema=False)


@router.get("/add", dependencies=[Depends(needs("reader"))])
def paste(request: Request) -> Response:
    """The empty box."""
    return page(request, "add.html", message="", told={})


@router.post("/add", dependencies=[Depends(needs("reviewer"))])
def add(
    request: Request,
    text: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    outlet: Annotated[str, Form()] = "",
    published: Annotated[str, Form()] = "",
) -> Response:
    """Reads, judges and keeps what was pasted; then shows what waits."""
    told = {"text": text, "title": title, "url": url, "outlet": outlet, "published": published}
    desk = desk_of(request)
    try:
        taken = take_in(desk.wiring, pasted(told, desk.wiring.clock.now()))
    except (DragonwatchError, ValueError) as error:
        return page(request, "add.html", status=422, message=str(error), told=told)
    if taken.outcome.judged or taken.outcome.signals:
        return back_to(request, "/")
    return page(request, "add.html", message=taken.outcome.end, told={})


def pasted(told: dict[str, str], now: datetime) -> Page:
    """A page made of what somebody pasted; raises ValueError for a bad date."""
    body = told["text"].encode()
    address = told["url"].strip()
    published = _published(told["published"].strip())
    outlet = told["outlet"].strip() or None
    lead = Lead("", address, title=told["title"].strip() or None, published=published, outlet=outlet)
    kind = "text/html; charset=utf-8" if "</" in told["text"] else "text/plain; charset=utf-8"
    return Page(address, address, body, now, content_type=kind, lead=lead, outlet=outlet)


def _published(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write 2024-05-01") from None
