"""Tell a recorded voice from a film: both come in the same containers, WebM and MP4.

Only the headers at the beginning are read; what is cut off or unknown stays a film.
"""

from collections.abc import Iterator
from mmap import mmap

#: what a container is called when it holds sound alone: {type of the film: type of the voice}
VOICES = {"video/webm": "audio/webm", "video/mp4": "audio/mp4"}
#: elements of WebM that lie around the kind of a track
_SEGMENT, _TRACKS, _TRACK, _KIND = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_FILM, _SOUND = 1, 2
#: boxes of MP4 that lie around it, from the outside
_BOXES = (b"moov", b"trak", b"mdia")


def voice_type(head: bytes, media_type: str) -> str:
    """Name the type of a recording: of a voice, if all that it holds is sound; otherwise as it was.

    Args:
        head: the first bytes of the file.
        media_type: what the container looks like.
    """
    if media_type not in VOICES:
        return media_type
    kinds = set(_webm_kinds(head) if media_type == "video/webm" else _mp4_kinds(head))
    return VOICES[media_type] if kinds == {"sound"} else media_type


def _webm_kinds(head: bytes) -> Iterator[str]:
    for name, start, end in elements(head, 0, len(head)):
        if name == _SEGMENT:
            for inner, begin, stop in elements(head, start, min(end, len(head))):
                if inner == _TRACKS:
                    yield from _webm_tracks(head, begin, stop)


def _webm_tracks(head: bytes, start: int, end: int) -> Iterator[str]:
    if end > len(head):
        yield "cut off"
        return
    for name, begin, stop in elements(head, start, end):
        if name == _TRACK:
            for inner, at, behind in elements(head, begin, min(stop, end)):
                if inner == _KIND:
                    yield {_FILM: "film", _SOUND: "sound"}.get(int.from_bytes(head[at:behind]), "other")


def elements(head: bytes | mmap, place: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Walk through elements: (name, where its content begins, where it ends)."""
    while place < end:
        wide = 9 - head[place].bit_length()
        name, size_at = int.from_bytes(head[place : place + wide]), place + wide
        if wide > 4 or size_at >= end:
            return
        wide = 9 - head[size_at].bit_length()
        start = size_at + wide
        if wide > 8 or start > end:
            return
        most = (1 << 7 * wide) - 1
        size = int.from_bytes(head[size_at:start]) & most
        # all ones: it goes on as long as what it lies in
        stop = end if size == most else start + size
        yield name, start, stop
        place = stop


def _mp4_kinds(
    head: bytes, place: int = 0, end: int | None = None, around: tuple[bytes, ...] = _BOXES
) -> Iterator[str]:
    end = len(head) if end is None else end
    while place + 8 <= end:
        size, name = int.from_bytes(head[place : place + 4]), head[place + 4 : place + 8]
        if size < 8:
            return
        stop = place + size
        if not around and name == b"hdlr":
            yield {b"vide": "film", b"soun": "sound"}.get(head[place + 16 : place + 20], "other")
        elif around and name == around[0]:
            if stop > len(head):
                yield "cut off"
                return
            yield from _mp4_kinds(head, place + 8, stop, around[1:])
        place = stop
