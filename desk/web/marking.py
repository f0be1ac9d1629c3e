"""Text with its numbers marked, the surroundings of a sentence, and what a revision changed. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.items import Figure

AROUND = 220
"""Characters shown on each side of a sentence."""
_TOKEN = re.compile(r"[A-Za-z]+|\d[\d,.]*|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+")
_MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether and why it stands out."""

    text: str
    mark: Literal["", "number", "sentence", "gone", "new"] = ""
    figure: Figure | None = None


def marked(text: str, figures: Iterable[Figure], where: str) -> list[Piece]:
    """The text in pieces, the numbers of its figures marked; a number that two figures share is marked once."""
    pieces: list[Piece] = []
    at = 0
    for figure in sorted((figure for figure in figures if figure.where == where), key=lambda figure: figure.start):
        if figure.start >= at and figure.end <= len(text):
            pieces += [Piece(text[at : figure.start]), Piece(text[figure.start : figure.end], "number", figure)]
            at = figure.end
    pieces.append(Piece(text[at:]))
    return [piece for piece in pieces if piece.text]


def in_context(text: str, figure: Figure) -> list[Piece]:
    """The sentence of a figure with its number, inside the text that surrounds it; the sentence alone where it is not there."""
    quote = figure.quote
    near = figure.start if figure.where == "text" else 0
    start = text.find(quote, max(0, near - len(quote)), near + len(quote)) if quote else -1
    if start < 0:
        start = text.find(quote) if quote else -1
    inside = figure.where == "text" and start >= 0 and start <= figure.start and figure.end <= start + len(quote)
    offset = figure.start - start if inside else quote.find(figure.written) if figure.written else -1
    length = figure.end - figure.start if inside else len(figure.written)
    middle = [Piece(quote, "sentence")]
    if offset >= 0 and length > 0:
        middle = [
            Piece(quote[:offset], "sentence"),
            Piece(quote[offset : offset + length], "number"),
            Piece(quote[offset + length :], "sentence"),
        ]
    if start < 0:
        return [piece for piece in middle if piece.text]
    before, after = text[max(0, start - AROUND) : start], text[start + len(quote) : start + len(quote) + AROUND]
    cut_before = "…" if start > AROUND else ""
    cut_after = "…" if start + len(quote) + AROUND < len(text) else ""
    pieces = [Piece(cut_before + before), *middle, Piece(after + cut_after)]
    return [piece for piece in pieces if piece.text]


def changes(before: str, after: str) -> list[Piece]:
    """The later text with what is new marked and what is gone shown where it was: by sentences, then by words inside them."""
    pieces: list[Piece] = []
    for gone, new in _differences(_SENTENCE.findall(before), _SENTENCE.findall(after)):
        if gone == new:
            pieces.append(Piece(gone))
        elif max(len(gone), len(new)) > _MOST_COMPARED:
            pieces += [Piece(gone, "gone"), Piece(new, "new")]
        else:
            for lost, found in _differences(_TOKEN.findall(gone), _TOKEN.findall(new)):
                pieces += [Piece(lost)] if lost == found else [Piece(lost, "gone"), Piece(found, "new")]
    return [piece for piece in pieces if piece.text]


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(None, old, new)
    for _, a, b, c, d in matcher.get_opcodes():
        yield "".join(old[a:b]), "".join(new[c:d])


def shortened(pieces: Iterable[Piece], keep: int = 120) -> Iterator[Piece]:
    """The pieces with long unmarked stretches cut to what stands beside a mark."""
    listed = list(pieces)
    for number, piece in enumerate(listed):
        first, last = number == 0, number == len(listed) - 1
        if piece.mark or len(piece.text) <= 2 * keep:
            yield piece
        elif first:
            yield Piece("…" + piece.text[-keep:])
        elif last:
            yield Piece(piece.text[:keep] + "…")
        else:
            yield Piece(piece.text[:keep] + " … " + piece.text[-keep:])
