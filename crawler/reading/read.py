"""The order of the steps that turn a page into what it says.

bytes -> text        charset
text  -> Article     article (title, body, byline, dates, origin)
      -> mentions    companies
      -> figures     figures.read_figures
      -> signals     signals
      -> fingerprint fingerprint
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from crawler.items import Article, Lead, Page, Reading
from crawler.reading.article import MAX_TEXT, Place, read_article, zone_of
from crawler.reading.bound import join, unbind
from crawler.reading.charset import decode
from crawler.reading.companies import companies_of, find_mentions
from crawler.reading.figures.read_figures import read_figures
from crawler.reading.fingerprint import fingerprint
from crawler.reading.language import language_of
from crawler.reading.markup import clean
from crawler.reading.origin import read_origin
from crawler.reading.pdf import read_pdf
from crawler.reading.plain import read_markdown, read_plain
from crawler.reading.signals import read_signals
from crawler.reading.sniff import Kind, sniff
from crawler.watchlist import Watchlist


def read(page: Page, watchlist: Watchlist) -> Reading:
    """Everything one page says; where it cannot be read, a Reading whose ``error`` says why. Never raises for content."""
    found = sniff(page.body, page.content_type)
    where = f"{page.final_url or page.url}: ".removeprefix(": ")
    if found.kind == "none":
        return Reading(
            Article(None, ""), error=f"{where}the answer is {found.found}, not an article; check the address"
        )
    article = _article(found.kind, page)
    if article is None or not article.text.strip():
        return Reading(
            article or Article(None, ""),
            error=f"{where}no article text was found on the page; it may need a browser, a login or another address",
        )
    return _judged(article, watchlist, page.timezone)


def read_text(
    text: str,
    watchlist: Watchlist,
    *,
    title: str | None = None,
    url: str | None = None,
    published: datetime | date | None = None,
    language: str | None = None,
    outlet: str | None = None,
    author: str | None = None,
    origin: str | None = None,
) -> Reading:
    """The same for a text that is already free of markup; it is kept as given but for control characters."""
    body = clean(text)
    article = Article(
        title=clean(title) if title else None,
        text=body,
        author=author,
        outlet=outlet,
        origin=origin or read_origin((), "", body, outlet),
        published=published,
        language=language or language_of(f"{title or ''}\n{body}"),
    )
    if not body.strip() and not title:
        return Reading(article, error=f"{url or 'the text'}: it is empty; give the article's text")
    return _judged(article, watchlist)


def _article(kind: Kind, page: Page) -> Article | None:
    lead = page.lead
    place = Place(
        url=page.final_url or page.url,
        fetched=page.fetched,
        timezone=page.timezone,
        outlet=page.outlet or (lead.outlet if lead else None),
    )
    article: Article | None
    if kind == "pdf":
        article = read_pdf(page.body, place)
    elif kind == "html":
        article = _of_pages(page, place)
    else:
        text = decode(page.body, page.content_type).text
        article = {"markdown": read_markdown, "text": read_plain}[kind](text, place)
    return _with_lead(article, lead, place) if lead else article


def _of_pages(page: Page, place: Place) -> Article | None:
    """The article of one page, or of all that are bound into it."""
    parts = unbind(page.body, place.url)
    found = [_of_markup(body, page, replace(place, url=url, first=at == 0)) for at, (url, body) in enumerate(parts)]
    articles = [article for article in found if article is not None]
    return join(articles, MAX_TEXT) if articles else None


def _of_markup(body: bytes, page: Page, place: Place) -> Article | None:
    return read_article(decode(body, page.content_type).text, place)


def read_next_page(page: Page) -> str | None:
    """Where an article goes on after one of its further pages."""
    article = _of_markup(page.body, page, Place(url=page.final_url or page.url, first=False))
    return article.next_page if article else None


def _with_lead(article: Article | None, lead: Lead, place: Place) -> Article | None:
    """What the page leaves unsaid, as the lead that announced it tells it; its full content where the page gives no text."""
    if (article is None or not article.text.strip()) and lead.content:
        article = read_article(lead.content, place) or article
    if article is None:
        return None
    return replace(
        article,
        title=article.title or lead.title,
        author=article.author or lead.author,
        published=article.published or lead.published,
        language=article.language or lead.language,
    )


def _judged(article: Article, watchlist: Watchlist, timezone: str | None = None) -> Reading:
    """The reading of an article: who it is about, what it gives of them, what it is a copy of."""
    title, text = article.title, article.text
    mentions = find_mentions(title, text, watchlist)
    day = _day(article.published, timezone, article.language)
    read = read_figures(
        title,
        text,
        mentions,
        published=day,
        language=article.language,
        outlet=article.outlet,
        watchlist=watchlist,
    )
    return Reading(
        article,
        companies=companies_of(title, text, mentions),
        figures=read.figures,
        signals=read_signals(title, text, mentions, read.figures, published=day, language=article.language),
        passed=read.passed,
        fingerprint=fingerprint(text),
    )


def _day(moment: datetime | date | None, timezone: str | None, language: str | None) -> date | None:
    """The day of publication where it was published: 前天 in a Shanghai morning is not counted from London's day."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone_of(timezone, language)).date()
    return moment
