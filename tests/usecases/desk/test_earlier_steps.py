"""Earlier steps stand beside a task as people read them: places and matters by their names, not by their codes."""

from uuid import UUID

import pytest

from app.usecases import Tools
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.read_offers import read_offers
from app.usecases.desk.read_task import read_task
from tests.usecases.desk.test_handing import person, seated


def test_codes_are_named(demo_city: Tools, street_case: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    tools, ann = demo_city, person(demo_city, "duty.zs")
    with tools.store.unit_of_work() as uow:
        first = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
    claim_task(tools, actor=ann, task_id=first.id)
    given = read_task(tools, actor=ann, task_id=first.id).values
    asked = {name: given.get(name) for name in ("urgency", "title", "route_choice") if given.get(name)}
    asked |= {"decision": "accept", "item_code": "C14-05", "grid": "33.02.11.004.001.001"}
    complete_task(tools, actor=ann, task_id=first.id, answers=asked)
    with tools.store.unit_of_work() as uow:
        following = next(one for one in uow.tasks.of_case(street_case) if one.state == "open")
    handler = seated(tools, "enforce.zs", *following.candidates[0])
    (step,) = read_offers(tools, actor=handler, task_id=following.id).steps
    said = dict(step.answers)
    assert step.actor_name == ann.name and said["研判结论"] == "受理"
    assert said["事项"] == tools.city.catalogue.items["C14-05"].zh and not said["网格"].startswith("33.02")
    # those of a list too, each by itself
    listed = "33.02.11.004.s-police；33.02.11.999；C14-05"
    monkeypatch.setattr("app.usecases.desk.read_offers.said_in", lambda *_: [("部门", listed)])
    (step,) = read_offers(tools, actor=handler, task_id=following.id).steps
    assert step.answers == [("部门", f"庄市街道派出所；33.02.11.999；{said['事项']}")]
