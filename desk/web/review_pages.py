"""The start page: the queue, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from crawler.errors import AlreadyDecided, DragonwatchError
from crawler.items import VerdictAction
from desk.review import AMENDABLE, KINDS, REASONS, verdict
from desk.web.access import desk_of, needs
from desk.web.accounts import Visitor
from desk.web.queue import Queue
from desk.web.render import back_to, page, visitor_language
from desk.web.state import Desk
from storage.rows import FlagRow

router = APIRouter(include_in_schema=False)
Reader = Annotated[Visitor, Depends(needs("reader"))]
Reviewer = Annotated[Visitor, Depends(needs("reviewer"))]


def queue_of(request: Request) -> Queue:
    """The queue in this visitor's language."""
    desk = desk_of(request)
    return Queue(desk.store, visitor_language(request), desk.zone)


@router.get("/")
def review(
    request: Request,
    _: Reader,
    company: str = "",
    kind: str = "",
    start: Annotated[int, Query(ge=0)] = 0,
    done: str = "",
) -> Response:
    """The queue, most important first."""
    desk = desk_of(request)
    events = queue_of(request).waiting(company=company or None, kind=kind or None, start=start)
    decided = _flag_or_none(desk, done)
    return page(
        request,
        "review.html",
        events=events,
        waiting=sum(desk.store.flags.waiting().values()),
        company=company,
        kind=kind,
        kinds=KINDS,
        reasons=list(REASONS),
        next_start=start + len(events),
        decided=decided,
    )


@router.get("/queue")
def more(request: Request, _: Reader, company: str = "", kind: str = "", shown: str = "") -> Response:
    """The next cards for a page that shows some already."""
    leave_out = {id for id in shown.split(",") if id.isascii() and id.isdigit()}
    events = queue_of(request).waiting(company=company or None, kind=kind or None, leave_out=leave_out)
    return page(
        request,
        "queue.html",
        events=events,
        company=company,
        kind=kind,
        kinds=KINDS,
        reasons=list(REASONS),
        next_start=0,
    )


@router.get("/flags/{id}")
def flag_page(request: Request, _: Reader, id: str) -> Response:
    """One flag with the others of its event and its history: what letters link to."""
    desk, queue = desk_of(request), queue_of(request)
    flags = desk.store.flags.together(id)
    event = queue.event(flags)
    chosen = queue.show(desk.store.flags.get(id), history=True)
    return page(request, "flag.html", event=event, chosen=chosen, kinds=KINDS, reasons=list(REASONS))


@router.post("/flags/{id}/decide")
async def decide(request: Request, visitor: Reviewer, id: str) -> Response:
    """Carries out one verdict, on the whole event where asked; answers with the card as it is now."""
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_decide, request, visitor, id, form)


@router.post("/flags/{id}/undo")
def undo(request: Request, visitor: Reviewer, id: str, back: Annotated[str, Form()] = "") -> Response:
    """Takes the last verdict back; the flag waits again."""
    return _answer(request, id, _told(lambda: desk_of(request).store.flags.undo(id, visitor.name)), back)


def _decide(request: Request, visitor: Visitor, id: str, form: Mapping[str, str]) -> Response:
    desk = desk_of(request)
    whole = form.get("whole_event") == "1"
    flags = desk.store.flags.together(id) if whole else [desk.store.flags.get(id)]
    chosen = [flag for flag in flags if flag.state == "waiting" or flag.id == id]

    def act() -> None:
        verdicts = [(flag.id, _verdict(desk, flag, visitor.name, form)) for flag in chosen]
        for flag_id, given in verdicts:
            desk.store.flags.decide(flag_id, given)

    return _answer(request, id, _told(act), form.get("back", ""), whole=whole)


def _verdict(desk: Desk, flag: FlagRow, by: str, form: Mapping[str, str]) -> Any:
    given = {name: form[name] for name in AMENDABLE if name in form and form[name] != form.get(f"was_{name}", "")}
    action = cast(VerdictAction, form.get("action", ""))
    reason = form.get("own_reason") or form.get("reason") if action == "reject" else None
    return verdict(
        action,
        by=by,
        figure=flag.figure,
        note=form.get("note"),
        reason=reason,
        given=given if action == "amend" else {},
        into=(form.get("into") or form.get("same_as")) if action == "merge" else None,
        companies=desk.companies(),
    )


def _told(act: Any) -> DragonwatchError | None:
    try:
        act()
    except DragonwatchError as error:
        return error
    return None


def _answer(request: Request, id: str, error: DragonwatchError | None, back: str, *, whole: bool = False) -> Response:
    desk, queue = desk_of(request), queue_of(request)
    status = 200 if error is None else 409 if isinstance(error, AlreadyDecided) else 422
    values: dict[str, Any] = {"kinds": KINDS, "reasons": list(REASONS), "message": str(error) if error else ""}
    if "hx-request" in request.headers:
        if whole:
            event = queue.event(desk.store.flags.together(id))
            return page(request, "event.html", status=status, event=event, **values)
        return page(request, "card.html", status=status, one=queue.show(desk.store.flags.get(id)), **values)
    if error is None:
        return back_to(request, back if back.startswith("/") and not back.startswith(("//", "/\\")) else f"/?done={id}")
    chosen = queue.show(desk.store.flags.get(id), history=True)
    event = queue.event(desk.store.flags.together(id))
    return page(request, "flag.html", status=status, event=event, chosen=chosen, **values)


def _flag_or_none(desk: Desk, id: str) -> FlagRow | None:
    try:
        return desk.store.flags.get(id) if id else None
    except DragonwatchError:
        return None
