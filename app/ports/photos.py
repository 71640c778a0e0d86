"""Read where and when a photo was taken, without decoding its pixels."""

import io
import math
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image

#: cameras write no time zone of their own; the city's is meant
_ZONE = ZoneInfo("Asia/Shanghai")
#: largest picture that is believed; telephones make up to 200 million pixels, browsers choke far earlier
_MOST_PIXELS = 120_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "MPO")
# once and for all threads; the size is checked below, in our own words
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class PhotoFacts:
    """What a photo says about itself."""

    readable: bool = True
    lat: float | None = None
    lon: float | None = None
    taken_at: datetime | None = None


def read_photo(content: bytes) -> PhotoFacts:
    """Read a photo's own record; broken records are as good as none, a broken picture is not readable."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return PhotoFacts(readable=False)
            return _facts(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return PhotoFacts(readable=False)


def _facts(picture: Image.Image) -> PhotoFacts:
    try:
        record = picture.getexif()
        place = record.get_ifd(ExifTags.IFD.GPSInfo)
        camera = record.get_ifd(ExifTags.IFD.Exif)
    except Exception:
        # the record is foreign bytes, and the parser fails on them in many ways
        return PhotoFacts()
    lat = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    lon = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    if lat is None or lon is None:
        lat = lon = None
    return PhotoFacts(lat=lat, lon=lon, taken_at=_moment(camera))


def _degrees(parts: Any, side: Any, sides: str, most: int) -> float | None:
    """Turn degrees, minutes and seconds with their side into a signed number."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        value = degrees + minutes / 60 + seconds / 3600
        letter = str(side).strip("\0 ").upper()
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(value) or not 0 <= value <= most or len(letter) != 1 or letter not in sides:
        return None
    return round(value if letter == sides[0] else -value, 7)


def _moment(camera: Mapping[int, Any]) -> datetime | None:
    taken = camera.get(ExifTags.Base.DateTimeOriginal)
    try:
        local = datetime.strptime(str(taken).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
    except ValueError:
        return None
    zone: tzinfo = _ZONE
    offset = str(camera.get(ExifTags.Base.OffsetTimeOriginal)).strip("\0 ")
    with suppress(ValueError):
        zone = datetime.strptime(offset, "%z").tzinfo or _ZONE
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
