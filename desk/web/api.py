"""The API for programs: the command line's JSON shapes under ``/api``, with filters, cursors and ETags."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from crawler.errors import AlreadyDecided, ConfigError, StoreError
from crawler.items import FigureKind, FlagState, KnownState
from desk.review import verdict
from desk.web.access import desk_of, needs
from desk.web.accounts import Visitor
from storage.rows import known_json, story_json


class Refusal(BaseModel):
    """Why a call was not carried out, in one sentence."""

    error: str


_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The body cannot be read"},
    401: {"model": Refusal, "description": "Nobody is logged in"},
    403: {"model": Refusal, "description": "This may not be done, or not from there"},
    404: {"model": Refusal, "description": "There is no such thing"},
    422: {"model": Refusal, "description": "Something given is not as it must be"},
    503: {"model": Refusal, "description": "The database does not answer"},
}
_TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": Refusal, "description": "Somebody else was first"}}
router = APIRouter(prefix="/api", responses=_REFUSALS)
Reader = Annotated[Visitor, Depends(needs("reader"))]
Reviewer = Annotated[Visitor, Depends(needs("reviewer"))]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many in one answer.")]
Cursor = Annotated[
    str, Query(max_length=18, pattern="^[0-9]*$", description="The `next` of the answer before; empty: from the start.")
]
Json = dict[str, Any]


def _written_out(given: Any) -> Any:
    """Refuses a bare number, which would be read as seconds since 1970."""
    if isinstance(given, str) and "-" not in given.strip().removeprefix("-"):
        raise ValueError("write a moment as 2026-11-24T08:00:00Z")
    return given


def _in_a_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_in_a_zone)]
"""With its zone; UTC where none is given."""


class Listing(BaseModel):
    """A part of a list; ``next`` is the cursor of what follows, null at the end."""

    items: list[Json]
    next: str | None


class Decision(BaseModel):
    """A verdict on one flag; ``low`` to ``as_of`` are for ``amend``, as a person would type them."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["accept", "reject", "amend", "merge"]
    note: str | None = None
    reason: str | None = None
    into: str | None = None
    low: str | None = None
    high: str | None = None
    unit: str | None = None
    kind: str | None = None
    company: str | None = None
    round: str | None = None
    as_of: str | None = None


class Nothing(BaseModel):
    """An empty object: a call that needs no more than its address."""

    model_config = ConfigDict(extra="forbid")


@router.get("/flags", response_model=Listing)
def flags(
    request: Request, _: Reader, state: FlagState | None = None, company: str | None = None, kind: FigureKind | None = None,
    limit: Limit = 100, after: Cursor = "",
) -> Response:  # fmt: skip
    """Flags, oldest first."""
    table = desk_of(request).store.flags
    found = table.find(state=state, company=company, kind=kind, after=after or None, limit=limit)
    ordered = sorted(found, key=lambda row: int(row.id))
    return _listing(request, ordered, lambda row: row.to_json(), limit)


@router.get("/flags/{id}")
def flag(request: Request, _: Reader, id: str) -> Response:
    """One flag."""
    return _answer(request, desk_of(request).store.flags.get(id).to_json())


@router.post("/flags/{id}/decide", responses=_TAKEN)
def decide(request: Request, visitor: Reviewer, id: str, decision: Decision) -> Response:
    """Decides one flag; 409 where somebody else was first, and nothing is changed then."""
    desk = desk_of(request)
    waiting = desk.store.flags.get(id)
    fields = ("low", "high", "unit", "kind", "company", "round", "as_of")
    given = {name: text for name in fields if (text := getattr(decision, name)) is not None}
    try:
        told = verdict(
            decision.action, by=visitor.name, figure=waiting.figure, note=decision.note, reason=decision.reason,
            into=decision.into, given=given, companies=desk.companies(),
        )  # fmt: skip
        return _answer(request, desk.store.flags.decide(id, told).to_json())
    except AlreadyDecided as error:
        raise HTTPException(409, str(error)) from None
    except (ConfigError, StoreError) as error:
        raise HTTPException(422, str(error)) from None


@router.post("/flags/{id}/undo")
def undo(request: Request, visitor: Reviewer, id: str, _: Nothing) -> Response:
    """Takes the last verdict on a flag back."""
    return _answer(request, desk_of(request).store.flags.undo(id, visitor.name).to_json())


@router.get("/figures", response_model=Listing)
def figures(
    request: Request, _: Reader, company: str | None = None, kind: FigureKind | None = None, state: KnownState | None = None,
    since: Moment | None = None, limit: Limit = 100, after: Cursor = "",
) -> Response:  # fmt: skip
    """The ledger, oldest entries first."""
    ledger = desk_of(request).store.ledger
    found = ledger.find(company=company, kind=kind, state=state, since=since, after=after or None, limit=limit)
    quotes = ledger.quotes([known.id for known in found])
    return _listing(request, found, lambda known: known_json(known, quote=quotes.get(known.id)), limit)


@router.get("/articles", response_model=Listing)
def articles(
    request: Request, _: Reader, company: str | None = None, source: str | None = None, since: Moment | None = None,
    until: Moment | None = None, search: Annotated[str | None, Query(max_length=200)] = None, limit: Limit = 100,
    after: Cursor = "",
) -> Response:  # fmt: skip
    """Articles, newest first, or best first for a search (which has no cursor)."""
    table = desk_of(request).store.articles
    found = table.find(
        company=company,
        source=source,
        since=since,
        until=until,
        search=search or None,
        after=after or None,
        limit=limit,
    )
    return _listing(request, found, lambda row: row.to_json(), limit if not search else 0)


@router.get("/articles/{id}")
def article(request: Request, _: Reader, id: str) -> Response:
    """One article with its text, figures, copies and revisions."""
    detail = desk_of(request).store.articles.get(id)
    if detail is None:
        raise HTTPException(404, f"There is no article {id}")
    return _answer(request, detail.to_json())


@router.get("/stories", response_model=Listing)
def stories(
    request: Request,
    _: Reader,
    company: str | None = None,
    since: Moment | None = None,
    limit: Limit = 100,
    after: Cursor = "",
) -> Response:
    """Stories, newest first."""
    found = desk_of(request).store.stories.find(company=company, since=since, after=after or None, limit=limit)
    return _listing(request, found, story_json, limit)


@router.get("/sources", response_model=Listing)
def sources(request: Request, _: Reader) -> Response:
    """Every source with its health."""
    return _listing(request, desk_of(request).store.sources.all(), lambda row: row.to_json(), 0)


@router.get("/runs", response_model=Listing)
def runs(request: Request, _: Reader, limit: Limit = 100) -> Response:
    """The last runs, newest first."""
    return _listing(request, desk_of(request).store.runs.recent(limit=limit), lambda row: row.to_json(), 0)


@router.get("/openapi.json", include_in_schema=False, dependencies=[Depends(needs("reader"))])
def openapi(request: Request) -> Response:
    """The OpenAPI document of all this."""
    return _answer(request, request.app.openapi())


def _listing(request: Request, rows: Sequence[Any], shape: Callable[[Any], Json], limit: int) -> Response:
    following = rows[-1].id if limit and len(rows) == limit else None
    return _answer(request, {"items": [shape(row) for row in rows], "next": following})


def _answer(request: Request, value: Json) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.method == "GET" and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
