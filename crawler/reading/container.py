"""Which element of a page holds the article: the smallest one with most of the running text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from crawler.reading.blocks import Block
from crawler.reading.markup import Element

_LIKELY = re.compile(
    r"(?:^|[\s_-])(?:article|story|entry|post|news|content|main|text|detail|rich|page)[_-]*(?:body|content|text|article|detail|main|con|cont|wrap(?:per)?)?"
    r"(?:$|[\s_-])|artic?le?body|articlecontent|art_?body|endtext|editor",
    re.I,
)
_UNLIKELY = re.compile(
    r"widget|side|teaser|excerpt|summary|promo|related|list|card|banner|letter|member|zone|after|extra|recirc", re.I
)
_SIDE = re.compile(r"(?:^|[\s_-])side-?bar", re.I)
_LEAVES = frozenset({"p", "span", "h1", "h2", "h3", "h4", "li", "blockquote", "pre"})
_SENTENCE = re.compile(r"[。！？；，、]|[.!?;,](?:\s|$|[\"”’])")
_SHORT = 60


def size(text: str) -> int:
    """How much a text says, in Latin letters: a Chinese character says as much as about three, which is its bytes."""
    return len(text.encode("utf-8", "replace"))


def prose(text: str) -> float:
    """The size of a text's lines that are sentences."""
    return sum(
        size(line)
        for line in text.splitlines()
        if len(line) >= _SHORT / 3 and size(line) >= _SHORT and _SENTENCE.search(line)
    )


def running(block: Block, least: float = _SHORT) -> float:
    """How much running text a block is: its size where it has sentences and few links, else nothing."""
    if block.heading or block.linked > 0.5:
        return 0.0
    amount = float(size(block.text))
    if amount < least or not _SENTENCE.search(block.text):
        return 0.0
    if block.tag in ("li", "dd", "dt"):
        amount *= 0.5
    return amount * (1 - block.linked)


class Weights:
    """How much running text stands below each element of a page."""

    def __init__(self, blocks: Sequence[Block], title: str | None = None, least: float = _SHORT) -> None:
        self._headed = _around_headline(blocks, title)
        self._text: dict[Element, float] = defaultdict(float)
        self._children: dict[Element, list[Element]] = defaultdict(list)
        for block in blocks:
            if amount := running(block, least):
                self._text[block.parent] += amount
        for element in self._deepest_first():
            if (parent := element.getparent()) is not None:
                self._text[parent] += self._text[element]
                self._children[parent].append(element)

    def _deepest_first(self) -> list[Element]:
        """The elements with text and all above them, each once: a chain of a thousand is not walked for every paragraph."""
        depth: dict[Element, int] = {}
        for element in list(self._text):
            path = []
            above = element
            while above is not None and above not in depth:
                path.append(above)
                above = above.getparent()
            start = depth[above] if above is not None else 0
            depth.update((one, start + step) for step, one in enumerate(reversed(path), start=1))
        return sorted(depth, key=lambda element: depth[element], reverse=True)

    def of(self, element: Element) -> float:
        return self._text.get(element, 0.0)

    def container(self, root: Element) -> Element:
        """From the root down, as long as one child has nearly all the text or clearly dominates the others."""
        node = root
        while children := self._children.get(node):
            likely = {child: self.of(child) * self._likelihood(child) for child in children}
            best = max(likely, key=lambda child: likely[child])
            if not self._dominates(best, node, likely):
                break
            node = best
        return node

    def _dominates(self, best: Element, node: Element, likely: dict[Element, float]) -> bool:
        if best.tag in _LEAVES and not self._children.get(best):
            return False
        rest = [child for child in likely if child is not best]
        # Paragraphs beside it belong to the same text: its opening, most often.
        loose = sum(self.of(child) for child in rest if child.tag in _LEAVES and not self._children.get(child))
        if loose > 0.06 * self.of(node):
            return False
        own = self.of(node) - sum(self.of(child) for child in likely)
        share = likely[best] / (sum(likely.values()) + own)
        runner_up = max((likely[child] for child in rest), default=0.0)
        return share >= 0.7 or (share >= 0.5 and runner_up <= 0.4 * likely[best])

    def _likelihood(self, element: Element) -> float:
        if element.get("itemprop") == "articleBody":
            return 3.0
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        value = 1.0
        if element.tag in ("article", "main") or _LIKELY.search(marks):
            value *= 1.5
        if element in self._headed:
            value *= 2.0
        if element.tag == "aside" or _SIDE.search(marks):
            value *= 0.25
        elif _UNLIKELY.search(marks):
            value *= 0.5
        return value * (0.3 if self._is_listing(element) else 1.0)

    def _is_listing(self, element: Element) -> bool:
        """A list of teasers: many children alike, each with a paragraph of its own."""
        children = self._children.get(element, [])
        alike = Counter(
            (child.tag, child.get("class"))
            for child in children
            if child.tag not in _LEAVES or self._children.get(child)
        )
        return bool(alike) and max(alike.values()) >= 4 and all(self._text[child] < 900 for child in children)


def _around_headline(blocks: Sequence[Block], title: str | None) -> set[Element]:
    """The elements that hold the heading with the article's title."""
    heading = next((block for block in blocks if block.heading and block.text == title), None)
    return set(heading.parent.iterancestors()) if heading else set()
