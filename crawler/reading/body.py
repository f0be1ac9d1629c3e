"""The body of an article: the text that its author wrote, without what the page hangs around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from crawler.reading.blocks import Block, read_blocks
from crawler.reading.markup import Element

_BODY = re.compile(
    r"(?:^|[\s_-])(?:article-?(?:body|content|text|main|detail)|(?:story|entry|post|news|content|main|text)-?(?:body|content|text|article|detail)|"
    r"art[ie]?body|endtext|trs_editor|rich_media_content|js_content|zoom|rich-?text)(?:$|[\s_-])",
    re.I,
)
_HAN = re.compile(r"[\u3041-\u30fa\u3400-\u9fff\uac00-\ud7a3]")
_SENTENCE = re.compile(r"[。！？；，、]|[.!?;,](?:\s|$|[\"”’])|[.!?][\"”’]?$")


def size(text: str) -> float:
    """How much a text says, in Latin letters: a Chinese character says as much as about three."""
    return len(text) + 2 * len(_HAN.findall(text))


def good(block: Block) -> float:
    """How surely a block is a paragraph of running text: its size where it has sentences and few links, else nothing."""
    if block.heading or block.linked > 0.5:
        return 0.0
    amount = size(block.text)
    if amount < 60 or not _SENTENCE.search(block.text):
        return 0.0
    if block.tag in ("li", "dd", "dt", "td", "th"):
        amount *= 0.5
    return amount * (1 - block.linked)


def body_text(root: Element) -> str:
    blocks = read_blocks(root)
    top = container(root, blocks)
    return "\n".join(block.text for block in trimmed(within(blocks, top)))


def within(blocks: Iterable[Block], top: Element) -> list[Block]:
    inside: dict[Element, bool] = {top: True}

    def held(element: Element) -> bool:
        path = []
        while element is not None and element not in inside:
            path.append(element)
            element = element.getparent()
        answer = element is not None and inside[element]
        for one in path:
            inside[one] = answer
        return answer

    return [block for block in blocks if held(block.parent)]


def container(root: Element, blocks: list[Block]) -> Element:
    """The smallest element that holds most of the running text."""
    weight: dict[Element, float] = defaultdict(float)
    children: dict[Element, set[Element]] = defaultdict(set)
    for block in blocks:
        amount = good(block)
        if not amount:
            continue
        element = block.parent
        weight[element] += amount
        parent = element.getparent()
        while parent is not None:
            weight[parent] += amount
            children[parent].add(element)
            element, parent = parent, parent.getparent()
    node = root
    while children[node]:
        heaviest = max(children[node], key=lambda child: weight[child])
        if weight[heaviest] < 0.7 * weight[node]:
            break
        if heaviest.tag in ("p", "span", "h1", "h2", "h3", "h4", "li"):
            break
        node = heaviest
    return node


def trimmed(blocks: list[Block]) -> list[Block]:
    return [b for b in blocks if not (b.linked > 0.7 and len(b.text) > 3)]
