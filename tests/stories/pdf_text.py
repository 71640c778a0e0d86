"""Read what a PDF of ours says, as whoever copies from it gets it: page contents through the fonts' own tables."""

import base64
import re
import zlib

_OBJECT = re.compile(rb"(?<![0-9])(\d+) 0 obj\b(.*?)\bendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\s*endstream", re.S)
_PAIR = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>")
_WORD = re.compile(rb"/(F[0-9+]+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*|BT)", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.S)


def pdf_text(written: bytes) -> str:
    """Give the text of all pages, a line per line that was drawn."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(written)}
    tables = {number: _table(objects[int(found[1])]) for number, body in objects.items()
              if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))}  # fmt: skip
    fonts = {found[1].decode(): tables.get(int(found[2]), {})
             for found in re.finditer(rb"/(F[0-9+]+) (\d+) 0 R", written)}  # fmt: skip
    pages = [re.search(rb"/Contents (\d+) 0 R", body) for body in objects.values() if b"/Type /Page\n" in body]
    return "\n".join(_page(_unpacked(objects[int(found[1])]), fonts) for found in pages if found)


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found, body[:80]
    packed = found[1]
    if b"ASCII85Decode" in body:
        packed = base64.a85decode(packed.removesuffix(b"~>"))
    return zlib.decompress(packed)


def _table(body: bytes) -> dict[int, str]:
    return {int(sign, 16): chr(int(char, 16)) for sign, char in _PAIR.findall(_unpacked(body)) if int(char, 16)}


def _page(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    said, table = "", {}
    for font, text, turn in _WORD.findall(content):
        if font:
            table = fonts[font.decode()]
        elif turn:
            said += "\n"
        else:
            plain = _ESCAPE.sub(lambda one: bytes([int(one[1], 8)]) if one[1].isdigit() else one[1], text)
            said += "".join(table.get(sign, "") for sign in plain)
    return re.sub(r"\n+", "\n", said)
