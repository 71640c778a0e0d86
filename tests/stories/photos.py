"""Small real photos that carry their place and time, as a telephone writes them."""

import io
import struct
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path

from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = timezone(timedelta(hours=8), "CST")


def photo(lat: float | None, lon: float | None, at: datetime | None) -> bytes:
    """Take a photo; without place or time, the picture does not say any."""
    placed = lat is not None and lon is not None
    taken = _film(placed, at is not None, (lat or 0) >= 0, (lon or 0) >= 0)
    if lat is not None and lon is not None:
        for blank, degrees in ((_NORTH, lat), (_EAST, lon)):
            taken = taken.replace(_rational(blank), _rational(_sexagesimal(abs(degrees))))
    if at is not None:
        moment = at.astimezone(SHANGHAI).strftime("%Y:%m:%d %H:%M:%S")
        taken = taken.replace(_NEVER.encode(), moment.encode())
    return taken


#: what a film holds where place and time will stand; a simulated day takes tens of thousands of photos
_NORTH, _EAST, _NEVER = (71.0, 53.0, 41.007), (73.0, 59.0, 43.009), "1111:11:11 11:11:11"


@cache
def _film(placed: bool, dated: bool, north: bool, east: bool) -> bytes:
    picture = Image.new("RGB", (16, 12), (90, 120, 90))
    record = picture.getexif()
    if placed:
        place = record.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if north else "S"
        place[ExifTags.GPS.GPSLatitude] = _NORTH
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if east else "W"
        place[ExifTags.GPS.GPSLongitude] = _EAST
    if dated:
        record.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = _NEVER
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=record)
    return kept.getvalue()


def scan(text: str) -> bytes:
    """Scan a paper: a one-page PDF."""
    words = text.encode("ascii")
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n%" + words + b"\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    return float(whole), float(minutes), round((degrees - whole - minutes / 60) * 3600, 3)


def _fractions(parts: tuple[float, float, float]) -> tuple[Fraction, ...]:
    return tuple(Fraction(round(part * 1000), 1000) for part in parts)


def _rational(parts: tuple[float, float, float]) -> bytes:
    return b"".join(struct.pack(">II", one.numerator, one.denominator) for one in _fractions(parts))
