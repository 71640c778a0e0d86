"""What the city promised, each promise as a test named after it; the rest stand with the stories of their packs.

PR-4 is in `flow/test_flows.py`, over every story there is.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
import yaml

from app.domain.org import anchors
from app.usecases import Tools
from app.usecases.audit.read_replay import read_replay
from app.usecases.city import City
from app.usecases.desk.start_case import start_case
from app.usecases.intake.track_report import track_report
from app.usecases.opening import open_tools
from app.usecases.operations.events import describe_item
from app.usecases.studio.decide_version import decide_version
from app.usecases.studio.propose_version import propose_version
from tests.api.trial_pack import FORM
from tests.engine.running import diagram, extension, line, user_task
from tests.stories.cast import AUDITOR, QIANTONG, ZHUANGSHI
from tests.stories.desk import UseCaseDesk, _say
from tests.stories.photos import ROOT
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_ac5_allowance import asked
from tests.stories.test_main_job import (
    CALLER,
    GRID_WORKER,
    PLACE,
    TEXT,
    accept,
    dispatched,
    fixed,
    handle,
    review,
    verify,
)

Z = ZHUANGSHI


@pytest.mark.parametrize("part", ["timed_handling", "timed_work", "grid_verification", "callback", "intake_triage"])
def test_pr_1_no_door_leads_past_the_intake(scene: Scene, tools: Tools, part: str) -> None:
    desk = UseCaseDesk(tools)
    for username in (Z.duty, Z.handler, Z.director, "admin"):
        with refused(403, "not-startable"):
            _say(start_case, tools, actor=desk._actor(username), process=part, variables={"unit": "33.02.11.004"})


def test_pr_1_every_dispatch_names_the_command_room(scene: Scene) -> None:
    event = dispatched(scene)
    accepted = [line for line in event.facts("TaskCompleted") if line.node == "accept_decide"]
    assert [(line.role, line.unit) for line in accepted] == [("street_duty", "33.02.11.004.cmd")]
    (dispatch,) = event.opened("sign")
    assert accepted[0].seq < dispatch.seq


def test_pr_2_a_consultation_is_red_after_an_hour_and_the_command_room_answers_too(scene: Scene) -> None:
    question = asked(scene)
    scene.at("03-02 09:04")
    assert not question.offered(QIANTONG.affairs)
    scene.at("03-02 09:05")
    assert question.task(QIANTONG.worker, "答复")["light"] == "red"
    assert question.task(QIANTONG.affairs, "政务岗答复")["unit"].endswith(".cmd")


def test_pr_3_an_auditor_replays_every_step_with_actor_time_and_change(scene: Scene, tools: Tools) -> None:
    event = fixed(scene)
    event.tell("rate", solved="yes", satisfaction="satisfied")
    desk = UseCaseDesk(tools)
    shown = read_replay(tools, actor=desk._actor(AUDITOR), case_id=UUID(event.reported.case_id))
    history = event.desk.history(event.reported.case_id)
    assert [step.seq for step in shown.steps] == [line.seq for line in history]
    assert all(step.at and (step.actor_name or step.kind) for step in shown.steps)
    handled = next(step for step in shown.steps if step.kind == "TaskCompleted" and step.node == "handle")
    assert handled.actor_name and handled.role == "platform_enforce" and handled.process == "timed_work"
    assert any(change.after == "verifying" for step in shown.steps for change in step.changes)
    event.verified()


def test_pr_6_every_item_has_exactly_one_lead_platform(tools: Tools) -> None:
    catalogue = tools.city.catalogue
    assert (len(catalogue.affairs), len(catalogue.items)) == (22, 114)
    for item in catalogue.items.values():
        found = describe_item(SimpleNamespace(city=tools.city), item, "33.02.11.004.003.012")  # type: ignore[arg-type]
        assert found["platform"] == catalogue.platform_of(item.code).code, item.code
        for generation, platforms in tools.city.catalogue.platforms.items():
            assert catalogue.platform_of(item.code, generation).code in platforms, (item.code, generation)
        assert found["lead_role"] in tools.city.roles and found["lead_unit"], item.code


def test_pr_9_a_grid_report_and_a_call_are_one_event_and_both_hear_of_it(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    first = scene.report(GRID_WORKER, PLACE, content=TEXT, item_hint="C12-04")
    accept(first)
    scene.at("03-02 09:20")
    call = scene.report(Z.duty, "donghai-mingzhu-80m", photos=0, channel="HOTLINE_12345", nature="complaint",
                        content="东海明珠路口的人行道上乱堆建筑杂物，没法走路", item_hint="C12-04", reporter=CALLER)
    call.do(Z.duty, "确认归并", keep=("master",), decision="merge")
    assert call.status == "merged" and call.record["corroborated"] is True
    tracking = track_report(tools, event_no=call.reported.event_no, tracking_code=call.reported.tracking_code)
    assert any(first.reported.event_no in one.text for one in tracking.messages)
    assert first.nodes == ["sign"] and not call.nodes
    # one event, two reporters: the result reaches both
    first.do(Z.handler, "签收", keep=("decision",))
    if "contact" in first.nodes:
        first.do(Z.handler, "首次联系", way="phone", reached=True, note="已告知")
    scene.at("03-03 10:00")
    handle(first)
    review(first)
    verify(first)
    for one in (first, call):
        tracking = track_report(tools, event_no=one.reported.event_no, tracking_code=one.reported.tracking_code)
        assert any("办" in line.text and line.at >= scene.now for line in tracking.messages), one.reported
    first.verified()
    call.verified()


def pet_pack() -> list[tuple[str, bytes]]:
    """A department's own application: a diagram that people begin by hand, and its form."""
    import json

    begin = extension({"candidateRoles": "grid_member", "orgScope": "street", "form": "pets/answer"})
    start = f'<bpmn:startEvent id="s">{begin}</bpmn:startEvent>'
    task = user_task("work", form="pets/answer", candidateRoles="street_duty", orgScope="command_room")
    content = diagram("pet_count", start + task + '<bpmn:endEvent id="e"/>' + line("s", "work", "e"))
    return [("pets/pet_count.bpmn", content), ("pets/answer.form.json", json.dumps(FORM).encode())]


