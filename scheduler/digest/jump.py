"""Links that open a page at a sentence (text fragments, WICG Scroll To Text Fragment)."""

from __future__ import annotations

from urllib.parse import quote, urldefrag

_LONGEST = 120


def jump_to(url: str, sentence: str, number: str) -> str:
    """``url`` with a fragment that finds the part of the sentence around the number; the page's own fragment is kept.

    Browsers match a fragment within one block of text, so a sentence that is joined over line breaks is cut to the
    line that holds the number. Where no number is in it the link is left as it is; what is no web address is no
    link (empty).
    """
    if not url.lower().startswith(("http://", "https://")):
        return ""
    line = next((line.strip() for line in sentence.splitlines() if number in line), "")
    if not number or not line:
        return url
    if len(line) > _LONGEST:
        at = line.index(number)
        start = max(0, min(at - (_LONGEST - len(number)) // 2, len(line) - _LONGEST))
        line = line[start : start + _LONGEST].strip()
    bare, fragment = urldefrag(url)
    # The directive's own syntax uses these three.
    text = quote(line, safe="").replace("-", "%2D").replace(",", "%2C").replace("&", "%26")
    return f"{bare}#{fragment}:~:text={text}"
