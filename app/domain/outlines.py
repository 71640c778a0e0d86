"""Outlines of areas as well-known binary, the form in which databases and map programs exchange them."""

import struct

from app.domain.errors import Invalid

Ring = tuple[tuple[float, float], ...]

#: little-endian, polygon, one ring
_HEAD = struct.Struct("<BIII")
_POLYGON = 3


def write_outline(ring: Ring) -> bytes:
    """Write a closed ring of (longitude, latitude) as a polygon without holes."""
    numbers = [number for point in ring for number in point]
    return _HEAD.pack(1, _POLYGON, 1, len(ring)) + struct.pack(f"<{len(numbers)}d", *numbers)


def read_outline(content: bytes) -> Ring:
    """Read what `write_outline` wrote.

    Raises:
        Invalid: anything else.
    """
    try:
        order, kind, rings, length = _HEAD.unpack_from(content)
        numbers = struct.unpack(f"<{2 * length}d", content[_HEAD.size :])
    except struct.error as cause:
        raise Invalid("This is not the outline of an area.") from cause
    if (order, kind, rings) != (1, _POLYGON, 1):
        raise Invalid("This is not the outline of an area.")
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
