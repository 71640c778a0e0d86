"""Tasks that ask for evidence: where and when one was, and who was there."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.errors import InvalidAnswers, StepFailed
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.start_case import start_case
from tests.engine.running import user_task
from tests.usecases.conftest import CITY
from tests.usecases.drawn import END, START, Stage, drawn

HERE = {"lat": 29.93306, "lon": 121.60606}
NORTH = {"lat": 29.93306 + 0.0045, "lon": 121.60606}
TWO = "甲 33020001、乙 33020002"


def _number(key: str) -> dict[str, Any]:
    return {"type": "number", "key": key, "id": key, "label": key, "properties": {"label_en": key, "geo": key}}


FORM = {
    "type": "default", "id": "check", "schemaVersion": 19, "name": "签到", "properties": {"name_en": "Check in"},
    "components": [_number("lat"), _number("lon"), {"type": "textfield", "key": "officers", "id": "o",
                   "label": "人员", "properties": {"label_en": "Officers"}}],
}  # fmt: skip
Finish = Callable[..., Any]


@pytest.fixture
def finish(stage: Stage, add_person: Callable[..., Actor]) -> Finish:
    """Publish a process of one task with this evidence, begin it and give these answers in English or Chinese."""
    officer = add_person("officer", "city_duty")
    folder = stage.folder / "forms" / "trial"
    folder.mkdir(parents=True)
    (folder / "check.form.json").write_text(json.dumps(FORM))

    def run(answers: dict[str, Any], variables: dict[str, Any] | None = None, **properties: str) -> Any:
        task = user_task("check", form="trial/check", candidateRoles="city_duty", orgScope="city", **properties)
        assigned = "<bpmn:script>event.lat = lat0\nevent.lon = lon0</bpmn:script>"
        script = f'<bpmn:scriptTask id="set">{assigned}</bpmn:scriptTask>'
        stage.publish(drawn("proof", START, script, task, END))
        given = {"lat0": HERE["lat"], "lon0": HERE["lon"], "unit": CITY, **(variables or {})}
        case_id = start_case(stage.tools, actor=officer, process="proof", variables=given).case_id
        with stage.tools.store.unit_of_work() as uow:
            (row,) = uow.tasks.of_case(case_id)
        claim_task(stage.tools, actor=officer, task_id=row.id)
        return complete_task(stage.tools, actor=officer, task_id=row.id, answers=answers)

    return run


def refused(finish: Finish, answers: dict[str, Any], *more: Any, **properties: str) -> dict[str, Any]:
    with pytest.raises(InvalidAnswers) as wrong:
        finish(answers, *more, **properties)
    return dict(wrong.value.errors)


def test_a_position_lies_near_the_event(finish: Finish) -> None:
    assert finish(HERE, evidence="position").closed
    assert refused(finish, NORTH, evidence="position") == {"lat": ["签到位置距集合地 500 米，超过 200 米"]}
    assert refused(finish, {}, evidence="position") == {"lat": ["没有定位：请在现场填写位置"]}
    assert finish(NORTH, evidence="").closed
    # an event without a place asks only that there be a position
    assert finish(NORTH, {"lat0": None, "lon0": None}, evidence="position").closed


def test_a_place_of_the_diagram_counts_instead(finish: Finish) -> None:
    place = {"evidence": "position", "evidencePlace": "={lat: meet_lat, lon: meet_lon}"}
    there = {"meet_lat": NORTH["lat"], "meet_lon": NORTH["lon"]}
    assert finish(NORTH, there, **place).closed
    assert list(refused(finish, HERE, there, **place)) == ["lat"]
    with pytest.raises(StepFailed):
        finish(HERE, {"meet_lat": "north", "meet_lon": 1}, **place)


def test_a_moment_of_the_diagram_is_kept(finish: Finish, stage: Stage) -> None:
    now = stage.tools.clock.now()
    timed = {"evidence": "position", "evidenceAt": "=meet_at"}
    for minutes, found in ((-20, None), (20, None), (40, "签到早于约定时间 30 分钟以上"),
                           (-40, "签到晚于约定时间 30 分钟以上")):
        at = {"meet_at": (now + timedelta(minutes=minutes)).isoformat()}
        if found is None:
            assert finish(HERE, at, **timed).closed
        else:
            assert refused(finish, HERE, at, **timed) == {"lat": [found]}
    assert finish(HERE, {"meet_at": None}, **timed).closed
    with pytest.raises(StepFailed):
        finish(HERE, {"meet_at": "soon"}, **timed)
    as_time = {"evidence": "position", "evidenceAt": "=date and time(meet_at)"}
    assert finish(HERE, {"meet_at": now.isoformat()}, **as_time).closed


def test_two_officers_with_certificates(finish: Finish) -> None:
    assert finish({"officers": TWO}, evidence="officers").closed
    for text in ("甲 33020001、乙 33020001", "甲、乙", None):
        assert refused(finish, {"officers": text}, evidence="officers") == {"officers": ["执法须有两名持证人员"]}


def test_several_kinds_are_all_said_at_once(finish: Finish) -> None:
    both = {"evidence": "position, officers"}
    assert list(refused(finish, {}, **both)) == ["lat", "officers"]
    assert finish({**HERE, "officers": TWO}, **both).closed
