"""Whom a change concerns: each is told once, nobody else is, and lights change without a fact."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.store import changes as store
from app.usecases.desk import find_changes as module
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.find_changes import find_changes
from app.usecases.desk.find_passed_lights import find_passed_lights
from tests.usecases.drawn import END, START, Stage, drawn, work

CITY = "33.02"
SEAT = ("city_duty", CITY)


@pytest.fixture
def case(stage: Stage) -> UUID:
    """A case whose task is offered to one seat of the city, due in an hour, yellow in half of one."""
    stage.publish(drawn("day", START, work("look"), END))
    made = stage.start("day")
    now = stage.tools.clock.now()
    with stage.tools.store.unit_of_work() as uow:
        due = {"id": made, "due": now + timedelta(hours=1), "yellow": now + timedelta(minutes=30)}
        offered = "'[[\"city_duty\", \"33.02\"]]'"
        uow._tx.write(f"update tasks set candidates = {offered}, due_at = %(due)s, yellow_at = %(yellow)s"
                      " where case_id = %(id)s", due)  # fmt: skip
        uow._tx.write("delete from task_candidates where task_id in (select id from tasks where case_id = %(id)s)", due)
        uow._tx.write(
            "insert into task_candidates (county, task_id, role, unit, due_order, yellow_at)"
            " select county, id, 'city_duty', '33.02', due_at, yellow_at from tasks where case_id = %(id)s", due,
        )  # fmt: skip
        uow.commit()
    return made


def test_a_change_is_told_to_its_seats_once(stage: Stage, case: UUID) -> None:
    since = stage.tools.clock.now() - timedelta(seconds=30)
    first = find_changes(stage.tools, since=since, seen={})
    assert first.touched.seats == {SEAT} and case in first.seen
    assert not find_changes(stage.tools, since=since, seen=first.seen).touched
    assert not find_changes(stage.tools, since=stage.tools.clock.now() + timedelta(seconds=1), seen={}).touched


def test_a_claim_concerns_the_seat_and_who_claims(stage: Stage, case: UUID, add_person: Callable[..., Actor]) -> None:
    officer = add_person("officer", "city_duty")
    since = stage.tools.clock.now() - timedelta(seconds=30)
    seen = find_changes(stage.tools, since=since, seen={}).seen
    with stage.tools.store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(case)
    claim_task(stage.tools, actor=officer, task_id=task.id)
    touched = find_changes(stage.tools, since=since, seen=seen).touched
    assert SEAT in touched.seats and officer.id in touched.people


def test_more_than_can_be_looked_at_concerns_everybody(
    stage: Stage, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 0)
    assert store.MOST > 0
    found = find_changes(stage.tools, since=stage.tools.clock.now() - timedelta(seconds=30), seen={})
    assert found.touched.everybody and found.touched


@pytest.mark.parametrize(
    ("from_minute", "to_minute", "told"), [(0, 29, False), (29, 31, True), (31, 59, False), (59, 61, True)]
)
def test_a_light_that_turns_is_told_without_a_fact(
    stage: Stage, case: UUID, from_minute: int, to_minute: int, told: bool
) -> None:
    now = stage.tools.clock.now()
    found = find_passed_lights(
        stage.tools, seats={SEAT, ("city_director", CITY)}, people=set(),
        earlier=now + timedelta(minutes=from_minute), now=now + timedelta(minutes=to_minute),
    )  # fmt: skip
    assert (SEAT in found.seats) is told and ("city_director", CITY) not in found.seats