def test_pr_16_a_department_adds_its_own_application_without_code(scene: Scene, tools: Tools, tmp_path: Path) -> None:
    # the stories share what is published; this one publishes more
    tools = replace(open_tools(tools.config), clock=tools.clock, city=tools.city)
    desk = UseCaseDesk(tools)
    proposed = propose_version(tools, actor=desk._actor("designer"), files=pet_pack(), message="犬只登记")
    kind, key, number = proposed.versions[0]
    decide_version(tools, actor=desk._actor("designer2"), kind=kind, key=key, number=number, approve=True)
    worker = desk._actor(Z.worker)
    started = start_case(tools, actor=worker, process="pet_count", answers={"note": "三只"})
    offered = [row for row in desk.inbox(Z.duty) if row["case_id"] == str(started.case_id)]
    assert [row["node"] for row in offered] == ["work"]
    desk.claim(Z.duty, offered[0]["id"])
    desk.complete(Z.duty, offered[0]["id"], {"note": "已登记"})
    assert desk.verify(str(started.case_id))["replay_ok"]

    # and an item of an affair: a line in the city's file
    folder = tmp_path / "city"
    shutil.copytree(ROOT / "city", folder)
    path = folder / "catalogue" / "affairs.yaml"
    catalogue = yaml.safe_load(path.read_text("utf-8"))
    affair = next(one for one in catalogue["affairs"] if one["code"] == "C14")
    affair["items"].append({"code": "C14-77", "zh": "犬只扰民", "en": "Dogs", "words": ["犬只扰民"]})
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True), "utf-8")
    wider = replace(tools, city=City(tools.store, folder))
    there = Scene(UseCaseDesk(wider))
    there.at("03-02 10:00")
    event: Event = there.report(GRID_WORKER, PLACE, content="小区犬只扰民，夜里一直叫", item_hint="C14-77")
    accept(event)
    assert event.record["item_code"] == "C14-77" and event.record["lead_unit"]
    assert anchors(str(event.record["lead_unit"])).street == "33.02.11.004"
    tools.store.dispose()
