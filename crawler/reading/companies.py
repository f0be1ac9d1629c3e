"""Which watched companies a text names, and which it is about; what only looks like a name is left out.

A mention is found on the folded text (``crawler.reading.folded``) by one alternation over all spellings, then held
against the rules of ``companies.toml``. Linear in the text's length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from crawler.items import CompanyMention, Where
from crawler.reading.figures.rules import whole_words
from crawler.reading.folded import Folded, folded
from crawler.watchlist import Company, FalseFriend, Watchlist

MentionKind = Literal["name", "short", "ticker", "subsidiary", "person", "product", "unwatched"]

COUNTED: frozenset[MentionKind] = frozenset({"name", "short", "ticker", "subsidiary"})
"""The kinds that mention their company; the others only tell whom a passage speaks of."""

_NEAR = 60
"""Characters on either side in which a false friend gives itself away."""
_OPENS_TICKER = re.compile(r"[(\[](?:hk|hkg|hkex|sh|sse|shse|xhkg)?[:.]?$")
_CLOSES_TICKER = re.compile(r"(?:[.-](?:hk|sh|ss))?[)\],，]")
_EVIDENCE = 150
"""Characters on either side in which a short name needs a sign of business."""
_LATIN_EVIDENCE = 400
"""The same for a name in Latin letters, which take more room."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a company, or what stands for it, is named; offsets into the title or text as written."""

    company: str
    start: int
    end: int
    where: Where
    kind: MentionKind


@dataclass(frozen=True, slots=True)
class _Spelling:
    company: str
    kind: MentionKind
    written: str
    latin: bool
    sure: bool
    """A sign by itself that the short names in the same text are companies."""
    rules: tuple[FalseFriend, ...]


@dataclass(frozen=True)
class _Names:
    """A watchlist made ready for search."""

    pattern: re.Pattern[str]
    spellings: dict[str, _Spelling]
    evidence: re.Pattern[str]


def find_mentions(title: str | None, text: str, watchlist: Watchlist, *, lenient: bool = False) -> list[Mention]:
    """The mentions in title and text, in order, the title's first; false friends are left out.

    A short name that one place of the text gives a sign of business for is the company in all of it.

    ``lenient`` takes a short name without a sign of business, for a headline that has no room for one.
    """
    names = _names(watchlist)
    found: list[Mention] = []
    parts: list[tuple[Where, Folded]] = [("title", folded(title, title=True))] if title else []
    parts.append(("text", folded(text)))
    candidates = [(where, part, list(_candidates(part, names))) for where, part in parts]
    sure = any(spelling.sure for _, _, hits in candidates for _, _, spelling in hits)
    held = {
        spelling.written
        for _, part, hits in candidates
        for start, end, spelling in hits
        if spelling.kind == "short" and (lenient or sure or _has_evidence(part, start, end, names))
    }
    for where, part, hits in candidates:
        for start, end, spelling in hits:
            if spelling.kind == "ticker" and not _ticker_holds(part.lower, start, end, spelling):
                continue
            if spelling.kind == "short" and spelling.written not in held:
                continue
            first, last = part.span(start, end)
            found.append(Mention(spelling.company, first, last, where, spelling.kind))
    return found


def spells_a_name(lower: str, start: int, end: int, watchlist: Watchlist) -> bool:
    """Whether folded text between two offsets holds a spelling of a watched company, false friend or not."""
    return any(whole_words(lower, match) for match in _names(watchlist).pattern.finditer(lower, start, end))


def filer_of(text: str, mentions: Sequence[Mention]) -> str | None:
    """The company whose announcement a text is: named in its head beside its code at an exchange; None where none is."""
    code = _CODE.search(text[:_HEAD])
    if code is None:
        return None
    named = {
        mention.company
        for mention in mentions
        if mention.where == "text" and mention.start < code.end() and mention.kind in COUNTED
    }
    return named.pop() if len(named) == 1 else None


_HEAD = 1_500
"""Characters of a filing in which its letterhead stands, a page of disclaimers before it included."""
_CODE = re.compile(r"stock\s{0,3}code|股份代[號号]|证券代码|證券代號|股票代[码碼號号]", re.IGNORECASE)


def companies_of(title: str | None, text: str, mentions: Sequence[Mention]) -> tuple[CompanyMention, ...]:
    """The companies named, most mentioned first, and whether the article is about each.

    An article is about a company that its headline names, or, where the headline names none, that it comes back to
    throughout.
    """
    counted = [mention for mention in mentions if mention.kind in COUNTED]
    totals = Counter(mention.company for mention in counted)
    in_title = {mention.company for mention in counted if mention.where == "title"}
    first: dict[str, int] = {}
    for mention in counted:
        if mention.where == "text":
            first.setdefault(mention.company, mention.start)
    about = {company for company in totals if _is_focus(company, totals, in_title, first, len(text))}
    about |= {filer} if (filer := filer_of(text, mentions)) else set()
    ordered = sorted(totals, key=lambda company: (-totals[company], company))
    return tuple(CompanyMention(company, totals[company], company in about) for company in ordered)


