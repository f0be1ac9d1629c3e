"""The body of a letter as bytes (RFC 2045 to 2047, 2387): text beside HTML, and the pictures that the HTML shows.

Written out here because thousands of recipients share all but a link of it; the library builds each part anew, which took
nine tenths of the time (decision 0094).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

_OUTER, _INNER = "=_dragonwatch_letter", "=_dragonwatch_page"
"""An = followed by _ is neither base64 nor quoted-printable, so no part can hold them (RFC 2045 6.7)."""


def body(text: str, html: str, pictures: bytes) -> bytes:
    """The body with the headers that describe it; ``pictures`` is what ``picture_parts`` made, empty where there are none."""
    page = _part("text/html; charset=utf-8", html.encode())
    if pictures:
        related = f'Content-Type: multipart/related; type="text/html"; boundary="{_INNER}"\r\n\r\n'.encode()
        page = related + _between(_INNER) + page + pictures + f"--{_INNER}--\r\n".encode()
    plain = _part("text/plain; charset=utf-8", text.encode())
    described = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_OUTER}"\r\n\r\n'.encode()
    return described + _between(_OUTER) + plain + _between(_OUTER) + page + f"--{_OUTER}--\r\n".encode()


def picture_parts(pictures: Mapping[str, bytes]) -> bytes:
    """PNG pictures by their Content-ID, as parts that can stand in any number of letters."""
    return b"".join(
        _between(_INNER)
        + _part("image/png", png, f'Content-ID: <{cid}>\r\nContent-Disposition: inline; filename="measure.png"\r\n')
        for cid, png in pictures.items()
    )


def _between(boundary: str) -> bytes:
    return f"--{boundary}\r\n".encode()


def _part(kind: str, content: bytes, more: str = "") -> bytes:
    headers = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
    return headers.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")
