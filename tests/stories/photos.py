"""Small real photos that carry their place and time, as a telephone writes them."""

import io
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = timezone(timedelta(hours=8), "CST")


def photo(lat: float | None, lon: float | None, at: datetime | None) -> bytes:
    """Take a photo; without place or time, the picture does not say any."""
    picture = Image.new("RGB", (16, 12), (90, 120, 90))
    record = picture.getexif()
    if lat is not None and lon is not None:
        place = record.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
        place[ExifTags.GPS.GPSLatitude] = _sexagesimal(abs(lat))
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
        place[ExifTags.GPS.GPSLongitude] = _sexagesimal(abs(lon))
    if at is not None:
        camera = record.get_ifd(ExifTags.IFD.Exif)
        camera[ExifTags.Base.DateTimeOriginal] = at.astimezone(SHANGHAI).strftime("%Y:%m:%d %H:%M:%S")
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
