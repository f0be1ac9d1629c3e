"""Mail headers from texts that strangers wrote: a title can never add a header.

Some interpreters decode RFC 2047 words in an assigned header value and write line breaks that come out of them as
they are (CVE-2024-6923 and its kin), so texts are made harmless before the library sees them.
"""

from __future__ import annotations

import re
import unicodedata

_ENCODED_WORD = re.compile(r"=\?")
_MAX = 200


def header_text(text: str) -> str:
    """One line without controls or encoded words, 200 characters at most; spaces stand where breaks were."""
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else c for c in text)
    # Broken apart, it is no encoded word any more and reads the same.
    broken = _ENCODED_WORD.sub("= ?", spaced)
    line = " ".join(broken.split())
    return line if len(line) <= _MAX else line[: _MAX - 1] + "…"
