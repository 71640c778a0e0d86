"""What somebody typed into a form that was sent with too large files: nothing of the files is kept."""

from contextlib import suppress

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import NEED_DATA, Data, Epilogue, Field, File, MultipartDecoder

_PIECE = 1 << 16
#: how many times the largest request is read on, so that the browser gets to hear of it at all
_TIMES = 8
_MOST_TEXT = 1 << 16
_MOST_FIELDS = 100


def typed_fields(sent: Request, limit: int) -> dict[str, str]:
    """Read a form's text past its files; empty where it is no such form, or far too large even for that.

    Args:
        sent: a request whose body nobody has read.
        limit: bytes of the largest request that is taken.
    """
    kind, options = parse_options_header(sent.headers.get("Content-Type"))
    boundary, length = options.get("boundary", ""), sent.content_length or 0
    if kind != "multipart/form-data" or not boundary or length > limit * _TIMES:
        return {}
    found: dict[str, bytes] = {}
    decoder = MultipartDecoder(boundary.encode(errors="replace"), max_parts=_MOST_FIELDS)
    with suppress(ValueError, RequestEntityTooLarge):
        _read(sent, decoder, length, found)
    return {name: text.decode(errors="replace") for name, text in found.items()}


def _read(sent: Request, decoder: MultipartDecoder, left: int, found: dict[str, bytes]) -> None:
    stream, name, room = sent.input_stream, "", _MOST_TEXT
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)
        decoder.receive_data(piece)
        while (event := decoder.next_event()) is not NEED_DATA:
            if isinstance(event, Epilogue):
                return
            if isinstance(event, (Field, File)):
                name = event.name if isinstance(event, Field) else ""
            elif isinstance(event, Data) and name:
                text = event.data[:room]
                room -= len(text)
                found[name] = found.get(name, b"") + text
