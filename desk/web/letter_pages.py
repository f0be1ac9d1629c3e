"""Digests and runs: what was sent, what is in doubt, what ran and what was missed."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import Response

from crawler.errors import DragonwatchError
from desk.web.access import anyone, by_link, desk_of, needs
from desk.web.render import back_to, page
from desk.web.shield import SEALED
from scheduler.digest.letter import page_of

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


@router.get("/digests/preview", dependencies=_READER)
def preview(request: Request, recipient: str = "") -> Response:
    """The letter that would go out now, sealed: it can run nothing and load nothing."""
    letter = desk_of(request).wiring.post_office.preview(recipient or None)
    # Its own pictures stand in the page itself.
    sealed = {"Content-Security-Policy": f"{SEALED}; img-src data:"}
    return Response(page_of(letter), media_type="text/html; charset=utf-8", headers=sealed)


@router.get("/unsubscribe/{token}", dependencies=[Depends(anyone())])
def unsubscribe_form(request: Request, token: str) -> Response:
    """Asks first: mail scanners follow links."""
    _address(request, token)
    return page(request, "unsubscribe.html", token=token, done=False)


@router.post("/unsubscribe/{token}", dependencies=[Depends(by_link())])
def unsubscribe(request: Request, token: str) -> Response:
    """Sends this recipient nothing any more."""
    address = _address(request, token)
    desk_of(request).wiring.post_office.subscriptions.unsubscribe(address)
    return page(request, "unsubscribe.html", token=token, done=True)


def _address(request: Request, token: str) -> str:
    desk = desk_of(request)
    boxes = [parseaddr(recipient.address)[1].lower() for recipient in desk.config.recipient]
    address = desk.wiring.post_office.subscriptions.address_of(token, boxes)
    if address is None:
        raise HTTPException(404, "This link unsubscribes nobody")
    return address


@router.get("/runs", dependencies=_READER)
def runs(request: Request) -> Response:
    """What ran, runs, failed or was missed, newest first."""
    return page(request, "runs.html", rows=desk_of(request).store.runs.recent(limit=200))
