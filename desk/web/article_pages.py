"""Stories and articles: search, texts with figures marked, revisions with the difference, the archived page."""

from __future__ import annotations

import html
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from crawler.errors import ReadError
from desk.web.access import desk_of, needs
from desk.web.marking import changes, marked, shortened
from desk.web.render import page
from desk.web.shield import SEALED

router = APIRouter(include_in_schema=False, dependencies=[Depends(needs("reader"))])
After = Annotated[str, Query(pattern="^[0-9]{0,18}$")]
_PAGE = 50


@router.get("/stories")
def stories(request: Request, company: str = "", after: After = "") -> Response:
    """Stories, newest first; ``after`` goes on where a page ended."""
    found = desk_of(request).store.stories.find(company=company or None, after=after or None, limit=_PAGE)
    more = found[-1].id if len(found) == _PAGE else None
    return page(request, "stories.html", stories=found, company=company, more=more)


@router.get("/stories/{id}")
def story(request: Request, id: str) -> Response:
    """One story with its articles."""
    store = desk_of(request).store
    found = store.stories.get(id)
    if found is None:
        raise HTTPException(404, f"There is no story {id}")
    details = [store.articles.get(article) for article in found.articles]
    return page(request, "story.html", story=found, articles=[detail.row for detail in details if detail])


@router.get("/articles")
def articles(
    request: Request,
    q: str = "",
    company: str = "",
    source: str = "",
    after: After = "",
) -> Response:
    """Articles by words and filters, newest first and page by page, or the best for a search.

    htmx asks for the list alone as one types.
    """
    search = q.strip() or None
    found = desk_of(request).store.articles.find(
        company=company or None, source=source or None, search=search, after=after or None, limit=_PAGE
    )
    more = found[-1].id if len(found) == _PAGE and search is None else None
    alone = request.headers.get("hx-target") == "found"
    template = "articles_found.html" if alone else "articles.html"
    return page(request, template, articles=found, q=q, company=company, source=source, more=more)


@router.get("/articles/{id}")
def article(request: Request, id: str) -> Response:
    """One article: text with its figures marked, copies, revisions and what each changed."""
    store = desk_of(request).store
    detail = store.articles.get(id)
    if detail is None:
        raise HTTPException(404, f"There is no article {id}")
    copies = [copy.row for copy in (store.articles.get(copy) for copy in detail.copies[:20]) if copy]
    pairs = zip(detail.revisions, detail.revisions[1:], strict=False)
    differences = [(after, list(shortened(changes(before.text, after.text)))) for before, after in pairs]
    return page(
        request,
        "article.html",
        detail=detail,
        title=marked(detail.row.title or "", detail.figures, "title"),
        pieces=marked(detail.text, detail.figures, "text"),
        copies=copies,
        differences=list(reversed(differences)),
        flags=store.flags.find(article=id),
    )


@router.get("/articles/{id}/page")
def archived(request: Request, id: str) -> Response:
    """The page as it was fetched, sealed: it can run nothing and load nothing."""
    desk = desk_of(request)
    detail = desk.store.articles.get(id)
    if detail is None or not detail.row.archived:
        raise HTTPException(404, f"No page is archived for article {id}")
    from crawler.reading.charset import decode

    try:
        kept = desk.wiring.archive.load(detail.row.archived)
    except ReadError as error:
        raise HTTPException(404, str(error)) from None
    text = decode(kept.body, kept.content_type).text
    if "<" not in text[:2000]:
        text = f"<pre>{html.escape(text)}</pre>"
    return Response(text, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": SEALED})
