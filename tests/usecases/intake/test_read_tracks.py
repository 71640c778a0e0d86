"""Who sees where grid workers went: their superiors in their own part, each himself, and nobody after a withdrawal."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.records_registers import Hand
from app.domain.registers import RowNotFound
from app.usecases import Tools
from app.usecases.intake.list_looks import list_looks
from app.usecases.intake.list_looks_below import LooksNotYours, list_looks_below
from app.usecases.intake.read_tracks import TrackDay, read_tracks
from app.usecases.intake.record_track import record_track
from app.usecases.registers.add_row import add_row
from app.usecases.registers.export_rows import export_rows
from app.usecases.registers.list_rows import list_rows
from app.usecases.registers.read_row import read_row

STREET, GRID = "33.02.11.004", "33.02.11.004.001.001"
DAY = date(2026, 3, 2)


def moment(clock: str) -> str:
    return f"2026-03-02T{clock}:00+08:00"


def holder(tools: Tools, role: str, unit: str) -> Actor:
    with tools.store.unit_of_work() as uow:
        people = uow.people.with_role(role, unit, tools.clock.now())
        return uow.people.actor(people[0].id, tools.clock.now())


def named(tools: Tools, start: str, *, elsewhere: bool = False) -> Actor:
    """Find somebody by the beginning of his user name, in the worker's street or in another."""
    with tools.store.unit_of_work() as uow:
        people = [one for one in uow.people.list(q=start, limit=200) if one.username.startswith(start)]
        acting = [uow.people.actor(one.id, tools.clock.now()) for one in people]
    seats = {one.username: [a.unit for a in one.assignments if a.unit.count(".") >= 3] for one in acting}
    return next(one for one in acting if any(a.startswith(STREET) != elsewhere for a in seats[one.username]))


@pytest.fixture
def worker(demo_city: Tools) -> Actor:
    return holder(demo_city, "grid_member", GRID)


def agree(tools: Tools, worker: Actor, state: str = "given", clock: str = "08:00") -> None:
    values = {"worker": worker.id, "state": state, "said_at": moment(clock)}
    add_row(tools, actor=worker, key="track_consents", values=values, unit=GRID)


def walk(tools: Tools, worker: Actor, *clocks: str) -> None:
    points: list[dict[str, Any]] = [
        {"at": datetime.fromisoformat(moment(clock)), "position": {"lat": 29.9342 + 0.001 * n, "lon": 121.6042}}
        for n, clock in enumerate(clocks)
    ]
    assert record_track(tools, actor=worker, unit=GRID, points=points).kept == len(clocks)


def seen(tools: Tools, actor: Actor, **more: Any) -> TrackDay:
    return read_tracks(tools, actor=actor, day=DAY, **more)


def test_superiors_see_the_way_of_a_day_with_its_visits_and_patrols(demo_city: Tools, worker: Actor) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10", "09:20")
    spot = {"lat": 29.9352, "lon": 121.6042}
    visit = {"household": "河东路 18 号", "worker": worker.id, "purpose": "care", "finding": "need", **spot}
    for came_at in (moment("09:12"), "2026-03-03T09:12:00+08:00"):
        add_row(demo_city, actor=worker, key="visits", values={**visit, "came_at": came_at}, unit=GRID)
    patrol = {"worker": worker.id, "fine": [1, 2], "problems": [18], "ended_at": moment("09:30"), "note": ""}
    add_row(demo_city, actor=worker, key="patrols", values={**patrol, **spot}, unit=GRID)
    found = seen(demo_city, holder(demo_city, "grid_leader", GRID))
    (line,) = found.lines
    assert [f"{one.at:%H:%M}" for one in line.points] == ["09:00", "09:10", "09:20"]
    assert line.metres == pytest.approx(222, abs=2) and line.worker == worker.id
    assert [(one.kind, one.title, one.said, one.problems) for one in found.spots] == [
        ("visits", "河东路 18 号", ("关爱探望", "有困难需求"), 0), ("patrols", "", (), 1),
    ]  # fmt: skip
    assert found.workers == {worker.id: worker.name} and list(found.units) == [GRID]
    assert found.withheld == 0


def test_tracks_stay_in_their_part_of_the_city_and_with_the_roles_that_the_register_names(
    demo_city: Tools, worker: Actor
) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10")
    elsewhere = seen(demo_city, named(demo_city, "director.", elsewhere=True))
    assert (elsewhere.lines, elsewhere.spots, elsewhere.workers, elsewhere.withheld) == ([], [], {}, 0)
    assert len(seen(demo_city, worker).lines) == 1, "his own"
    assert len(seen(demo_city, named(demo_city, "director.")).lines) == 1
    assert seen(demo_city, named(demo_city, "duty.")).lines == [], "the register does not name this role"


def test_a_withdrawal_hides_what_was_kept_from_everybody_but_the_worker(demo_city: Tools, worker: Actor) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10")
    agree(demo_city, worker, "withdrawn", "10:00")
    leader = holder(demo_city, "grid_leader", GRID)
    found = seen(demo_city, leader)
    assert found.lines == [] and found.withheld == 1
    mine = seen(demo_city, worker)
    assert len(mine.lines) == 1 and mine.withheld == 0
    agree(demo_city, leader, "given", "11:00")
    assert seen(demo_city, leader).lines == [], "nobody agrees for somebody else"
    agree(demo_city, worker, "given", "12:00")
    assert len(seen(demo_city, leader).lines) == 1


