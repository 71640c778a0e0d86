"""Answers go out squeezed to who takes them so; what was built lies squeezed already."""

import os
import zlib

from flask import Response

from app.web.house import House
from app.web.rooms import current_request

#: from so many bytes on it is worth the work; twice the work would save another twentieth
SMALLEST, LEVEL = 1000, 5
_TEXTS = frozenset({
    "text/html", "text/plain", "text/csv", "text/xml", "application/json", "application/problem+json",
    "application/xml", "application/manifest+json", "image/svg+xml",
})  # fmt: skip
#: magic, deflate, with a name; no time, no system
_HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
#: longest name
_NAME = 64


def install(app: House) -> None:
    """Squeeze every answer that is worth it; first installed, so that it comes last and sees what the others made."""
    app.after_request(_squeeze)


def _squeeze(response: Response) -> Response:
    if "gzip" not in current_request().headers.get("Accept-Encoding", ""):
        return response
    if response.direct_passthrough or not response.is_sequence or response.mimetype not in _TEXTS:
        return response
    headers = response.headers
    if response.status_code in (204, 206, 304) or "Content-Encoding" in headers or "ETag" in headers:
        return response
    content = response.get_data()
    if len(content) < SMALLEST or current_request().accept_encodings["gzip"] <= 0:
        return response
    response.set_data(squeezed(content))
    headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def squeezed(content: bytes) -> bytes:
    """Write content as gzip, under a name of random length.

    A page holds a secret (the token of its forms) beside words that came with the request; who can make somebody's
    browser ask again and again, and sees how long the answers are, would guess the one with the other.

    Source: https://www.breachattack.com; "Heal the Breach", IEEE Access 2022.
    """
    chance = os.urandom(_NAME // 2 + 1)
    name = chance[1:].hex()[: chance[0] % (_NAME + 1)].encode()
    press = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = press.compress(content) + press.flush()
    sizes = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return _HEAD + name + b"\0" + body + sizes
