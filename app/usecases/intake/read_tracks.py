"""Read the tracks of a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.geometry import distance_m
from app.domain.records_registers import RegisterRow
from app.domain.registers import Condition, Register
from app.schemas.register_rows import read_where
from app.schemas.values import CITY_ZONE
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.looks import answered_places, note_all
from app.usecases.registering import may_read

#: rows of one register that a day shows
MOST = 500
#: register -> (when, what it is called by)
_SPOTS = {
    "visits": ("came_at", "household"), "patrols": ("ended_at", ""), "must_arrivals": ("arrived_at", "subject"),
}  # fmt: skip
_MOMENTS = {"tracks": "began_at", **{key: when for key, (when, _) in _SPOTS.items()}}
#: choices that are said beside a spot
_SAID = ("purpose", "trigger", "finding")


@dataclass(frozen=True)
class TrackPoint:
    """Where somebody was, and when."""

    lat: float
    lon: float
    at: datetime


@dataclass(frozen=True)
class TrackLine:
    """A piece of somebody's way."""

    worker: str
    unit: str
    points: tuple[TrackPoint, ...]
    metres: int


@dataclass(frozen=True)
class Spot:
    """A visit, a patrol or an arrival."""

    #: visits, patrols, must_arrivals
    kind: str
    row_id: UUID
    worker: str
    unit: str
    lat: float
    lon: float
    at: datetime
    title: str
    #: purpose and finding, in the reader's language
    said: tuple[str, ...]
    #: problems of a patrol
    problems: int


@dataclass(frozen=True)
class TrackDay:
    """What a reader sees of one day."""

    day: date
    lines: Sequence[TrackLine]
    spots: Sequence[Spot]
    #: everybody who was under way that day in the reader's part of the city, {id: name}
    workers: Mapping[str, str]
    #: their grids, {code: name}
    units: Mapping[str, str]
    #: pieces that are not shown, because their worker has withdrawn his consent
    withheld: int
    #: the reader answers for some people, and may read who looked at them
    answers: bool = False


def read_tracks(tools: Tools, *, actor: Actor, day: date, worker: UUID | None = None, unit: str = "") -> TrackDay:
    """Read where grid workers went on a day, and what they did on the way.

    Tracks are shown to those whom the register names, in their part of the city, and to the worker himself; only
    what was kept with his consent and on duty is there, and once he withdraws nobody but he sees it here.

    Args:
        worker: of him alone.
        unit: in this grid, village or street alone.

    Writes:
        a look at each other worker whose track, visits or patrols are shown.
    """
    span = tuple(datetime.combine(one, time.min, CITY_ZONE) for one in (day, day + timedelta(days=1)))
    with tools.store.unit_of_work() as uow:
        found = {key: _rows(tools, uow, actor, key, when, span, unit) for key, when in _MOMENTS.items()}
        withheld = _withheld(tools, uow, actor, span, unit)
        ids = _people(uow, [row for rows in found.values() for row in rows])
        everybody = dict(ids.values())
        tracks = found.pop("tracks")
        everything = {"tracks": tracks, **found}
        codes = sorted({row.unit for rows in (tracks, *found.values()) for row in rows})
        units = uow.units.many(codes)
        known = {said: person for said, (person, _) in ids.items() if _id(person)}
        looked = [
            (register, [row for row in rows if not worker or _person(ids, row) == str(worker)])
            for key, rows in everything.items() if (register := tools.city.registers.get(key))
        ]  # fmt: skip
        if note_all(uow, looked, actor=actor, how="map", at=tools.clock.now(), known=known):
            uow.commit()
    english = actor.locale == "en"
    lines = [line for row in tracks if (line := _line(row, _person(ids, row)))]
    spots = [spot for key, rows in found.items() for row in rows
             if (spot := _spot(tools.city.registers[key], row, _person(ids, row), english))]  # fmt: skip
    wanted = str(worker) if worker else ""
    return TrackDay(
        day, [one for one in lines if wanted in ("", one.worker)],
        sorted((one for one in spots if wanted in ("", one.worker)), key=lambda one: one.at),
        dict(sorted(everybody.items(), key=lambda one: one[1])),
        {code: one.name_en if english and one.name_en else one.name for code, one in units.items()},
        withheld, bool(answered_places(tools, actor)),
    )  # fmt: skip