def test_a_day_is_narrowed_to_a_person_and_a_grid(demo_city: Tools, worker: Actor) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10")
    leader = holder(demo_city, "grid_leader", GRID)
    assert len(seen(demo_city, leader, worker=UUID(worker.id), unit=GRID).lines) == 1
    assert seen(demo_city, leader, worker=UUID(leader.id)).lines == []
    assert seen(demo_city, leader, unit="33.02.11.004.001.002").lines == []
    assert read_tracks(demo_city, actor=leader, day=DAY + timedelta(days=1)).lines == []


def looks(tools: Tools, worker: Actor) -> list[tuple[str, str, int, str, str]]:
    told = [(fact.actor, fact.content) for fact in reversed(list_looks(tools, actor=worker))]
    return [(who, body["how"], body["rows"], body["from"], body["until"]) for who, body in told]


def test_every_look_of_somebody_else_is_recorded_and_the_worker_reads_of_it(demo_city: Tools, worker: Actor) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10")
    walk(demo_city, worker, "09:20", "09:30")
    leader = holder(demo_city, "grid_leader", GRID)
    seen(demo_city, leader)
    seen(demo_city, worker)
    seen(demo_city, leader, worker=UUID(leader.id))
    seen(demo_city, named(demo_city, "director.", elsewhere=True))
    page = list_rows(demo_city, actor=leader, key="tracks")
    read_row(demo_city, actor=leader, key="tracks", row_id=page.rows[0].id)
    assert len(list(export_rows(demo_city, actor=leader, key="tracks"))) == 3, "the heading and two rows"
    day = DAY.isoformat()
    assert looks(demo_city, worker) == [
        (leader.id, "map", 2, day, day), (leader.id, "list", 2, day, day), (leader.id, "row", 1, day, day),
        (leader.id, "export", 2, day, day),
    ]  # fmt: skip
    assert list_looks(demo_city, actor=leader) == (), "looks at himself"
    list_rows(demo_city, actor=leader, key="track_consents")
    assert len(looks(demo_city, worker)) == 4, "only what needs consent"


def test_the_register_withholds_what_is_withdrawn_as_the_map_does(demo_city: Tools, worker: Actor) -> None:
    agree(demo_city, worker)
    walk(demo_city, worker, "09:00", "09:10")
    leader = holder(demo_city, "grid_leader", GRID)
    row_id = list_rows(demo_city, actor=leader, key="tracks").rows[0].id
    # by whatever name the withdrawal calls him
    for said in (worker.username, worker.id, f"{{{worker.id.replace('-', '').upper()}}}"):
        values = {"worker": said, "state": "withdrawn", "said_at": moment("10:00")}
        gone = add_row(demo_city, actor=leader, key="track_consents", values=values, unit=GRID)
        for reader in (leader, holder(demo_city, "auditor", "33.02")):
            listed = list_rows(demo_city, actor=reader, key="tracks")
            assert (listed.rows, listed.total) == ((), 0)
            with pytest.raises(RowNotFound):
                read_row(demo_city, actor=reader, key="tracks", row_id=row_id)
        assert len(list(export_rows(demo_city, actor=leader, key="tracks"))) == 1
        before = looks(demo_city, worker)
        assert (seen(demo_city, leader).lines, seen(demo_city, leader).withheld) == ([], 1)
        assert looks(demo_city, worker) == before, "nothing was shown"
        with demo_city.store.unit_of_work() as uow:
            register = demo_city.city.registers["track_consents"]
            uow.registers.retire(register, gone, Hand(demo_city.clock.now(), "test", "", "", ""))
            uow.commit()
        assert len(list_rows(demo_city, actor=leader, key="tracks").rows) == 1
    agree(demo_city, leader, "given", "11:00")
    values = {"worker": worker.username, "state": "given", "said_at": moment("11:00")}
    agree(demo_city, worker, "withdrawn", "10:30")
    add_row(demo_city, actor=leader, key="track_consents", values=values, unit=GRID)
    assert list_rows(demo_city, actor=leader, key="tracks").rows == (), "nobody agrees for somebody else"
    agree(demo_city, worker, "given", "12:00")
    assert len(list_rows(demo_city, actor=leader, key="tracks").rows) == 1


def test_looks_at_visits_are_recorded_without_consent_and_read_by_those_above(demo_city: Tools, worker: Actor) -> None:
    visit = {"household": "河东路 18 号", "worker": worker.username, "purpose": "care", "finding": "need",
             "came_at": moment("09:12"), "lat": 29.9352, "lon": 121.6042}  # fmt: skip
    add_row(demo_city, actor=worker, key="visits", values=visit, unit=GRID)
    leader, director = holder(demo_city, "grid_leader", GRID), named(demo_city, "director.")
    seen(demo_city, leader)
    seen(demo_city, worker)
    list_rows(demo_city, actor=leader, key="visits")
    day = DAY.isoformat()
    assert looks(demo_city, worker) == [(leader.id, "map", 1, day, day), (leader.id, "list", 1, day, day)]
    found = list_looks_below(demo_city, actor=director)
    assert [(fact.actor, fact.content["how"], fact.content["register"]) for fact in found.facts] == [
        (leader.id, "list", "visits"), (leader.id, "map", "visits"),
    ]  # fmt: skip
    assert found.people == {worker.id: worker.name}
    first = list_looks_below(demo_city, actor=director, limit=1)
    rest = list_looks_below(demo_city, actor=director, limit=1, after=first.next)
    assert [*first.facts, *rest.facts] == list(found.facts) and rest.next is None
    assert list_looks_below(demo_city, actor=director, q="没有这个人").facts == ()
    assert list_looks_below(demo_city, actor=named(demo_city, "director.", elsewhere=True)).facts == ()
    for stranger in (worker, named(demo_city, "duty.")):
        with pytest.raises(LooksNotYours):
            list_looks_below(demo_city, actor=stranger)
    with pytest.raises(Invalid):
        list_looks_below(demo_city, actor=director, after="x")
