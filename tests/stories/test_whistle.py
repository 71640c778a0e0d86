"""The street whistles, departments report: parallel tasks, silence, absence, emergency, limits of each department."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from app.domain.errors import Forbidden
from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.desk.start_case import start_case
from tests.stories.cast import GATEWAY, ZHUANGSHI, place
from tests.stories.desk import Reported
from tests.stories.photos import SHANGHAI
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_ac1_stalls import (
    COORDINATOR,
    DISPATCHER,
    DONE,
    LAND,
    MARKET,
    OFFICERS,
    POLICE,
    SQUAD,
    STREET,
    WHO,
    checks_in,
)
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
SPOT = place("donghai-mingzhu")
WHISTLE = {"title": "夜宵摊占道", "content": "东海明珠周边夜宵摊占道，油烟扰民", "item_code": "C12-01", "urgency": "U3",
           "grid": SPOT["grid"], "address_text": SPOT["zh"], "lat": SPOT["lat"], "lon": SPOT["lon"]}


def begun(scene: Scene, tools: Tools, by: str = COORDINATOR, **given: Any) -> Event:
    """Begin a whistle by hand."""
    started = start_case(tools, actor=actor_of(tools, by), process="whistle_case", answers={**WHISTLE, **given})
    return Event(scene, Reported(started.event_no or "", str(started.case_id), ""), dict(SPOT))


def drafted(event: Event, by: str = COORDINATOR, *departments: str, **given: Any) -> None:
    units = list(departments) or [SQUAD, MARKET, POLICE]
    event.do(by, "拟写哨单", keep=("place_lat", "place_lon"), **{
        "kind": "hard", "problems": ["stall"], "departments": units, "lead": units[0], "street_done": DONE,
        "appointed_at": "2026-03-03T09:00", **given})


def accepts(event: Event, unit: str) -> None:
    event.do(WHO[unit], "应哨", decision="accept", officers=OFFICERS, arrive_at="2026-03-03T09:30")


def sounded(scene: Scene, tools: Tools, *departments: str) -> Event:
    scene.at("03-02 09:00")
    event = begun(scene, tools)
    drafted(event, COORDINATOR, *departments)
    event.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    return event


def consulted(scene: Scene, tools: Tools) -> Event:
    """All three departments are on the spot and have agreed upon who does what."""
    event = sounded(scene, tools)
    gather(scene, event)
    return event


def gather(scene: Scene, event: Event) -> None:
    """Let the three departments accept, come at the appointed time and agree."""
    for unit in (SQUAD, MARKET, POLICE):
        accepts(event, unit)
    scene.at("03-03 09:00")
    for unit in (SQUAD, MARKET, POLICE):
        checks_in(event, unit)
    consults(event, SQUAD)


def supervisions(event: Event) -> list[Event]:
    """The cases of supervision that the whistle asked for."""
    return [Event(event.scene, Reported("", row["case_id"], ""), event.spot) for row in event.page["offspring"]
            if row["process"] == "supervision"]


def test_pr_7_all_named_departments_get_parallel_tasks(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    for unit in (SQUAD, MARKET, POLICE):
        assert told(event.task(WHO[unit], "应哨")["due_at"]) == "03-02 14:30"
    assert event.nodes == ["ack"] * 3 and event.milestones["whistle_at"] == "03-02 09:00"
    # nobody answers for another department; who has no part in the case does not even hear of the task
    task = event.task(WHO[MARKET], "应哨")["id"]
    for other, status in ((WHO[SQUAD], 403), (WHO[POLICE], 403), (WHO[LAND], 404)):
        with refused(status):
            event.desk.claim(other, task)


def test_pr_7_silence_is_acceptance_and_absence_is_recorded_and_scored(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    for unit in (SQUAD, MARKET):
        accepts(event, unit)
    scene.at("03-02 14:29")
    assert event.task(WHO[POLICE], "应哨")["light"] == "yellow" and not event.noted("late_ack")
    scene.at("03-02 14:31")
    assert [(told(line.at), line.body["unit"]) for line in event.noted("late_ack")] == [("03-02 14:30", POLICE)]
    (carded,) = supervisions(event)
    assert (carded.record["sup_trigger"], carded.record["lead_unit"]) == ("late_ack", POLICE)
    assert [(line.body["unit"], line.body["deduction"]) for line in carded.noted("yellow_card")] == [(POLICE, 0.5)]
    scene.at("03-03 08:50")
    for unit in (SQUAD, MARKET):
        checks_in(event, unit)
    with refused(422):
        checks_in(event, POLICE, north_m=500)
    scene.at("03-03 09:31")
    absent = event.noted("absent")
    assert [(told(line.at), line.body["unit"], line.body["deduction"]) for line in absent] == [
        ("03-03 09:30", POLICE, 1)]
    assert event.nodes == ["consult"]
    # the silence is being supervised already: the absence opens no second notice for the same department
    assert len(supervisions(event)) == 1
    consults(event)
    assert event.nodes == ["conclude", "sign_task"]
    event.verified()


def test_a_department_answers_from_its_own_system_and_nobody_else_for_it(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    accepted = {"decision": "accept", "officers": OFFICERS, "arrive_at": "2026-03-03T09:30:00+08:00"}

    def send(by: str, name: str, id: str, **payload: Any) -> str:
        correlation = {"event_no": event.reported.event_no, "dept": POLICE}
        return deliver_message(tools, actor=actor_of(tools, by), name=name, correlation=correlation, payload=payload,
                               id=id).outcome

    # the street's duty officer may deliver messages, but he is no department
    with pytest.raises(Forbidden):
        send(Z.duty, "whistle.acked", "a", **accepted)
    # what is incomplete changes nothing but is told to the department; the other departments are not meant
    assert send(GATEWAY, "whistle.acked", "b", decision="accept") == "delivered"
    assert event.nodes == ["ack"] * 3 and told(event.task(WHO[POLICE], "应哨")["due_at"]) == "03-02 14:30"
    assert send(GATEWAY, "whistle.acked", "c", **accepted) == "delivered"
    assert event.nodes == ["ack"] * 2
    assert send(GATEWAY, "whistle.acked", "c", **accepted) == "duplicate"
    scene.at("03-03 08:50")
    here = {"lat": SPOT["lat"], "lon": SPOT["lon"], "officers": OFFICERS}
    assert send(GATEWAY, "whistle.checked_in", "d", **{**here, "lat": SPOT["lat"] + 0.005}) == "delivered"
    assert "on_site_at" not in event.milestones and event.nodes == ["check_in"] * 3
    assert send(GATEWAY, "whistle.checked_in", "e", **here) == "delivered"
    assert event.nodes == ["check_in"] * 2 and event.milestones["on_site_at"] == "03-03 08:50"
    event.verified()


def test_a_report_of_another_system_is_proved_by_photos_of_this_case(scene: Scene, tools: Tools) -> None:
    """Whose photos they are is checked as a person's are: this case's, at the place, after the task began."""
    event = consulted(scene, tools)
    event.do(WHO[SQUAD], "sign_task", contact_person="承办人")
    event.do(WHO[SQUAD], "plan", plan="分三组夜间清理")
    other = begun(scene, tools, title="另一处夜宵摊")
    scene.at("03-03 10:00")
    here, case_id = (SPOT["lat"], SPOT["lon"]), event.reported.case_id
    early = datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)
    wrong = {
        "不是本案的附件": [str(uuid4())], "不是本案": [scene.shot(GATEWAY, *here, "after")],
        "有照片不是本案的附件": [scene.shot(COORDINATOR, *here, "after", case_id=other.reported.case_id)],
        "米": [scene.shot(WHO[SQUAD], here[0] + 0.005, here[1], "after", case_id=case_id)],
        "签收之前": [scene.shot(WHO[SQUAD], *here, "after", taken=early, case_id=case_id)],
        "没有位置": [scene.shot(WHO[SQUAD], None, None, "after", case_id=case_id)], "至少": "no list",
    }  # fmt: skip
    done = {"action": "已清理取缔并登记经营户", "row_outcome": "corrected", "officers": OFFICERS}

    def send(photos: Any) -> None:
        told = deliver_message(tools, actor=actor_of(tools, GATEWAY), name="whistle.report_submitted", id=str(uuid4()),
                               correlation={"event_no": event.reported.event_no, "dept": SQUAD, "row": 1},
                               payload={**done, "after_photos": photos})
        assert told.outcome == "delivered"

    for words, photos in wrong.items():
        send(photos)
        assert event.nodes == ["conclude", "work"]
        said = event.facts("OperationDone", operation="notify.unit")[-1].body["params"]
        assert said["text"] == "whistle.message_incomplete" and words in said["what"], (words, said)
    send([scene.shot(WHO[SQUAD], *here, "after", case_id=case_id)])
    assert event.nodes == ["conclude", "task_review"]
    event.verified()


def consults(event: Event, *leads: str, **more: Any) -> None:
    """The convenor writes down one problem for each department."""
    units = [SQUAD, *(f"{STREET}.{one}" for one in ("p-enforce", "p-market", "p-order"))]
    rows = [{"problem": f"{lead}的问题", "measure": "清理", "lead": lead} for lead in leads or (SQUAD,)]
    event.do(Z.director, "会商", **{"consult_result": "go", "attendees": [{"unit": one, "name": "01"} for one in units],
                                  "rows": rows, "minutes": "会商纪要", **more})


def test_too_early_is_not_on_time(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    for unit in (SQUAD, MARKET, POLICE):
        accepts(event, unit)
    scene.at("03-03 08:29")
    assert event.nodes == []
    scene.at("03-03 08:30")
    assert event.nodes == ["check_in"] * 3
    checks_in(event, SQUAD)
    with refused(409):
        event.do(WHO[MARKET], "现场签到", lat=SPOT["lat"], lon=SPOT["lon"], officers=OFFICERS[:1])


def test_each_department_has_its_own_clock(scene: Scene, tools: Tools) -> None:
    """Of two departments with the same task one is granted more time; the other's due time stays."""
    event = sounded(scene, tools, SQUAD, MARKET, LAND)
    assert told(event.task(WHO[SQUAD], "应哨")["due_at"]) == "03-02 14:30"
    scene.at("03-02 10:00")
    event.do(DISPATCHER, "审哨分哨", keep=("county_departments", "lead"))
    assert told(event.task(WHO[LAND], "应哨")["due_at"]) == "03-02 15:30"
    for unit in (SQUAD, MARKET):
        accepts(event, unit)
    scene.at("03-02 15:31")
    assert [(told(line.at), line.body["unit"]) for line in event.noted("late_ack")] == [("03-02 15:30", LAND)]
    scene.at("03-03 09:00")
    for unit in (SQUAD, MARKET, LAND):
        checks_in(event, unit)
    consults(event, SQUAD, MARKET)
    for unit in (SQUAD, MARKET):
        event.do(WHO[unit], "sign_task", contact_person="承办人")
        event.do(WHO[unit], "plan", plan="分三组夜间清理")
    due = {unit: told(event.task(WHO[unit], "work")["due_at"]) for unit in (SQUAD, MARKET)}
    assert due == dict.fromkeys((SQUAD, MARKET), "03-17 09:00")
    event.desk.claim(WHO[MARKET], event.task(WHO[MARKET], "work")["id"])
    event.act(WHO[MARKET], "ext.requested", amount_number=2, amount_unit="wd", reason="weather",
              explanation="连续暴雨，无法施工")
    event.do(Z.director, "延期审批", keep=("granted",), decision="grant", note="情况属实")
    due = {unit: told(event.task(WHO[unit], "work")["due_at"]) for unit in (SQUAD, MARKET)}
    assert due == {SQUAD: "03-17 09:00", MARKET: "03-19 09:00"}
    scene.at("03-18 09:00")
    assert [line.body["unit"] for line in event.noted("red")] == [SQUAD]
    event.verified()


