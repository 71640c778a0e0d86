"""How long a voice lasts: read from all of its blocks, pages or fragments, since a browser's recorder writes no length.

What a file claims is not believed alone: so many bytes take at least so many seconds.
"""

from mmap import ACCESS_READ, mmap
from pathlib import Path

from app.ports.recordings import elements

#: more bytes than a second of speech takes: 384 kbit/s
_PER_SECOND = 48_000
#: parts of a file that are looked at; what has more is not a voice of minutes
_MOST_PARTS = 200_000
#: elements of WebM: what lies around blocks, and what says when
_AROUND = frozenset({0x18538067, 0x1549A966, 0x1F43B675, 0xA0})
_SCALE, _BEGIN, _BLOCKS = 0x2AD7B1, 0xE7, frozenset({0xA3, 0xA1})
#: boxes of MP4 that lie around what says how long
_BOXES = frozenset({b"moov", b"trak", b"mdia", b"mvex", b"moof", b"traf"})
_LENGTHS = frozenset({b"mvhd", b"mdhd", b"trex", b"tfhd", b"trun"})
_SHORTEST_HEAD = 19
_OPUS_RATE = 48_000
_NOWHERE = (1 << 64) - 1


def voice_seconds(path: Path, media_type: str) -> float:
    """Say how many seconds a recorded voice lasts, at least.

    Args:
        path: the file; one of another kind than WebM, MP4, Ogg and WAV is measured by its size alone.
        media_type: what it was found to be.

    Returns:
        Infinity for a file in more pieces than a voice of minutes has.
    """
    size = path.stat().st_size
    read = _READERS.get(media_type.partition("/")[2])
    if read is None or not size:
        return size / _PER_SECOND
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        claimed = read(content)
    # a plain recording is as long as its bytes say; all others are pressed
    return claimed if read is _wav and claimed else max(claimed, size / _PER_SECOND)


def _webm(content: mmap) -> float:
    """Find the last block: clusters say when they begin, blocks how long after."""
    scale, begin, last, place = 1_000_000, 0, 0, 0
    for _ in range(_MOST_PARTS):
        found = next(elements(content, place, len(content)), None)
        if found is None:
            return last * scale / 1e9
        name, start, stop = found
        if name == _SCALE:
            scale = int.from_bytes(content[start : min(stop, start + 8)])
        elif name == _BEGIN:
            begin = int.from_bytes(content[start : min(stop, start + 8)])
        elif name in _BLOCKS and start < len(content):
            # behind the number of the track, which takes as many bytes as its first one says
            at = start + 9 - content[start].bit_length()
            last = max(last, begin + int.from_bytes(content[at : at + 2], signed=True))
        place = start if name in _AROUND else stop
    return float("inf")


def _ogg(content: mmap) -> float:
    """Find the last page: each says how many samples are behind it."""
    rate = skipped = last = place = 0
    for _ in range(_MOST_PARTS):
        head = content[place : place + 27]
        if len(head) < 27 or head[:4] != b"OggS":
            return (last - skipped) / rate if rate else 0.0
        table = content[place + 27 : place + 27 + head[26]]
        body = place + 27 + head[26]
        packet = content[body : body + 19]
        if packet.startswith(b"OpusHead"):
            rate, skipped = _OPUS_RATE, int.from_bytes(packet[10:12], "little")
        elif packet.startswith(b"\x01vorbis"):
            rate = int.from_bytes(packet[12:16], "little")
        behind = int.from_bytes(head[6:14], "little")
        last = last if behind == _NOWHERE else max(last, behind)
        place = body + sum(table)
    return float("inf")


def _wav(content: mmap) -> float:
    """Divide the sound by what a second of it takes."""
    per_second, place = 0, 12
    while place + 8 <= len(content) and place < 1 << 16:
        name, size = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        if name == b"fmt ":
            per_second = int.from_bytes(content[place + 16 : place + 20], "little")
        if name == b"data":
            # a recorder that did not come back to write the size leaves nonsense there
            return (len(content) - place - 8) / per_second if per_second else 0.0
        place += 8 + size + size % 2
    return 0.0


class _Mp4:
    """What the boxes of a film or voice have said so far."""

    def __init__(self) -> None:
        self.told, self.scale, self.usual, self.own, self.added = 0.0, 0, 0, 0, 0

    def hear(self, name: bytes, body: bytes) -> None:
        """Take in a box that says how long something lasts."""
        if name == b"trex":
            self.usual = int.from_bytes(body[12:16])
        elif name == b"tfhd":
            flags = int.from_bytes(body[1:4])
            at = 8 + 8 * (flags & 1) + 4 * (flags >> 1 & 1)
            self.own = int.from_bytes(body[at : at + 4]) if flags & 8 else self.usual
        elif name == b"trun":
            self.added += _run(body, self.own or self.usual)
        elif len(body) > _SHORTEST_HEAD:
            wide, at = (8, 20) if body[0] else (4, 12)
            scale = int.from_bytes(body[at : at + 4])
            self.told = max(self.told, _whole(body[at + 4 : at + 4 + wide]) / scale if scale else 0.0)
            self.scale = scale if name == b"mdhd" else self.scale

    @property
    def seconds(self) -> float:
        """The longest of what its head says and what its fragments add up to."""
        return max(self.told, self.added / self.scale if self.scale else 0.0)


def _mp4(content: mmap) -> float:
    """Walk through the boxes, into those that lie around others."""
    found, place = _Mp4(), 0
    for _ in range(_MOST_PARTS):
        size, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if place + 8 > len(content) or 0 < size < 8:
            return found.seconds
        stop = place + size if size else len(content)
        if name in _LENGTHS:
            found.hear(name, content[place + 8 : stop])
        place = place + 8 if name in _BOXES else stop
    return float("inf")


def _whole(text: bytes) -> int:
    """Read a length; all ones says that it is not known."""
    return 0 if text.strip(b"\xff") == b"" else int.from_bytes(text)


def _run(body: bytes, usual: int) -> int:
    """Add up the samples of one run of a fragment."""
    if len(body) < 8:
        return 0
    flags, count = int.from_bytes(body[1:4]), int.from_bytes(body[4:8])
    if not flags & 0x100:
        return count * usual
    wide = 4 * (flags >> 8 & 0xF).bit_count()
    at = 8 + 4 * (flags & 1) + 4 * (flags >> 2 & 1)
    return sum(int.from_bytes(body[one : one + 4]) for one in range(at, min(len(body) - 3, at + count * wide), wide))


_READERS = {
    "webm": _webm, "ogg": _ogg, "mp4": _mp4, "m4a": _mp4, "x-m4a": _mp4, "x-m4v": _mp4, "quicktime": _mp4,
    "3gpp": _mp4, "wav": _wav, "x-wav": _wav,
}  # fmt: skip
