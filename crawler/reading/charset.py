"""Bytes to text, whatever the page declares: its bytes are believed before its declarations."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

_HEAD = 4096
_SAMPLE = 200_000
_READS = 0.2
"""Share of common characters from which bytes count as running Chinese; other languages misread stay far below."""

_META = re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:+-]+)""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]+?encoding\s*=\s*["']([\w.:+-]+)""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]+)""", re.I)
_HIGH = re.compile(rb"[\x80-\xff]")
_MARKUP = re.compile(rb"<(?:script|style)\b.*?(?:</(?:script|style)>|\Z)|<[^>]*(?:>|\Z)", re.I | re.S)

# Labels stand for the larger set that browsers read them as (WHATWG Encoding).
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "euc-cn": "gb18030", "euccn": "gb18030", "gb-2312": "gb18030", "chinese": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs", "big-5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso-8859-9": "cp1254", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "utf8": "utf-8", "unicode": "utf-16-le", "utf-16": "utf-16-le",
}  # fmt: skip

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The commonest characters of running text; wrongly decoded bytes hit them no oftener than chance.
_COMMON = frozenset(
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发"
    "天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从知全情本外已高长新业部工市企资"
    "這為來個們說國時於過會對著裡發後經當與學進種將還見沒從長業資億萬員報導題間關開門電產現動點體實總務機場續應"
    "，。、：；！？「」（）《》“”亿万元美据记者报司"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text and how it was come by."""

    text: str
    charset: str
    """Python's name of the codec that was used."""
    replaced: int = 0
    """Bytes or sequences that could not be read and became U+FFFD."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page: byte-order mark, then UTF-8 if the bytes are, then what is declared if it fits, then the likeliest.

    A single bad byte or a cut end costs one character, never the whole page. Raises nothing.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :], name)
    if wide := _utf16(body):
        return _decoded(body, wide)
    declared = _declared(body, content_type)
    if not _HIGH.search(body):
        # ISO-2022 and HZ hide in seven bits; nothing else declared changes what plain ASCII says.
        seven_bits = [name for name in declared if name.startswith(("iso2022", "hz"))]
        return _decoded(body, seven_bits[0] if seven_bits else "ascii")
    if _is_utf8(body):
        return _decoded(body, "utf-8")
    return _decoded(body, _likeliest(body, declared))


def _decoded(body: bytes, name: str) -> Decoded:
    text = body.decode(name, "replace")
    return Decoded(text, name, text.count("\ufffd"))


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Codecs named by the header, the XML declaration and the meta tags, in that order."""
    labels: list[str] = []
    if header := _HEADER.search(content_type or ""):
        labels.append(header[1])
    head = body[:_HEAD]
    labels += [m[1].decode("ascii", "replace") for m in (_XML.search(head), *_META.finditer(head)) if m]
    names = [name for label in labels if (name := _codec(label.lower()))]
    return list(dict.fromkeys(names))


@cache
def _codec(label: str) -> str | None:
    name = _WIDER.get(label, label)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Codecs such as base64 or zip turn bytes into bytes.
    if not getattr(info, "_is_text_encoding", True):
        return None
    return _WIDER.get(info.name, info.name)


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so every second byte of a tag is zero."""
    head = body[: _HEAD - _HEAD % 2]
    if len(head) < 4 or head.count(0) < len(head) // 10:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > even * 4:
        return "utf-16-le"
    if even > odd * 4:
        return "utf-16-be"
    return None


def _is_utf8(body: bytes) -> bool:
    """Whether it is UTF-8, with a bad byte or a cut end forgiven: other charsets fail at every second letter."""
    try:
        body.decode("utf-8")
        return True
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(ord(char) > 0x7F for char in text) - bad
    return good > bad * 4


def _likeliest(body: bytes, declared: list[str]) -> str:
    sample = _MARKUP.sub(b" ", body[:_SAMPLE])
    if len(_HIGH.findall(sample)) < 4:
        sample = body[:_SAMPLE]
    chinese = {name: _chinese(sample, name) for name in ("gb18030", "big5hkscs")}
    best = max(chinese, key=lambda name: chinese[name])
    legacy = [name for name in declared if name not in ("utf-8", "ascii", "utf-16-le", "utf-16-be")]
    for name in legacy:
        if name in chinese:
            # Believed unless the other reads clearly better.
            name = name if chinese[name] >= chinese[best] - 0.1 else best
            if chinese[name] >= _READS or _fits(sample, name):
                return name
        elif chinese[best] < _READS and _fits(sample, name):
            return name
    if chinese[best] >= _READS:
        return best
    return _guessed(sample) or next((name for name in legacy if name not in chinese), "cp1252")


def _chinese(sample: bytes, name: str) -> float:
    """How much like running Chinese the bytes read in this codec: the share of common characters, less the errors."""
    letters = [char for char in sample.decode(name, "replace") if char > "\x7f"]
    if not letters:
        return 0.0
    bad = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in letters)
    return (sum(char in _COMMON for char in letters) - 2 * bad) / len(letters)


def _fits(sample: bytes, name: str) -> bool:
    text = sample.decode(name, "replace")
    high = sum(char > "\x7f" for char in text)
    return text.count("\ufffd") <= high * 0.02


def _guessed(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    # Western text has few high bytes, and the detector mistakes its charsets for one another.
    if len(_HIGH.findall(sample)) < max(20, len(sample) * 0.1):
        return None
    best = from_bytes(sample[:20_000]).best()
    return best.encoding if best and best.encoding not in ("ascii", "utf_8") else None
