"""Take out of a photo what it tells about its maker: place, time, camera, owner, thumbnails; the picture stays.

The picture is not decoded: the pieces of the file are walked, and only those that the picture needs are kept. All that
follows the end of the picture goes too; telephones hang whole second pictures, with records of their own, behind it.
"""

import struct
from collections.abc import Iterator

_ORIENTATION = 0x0112
#: pieces of a PNG that the picture needs, or that say how it is to be shown
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"cICP"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_PNG = b"\x89PNG\r\n\x1a\n"


def bare_photo(content: bytes, media_type: str) -> bytes | None:
    """Return a photo without its records, or None where its pieces do not hang together.

    Args:
        media_type: image/jpeg, image/png or image/webp.
    """
    walk = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}[media_type]
    try:
        return walk(content)
    except (IndexError, struct.error):
        return None


def _jpeg(content: bytes) -> bytes | None:
    if content[:2] != b"\xff\xd8":
        return None
    kept, turned = [], 1
    for marker, piece in _jpeg_pieces(content):
        if marker == 0xE1 and piece[4:10] == b"Exif\0\0" and turned == 1:
            turned = _orientation(piece[10:])
        # JFIF says the size of dots, Adobe the colours, ICC their profile; every other APPn and comment goes
        told = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not told or piece[4:9] in (b"JFIF\0", b"Adobe") or piece[4:16] == b"ICC_PROFILE\0":
            kept.append(piece)
    upright = _turn(turned) if turned != 1 else b""
    # JFIF must stay the first piece
    first = 1 if kept and kept[0][1] == 0xE0 else 0
    return b"".join([b"\xff\xd8", *kept[:first], upright, *kept[first:]])


def _jpeg_pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments with their markers; a scan's picture comes with its segment."""
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            raise IndexError
        marker = content[at + 1]
        if marker == 0xD9:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if end > len(content) or end < at + 4:
            raise IndexError
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        if end >= len(content):
            # cameras that run out of power leave the end away
            return
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Find the next marker that is not part of the picture's own bytes."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if content[at + 1] == 0xFF else 2
    return len(content)


def _orientation(record: bytes) -> int:
    """Read how a picture is to be turned, the one entry that it is shown wrongly without."""
    try:
        order = "<" if record[:2] == b"II" else ">"
        first = struct.unpack_from(f"{order}I", record, 4)[0]
        for entry in range(struct.unpack_from(f"{order}H", record, first)[0]):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", record, first + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _turn(value: int) -> bytes:
    """Write a record that says nothing but how the picture is to be turned."""
    record = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(record) + 8) + b"Exif\0\0" + record


def _png(content: bytes) -> bytes | None:
    kept, at = [_PNG], len(_PNG)
    while True:
        size, kind = struct.unpack_from(">I4s", content, at)
        piece = content[at : at + 12 + size]
        if len(piece) != 12 + size:
            return None
        if kind in _PNG_KEPT:
            kept.append(piece)
        if kind == b"IEND":
            return b"".join(kept)
        at += len(piece)


def _webp(content: bytes) -> bytes | None:
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    kept, at = [], 12
    while at < min(end, len(content)):
        kind, size = struct.unpack_from("<4sI", content, at)
        piece = content[at : at + 8 + size + size % 2]
        if kind == b"VP8X":
            # the flags for Exif and XMP go with them
            piece = piece[:8] + bytes([piece[8] & ~0x0C]) + piece[9:]
        if kind in _WEBP_KEPT:
            kept.append(piece)
        at += 8 + size + size % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
