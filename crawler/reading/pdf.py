"""A PDF (an exchange filing, mostly) to an Article: its text layer, page by page."""

from __future__ import annotations

import io
import re

from crawler.items import Article
from crawler.reading.article import Place, assembled
from crawler.reading.declared import Declared
from crawler.reading.language import language_of
from crawler.reading.markup import clean

_MAX_PAGES = 80
"""Figures of a filing stand on its first pages; annual reports run to 400."""

_HAN_BREAK = re.compile(r"(?<=[\u3400-\u9fff，、])\n(?=[\u3400-\u9fff])")
_LATIN_BREAK = re.compile(r"(?<=[a-z,])\n(?=[a-z])")


def read_pdf(body: bytes, place: Place) -> Article | None:
    """The text layer of at most 80 pages (``truncated`` beyond); None where it cannot be opened. A scan gives no text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return None
        pages = [page.extract_text() or "" for page in reader.pages[:_MAX_PAGES]]
        more = len(reader.pages) > _MAX_PAGES
        title = (reader.metadata.title if reader.metadata else None) or None
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError):
        return None
    text = _LATIN_BREAK.sub(" ", _HAN_BREAK.sub("", clean("\n".join(pages)))).strip()
    return assembled(
        title=clean(str(title)).strip() or None if title else None,
        text=text,
        declared=Declared(),
        near_title="",
        outlet=place.outlet,
        published=None,
        updated=None,
        language=language_of(text),
        truncated=more,
    )
