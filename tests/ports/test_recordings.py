"""Voices and films in the same containers: told apart by their tracks, whatever the rest of the bytes say."""

import io
import random
from pathlib import Path

import pytest

from app.ports.files import FileFolder, FileRefused, sniff
from app.ports.recordings import voice_type

FILM, SOUND = 1, 2


def element(name: str, content: bytes, *, open_end: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if open_end else (len(content) | 1 << 56).to_bytes(8)
    return bytes.fromhex(name) + size + content


def webm(*tracks: int, open_end: bool = True, before: bytes = b"") -> bytes:
    """Write what a browser's recorder writes: a head, a segment without an end, its tracks, and sound."""
    entries = b"".join(element("ae", element("d7", bytes([n])) + element("83", bytes([kind])))
                       for n, kind in enumerate(tracks, 1))  # fmt: skip
    head = element("1a45dfa3", element("4286", b"\x01") + b"\x42\x82\x84webm")
    body = before + element("1654ae6b", entries) + element("1f43b675", bytes(4000), open_end=open_end)
    return head + element("18538067", body, open_end=open_end)


def box(name: str, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + name.encode() + content


def mp4(*kinds: str, padding: int = 0) -> bytes:
    spoken = [box("mdia", box("hdlr", bytes(8) + kind.encode() + bytes(13))) for kind in kinds]
    tracks = b"".join(box("trak", box("tkhd", bytes(84)) + one) for one in spoken)
    return box("ftyp", b"isom\x00\x00\x02\x00isomiso6mp41") + box("moov", box("mvhd", bytes(100 + padding)) + tracks)


@pytest.mark.parametrize("open_end", [True, False])
def test_a_recorded_voice_is_no_film(open_end: bool) -> None:
    assert sniff(webm(SOUND, open_end=open_end)) == "audio/webm"
    assert sniff(webm(FILM, SOUND, open_end=open_end)) == sniff(webm(SOUND, FILM)) == "video/webm"
    assert sniff(webm(SOUND, before=element("ec", bytes(150)))) == "audio/webm"
    assert sniff(mp4("soun")) == "audio/mp4"
    assert sniff(mp4("vide", "soun")) == sniff(mp4("soun", "vide")) == "video/mp4"


def test_what_cannot_be_seen_stays_a_film() -> None:
    assert sniff(webm()) == "video/webm" and sniff(mp4()) == "video/mp4"
    assert sniff(mp4("soun", padding=9000)[:8192]) == "video/mp4"
    cut = webm(SOUND, SOUND)
    assert sniff(cut[: cut.index(bytes.fromhex("1654ae6b")) + 30]) == "video/webm"
    assert sniff(mp4("soun", "subt")) == "video/mp4"
    assert voice_type(b"%PDF", "application/pdf") == "application/pdf"


def test_no_bytes_bring_the_reader_down() -> None:
    dice = random.Random(11)
    for good in (webm(SOUND), mp4("soun")):
        for _ in range(300):
            torn = bytearray(good[: dice.randrange(20, 600)])
            for _ in range(dice.randrange(1, 12)):
                torn[dice.randrange(len(torn))] = dice.randrange(256)
            for kind in ("video/webm", "video/mp4"):
                assert voice_type(bytes(torn), kind).split("/")[1] == kind.split("/")[1]
    nested = b"".join(size.to_bytes(4) + b"moov" for size in range(8192, 8, -8))
    assert voice_type(nested, "video/mp4") == "video/mp4"
    deep = (bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7) * 600
    assert voice_type(deep, "video/webm") == "video/webm"


def test_a_voice_is_kept_as_a_voice(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path, limit=50_000)
    saved = folder.save(io.BytesIO(webm(SOUND)))
    assert (saved.media_type, saved.kind) == ("audio/webm", "voice")
    with pytest.raises(FileRefused, match="too large"):
        folder.save(io.BytesIO(webm(SOUND) + bytes(50_000)))
