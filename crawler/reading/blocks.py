"""A page's tree as a row of text blocks: what readers see as paragraphs, headings, list items and table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.reading.markup import Element

_DROPPED_TAGS = (
    "script style noscript iframe svg nav footer button select textarea input template object embed audio video canvas map head "
    "menu dialog progress meter applet math datalist optgroup option label legend"
)
_BLOCK_TAGS = (
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure form frameset h1 h2 h3 h4 h5 h6 "
    "header hgroup hr html li main ol p pre section summary table tbody thead tfoot tr td th ul caption"
)
_DROPPED = frozenset(_DROPPED_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_FADED_IN = 0.75
"""Share of the page's text from which a hidden element is the article itself, shown by a script when it has loaded."""
_BESIDE = frozenset({"aside", "figcaption"})
_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "dialog", "search"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_UNWANTED = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|footer|foot|breadcrumbs?|crumbs?|sidebar|side-?bar|sider?|aside|related\w*|recommend\w*|"
    r"recirc\w*|share\w*|sharing|social\w*|comments?\w*|disqus\w*|respond|reply|newsletter\w*|subscri\w*|signup|sign-up|advert\w*|ads?|adv|adbox|"
    r"sponsor\w*|promo\w*|popup|modal|cookie\w*|consent|gdpr|login|register|outbrain|taboola|trending|popular|most-?read|"
    r"more-?(?:news|stories|from|on|articles)|read-?(?:more|next)|also-?read|see-?also|hot(?:news|list|words?)?|rank(?:ing|list)?|tags?(?:list|s|-list|-links)?|keywords|"
    r"author-?(?:bio|box|info|card)|about-?author|bio|copyright|disclaimer|legal|print|toolbar|tools|pagination|pager|page-?nav|"
    r"prev-?next|post-?nav\w*|skip\w*|hidden|hide|visually-?hidden|sr-only|screen-reader\w*|noprint|no-print|survey|poll|quiz|"
    r"xgyd|xgxw|tuijian|guanggao|pinglun|fenxiang|qrcode|ewm|erweima|statement|statementbox|editor-?(?:bar|info)|report-?error|jubao|"
    r"tooltip\w*|popover\w*|rollover\w*|gallery|slideshow|carousel|caption|credits?|jp-relatedposts|sharedaddy|app-?download|download-?app)(?:$|[\s_-])",
    re.I,
)
_ALWAYS = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:[_-]?(?:list|section|area|box|thread|wrap\w*|container))?|disqus\w*|respond)(?:$|\s)",
    re.I,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BREAK_IN_HAN = re.compile(
    r"(?<=[\u3400-\u9fff，。、；：！？）》”])[ \t]*\r?\n\s*(?=[\u3400-\u9fff，。、；：！？（《“])"
)


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph, heading, item or row; ``links`` counts its characters that stand in links."""

    text: str
    links: int
    parent: Element
    tag: str
    heading: bool = False
    aside: bool = False
    """It stands in something marked as navigation, sharing, comments and the like."""

    @property
    def linked(self) -> float:
        return self.links / len(self.text)


@dataclass(slots=True)
class _Row:
    """The blocks so far and the one being written."""

    blocks: list[Block] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    links: int = 0

    def write(self, text: str | None, linked: bool) -> None:
        if text:
            self.parts.append(text)
            if linked:
                self.links += len(text.strip())

    def end(self, parent: Element, aside: bool) -> None:
        if self.parts:
            text = "".join(self.parts)
            if "\n" in text and not text.isascii():
                # Chinese has no blanks between words: one that markup's line breaks leave would split a name.
                text = _BREAK_IN_HAN.sub("", text)
            text = " ".join(text.split())
            if text:
                tag = parent.tag
                self.blocks.append(Block(text, min(self.links, len(text)), parent, tag, tag in _HEADINGS, aside))
            self.parts.clear()
        self.links = 0


def read_blocks(root: Element) -> list[Block]:
    """The blocks in reading order; scripts, forms' controls and page navigation are left out, what is marked as beside is told.

    A row of a table of short cells is one block, its cells set apart by bars.
    """
    return _Walk(root).blocks()


class _Walk:
    """One walk through the tree: what is open at the moment."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._page = _Page(root)
        self._row = _Row()
        self._parents: list[Element] = [root]
        self._links = 0
        self._beside: Element | None = None
        self._cells: Element | None = None

    def blocks(self) -> list[Block]:
        from lxml.etree import iterwalk

        walk = iterwalk(self._root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._close(element)
            elif not self._open(element):
                walk.skip_subtree()
        self._end(self._root)
        return self._row.blocks

    def _is_block(self, tag: str) -> bool:
        return tag in _BLOCKS and self._cells is None

    def _end(self, parent: Element) -> None:
        self._row.end(parent, self._beside is not None)

    def _open(self, element: Element) -> bool:
        """Opens an element; False where its content is to be passed over."""
        tag = element.tag
        block = self._is_block(tag)
        if block:
            self._end(self._parents[-1])
            self._parents.append(element)
        elif tag == "br" and self._cells is None:
            self._end(self._parents[-1])
        elif tag == "a":
            self._links += 1
        if tag in _DROPPED or (element.attrib and _is_hidden(element) and not self._page.mostly_in(element, _FADED_IN)):
            return False
        if self._is_beside(element, tag):
            if not block:
                # A popup or a share button within a sentence.
                return False
            self._beside = element
        if tag == "tr" and block and _has_short_cells(element):
            self._cells = element
        self._row.write(element.text, self._links > 0)
        return True

    def _is_beside(self, element: Element, tag: str) -> bool:
        marked = bool(element.attrib) or tag in _BESIDE
        return self._beside is None and marked and element is not self._root and unwanted(element, tag, self._page)

    def _close(self, element: Element) -> None:
        tag = element.tag
        if element is self._cells:
            self._cells = None
        if self._is_block(tag):
            self._end(element)
            if len(self._parents) > 1:
                self._parents.pop()
        elif tag == "a":
            self._links -= 1
        elif tag in ("td", "th") and element.getnext() is not None:
            self._row.write(" | ", False)
        if element is self._beside:
            self._beside = None
        if element is not self._root:
            self._row.write(element.tail, self._links > 0)


def _has_short_cells(row: Element) -> bool:
    """Whether a table's row holds data: several cells, each no longer than a name or a number, not a page's columns."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if not 2 <= len(cells) <= 15:
        return False
    lengths = [len("".join(cell.itertext()).strip()) for cell in cells]
    return max(lengths) <= 60 and sum(map(bool, lengths)) >= 2 and next(row.iter("table"), None) is None


def unwanted(element: Element, tag: str, page: _Page) -> bool:
    """Whether an element is marked as something other than the article."""
    attributes = element.attrib
    if tag in ("body", "html", "article", "main"):
        return False
    marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    marked = (
        tag in ("aside", "figcaption")
        or attributes.get("role") in _ROLES
        or (len(marks) > 2 and _UNWANTED.search(marks))
    )
    if not marked:
        return False
    # A wrapper of the whole article may be named after one of its parts (``article share-enabled``).
    return _ALWAYS.search(marks) is not None or not page.mostly_in(element)


def _is_hidden(element: Element) -> bool:
    attributes = element.attrib
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and _HIDDEN_STYLE.search(style) is not None


class _Page:
    """How much text stands in the paragraphs of a page, counted when first asked."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._total: int | None = None
        self._asked = 0

    def mostly_in(self, element: Element, share: float = 0.4) -> bool:
        self._asked += 1
        # Each question walks a subtree: a page of nested sidebars must not make that quadratic.
        if self._asked > 200:
            return False
        amount = _paragraphs(element)
        if amount < 300:
            return False
        if self._total is None:
            self._total = _paragraphs(self._root)
        return amount > self._total * share


def _paragraphs(element: Element) -> int:
    lengths = (len(p.text_content()) for p in element.iter("p"))
    breaks = (len(br.tail) for br in element.iter("br") if br.tail)
    return sum(lengths) + sum(breaks)
