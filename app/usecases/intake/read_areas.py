"""Read the outlines of areas for a map."""

from typing import Any

from app.domain.outlines import read_outline
from app.usecases import Tools

_GRID, _STREET = 1, 3
_PARTS_OF_A_STREET = 4


def read_areas(tools: Tools, *, under: str = "", locale: str = "zh") -> dict[str, Any]:
    """Read outlines as a GeoJSON feature collection.

    Args:
        under: a street or something in it: the grids of that street; otherwise the streets of the city, because a
            map of all grids would be too large for a telephone.
        locale: language of the names.
    """
    parts = under.split(".")
    near = len(parts) >= _PARTS_OF_A_STREET
    prefix = ".".join(parts[:_PARTS_OF_A_STREET]) if near else under
    with tools.store.unit_of_work() as uow:
        rows = [
            (code, area)
            for code, area in uow.units.all_areas(_GRID if near else _STREET)
            if not prefix or code == prefix or code.startswith(prefix + ".")
        ]
        units = uow.units.many([code for code, _ in rows])
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": units[code].name_en if locale == "en" else units[code].name},
            "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in read_outline(area)]]},
        }
        for code, area in rows
        if code in units
    ]
    return {"type": "FeatureCollection", "features": features}
