"""A case page offers to open exactly those of its tasks that open."""

from uuid import UUID

import pytest

from app.domain.errors import TaskNotFound
from app.usecases import Tools
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_task import read_task
from tests.usecases.desk.test_handing import change, person


def test_open_tasks_open_for_those_whom_nothing_keeps_from_them(demo_city: Tools, street_case: UUID) -> None:
    worker, leader = person(demo_city, "duty.zs"), person(demo_city, "director.zs")
    with demo_city.store.unit_of_work() as uow:
        (task,) = (one for one in uow.tasks.of_case(street_case) if one.state == "open")
    for actor in (worker, leader):
        assert read_case(demo_city, actor=actor, case_id=street_case).readable == [task.id]
        assert read_task(demo_city, actor=actor, task_id=task.id).row.id == task.id
    change(demo_city, task, excluded_people=[leader.id])
    view = read_case(demo_city, actor=leader, case_id=street_case)
    assert [one.id for one in view.open_tasks] == [task.id] and view.readable == []
    with pytest.raises(TaskNotFound):
        read_task(demo_city, actor=leader, task_id=task.id)
    assert read_case(demo_city, actor=worker, case_id=street_case).readable == [task.id]
