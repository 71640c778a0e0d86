"""An act that several instances offer is seen and performed by its own holder, in his instance alone."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import ActNotOpen, Forbidden
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_task import read_task
from app.usecases.desk.start_case import start_case
from tests.engine.running import diagram, extension, flow, line, service, user_task
from tests.usecases.conftest import CITY
from tests.usecases.drawn import END, START, Stage

Offices = tuple[Stage, dict[str, Actor], UUID]


@pytest.fixture
def offices(stage: Stage, add_person: Callable[..., Actor]) -> Offices:
    """Two officers who do the same side by side, each until his own day; each may ask for more time."""
    people = {name: add_person(name, "city_dept_contact") for name in ("one", "two")}
    act = extension({"offeredTo": "holder", "form": "trial/answer"})
    edge = (f'<bpmn:boundaryEvent id="more" name="more" attachedToRef="do" cancelActivity="false">{act}'
            '<bpmn:messageEventDefinition id="more_d" messageRef="message_ping"/></bpmn:boundaryEvent>')
    longer = service("longer", "limits.extend", name="&quot;part&quot;", amount="&quot;10 h&quot;")
    task = user_task("do", form="trial/answer", orgScope="city", candidateRoles="city_dept_contact",
                     assignee="=who", limit="part", limitAmount="10 h")
    inside = (START.replace('"s"', '"is"') + task + edge + longer + END.replace('"e"', '"ie"')
              + line("is", "do", "ie") + flow("more", "longer"))
    loop = ('<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>names</bpmn:loopDataInputRef>'
            '<bpmn:inputDataItem id="who"/></bpmn:multiInstanceLoopCharacteristics>')
    box = f'<bpmn:subProcess id="box">{inside}{loop}</bpmn:subProcess>'
    message = '<bpmn:message id="message_ping" name="ping"/>'
    stage.publish(("parts", diagram("parts", START + box + END + line("s", "box", "e"), message)))
    variables = {"names": list(people), "unit": CITY}
    case_id = start_case(stage.tools, actor=SYSTEM, process="parts", variables=variables).case_id
    return stage, people, case_id


def due(stage: Stage, case_id: UUID) -> list[float]:
    with stage.tools.store.unit_of_work() as uow:
        opened = uow.cases.get(case_id).opened_at
        rows = sorted(uow.tasks.of_case(case_id), key=lambda task: task.nth)
    return [round((row.due_at - opened).total_seconds() / 3600) for row in rows if row.due_at]


def test_each_holder_finds_and_performs_his_own_act(offices: Offices) -> None:
    stage, people, case_id = offices
    with stage.tools.store.unit_of_work() as uow:
        tasks = sorted(uow.tasks.of_case(case_id), key=lambda task: task.nth)
    for task, actor in zip(tasks, people.values(), strict=True):
        if task.state == "open":
            claim_task(stage.tools, actor=actor, task_id=task.id)
    acts = []
    for task, actor in zip(tasks, people.values(), strict=True):
        (offered,) = read_task(stage.tools, actor=actor, task_id=task.id).acts
        assert offered.task_key == task.key
        acts.append(offered.key)
    assert len(set(acts)) == 2 and due(stage, case_id) == [10, 10]
    with pytest.raises(Forbidden):
        perform_act(stage.tools, actor=people["one"], case_id=case_id, act_key=acts[1], answers={"note": "x"})
    perform_act(stage.tools, actor=people["two"], case_id=case_id, act_key=acts[1], answers={"note": "x"})
    assert due(stage, case_id) == [10, 20]
    perform_act(stage.tools, actor=people["one"], case_id=case_id, act_key=acts[0], answers={"note": "y"})
    # it is offered again, under a key of its own: what was sent twice by mistake is refused
    with pytest.raises(ActNotOpen):
        perform_act(stage.tools, actor=people["one"], case_id=case_id, act_key=acts[0], answers={"note": "z"})
    (again,) = read_task(stage.tools, actor=people["one"], task_id=tasks[0].id).acts
    perform_act(stage.tools, actor=people["one"], case_id=case_id, act_key=again.key, answers={"note": "z"})
    assert due(stage, case_id) == [30, 20]
    stage.verified(case_id)