_OPENING = 150
"""Characters of a body in which the company that it is about is named."""


def _is_focus(company: str, totals: Counter[str], in_title: set[str], first: dict[str, int], length: int) -> bool:
    if company in in_title:
        # Named once in the headline of a digest of many, and hardly again: one item of it.
        return totals[company] > 1 and (
            first.get(company, length) < max(_OPENING * 2, length // 4) or totals[company] > 3
        )
    most = max(totals.values())
    return not in_title and totals[company] >= max(4, most) and first.get(company, length) < max(_OPENING, length // 10)


def _candidates(part: Folded, names: _Names) -> Iterable[tuple[int, int, _Spelling]]:
    low = part.lower
    for match in names.pattern.finditer(low):
        start, end = match.span()
        spelling = names.spellings[match.group()]
        if spelling.latin and not _stands_alone(part.text, start, end, spelling):
            continue
        if any(_is_false_friend(low, start, end, rule) for rule in spelling.rules):
            continue
        yield start, end, spelling


def _stands_alone(text: str, start: int, end: int, spelling: _Spelling) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if _is_latin(before) or (_is_latin(after) and spelling.written[-1].isalnum()):
        return False
    seen = text[start:end]
    if spelling.written.isupper() and len(spelling.written) <= 4:
        return seen == spelling.written
    return seen[0] == spelling.written[0] or seen[0].isupper()


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _ticker_holds(low: str, start: int, end: int, spelling: _Spelling) -> bool:
    if not spelling.written.isdigit():
        return True
    return (
        _OPENS_TICKER.search(low, max(0, start - 8), start) is not None and _CLOSES_TICKER.match(low, end) is not None
    )


def _has_evidence(part: Folded, start: int, end: int, names: _Names) -> bool:
    reach = _LATIN_EVIDENCE if part.lower[start].isascii() else _EVIDENCE
    return names.evidence.search(part.lower, max(0, start - reach), end + reach) is not None


def _is_false_friend(low: str, start: int, end: int, rule: FalseFriend) -> bool:
    if rule.alone:
        return (start == 0 or low[start - 1] == "\n") and (end == len(low) or low[end] == "\n")
    before = bool(rule.before) and low[max(0, start - 24) : start].endswith(rule.before)
    after = bool(rule.after) and low.startswith(rule.after, end)
    if rule.both:
        hit = before and after
    else:
        hit = before or after or (bool(rule.near) and _any_near(low, start, end, rule.near))
    return hit and not (rule.unless and _any_near(low, start, end, rule.unless))


def _any_near(low: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    window = low[max(0, start - _NEAR) : end + _NEAR]
    return any(word in window for word in words)


@lru_cache(maxsize=8)
def _names(watchlist: Watchlist) -> _Names:
    spellings: dict[str, _Spelling] = {}
    everywhere = tuple(_fold_rule(rule) for rule in watchlist.everywhere)
    for company in watchlist.companies:
        for spelling, low in _spellings(company, everywhere):
            if low not in spellings or spellings[low].written.isupper():
                spellings[low] = spelling
    pattern = "|".join(re.escape(low) for low in sorted(spellings, key=len, reverse=True)) or r"(?!)"
    return _Names(re.compile(pattern), spellings, _evidence(watchlist))


def _evidence(watchlist: Watchlist) -> re.Pattern[str]:
    words = [_low(word) for word in watchlist.evidence]
    return re.compile(
        "|".join(rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in words) or r"(?!)"
    )


def _spellings(company: Company, everywhere: tuple[FalseFriend, ...]) -> Iterable[tuple[_Spelling, str]]:
    own = tuple(_fold_rule(rule) for rule in company.false_friends)
    short = {_low(name) for name in company.short}
    kinds: tuple[tuple[MentionKind, tuple[str, ...]], ...] = (
        ("name", company.names),
        ("short", company.short),
        ("subsidiary", company.subsidiaries),
        ("unwatched", company.unwatched),
        ("product", company.products),
        ("person", company.people),
        ("ticker", company.tickers),
    )
    for kind, written in kinds:
        for name in written:
            low = _low(name)
            rules = tuple(rule for rule in own if low in (rule.of or short))
            if kind in ("name", "short"):
                rules += tuple(rule for rule in everywhere if not rule.of or low in rule.of)
            sure = bool(short) and kind in ("name", "product")
            yield _Spelling(company.key, kind, name, _is_latin(low[0]), sure, rules), low


def _fold_rule(rule: FalseFriend) -> FalseFriend:
    folds = {
        name: tuple(_low(word) for word in getattr(rule, name)) for name in ("of", "before", "after", "near", "unless")
    }
    return FalseFriend(why=rule.why, example=rule.example, both=rule.both, alone=rule.alone, names=rule.names, **folds)


def _low(word: str) -> str:
    # Blanks at the ends are part of a rule ("share on "), so only the inside is folded.
    body = word.strip(" ")
    return word.replace(body, Folded(body).lower) if body else word
