"""How long a voice lasts: added up from what is really in the file, in the four ways that recorders write."""

import random
import struct
import time
from math import inf
from pathlib import Path

import pytest

from app.ports.voice_lengths import voice_seconds
from tests.ports.test_recordings import SOUND, box, element, mp4, webm

CLUSTER, BEGIN, SIMPLE, GROUP, BLOCK = "1f43b675", "e7", "a3", "a0", "a1"


def length(tmp_path: Path, content: bytes, media_type: str) -> float:
    path = tmp_path / "voice"
    path.write_bytes(content)
    return voice_seconds(path, media_type)


def recorded_webm(seconds: int, *, grouped: bool = False, scale: int = 1_000_000, open_end: bool = True) -> bytes:
    """Write ten-second clusters without an end, as a browser's recorder does, blocks every 20 ms, no length."""
    found = element("1549a966", element("2ad7b1", scale.to_bytes(4)))
    for begin in range(0, seconds * 1000, 10_000):
        blocks = b""
        for after in range(0, min(10_000, seconds * 1000 - begin + 20), 20):
            block = b"\x81" + struct.pack(">hB", after, 0x80) + b"opus"
            blocks += element(GROUP, element(BLOCK, block)) if grouped else element(SIMPLE, block)
        found += element(CLUSTER, element(BEGIN, begin.to_bytes(3)) + blocks, open_end=open_end)
    return webm(SOUND)[: webm(SOUND).index(bytes.fromhex(CLUSTER))] + found


OPUS = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"


def recorded_ogg(seconds: int, *, head: bytes = OPUS, rate: int = 48000) -> bytes:
    def page(body: bytes, behind: int) -> bytes:
        table = bytes([255] * (len(body) // 255) + [len(body) % 255])
        return b"OggS\0\0" + struct.pack("<qIII", behind, 7, 0, 0) + bytes([len(table)]) + table + body

    return page(head, 0) + b"".join(page(bytes(4000), nth * rate) for nth in range(1, seconds + 1)) + page(b"", -1)


def recorded_wav(seconds: int, *, told: int | None = None) -> bytes:
    sound = bytes(16_000 * seconds)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16_000, 2, 16)
    size = len(sound) if told is None else told
    return b"RIFF" + struct.pack("<I", 36) + b"WAVE" + form + b"data" + struct.pack("<I", size) + sound


def fragmented_mp4(seconds: int, *, each: bool) -> bytes:
    """Write a fragment a second, 48 samples of 1000; the head knows no length."""
    clock = bytes(12) + (48_000).to_bytes(4) + bytes(8)
    track = box("trak", box("mdia", box("mdhd", clock) + box("hdlr", bytes(8) + b"soun" + bytes(13))))
    usual = box("mvex", box("trex", bytes(12) + (1000).to_bytes(4) + bytes(8)))
    head = box("ftyp", b"isom\0\0\2\0isom") + box("moov", box("mvhd", bytes(100)) + track + usual)
    if each:
        run = box("trun", (0x301).to_bytes(4) + (48).to_bytes(4) + bytes(4) + (struct.pack(">II", 1000, 9)) * 48)
        start = box("tfhd", (0x020000).to_bytes(4) + (1).to_bytes(4))
    else:
        run = box("trun", bytes(4) + (48).to_bytes(4))
        start = box("tfhd", (0x000002).to_bytes(4) + (1).to_bytes(4) + bytes(4))
    return head + box("moof", box("traf", start + run)) * seconds


def plain_mp4(seconds: int, *, long: bool = False) -> bytes:
    clock = (b"\1" + bytes(19) if long else bytes(12)) + (600).to_bytes(4) + (seconds * 600).to_bytes(8 if long else 4)
    return box("ftyp", b"isom\0\0\2\0isom") + box("moov", box("mvhd", clock + bytes(80)))


@pytest.mark.parametrize("seconds", [3, 180, 400])
def test_what_a_recorder_wrote_is_measured_by_its_content(tmp_path: Path, seconds: int) -> None:
    ways = [
        (recorded_webm(seconds), "audio/webm"), (recorded_webm(seconds, grouped=True), "video/webm"),
        (recorded_webm(seconds, open_end=False), "audio/webm"), (recorded_ogg(seconds), "audio/ogg"),
        (recorded_ogg(seconds, head=b"\1vorbis\0\0\0\0\1" + (8000).to_bytes(4, "little"), rate=8000), "audio/ogg"),
        (recorded_wav(seconds), "audio/x-wav"), (recorded_wav(seconds, told=0xFFFFFFFF), "audio/wav"),
        (recorded_wav(seconds, told=0), "audio/wav"), (fragmented_mp4(seconds, each=True), "audio/mp4"),
        (fragmented_mp4(seconds, each=False), "audio/mp4"), (plain_mp4(seconds), "audio/m4a"),
        (plain_mp4(seconds, long=True), "audio/mp4"),
    ]  # fmt: skip
    for nth, (content, media_type) in enumerate(ways):
        assert length(tmp_path, content, media_type) == pytest.approx(seconds, abs=0.1), (nth, media_type)


def test_a_scale_is_heeded_and_a_lie_is_bounded_by_the_bytes(tmp_path: Path) -> None:
    assert length(tmp_path, recorded_webm(30, scale=10_000_000), "audio/webm") == pytest.approx(300, abs=1)
    many = bytes(48_000 * 20)
    assert length(tmp_path, plain_mp4(1) + box("mdat", many), "audio/mp4") >= 20
    assert length(tmp_path, webm(SOUND) + many, "audio/webm") >= 20
    assert length(tmp_path, b"ID3" + many, "audio/mpeg") == pytest.approx(20, abs=0.1)
    assert length(tmp_path, b"", "audio/webm") == 0


def test_no_bytes_bring_it_down_or_keep_it_busy(tmp_path: Path) -> None:
    dice = random.Random(5)
    for good, kind in ((recorded_webm(12), "audio/webm"), (recorded_ogg(4), "audio/ogg"),
                       (recorded_wav(1), "audio/wav"),
                       (fragmented_mp4(5, each=True), "audio/mp4"), (mp4("soun"), "audio/mp4")):  # fmt: skip
        for _ in range(150):
            torn = bytearray(good[: dice.randrange(1, len(good))])
            for _ in range(dice.randrange(1, 30)):
                torn[dice.randrange(len(torn))] = dice.randrange(256)
            assert length(tmp_path, bytes(torn), kind) >= 0
    began = time.monotonic()
    # endless little parts, parts without a size, and containers in containers
    assert length(tmp_path, bytes.fromhex("ec80") * 5_000_000, "audio/webm") == inf
    assert length(tmp_path, (b"OggS" + bytes(23)) * 300_000, "audio/ogg") == inf
    assert length(tmp_path, box("free", b"") * 1_000_000, "audio/mp4") == inf
    assert length(tmp_path, ((1 << 31).to_bytes(4) + b"moov") * 1_000_000, "audio/mp4") == inf
    assert length(tmp_path, b"\0\0\0\0moov" * 9, "audio/mp4") < 1
    assert length(tmp_path, b"RIFF\0\0\0\0WAVE" + bytes(9_000_000), "audio/wav") > 0
    assert time.monotonic() - began < 20
