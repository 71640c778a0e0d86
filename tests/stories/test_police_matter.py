"""X5 from the police line: a matter that is none of the police becomes the street's event, and is reported back."""

from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from tests.stories.cast import GATEWAY, ZHUANGSHI, where
from tests.stories.desk import Reported
from tests.stories.telling import Event, Scene, told
from tests.stories.test_ac10_workshop import came_from
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI


def called(scene: Scene, tools: Tools) -> Event:
    """03-02 09:00: the police system hands a call over, twice as gateways do; it is one matter."""
    scene.at("03-02 09:00")
    spot = where("donghai-mingzhu")
    call = {"call_no": "110-0302-7", "title": "路面塌陷", "content": "路面塌陷，车辆绕行",
            "unit": "33.02.11.004", "lat": spot["lat"], "lon": spot["lon"]}
    given = [deliver_message(tools, actor=actor_of(tools, GATEWAY), name="police.matter", correlation={}, payload=call,
                             id="110-0302-7") for _ in range(2)]
    assert [one.outcome for one in given] == ["started", "duplicate"]
    case_id = str(given[0].case_id)
    number = str(scene.desk.case(Z.duty, case_id)["case"]["event_no"])
    matter = Event(scene, Reported(number, case_id, ""), spot)
    assert matter.nodes == ["ack"] and told(matter.task(Z.duty, "接收")["due_at"]) == "03-02 09:15"
    return matter


def taken(scene: Scene, tools: Tools) -> tuple[Event, Event]:
    """09:10: the street takes it; it is an event like any other."""
    matter = called(scene, tools)
    scene.at("03-02 09:10")
    matter.do(Z.duty, "接收", matter_decision="accept")
    assert matter.due("police_first_report") == "03-03 09:10"
    event = came_from(matter, "event_lifecycle")
    assert (event.record["channel"], event.record["item_code"]) == ("POLICE_110", "C17-05")
    return matter, event


def reports(matter: Event) -> list[tuple[str, str]]:
    return [(told(line.at), line.body["payload"]["kind"]) for line in matter.facts("MessageThrown",
            name="police.reported")]  # fmt: skip


def test_a_closed_event_is_the_report_to_the_police(scene: Scene, tools: Tools) -> None:
    matter, event = taken(scene, tools)
    scene.at("03-02 10:00")
    event.do(Z.duty, "受理研判", decision="legal_path", note="已由施工单位依合同修复")
    assert event.status == "closed" and matter.status == "closed"
    assert reports(matter) == [("03-02 10:00", "final")]
    matter.verified()


def test_a_late_first_report_is_noted_and_a_complex_matter_has_five_days(scene: Scene, tools: Tools) -> None:
    matter, _ = taken(scene, tools)
    scene.at("03-03 09:11")
    assert [told(line.at) for line in matter.noted("red")] == ["03-03 09:10"]
    matter.do(Z.duty, "首次反馈", report_text="已围挡，须开挖检查", is_complex=True)
    assert matter.due("police_complex") == "03-08 09:11"
    scene.at("03-06 10:00")
    matter.do(Z.duty, "复杂事项反馈", report_text="已修复，恢复通行")
    assert [kind for _, kind in reports(matter)] == ["first", "final"] and matter.status == "closed"
    matter.verified()
