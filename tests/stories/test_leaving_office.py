"""An officer leaves for good: his tasks, seats and what he had lent go to others, one by one, each with its fact."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import Invalid, TaskNotHeld
from app.domain.office import PersonNotFound
from app.domain.records import RoleRow, TaskRow
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.read_notices import read_notices
from app.usecases.desk.read_task import read_task
from app.usecases.desk.resolve_task import resolve_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.people.add_person import add_person
from app.usecases.people.hand_over_office import hand_over_office
from app.usecases.people.hand_over_task import hand_over_task
from app.usecases.people.plan_hand_over import plan_hand_over
from tests.stories.cast import AUDITOR, ZHUANGSHI
from tests.stories.telling import Event, Scene
from tests.stories.test_main_job import dispatched, working
from tests.stories.test_substitutes import handled, signed_in

Z = ZHUANGSHI
WALL = "river-wall"
WHY = "调离本单位"


@pytest.fixture
def keeper(tools: Tools) -> str:
    """The administrator of the county; he is in no case himself."""
    made = add_person(tools, actor=SYSTEM, username="keeper", name="区管理员", unit="33.02.11")
    with tools.store.unit_of_work() as uow:
        uow.roles.grant_many([RoleRow(made, "sys_admin", "33.02.11", tools.clock.now())])
        uow.commit()
    return "keeper"


def id_of(tools: Tools, username: str) -> UUID:
    found = signed_in(tools, username).person_id
    assert found
    return found


def handed(tools: Tools, task_id: UUID, to: str, *, by: str = "keeper", reason: str = WHY) -> str:
    return hand_over_task(tools, actor=signed_in(tools, by), person_id=id_of(tools, Z.handler), task_id=task_id,
                          to=to, reason=reason)  # fmt: skip


def row_of(tools: Tools, task_id: UUID) -> TaskRow:
    with tools.store.unit_of_work() as uow:
        return uow.tasks.get(task_id)


def held(event: Event) -> UUID:
    """Put the case's work on the handler's desk."""
    task = event.task(Z.handler, "办理")["id"]
    event.desk.claim(Z.handler, task)
    return UUID(task)


def last(event: Event, kind: str) -> tuple[str, str, str, dict[str, Any]]:
    line = [one for one in event.desk.history(event.reported.case_id) if one.kind == kind][-1]
    return line.actor_name, line.role, line.unit, line.body


def verified(tools: Tools, event: Event) -> None:
    verdict = verify_case(tools, actor=signed_in(tools, AUDITOR), case_id=UUID(event.reported.case_id))
    assert verdict.chain_ok and verdict.replay_ok, verdict


def test_a_task_goes_to_a_colleague_with_its_draft(scene: Scene, tools: Tools, keeper: str) -> None:
    event = working(scene)
    task = held(event)
    save_draft(tools, actor=signed_in(tools, Z.handler), task_id=task, values={"action": "写了一半"})
    name = handed(tools, task, Z.colleague)
    heir = signed_in(tools, Z.colleague)
    assert name == heir.name and row_of(tools, task).holder == heir.id
    view = read_task(tools, actor=heir, task_id=task)
    assert view.held_by_me and view.draft == {"action": "写了一半"}
    who, role, unit, said = last(event, "TaskTransferred")
    assert (who, role, unit) == ("区管理员", "sys_admin", "33.02.11")
    assert (said["how"], said["from_name"], said["to_name"], said["reason"]) == (
        "left_office", signed_in(tools, Z.handler).name, heir.name, WHY)  # fmt: skip
    assert said["to_role"] == "platform_enforce"
    assert any(WHY in line.text for line in read_notices(tools, actor=heir).lines)
    # who has it now does what is left, in his own name
    event.desk.complete(Z.colleague, str(task), handled(event, event.shot(Z.colleague, "handle")))
    assert last(event, "TaskCompleted")[0] == heir.name
    verified(tools, event)


def test_a_task_goes_back_into_the_common_box(scene: Scene, tools: Tools, keeper: str) -> None:
    event = working(scene)
    task = held(event)
    assert handed(tools, task, "") == ""
    assert (row_of(tools, task).state, row_of(tools, task).holder) == ("open", "")
    who, role, _, said = last(event, "TaskReleased")
    assert (who, role) == ("区管理员", "sys_admin")
    assert (said["how"], said["from_name"], said["reason"]) == ("left_office", signed_in(tools, Z.handler).name, WHY)
    event.desk.claim(Z.colleague, str(task))
    verified(tools, event)


def test_what_is_lent_stays_with_whom_it_was_lent_and_gets_another_owner(
    scene: Scene, tools: Tools, keeper: str
) -> None:
    event = working(scene)
    task = held(event)
    handler, colleague, leader = (signed_in(tools, name) for name in (Z.handler, Z.colleague, Z.leader))
    delegate_task(tools, actor=handler, task_id=task, to=Z.colleague, reason="请核实")
    with tools.store.unit_of_work() as uow:
        role, unit = row_of(tools, task).candidates[0]
        assert leader.person_id
        uow.roles.grant_many([RoleRow(leader.person_id, role, unit, tools.clock.now())])
        uow.commit()
    handed(tools, task, Z.leader)
    now = row_of(tools, task)
    assert (now.holder, now.owner) == (colleague.id, leader.id)
    resolve_task(tools, actor=colleague, task_id=task, opinion="属实")
    assert (row_of(tools, task).holder, row_of(tools, task).owner) == (leader.id, "")
    verified(tools, event)


def test_whoever_works_on_it_for_him_simply_has_it(scene: Scene, tools: Tools, keeper: str) -> None:
    event = working(scene)
    task = held(event)
    colleague = signed_in(tools, Z.colleague)
    delegate_task(tools, actor=signed_in(tools, Z.handler), task_id=task, to=Z.colleague, reason="请核实")
    handed(tools, task, Z.colleague)
    now = row_of(tools, task)
    assert (now.state, now.holder, now.owner, now.owner_name) == ("claimed", colleague.id, "", "")
    event.desk.complete(Z.colleague, str(task), handled(event, event.shot(Z.colleague, "handle")))
    verified(tools, event)


def test_nobody_but_his_administrator_and_to_nobody_who_may_not_have_it(
    scene: Scene, tools: Tools, keeper: str
) -> None:
    event = working(scene)
    task = held(event)
    before = len(event.desk.history(event.reported.case_id))
    for by in (Z.director, Z.leader, Z.handler, Z.colleague):
        with pytest.raises(PersonNotFound):
            handed(tools, task, Z.colleague, by=by)
    for to in (Z.duty, "nobody.here", AUDITOR, "keeper"):
        with pytest.raises(Invalid) as refused:
            handed(tools, task, to)
        assert "to" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        handed(tools, task, Z.colleague, reason=" ")
    assert "reason" in refused.value.errors
    with tools.store.unit_of_work() as uow:
        uow._tx.write("update tasks set excluded_people = array[%(who)s] where id = %(id)s",
                      {"who": Z.colleague, "id": task})
        uow.commit()
    with pytest.raises(Invalid) as refused:
        handed(tools, task, Z.colleague)
    assert "to" in refused.value.errors
    assert len(event.desk.history(event.reported.case_id)) == before
    handed(tools, task, "")
    with pytest.raises(TaskNotHeld):
        handed(tools, task, "")


def test_everything_at_once_and_what_stays_is_tried_again(scene: Scene, tools: Tools, keeper: str) -> None:
    first, second = working(scene), dispatched(scene, place=WALL)
    task = held(first)
    sign = UUID(second.task(Z.handler, "签收")["id"])
    second.desk.claim(Z.handler, str(sign))
    admin, leaving = signed_in(tools, keeper), id_of(tools, Z.handler)
    left = plan_hand_over(tools, actor=admin, person_id=leaving)
    assert {one.id for one in left.tasks} == {task, sign}
    (seat,) = (one for one, _ in left.seats if one.startswith("platform_enforce@"))
    # one of the tasks is kept from the successor: it stays, and so does the account
    with tools.store.unit_of_work() as uow:
        uow._tx.write("update tasks set excluded_people = array[%(who)s] where id = %(id)s",
                      {"who": Z.colleague, "id": sign})
        uow.commit()
    results = hand_over_office(tools, actor=admin, person_id=leaving, successors={seat: Z.colleague}, reason=WHY)
    stayed = [one for one in results if not one.done]
    assert [(one.what, one.to) for one in stayed] == [("task", Z.colleague)] and stayed[0].problem
    assert row_of(tools, task).holder == signed_in(tools, Z.colleague).id
    assert row_of(tools, sign).holder == str(leaving)
    with tools.store.unit_of_work() as uow:
        assert uow.people.get(leaving).active
    # a second time only what stayed is tried, now without a successor
    again = hand_over_office(tools, actor=admin, person_id=leaving, successors={}, reason=WHY)
    assert [(one.what, one.done) for one in again] == [("task", True), ("account", True)]
    assert row_of(tools, sign).state == "open"
    with tools.store.unit_of_work() as uow:
        assert not uow.people.get(leaving).active
        told = [(fact.kind, fact.actor_name) for fact in uow.office_facts.of(leaving)]
    assert ("PersonClosed", "区管理员") in told and ("RoleRevoked", "区管理员") in told
    for event in (first, second):
        verified(tools, event)
