"""Keep a piece of a grid worker's track."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.actor import Actor
from app.domain.calendar import WorkingCalendar
from app.domain.errors import Forbidden
from app.domain.ids import new_id
from app.domain.org import county_number
from app.domain.records import RosterRow
from app.domain.registers import RegisterNotFound
from app.schemas import register_rows
from app.usecases import Tools, registering
from app.usecases.intake.consent import who_agrees

#: points of one row
MOST = 100
#: a longer duty on a roster is a post, not a shift
LONGEST_SHIFT = timedelta(hours=36)
_MINUTE = timedelta(minutes=1)


class TrackRefused(Forbidden):
    """Your track is kept only with your consent, which you give on the phone page and may withdraw at any time."""

    slug = "track-refused"


@dataclass(frozen=True)
class TrackKept:
    """What became of the points."""

    kept: int
    #: left out, because their worker was not on duty
    dropped: int


def record_track(tools: Tools, *, actor: Actor, unit: str, points: Sequence[dict[str, Any]]) -> TrackKept:
    """Keep where a worker went, as far as he was on duty: by a roster, or without one in working hours.

    Args:
        unit: his grid.
        points: {at, position: {lat, lon}}, at most `MOST`.

    Writes:
        a row of the register `tracks`, if any point is left.

    Raises:
        TrackRefused: he has not agreed, or has withdrawn.
        RegisterNotFound: this city keeps no tracks.
        InvalidRow: a grid that is not his.
    """
    consents = registering.register_for(tools, actor, "track_consents", to_write=True)
    tracks = tools.city.registers.get("tracks")
    if tracks is None:
        raise RegisterNotFound
    ordered = sorted(points, key=lambda one: one["at"])[:MOST]
    with tools.store.unit_of_work() as uow:
        owner = registering.owner_of(actor, consents, unit, {})
        if not who_agrees(uow, consents, dict.fromkeys((actor.id, actor.username), actor.id)):
            raise TrackRefused
        duties = uow.rosters.of_person(actor.person_id, ordered[0]["at"]) if actor.person_id and ordered else ()
        kept = [one for one in ordered if _on_duty(tools.city.calendar, duties, one["at"])]
        if kept:
            values = {
                tracks.person: actor.username, "began_at": kept[0]["at"].isoformat(),
                "ended_at": kept[-1]["at"].isoformat(), "points": [_written(one) for one in kept],
            }  # fmt: skip
            _, read = register_rows.read_row(tracks, values)
            at = tools.clock.now()
            hand = registering.hand_of(actor, consents, at, "")
            registering.add_row(uow, tracks, new_id(county_number(owner), at), owner, read, hand)
        uow.commit()
    return TrackKept(len(kept), len(points) - len(kept))


def _on_duty(calendar: WorkingCalendar, duties: Sequence[RosterRow], moment: datetime) -> bool:
    shifts = [duty for duty in duties if duty.to_at - duty.from_at <= LONGEST_SHIFT]
    if shifts:
        return any(duty.from_at <= moment < duty.to_at for duty in shifts)
    return calendar.working_between(moment, moment + _MINUTE) > timedelta()


def _written(point: dict[str, Any]) -> str:
    place = point["position"]
    return f"{point['at'].isoformat()} {place['lat']:.6f} {place['lon']:.6f}"