def test_an_emergency_is_sounded_at_once_and_confirmed_afterwards(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 22:00")
    event = begun(scene, tools, Z.command, urgency="U1", content="东海明珠夜宵摊液化气泄漏，多人围观")
    drafted(event, Z.command, SQUAD, POLICE, LAND, kind="emergency", appointed_at="2026-03-02T22:30")
    # no approval, no division: everybody is called at once
    assert event.nodes == ["ack", "ack", "ack", "confirm_emergency", "consult"]
    assert told(event.task(WHO[LAND], "应哨")["due_at"]) == "03-02 22:10"
    assert told(event.task(Z.director, "应急哨事后确认")["due_at"]) == "03-03 22:00"
    for unit in (SQUAD, POLICE, LAND):
        accepts(event, unit)
        checks_in(event, unit)
    present = [{"unit": SQUAD, "name": "01"}, {"unit": POLICE, "name": "02"}]
    consults(event, technical_lead="公安带班领导", attendees=present)
    event.do(WHO[SQUAD], "sign_task", contact_person="承办人")
    assert "plan" not in event.nodes and told(event.task(WHO[SQUAD], "work")["due_at"]) == "03-03 22:00"
    scene.at("03-03 09:00")
    event.do(Z.director, "应急哨事后确认", decision="confirm")
    assert not event.noted("whistle_unconfirmed") and not event.noted("absent")
    event.verified()


@pytest.mark.parametrize("decision", ["reject", "approve"])
def test_who_drafts_does_not_approve(scene: Scene, tools: Tools, decision: str) -> None:
    scene.at("03-02 09:00")
    event = begun(scene, tools)
    drafted(event)
    assert not [row for row in event.offered(COORDINATOR) if row["node"] == "approve_whistle"]
    more: dict[str, Any] = {"kind": "daily"} if decision == "approve" else {"reject_reason": "street_can"}
    event.do(Z.director, "审批哨单", decision=decision, **more)
    assert event.nodes == (["ack"] * 3 if decision == "approve" else ["sign"])
    if decision == "approve":
        # a daily whistle leaves one working day to answer
        assert told(event.task(WHO[SQUAD], "应哨")["due_at"]) == "03-03 09:00"
