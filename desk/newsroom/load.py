"""Reads the newsroom's articles: one Markdown file each, with TOML front matter between ``+++`` lines.

The front matter also says what a right reading finds (``figures``, ``signals``) and where the lead ends
(``end``), so that tests and the demo can check themselves. A second file of the same outlet and slug with
``edition = 2`` is the article as it reads after its outlet has edited it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, get_args

from crawler.errors import ReadError
from crawler.items import LEAD_ENDS, FigureKind, FlagReason, LeadEnd, SignalKind, Status, Topic
from desk.newsroom.outlets import BY_KEY, Outlet

NOW = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
"""The newsroom's present: 12 March 2026, nine in the morning in Shanghai."""

SECOND_EDITION = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
"""When everything of the second edition has been published."""

_FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class Label:
    """A figure that a right reading finds; ``flag`` is the reason it is to be flagged for, on a fresh database."""

    company: str
    kind: FigureKind
    low: Decimal | None
    high: Decimal | None
    unit: str
    round: str | None = None
    status: Status | None = None
    scope: str | None = None
    as_of: str | None = None
    flag: FlagReason | None = None

    @property
    def value(self) -> tuple[str, FigureKind, Decimal | None, Decimal | None, str]:
        """The five fields that readings are scored on."""
        return self.company, self.kind, self.low, self.high, self.unit


@dataclass(frozen=True, slots=True)
class SignalLabel:
    """News without a number that a right reading finds."""

    company: str
    topic: Topic
    signal: SignalKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of one edition, and what is expected of it."""

    outlet: Outlet
    slug: str
    title: str
    published: datetime
    paragraphs: tuple[str, ...]
    end: LeadEnd
    edition: int = 1
    updated: datetime | None = None
    author: str | None = None
    origin: str | None = None
    copy_of: str | None = None
    """``outlet/slug`` of the article that this one is a copy of."""
    related: tuple[str, ...] = ()
    """Titles that the outlet's template injects as 相关阅读."""
    figures: tuple[Label, ...] = ()
    signals: tuple[SignalLabel, ...] = ()
    breaks: tuple[int, ...] = ()
    """After how many paragraphs its outlet begins another page; only some templates do."""

    @property
    def key(self) -> str:
        """``outlet/slug``, the same in every edition."""
        return f"{self.outlet.key}/{self.slug}"

    @property
    def path(self) -> str:
        """Where it is served, below the newsroom's root."""
        return self.outlet.page_path(self.slug)

    @property
    def parts(self) -> list[tuple[str, ...]]:
        """The paragraphs of each of its pages."""
        bounds = [0, *self.breaks, len(self.paragraphs)]
        return [self.paragraphs[start:end] for start, end in pairwise(bounds)]

    def path_of(self, part: int) -> str:
        """Where one of its pages is served; the first is 1."""
        return self.outlet.page_path(self.slug if part == 1 else f"{self.slug}_{part}")

    @property
    def text(self) -> str:
        """The body alone, paragraphs joined by line breaks."""
        return "\n".join(self.paragraphs)


def load_pieces() -> tuple[Piece, ...]:
    """All articles that ship, both editions, newest first; raises ReadError naming the file that is wrong."""
    folder = files("desk.newsroom") / "articles"
    found = [
        parse_piece(file.read_text(encoding="utf-8"), outlet=outlet, name=file.name)
        for outlet in folder.iterdir()
        if outlet.is_dir()
        for file in _markdown(outlet)
    ]
    return tuple(sorted(found, key=lambda piece: (piece.updated or piece.published, piece.key), reverse=True))


def of_edition(pieces: Iterable[Piece], edition: int) -> tuple[Piece, ...]:
    """The articles as they stand in ``edition``: an edited one takes the place of its first version."""
    standing: dict[str, Piece] = {}
    for piece in sorted(pieces, key=lambda piece: piece.edition):
        if piece.edition <= edition:
            standing[piece.key] = piece
    return tuple(sorted(standing.values(), key=lambda piece: (piece.published, piece.key), reverse=True))


def parse_piece(source: str, *, outlet: Traversable, name: str) -> Piece:
    """One file's text as a Piece; raises ReadError with the file's name and what to mend in it."""
    where = f"{outlet.name}/{name}"
    if outlet.name not in BY_KEY:
        raise ReadError(f"{where}: no outlet is called {outlet.name!r}; declare it in outlets.py")
    if not source.startswith(_FENCE) or source.count(_FENCE) < 2:
        raise ReadError(f"{where}: front matter must stand between two lines of +++")
    _, front, body = source.split(_FENCE, 2)
    try:
        fields = tomllib.loads(front)
        return _piece(BY_KEY[outlet.name], fields, body)
    except KeyError as error:
        raise ReadError(f"{where}: the front matter lacks {error.args[0]!r}; add it") from error
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise ReadError(f"{where}: {error}") from error


def _markdown(outlet: Traversable) -> list[Traversable]:
    return [file for file in outlet.iterdir() if file.name.endswith(".md")]


def _piece(outlet: Outlet, fields: dict[str, Any], body: str) -> Piece:
    end = fields.pop("end")
    if end not in LEAD_ENDS:
        raise ValueError(f"end is {end!r}; it must be one of {', '.join(LEAD_ENDS)}")
    return Piece(
        outlet=outlet,
        slug=fields.pop("slug"),
        title=fields.pop("title"),
        published=_moment(fields.pop("published")),
        updated=_moment(fields.pop("updated")) if "updated" in fields else None,
        end=end,
        paragraphs=tuple(part.strip() for part in body.split("\n\n") if part.strip()),
        related=tuple(fields.pop("related", ())),
        breaks=tuple(fields.pop("breaks", ())),
        figures=tuple(_label(entry) for entry in fields.pop("figures", ())),
        signals=tuple(SignalLabel(**entry) for entry in fields.pop("signals", ())),
        **fields,
    )


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is no time with an offset; write 2026-03-10T08:30:00+08:00")
    return value


def _label(entry: Mapping[str, Any]) -> Label:
    label = Label(**{**entry, "low": _exact(entry.get("low")), "high": _exact(entry.get("high"))})
    if label.kind not in get_args(FigureKind):
        raise ValueError(f"kind is {label.kind!r}; it must be one of {', '.join(get_args(FigureKind))}")
    return label


def _exact(value: int | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
