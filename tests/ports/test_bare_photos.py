"""Photos are kept without what they tell about their maker, and show the same picture."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from app.ports.bare_photos import bare_photo
from app.ports.files import FileFolder

SERIAL = "CAMERA-4711"


def picture(kind: str, turned: int = 6) -> bytes:
    made = Image.effect_noise((64, 48), 40).convert("RGB")
    record = made.getexif()
    record[ExifTags.Base.Orientation] = turned
    record[ExifTags.Base.Artist] = SERIAL
    place = record.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (29.0, 54.0, 0.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (121.0, 36.0, 0.0)
    camera = record.get_ifd(ExifTags.IFD.Exif)
    camera[ExifTags.Base.BodySerialNumber] = SERIAL
    camera[ExifTags.Base.DateTimeOriginal] = "2026:03:02 09:00:00"
    out, more = io.BytesIO(), {}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", SERIAL)
        more = {"pnginfo": text}
    if kind == "JPEG":
        more = {"comment": SERIAL.encode(), "progressive": True}
    if kind == "WEBP":
        more = {"lossless": True, "xmp": SERIAL.encode()}
    made.save(out, kind, exif=record, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_kept_photo_tells_nothing_and_shows_the_same(kind: str, tmp_path: Path) -> None:
    # what a telephone hangs behind the picture goes too
    sent = picture(kind) + (SERIAL.encode() if kind != "WEBP" else b"")
    assert SERIAL.encode() in sent
    folder = FileFolder(tmp_path)
    saved = folder.save(io.BytesIO(sent))
    kept = folder.locate(saved.path).read_bytes()
    assert SERIAL.encode() not in kept and len(kept) == saved.size
    assert hashlib.sha256(kept).hexdigest() == saved.sha256
    with Image.open(io.BytesIO(kept)) as bare, Image.open(io.BytesIO(sent)) as whole:
        assert bare.tobytes() == whole.tobytes()
        assert not bare.getexif().get_ifd(ExifTags.IFD.GPSInfo) and not bare.getexif().get_ifd(ExifTags.IFD.Exif)
        if kind == "JPEG":
            assert dict(bare.getexif()) == {ExifTags.Base.Orientation: 6}
    # the row still says where and when
    assert (saved.lat, saved.lon, saved.taken_at) == (29.9, 121.6, datetime(2026, 3, 2, 1, tzinfo=UTC))


def test_bare_photos_stay_as_they_are() -> None:
    plain = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(plain, "JPEG")
    assert bare_photo(plain.getvalue(), "image/jpeg") == plain.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_cut_anywhere_never_raises_and_never_tells(kind: str) -> None:
    whole = picture(kind)
    for end in range(0, len(whole), 97):
        bare = bare_photo(whole[:end], f"image/{kind.lower()}")
        assert bare is None or SERIAL.encode() not in bare
