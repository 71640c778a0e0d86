"""Find the grid of a point."""

from dataclasses import dataclass

from app.domain.errors import NotFound
from app.domain.org import ancestors
from app.usecases import Tools


class OutsideCity(NotFound):
    """This point lies in no grid of the city."""

    slug = "outside-city"


@dataclass(frozen=True)
class Place:
    """The smallest area that a point lies in."""

    unit: str
    name: str
    name_en: str
    #: (code, name, English name) of the units above, the highest first
    path: tuple[tuple[str, str, str], ...]


def locate_point(tools: Tools, *, lat: float, lon: float) -> Place:
    """Find the grid of a point, and what lies above it.

    Raises:
        OutsideCity: no grid holds the point.
    """
    code = tools.city.grids.find(lat, lon)
    if code is None:
        raise OutsideCity
    above = ancestors(code)
    with tools.store.unit_of_work() as uow:
        units = uow.units.many((*above, code))
    grid = units[code]
    path = tuple((one, units[one].name, units[one].name_en) for one in above if one in units)
    return Place(code, grid.name, grid.name_en, path)
