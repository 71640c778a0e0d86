"""A task goes through several hands on its way; the event comes to the same end, and tells who did what."""

from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.domain.records import RoleRow
from app.usecases import Tools
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_task import read_task
from app.usecases.desk.resolve_task import resolve_task
from app.usecases.desk.transfer_task import transfer_task
from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Event, Scene
from tests.stories.test_main_job import GRID_LEADER, review, verify, working

Z = ZHUANGSHI


def acting(tools: Tools, username: str) -> Actor:
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        assert person is not None
        return uow.people.actor(person.id, tools.clock.now())


def offered_acts(tools: Tools, actor: Actor, task: UUID) -> list[str]:
    """List the keys of the acts that a task's page offers, the request for an extension among them."""
    return [act.key for act in read_task(tools, actor=actor, task_id=task).acts if act.open]


def handled_by_the_colleague(scene: Scene, tools: Tools) -> Event:
    """The handler asks a colleague, gets his opinion, and hands the work over to him."""
    event = working(scene)
    handler, colleague = acting(tools, Z.handler), acting(tools, Z.colleague)
    task = UUID(event.task(Z.handler, "办理")["id"])
    event.desk.claim(Z.handler, str(task))
    offered = offered_acts(tools, handler, task)
    assert offered
    scene.at("03-02 15:00")
    delegate_task(tools, actor=handler, task_id=task, to=Z.colleague, reason="请现场核实权属")
    # what moves the case stays with the owner, and he has lent it
    assert offered_acts(tools, handler, task) == offered_acts(tools, colleague, task) == []
    for one in (handler, colleague):
        with pytest.raises(Forbidden):
            perform_act(tools, actor=one, case_id=UUID(event.reported.case_id), act_key=offered[0], answers={})
    scene.at("03-02 16:00")
    resolve_task(tools, actor=colleague, task_id=task, opinion="杂物属隔壁工地，已联系清运")
    assert offered_acts(tools, handler, task) == offered
    transfer_task(tools, actor=handler, task_id=task, to=Z.colleague, reason="由您一并跟进")
    scene.at("03-03 10:00")
    place = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    answers = {"result": "solved", "action": "工地已清运全部建筑杂物，恢复通行"}
    event.do(Z.colleague, "办理", on_site_at="2026-03-03T10:00", **place, **answers,
             after_photos=[event.shot(Z.colleague, "handle")])
    return event


def test_who_handles_in_the_end_may_not_get_the_verification(scene: Scene, tools: Tools) -> None:
    event = handled_by_the_colleague(scene, tools)
    review(event)
    colleague, leader = acting(tools, Z.colleague), acting(tools, GRID_LEADER)
    assert event.record["handled_by"] in (colleague.id, colleague.username)
    task = UUID(event.task(GRID_LEADER, "现场验收")["id"])
    # both people of the enforcement platform get a seat in the village
    with tools.store.unit_of_work() as uow:
        (role, unit) = uow.tasks.get(task).candidates[0]
        for one in (Z.colleague, Z.handler):
            person = acting(tools, one).person_id
            assert person
            uow.roles.grant_many([RoleRow(person, role, unit, tools.clock.now())])
        uow.commit()
    people = {one.username for one in list_takers(tools, actor=leader, task_id=task).people}
    assert Z.handler in people and Z.colleague not in people
    with pytest.raises(Invalid) as refused:
        transfer_task(tools, actor=leader, task_id=task, to=Z.colleague, reason="请代为验收")
    assert refused.value.errors == {"to": ["此人须回避这项任务"]}
    verify(event)
    scene.at("03-03 14:00")
    event.do(Z.duty, "电话回访", reached=True, solved="yes", satisfaction="satisfied")
    assert (event.status, event.record["close_reason"]) == ("closed", "solved")
    hands = [(line.kind, line.actor_name) for line in event.desk.history(event.reported.case_id)
             if line.kind in ("TaskDelegated", "DelegationReturned", "TaskTransferred")]
    handler = acting(tools, Z.handler)
    assert hands == [("TaskDelegated", handler.name), ("DelegationReturned", colleague.name),
                     ("TaskTransferred", handler.name)]
    assert event.done_by("handle") == [(colleague.name, "03-03 10:00")]
    event.verified()
