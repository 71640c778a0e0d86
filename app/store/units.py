"""Units: the tree of places and offices."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from app.domain.errors import NotFound
from app.domain.org import Unit, UnitKind
from app.domain.records import UnitPlace
from app.store.transaction import Transaction

_NAMES = (
    "code",
    "kind",
    "name",
    "name_en",
    "level",
    "county",
    "parent",
    "valid_from",
    "valid_to",
    "predecessors",
)
#: units that a form offers in one list
MOST_CHOICES = 600
READ = f"select {', '.join(_NAMES)} from units"
_LOADED = (*_NAMES, "area", "lat", "lon")
PUT = f"""
insert into units ({", ".join(_LOADED)}) select {", ".join(_LOADED)} from loaded
on conflict (code) do update set {", ".join(f"{name} = excluded.{name}" for name in _LOADED[1:])}"""


def read_unit(row: Sequence[Any]) -> Unit:
    """Make a unit of a row of `READ`."""
    return Unit(row[0], UnitKind(row[1]), **dict(zip(_NAMES[2:], (*row[2:9], tuple(row[9])), strict=True)))


class Units:
    """The tree of units."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def get(self, code: str) -> Unit:
        """Read a unit.

        Raises:
            NotFound: there is none.
        """
        found = self.find(code)
        if found is None:
            raise NotFound("There is no such unit.", unit=code)
        return found

    def find(self, code: str) -> Unit | None:
        """Read a unit, or None."""
        row = self._tx.first(f"{READ} where code = %(code)s", {"code": code})
        return read_unit(row) if row else None

    def many(self, codes: Iterable[str]) -> dict[str, Unit]:
        """Read several units, {code: unit}; unknown codes are left out."""
        rows = self._tx.rows(f"{READ} where code = any(%(codes)s::text[])", {"codes": list(codes)})
        return {row[0]: read_unit(row) for row in rows}

    def children(self, code: str) -> tuple[Unit, ...]:
        """List the units directly below."""
        rows = self._tx.rows(f"{READ} where parent = %(code)s order by code", {"code": code})
        return tuple(map(read_unit, rows))

    def subtree(self, code: str) -> tuple[Unit, ...]:
        """List a unit and everything below it."""
        # codes are paths: everything below begins with the code and a dot, and the slash follows the dot
        where = "code = %(code)s or (code > %(low)s and code < %(high)s)"
        rows = self._tx.rows(
            f"{READ} where {where} order by code", {"code": code, "low": code + ".", "high": code + "/"}
        )
        return tuple(map(read_unit, rows))

    def choices(
        self, below: str, level: int, *, places: bool, of: Collection[str] | None = None, beside: str = ""
    ) -> tuple[tuple[str, str, str], ...]:
        """List code, Chinese and English name of units below a unit, at most `MOST_CHOICES`.

        Args:
            level: of places, which are numbered; of offices the lowest one.
            of: codes among which to look; None for all.
            beside: code of a county that is listed with its departments, but without its streets.
        """
        kind = "level = %(level)s and code ~ '[.][0-9]+$'" if places else "level >= %(level)s"
        kind += "" if of is None else " and code = any(%(of)s::text[])"
        asked = {"code": below, "low": below + ".", "high": below + "/", "level": level, "of": list(of or ())}
        ranges = ["(code = %(code)s or (code > %(low)s and code < %(high)s))"]
        if beside:
            ranges.append("level = 4 and (code = %(county)s or (code > %(offices)s and code < %(streets)s))")
            asked |= {"county": beside, "offices": beside + ".", "streets": beside + "/"}
        # each range by itself is read from an index, both in one condition would be sought among all units
        found = " union ".join(f"select code, name, name_en from units where {kind} and {one}" for one in ranges)
        return tuple(self._tx.rows(f"{found} order by code limit {MOST_CHOICES}", asked))

    def all_areas(self, level: int) -> tuple[tuple[str, bytes], ...]:
        """Read the outlines of every place of a level that has one: code and well-known binary."""
        sql = "select code, area from units where level = %(level)s and area is not null order by code"
        return tuple((code, area) for code, area in self._tx.rows(sql, {"level": level}))

    def place(self, code: str) -> UnitPlace | None:
        """Read a unit with its outline and centre."""
        row = self._tx.first(f"select {', '.join(_LOADED)} from units where code = %(code)s", {"code": code})
        return UnitPlace(read_unit(row), *row[len(_NAMES) :]) if row else None

    def load_many(self, places: Iterable[UnitPlace]) -> int:
        """Write units, new or changed; return how many."""
        self._tx.run("create temporary table loaded (like units including defaults) on commit drop")
        self._tx.copy("loaded", _LOADED, (_row(place) for place in places))
        touched = self._tx.write(PUT)
        self._tx.run("drop table loaded")
        return touched

    def count(self) -> int:
        """Count the units."""
        return int(self._tx.value("select count(*) from units"))

    def dissolve(self, code: str, on: date, successor: str | None = None) -> bool:
        """Note the last day of a unit, and which one takes it over; say whether there was one."""
        asked = {"on": on, "code": code, "successor": successor}
        if successor is not None:
            follows = "predecessors = array_append(array_remove(predecessors, %(code)s::text), %(code)s::text)"
            self._tx.write(f"update units set {follows} where code = %(successor)s", asked)
        return self._tx.write("update units set valid_to = %(on)s where code = %(code)s", asked) == 1


def _row(place: UnitPlace) -> tuple[object, ...]:
    unit = place.unit
    values = [getattr(unit, name) for name in _NAMES]
    values[1], values[-1] = str(unit.kind), list(unit.predecessors)
    return (*values, place.area, place.lat, place.lon)
