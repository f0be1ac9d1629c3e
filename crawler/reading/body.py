"""The body of an article: the text that its author wrote, without what the page hangs around it.

A cheap sure way first: the element with most of the running text. Only where that gives little is more tried, in this
order, and the first that gives clearly more wins:

    declared    JSON-LD's articleBody
    beside      the same page with what looked like sidebars and hidden parts
    scripts     text that the page keeps as JSON for its own scripts
    trafilatura a second opinion
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reading.blocks import Block, read_blocks
from crawler.reading.container import Weights, prose, size
from crawler.reading.declared import Declared
from crawler.reading.embedded import embedded_texts
from crawler.reading.markup import Element, clean
from crawler.reading.trim import more_pages, trimmed

_ENOUGH = 400
"""Size of prose from which a text is believed without asking further; see ``container.size``."""
_NOTHING = 60
_ONE_SENTENCE = 24
_CLEARLY = 1.6
_BEFORE, _AFTER = 14, 6
"""Blocks before and after the text that may name author, origin and date."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text, one block a line, and the lines that stood around it."""

    text: str
    margin: tuple[str, ...] = ()
    partial: bool = False
    """The page shows that more of the article stands elsewhere (下一页)."""


def read_body(root: Element, declared: Declared, title: str | None = None) -> Body:
    """The article's paragraphs, one a line; empty where the page has no article."""
    blocks = read_blocks(root)
    body = _from_blocks([block for block in blocks if not block.aside], blocks, root, title)
    text = body.text
    for other in (_declared_text, _with_beside, _embedded, _second_opinion):
        if other is not _declared_text and _is_enough(text, nothing=other is _second_opinion):
            break
        candidate = other(root, declared, blocks, title)
        if prose(candidate) > _CLEARLY * prose(text):
            text = candidate
    return Body(text, body.margin, body.partial)


def _is_enough(text: str, *, nothing: bool) -> bool:
    # A list of results has no sentences and is a text all the same.
    return prose(text) >= (_NOTHING if nothing else _ENOUGH) or size(text) >= 1.5 * _ENOUGH


def _declared_text(root: Element, declared: Declared, blocks: Sequence[Block], title: str | None) -> str:
    return max((_plain(text) for text in declared.bodies), key=size, default="")


def _with_beside(root: Element, declared: Declared, blocks: Sequence[Block], title: str | None) -> str:
    return _from_blocks(blocks, blocks, root, title).text


def _embedded(root: Element, declared: Declared, blocks: Sequence[Block], title: str | None) -> str:
    return max((_plain(text) for text in embedded_texts(root)), key=size, default="")


def _second_opinion(root: Element, declared: Declared, blocks: Sequence[Block], title: str | None) -> str:
    from trafilatura.core import extract

    return extract(root, fast=True, include_comments=False, output_format="txt") or ""


def _plain(text: str) -> str:
    """Text that may be markup inside a string to lines of text."""
    if "<" in text and ">" in text:
        from crawler.reading.markup import parse

        parsed = parse(text)
        return "\n".join(block.text for block in read_blocks(parsed.root)) if parsed else ""
    return "\n".join(line.strip() for line in clean(text).splitlines() if line.strip())


def _from_blocks(chosen: Sequence[Block], blocks: Sequence[Block], root: Element, title: str | None) -> Body:
    weights = Weights(chosen, title)
    if not weights.of(root):
        # A newsflash of one short sentence.
        weights = Weights(chosen, title, _ONE_SENTENCE)
    if not weights.of(root):
        return Body("")
    top = weights.container(root)
    inside = _within(chosen, top)
    text, taken = trimmed(inside, title)
    margin = [*taken, *_around(blocks, text)]
    return Body("\n".join(block.text for block in text), tuple(dict.fromkeys(margin)), more_pages(inside))


def _around(blocks: Sequence[Block], text: Sequence[Block]) -> list[str]:
    """The short lines just before and after the text."""
    if not text:
        return []
    first = next(i for i, block in enumerate(blocks) if block is text[0])
    last = next(i for i in range(len(blocks) - 1, -1, -1) if blocks[i] is text[-1])
    near = [*blocks[max(0, first - _BEFORE) : first], *blocks[last + 1 : last + 1 + _AFTER]]
    return [block.text for block in near if len(block.text) <= 200]


def _within(blocks: Sequence[Block], top: Element) -> list[Block]:
    """The blocks that stand below an element."""
    known: dict[Element, bool] = {top: True}

    def below(element: Element) -> bool:
        path = []
        while element is not None and element not in known:
            path.append(element)
            element = element.getparent()
        answer = element is not None and known[element]
        known.update(dict.fromkeys(path, answer))
        return answer

    return [block for block in blocks if below(block.parent)]