def _rows(
    tools: Tools, uow: UnitOfWork, actor: Actor, key: str, when: str, span: Sequence[datetime], unit: str
) -> list[RegisterRow]:
    """Find a register's rows of the day: those that its readers may see, and the reader's own."""
    register = tools.city.registers.get(key)
    if register is None:
        return []
    conditions = _of_the_day(register, when, span, unit)
    order = (register.find(when), False)
    found: dict[UUID, RegisterRow] = {}
    if may_read(actor, register):
        seen = uow.registers.find(register, conditions, actor=actor, sort=order, limit=MOST)
        found |= {row.id: row for row in seen.rows}
    if key == "tracks":
        own = Condition("any", register.find("worker"), (actor.id, actor.username))
        mine = uow.registers.find(register, [*conditions, own], sort=order, limit=MOST)
        found |= {row.id: row for row in mine.rows}
    last = span[1].isoformat()
    return sorted((row for row in found.values() if row.data[when] < last), key=lambda row: str(row.data[when]))


def _of_the_day(register: Register, when: str, span: Sequence[datetime], unit: str) -> tuple[Condition, ...]:
    asked = {f"{when}_from": span[0].isoformat(), f"{when}_until": span[1].isoformat()}
    return read_where(register, {**asked, **({"unit_within": unit} if unit else {})})


def _withheld(tools: Tools, uow: UnitOfWork, actor: Actor, span: Sequence[datetime], unit: str) -> int:
    """Count the tracks that only missing consent keeps from somebody."""
    register = tools.city.registers.get("tracks")
    if register is None or not may_read(actor, register):
        return 0
    conditions = _of_the_day(register, _MOMENTS["tracks"], span, unit)
    kinds = (replace(register, consent=""), register)
    there, shown = (uow.registers.count(one, conditions, actor=actor) for one in kinds)
    return there - shown


def _people(uow: UnitOfWork, rows: Iterable[RegisterRow]) -> dict[str, tuple[str, str]]:
    """Find who is meant by the names that rows give, {what a row says: (id, name)}."""
    said = sorted({str(row.data.get("worker") or "") for row in rows} - {""})
    ids = {one: read for one in said if (read := _id(one))}
    names = uow.people.names(sorted(set(ids.values())))
    found: dict[str, tuple[str, str]] = {}
    for one in said:
        known = None if one in ids else uow.people.by_username(one)
        person = ids.get(one) or (known.id if known else None)
        name = known.name if known else names.get(person, one) if person else one
        found[one] = (str(person or one), name)
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _person(ids: Mapping[str, tuple[str, str]], row: RegisterRow) -> str:
    said = str(row.data.get("worker") or "")
    return ids[said][0] if said in ids else ""


def _line(row: RegisterRow, worker: str) -> TrackLine | None:
    points = tuple(point for one in row.data.get("points") or () if (point := _point(str(one))))
    if not points:
        return None
    metres = sum(distance_m(a.lat, a.lon, b.lat, b.lon) for a, b in pairwise(points))
    return TrackLine(worker, row.unit, points, round(metres))


def _point(text: str) -> TrackPoint | None:
    try:
        at, lat, lon = text.split()
        return TrackPoint(float(lat), float(lon), datetime.fromisoformat(at))
    except ValueError:
        return None


def _spot(register: Register, row: RegisterRow, worker: str, english: bool) -> Spot | None:
    when, title = _SPOTS[register.key]
    data: Mapping[str, Any] = row.data
    if data.get("lat") is None or data.get("lon") is None:
        return None
    said = tuple(
        (one.en if english else one.zh)
        for name in _SAID if (field := register.find(name))
        for one in field.values if one.value == data.get(name)
    )  # fmt: skip
    return Spot(
        register.key, row.id, worker, row.unit, float(data["lat"]), float(data["lon"]),
        datetime.fromisoformat(str(data[when])), str(data.get(title) or "") if title else "", said,
        len(data.get("problems") or ()),
    )  # fmt: skip
