"""Tracks: with consent alone, on duty alone, in one's own grid alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.ids import new_id
from app.domain.records import RosterRow
from app.domain.registers import InvalidRow, RegisterNotFound
from app.usecases import Tools
from app.usecases.intake.record_track import TrackRefused, record_track
from app.usecases.registers.add_row import add_row

GRID, OTHER = "33.02.11.004.001.001", "33.02.11.005.001.001"
#: a Monday
DAY = "2026-03-02T{}:00+08:00"


@pytest.fixture
def worker(demo_city: Tools) -> Actor:
    with demo_city.store.unit_of_work() as uow:
        people = uow.people.with_role("grid_member", GRID, demo_city.clock.now())
        return uow.people.actor(people[0].id, demo_city.clock.now())


def point(clock: str) -> dict[str, Any]:
    return {"at": datetime.fromisoformat(DAY.format(clock)), "position": {"lat": 29.9342, "lon": 121.6042}}


def say(tools: Tools, worker: Actor, state: str, clock: str) -> None:
    values = {"worker": worker.id, "state": state, "said_at": DAY.format(clock)}
    add_row(tools, actor=worker, key="track_consents", values=values, unit=GRID)


def tracks(tools: Tools) -> list[Any]:
    with tools.store.unit_of_work() as uow:
        return [row.data for row in uow.registers.find(tools.city.registers["tracks"], limit=50).rows]


def test_without_consent_nothing_is_kept_and_after_its_withdrawal_nothing_more(
    demo_city: Tools, worker: Actor
) -> None:
    with pytest.raises(TrackRefused):
        record_track(demo_city, actor=worker, unit=GRID, points=[point("10:00")])
    say(demo_city, worker, "given", "08:00")
    assert record_track(demo_city, actor=worker, unit=GRID, points=[point("10:00")]).kept == 1
    say(demo_city, worker, "withdrawn", "11:00")
    with pytest.raises(TrackRefused):
        record_track(demo_city, actor=worker, unit=GRID, points=[point("10:01")])
    assert len(tracks(demo_city)) == 1


def test_nobody_agrees_for_somebody_else(demo_city: Tools, worker: Actor) -> None:
    with demo_city.store.unit_of_work() as uow:
        leader = uow.people.with_role("grid_leader", GRID, demo_city.clock.now())
        leader = uow.people.actor(leader[0].id, demo_city.clock.now())
    values = {"worker": worker.id, "state": "given", "said_at": DAY.format("08:00")}
    add_row(demo_city, actor=leader, key="track_consents", values=values, unit=GRID)
    with pytest.raises(TrackRefused):
        record_track(demo_city, actor=worker, unit=GRID, points=[point("10:00")])


def test_outside_working_hours_nothing_is_kept_unless_the_roster_says_duty(demo_city: Tools, worker: Actor) -> None:
    say(demo_city, worker, "given", "08:00")
    found = record_track(demo_city, actor=worker, unit=GRID, points=[point("10:00"), point("23:00"), point("03:00")])
    assert (found.kept, found.dropped) == (1, 2)
    (row,) = tracks(demo_city)
    assert row["points"] == ["2026-03-02T10:00:00+08:00 29.934200 121.604200"]
    begins = datetime.fromisoformat(DAY.format("20:00"))
    assert worker.person_id
    with demo_city.store.unit_of_work() as uow:
        uow.rosters.add_many([RosterRow(new_id(11, begins), GRID, "grid_member", worker.person_id, begins,
                                        begins + timedelta(hours=4))])  # fmt: skip
        uow.commit()
    found = record_track(demo_city, actor=worker, unit=GRID, points=[point("10:00"), point("23:00")])
    assert (found.kept, found.dropped) == (1, 1)


def test_nobody_writes_into_anothers_grid_or_without_a_seat_in_one(demo_city: Tools, worker: Actor) -> None:
    say(demo_city, worker, "given", "08:00")
    with pytest.raises(InvalidRow):
        record_track(demo_city, actor=worker, unit=OTHER, points=[point("10:00")])
    with pytest.raises(RegisterNotFound):
        record_track(demo_city, actor=Actor("x", "x"), unit=GRID, points=[point("10:00")])
