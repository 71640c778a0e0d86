"""Divide numbers and ground into parts that add up exactly.

Areas are boxes cut by straight lines at rounded coordinates: two neighbours share the very same number, so
that nothing lies between them and nothing in both (docs/adr/0006-geometry.md).
"""

from math import cos, radians
from random import Random

from app.domain.city.records import Box
from app.domain.errors import Invalid

#: digits of a coordinate; 0.000001 degree is about 0.1 m
_DIGITS = 6
#: a cut closer to a border than this (degrees) would leave an area too thin to stand in
_THINNEST = 0.00002


def shares(total: int, parts: int, dice: Random, least: int = 1) -> list[int]:
    """Divide a number into uneven parts that add up to it.

    Args:
        total: what is divided.
        parts: into how many.
        dice: the seeded source of unevenness.
        least: what every part gets at least.
    """
    if parts < 1 or total < parts * least:
        raise Invalid(f"{total} cannot be divided into {parts} parts of at least {least}.")
    weights = [dice.uniform(0.6, 1.4) for _ in range(parts)]
    spare, whole = total - parts * least, sum(weights)
    exact = [spare * weight / whole for weight in weights]
    found = [least + int(part) for part in exact]
    by_rest = sorted(range(parts), key=lambda n: (int(exact[n]) - exact[n], n))
    for n in by_rest[: total - sum(found)]:
        found[n] += 1
    return found


def split(box: Box, parts: int, dice: Random) -> list[Box]:
    """Cut a box into so many boxes that cover it without gap or overlap.

    Raises:
        Invalid: the box is too small for so many parts.
    """
    if parts == 1:
        return [box]
    west, south, east, north = box
    first = parts // 2
    at = first / parts * dice.uniform(0.92, 1.08)
    if (east - west) * cos(radians(south)) >= north - south:
        cut = round(west + (east - west) * at, _DIGITS)
        halves = (west, south, cut, north), (cut, south, east, north)
        thin = min(cut - west, east - cut)
    else:
        cut = round(south + (north - south) * at, _DIGITS)
        halves = (west, south, east, cut), (west, cut, east, north)
        thin = min(cut - south, north - cut)
    if thin < _THINNEST:
        raise Invalid(f"The area {box} is too small for {parts} parts.")
    return [*split(halves[0], first, dice), *split(halves[1], parts - first, dice)]
