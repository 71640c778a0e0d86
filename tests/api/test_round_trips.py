"""How often a request waits for the database: a limit for each, so that none creeps up unseen."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.bootstrap import create_app
from app.usecases.clock import Clock
from bench.wire import Crossing, Wire
from tests.api.test_interface import fill
from tests.web.world import Person, World

#: request -> most waits for the database; who asks, the reservation of the key and the commit are in it, and for the
#: completion one look at the units that its form offers
LIMITS = {"start": 2, "list": 2, "claim": 3, "complete": 4}


def walk(world: World, person: Person, through: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Bring a case from start to closed as a program does, every writing request under a key of its own."""

    def post(path: str, content: Any) -> Any:
        answer = person.api("POST", path, json=content, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert answer.status_code < 300, answer.text
        return answer.json

    case = through("start", lambda: post("/processes/one_task/cases", {"variables": {}}))["case_id"]
    assert len(through("list", lambda: person.api("GET", "/tasks?sort=-created&limit=20").json)["tasks"]) <= 20
    # another test may have left newer ones, on a clock that it moved
    with world.tools.store.unit_of_work() as uow:
        task = uow.tasks.of_case(uuid.UUID(case))[0].id
    through("claim", lambda: post(f"/tasks/{task}/claim", {}))
    answers = fill(person.api("GET", f"/tasks/{task}").json["form_schema"])
    assert through("complete", lambda: post(f"/tasks/{task}/complete", {"answers": answers}))["closed"]


def test_no_request_waits_for_the_database_more_often_than_it_must(world: World) -> None:
    store = world.tools.store
    fixed = replace(world.tools, clock=Clock(store, movable=False))
    person = replace(world.person("street_duty"), app=create_app(world.tools.config, fixed))
    wire, found = Wire(store.engine), dict[str, list[Crossing]]()
    for _ in range(4):
        # the pool opens its connections, and each of them prepares what it is asked again
        walk(world, person, lambda _, act: act())

    def counted(step: str, act: Callable[[], Any]) -> Any:
        kept: list[Any] = []
        found.setdefault(step, []).append(wire.during(lambda: kept.append(act())))
        return kept[0]

    for _ in range(8):
        walk(world, person, counted)
    # now and then a process looks whether something was published, or which days are holidays
    least = {step: min(each, key=lambda crossing: crossing.round_trips) for step, each in found.items()}
    told = {step: crossing.statements for step, crossing in least.items()}
    assert {step: each.round_trips for step, each in least.items() if each.round_trips > LIMITS[step]} == {}, told
    assert {step: (each.commits, each.pings) for step, each in least.items()} == {
        "start": (1, 0), "list": (0, 0), "claim": (1, 0), "complete": (1, 0),
    }, told  # fmt: skip
