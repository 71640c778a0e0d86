"""Draw kept photos small."""

import io
from pathlib import Path

from PIL import Image, ImageOps

#: longest side
SIDE = 320
#: pixels that are unfolded for one picture; a file of some kilobytes may claim many more
MOST = 40_000_000
_ERRORS = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def draw_thumbnail(path: Path) -> bytes | None:
    """Draw a picture at most `SIDE` pixels wide and high, upright, as JPEG; None for what is none or too large."""
    try:
        with Image.open(path) as found:
            # a JPEG is decoded at a fraction of its size
            found.draft("RGB", (SIDE * 2, SIDE * 2))
            if found.width * found.height > MOST:
                return None
            small = ImageOps.exif_transpose(found)
            small.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            small.convert("RGB").save(out, "JPEG", quality=78)
    except _ERRORS:
        return None
    return out.getvalue()
