"""AC-4: a homeless man finds his family; police and civil affairs are called in the same minute."""

import json
from typing import Any

from tests.stories.cast import AUDITOR
from tests.stories.telling import Event, Scene, refused, told

STREET = "33.02.82.005"
WORKER, DUTY = "grid.bs.001", "duty.bs"
POLICE, CIVIL = "police.bs", "station.bs"
TEXT = "路边有人露宿，衣着单薄，神志清醒"
SECRET = "走失人员档案四四一一"


# --- the steps, each at its time -------------------------------------------------------------------


def reported(scene: Scene) -> Event:
    """03-02 06:40: the grid worker sees a man asleep at the roadside."""
    scene.at("03-02 06:40")
    man = scene.report(WORKER, "roadside-sleeper", content=TEXT, item_hint="C19-04")
    assert (man.record["item_code"], man.record["urgency"], man.record["confidential"]) == ("C19-04", "U2", True)
    assert man.record["influence"] == "small"
    return man


def pushed(scene: Scene) -> Event:
    """06:41: accepted; the station and civil affairs get it in the same minute."""
    man = reported(scene)
    scene.at("03-02 06:41")
    man.do(DUTY, "受理研判", keep=("decision", "item_code", "grid", "urgency"))
    assert man.nodes == ["ack", "receive"]
    assert [told(man.opened(node)[0].at) for node in man.nodes] == ["03-02 06:41", "03-02 06:41"]
    assert told(man.task(POLICE, "确认接收")["due_at"]) == man.due("police_ack") == "03-02 06:51"
    assert man.offered(CIVIL) and man.facts("MessageThrown", name="police.pushed")
    return man


def acknowledged(scene: Scene) -> Event:
    """06:48: within ten minutes."""
    man = pushed(scene)
    scene.at("03-02 06:48")
    man.do(POLICE, "确认接收", contact_post="值班民警")
    assert man.due("police_on_site") == "03-02 07:18"
    return man


def on_site(scene: Scene) -> Event:
    """07:15: the officer talks with him; he agrees, his health is good."""
    man = acknowledged(scene)
    scene.at("03-02 07:15")
    here = {"lat": man.spot["lat"], "lon": man.spot["lon"]}
    said: dict[str, Any] = {"on_site_at": "2026-03-02T07:15", "health": "good", "consent": "yes",
                            "action": "询问并告知可自愿接受救助"}
    with refused(422):
        man.do(POLICE, "民警到场", **said, lat=here["lat"] + 0.01, lon=here["lon"])
    man.do(POLICE, "民警到场", **said, **here, photos=[man.shot(POLICE, "民警到场", phase="during")])
    assert not man.noted("red")
    return man


def compared(scene: Scene) -> Event:
    """09:30: matched with a missing person of six years ago; only the code leaves the police."""
    man = on_site(scene)
    scene.at("03-02 09:30")
    man.do(POLICE, "信息比对", comparison="matched")
    assert man.nodes == ["receive"] and man.record["comparison"] == "matched"
    seen = man.noted("viewed_confidential")
    assert [(line.body["by"], line.body["code"], told(line.at)) for line in seen] == [
        (POLICE, "matched", "03-02 09:30")
    ]
    return man


def received(scene: Scene) -> Event:
    """10:00: the rescue station receives him and calls the relatives."""
    man = compared(scene)
    scene.at("03-02 10:00")
    man.do(CIVIL, "救助接收", rescue="received", place="救助管理站", relatives="called")
    assert man.nodes == ["hand_over"] and man.status == "handling"
    return man


def reunited(scene: Scene) -> Event:
    """03-05: the relatives arrive; the hand-over is signed."""
    man = received(scene)
    scene.at("03-05 10:00")
    man.do(CIVIL, "交接或安置", outcome_kind="reunited", note="亲属到站，核对后接回",
           documents=[man.paper(CIVIL, "hand_over")])
    assert man.record["rescue_outcome"] == "reunited"
    return man


