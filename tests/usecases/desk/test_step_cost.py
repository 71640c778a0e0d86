"""A complete step of a person's work waits for the database twice, whatever it does between."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.start_case import start_case
from bench.ongoing import ANSWERS, FILES, PROCESS
from bench.wire import Wire
from tests.usecases.drawn import Stage


@pytest.fixture
def ready(tools: Tools, tmp_path: Path) -> Tools:
    """A server whose clock stands in its own process, as in production, with one process published."""
    real = replace(tools, clock=Clock(tools.store, movable=False))
    stage = Stage(real, tmp_path)
    ((name, content),) = ((name, content) for name, content in FILES.items() if name.endswith(".bpmn"))
    stage.publish((Path(name).stem, content))
    return real


@pytest.fixture
def officer(add_person: Callable[..., Actor]) -> Actor:
    """Whom the diagram gives each task."""
    return add_person("officer", "street_duty", unit="33.02.11.004.cmd")


def begun(tools: Tools, officer: Actor) -> tuple[UUID, UUID]:
    """Start a case and give it with its task."""
    given = {"who": officer.username}
    case_id = start_case(tools, actor=officer, process=PROCESS, variables=given).case_id
    with tools.store.unit_of_work() as uow:
        (task,) = uow.tasks.of_case(case_id)
    assert task.holder == officer.id
    return case_id, task.id


def test_completing_a_task_waits_twice(ready: Tools, officer: Actor) -> None:
    wire = Wire(ready.store.engine)
    case_id, task = begun(ready, officer)
    found = []

    def step() -> None:
        nonlocal task
        following = complete_task(ready, actor=officer, task_id=task, answers=ANSWERS).next_task_id
        assert following
        task = following

    for _ in range(5):
        step()
    for _ in range(5):
        crossing = wire.during(step)
        found.append((crossing.round_trips, len(crossing.statements), crossing.commits, crossing.pings))
    # once a second the library looks whether anything was published
    assert min(found) == (2, 2, 1, 0) and sorted(found)[2] == (2, 2, 1, 0)
    with ready.store.unit_of_work() as uow:
        case, facts = uow.cases.get(case_id), uow.facts.of_case(case_id)
        assert case.revision == 11 and len(facts) == case.seq
        assert sum(fact.kind == "TaskCompleted" for fact in facts) == 10
        assert len(uow.timers.of_case(case_id)) == 1
        assert [each.state for each in uow.tasks.of_case(case_id)].count("claimed") == 1


def test_who_does_not_hold_the_task_hears_why(
    ready: Tools, officer: Actor, add_person: Callable[..., Actor]
) -> None:
    _, task = begun(ready, officer)
    colleague = add_person("colleague", "street_duty", unit="33.02.11.004.cmd")
    stranger = add_person("stranger", "street_duty", unit="33.02.11.005.cmd")
    for who, why in ((colleague, TaskNotHeld), (stranger, TaskNotFound)):
        with pytest.raises(why):
            complete_task(ready, actor=who, task_id=task, answers=ANSWERS)
    complete_task(ready, actor=officer, task_id=task, answers=ANSWERS)
    with pytest.raises(TaskAlreadyDone):
        complete_task(ready, actor=officer, task_id=task, answers=ANSWERS)