# --- the whole story -------------------------------------------------------------------------------


def test_the_man_goes_home(scene: Scene) -> None:
    man = reunited(scene)
    # confidential: not the grid but the duty officer verifies
    assert man.nodes == ["verify_by_duty"] and not man.offered(WORKER)
    scene.at("03-05 11:00")
    man.do(DUTY, "值班员核实", decision="pass", way="phone")
    assert (man.status, man.record["close_reason"], man.nodes) == ("closed", "solved", [])
    assert not man.noted("red")
    man.verified()


def test_only_the_code_reaches_the_grid(scene: Scene) -> None:
    """The form has no room for more, and what is sent beside it is refused."""
    man = on_site(scene)
    scene.at("03-02 09:30")
    task = man.task(POLICE, "信息比对")["id"]
    man.desk.claim(POLICE, task)
    assert [one["key"] for one in man.desk.task(POLICE, task)["form_schema"]["components"] if "key" in one] == [
        "comparison"
    ]
    with refused(422, field="note"):
        man.desk.complete(POLICE, task, {"comparison": "matched", "note": SECRET})
    man.desk.complete(POLICE, task, {"comparison": "matched"})
    for one in (WORKER, DUTY, CIVIL, AUDITOR):
        page = json.dumps(man.desk.case(one, man.reported.case_id), ensure_ascii=False)
        assert SECRET not in page and "matched" in page
    assert not any(SECRET in json.dumps(line.body, ensure_ascii=False) for line in man.desk.history(
        man.reported.case_id))  # fmt: skip
    with refused(404):
        man.desk.case("grid.zs.057", man.reported.case_id)


def test_it_closes_only_behind_both_branches(scene: Scene) -> None:
    """Civil affairs are ready first: the event waits for the police."""
    man = acknowledged(scene)
    scene.at("03-02 07:10")
    man.do(CIVIL, "救助接收", rescue="received", place="救助管理站", relatives="unknown")
    man.do(CIVIL, "交接或安置", outcome_kind="placed", note="转福利机构安置", documents=[man.paper(CIVIL, "hand_over")])
    assert man.nodes == ["on_site"] and man.status == "handling"
    with refused(422, field="waive_reason"):
        man.act(DUTY, "police.waived", waive_reason="急")
    man.act(DUTY, "police.waived", waive_reason="已由邻近派出所处置完毕")
    assert man.nodes == ["verify_by_duty"] and man.noted("branch_waived")[0].body["branch"] == "police"
    man.verified()


def test_it_waits_for_civil_affairs_as_well(scene: Scene) -> None:
    """The police are ready first: the event waits for the rescue station, or for the word that it need not come."""
    man = compared(scene)
    assert man.nodes == ["receive"] and man.status == "handling"
    act = next(one for one in man.desk.case(DUTY, man.reported.case_id)["acts"] if "waived" in one["message"])
    man.act(DUTY, act["message"], waive_reason="亲属已在现场接回，无需救助站接收")
    assert man.nodes == ["verify_by_duty"] and man.noted("branch_waived")[0].body["branch"] != "police"
    man.verified()


def test_without_a_match_civil_affairs_go_on(scene: Scene) -> None:
    man = on_site(scene)
    scene.at("03-03 07:14")
    assert man.nodes == ["compare", "receive"]
    scene.at("03-03 07:16")
    assert man.nodes == ["receive"] and man.noted("no_comparison")
    man.do(CIVIL, "救助接收", rescue="received", place="救助管理站", relatives="unknown")
    assert man.nodes == ["hand_over"]


def test_a_silent_station_is_noted_after_ten_minutes(scene: Scene) -> None:
    man = pushed(scene)
    scene.at("03-02 06:52")
    assert [told(line.at) for line in man.noted("red")] == ["03-02 06:51"]
    assert "ack" in man.nodes
