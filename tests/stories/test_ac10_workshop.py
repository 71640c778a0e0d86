"""AC-10: an illegal chemical workshop in the 100-day check, from the grid's visit to the police."""

from typing import Any

from app.usecases import Tools
from app.usecases.desk.start_case import start_case
from app.usecases.registers.add_row import add_row
from app.usecases.registers.list_rows import list_rows
from tests.stories.cast import ZHUANGSHI, place
from tests.stories.desk import Reported
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
GRID = "33.02.11.004.003.014"
EMERGENCY = "33.02.11.d-emergency"
STATION, COORDINATOR = "s.emergency.zs", "coord.zs"
FIRST, SECOND, HEAD = "case1.zh", "case2.zh", "agency.zh"
POLICE = "police.legal.zh"
OFFICERS = "执法人员01（33020001）、执法人员02（33020002）"
SPOT = place("donghai-mingzhu")
HERE = {"lat": SPOT["lat"], "lon": SPOT["lon"]}
CRIME = {"violation_code": "dangerous_goods", "amount_involved": 120000, "consequence": "danger", "repeat_count": 0}


def begun(scene: Scene, tools: Tools, username: str, process: str, **answers: Any) -> Event:
    """Begin a case by hand."""
    started = start_case(tools, actor=actor_of(tools, username), process=process, answers=answers)
    return Event(scene, Reported(started.event_no or "", str(started.case_id), ""), dict(SPOT))


def came_from(event: Event, process: str) -> Event:
    """Find the case that another one began."""
    found = [row for row in event.page["offspring"] if row["process"] == process]
    assert len(found) == 1, [row["process"] for row in event.page["offspring"]]
    return Event(event.scene, Reported(found[0]["event_no"], str(found[0]["case_id"]), ""), event.spot)


def rows_of(tools: Tools, register: str, **where: Any) -> list[dict[str, Any]]:
    """Read rows of a register as the command room does."""
    page = list_rows(tools, actor=actor_of(tools, Z.command), key=register, where=where)
    return [dict(row.data) for row in page.rows]


# --- the steps, each at its time -------------------------------------------------------------------


def planned(scene: Scene, tools: Tools) -> Event:
    """03-02 08:40: the street begins the 100-day check; the workshop is one row of its list."""
    scene.at("03-02 08:40")
    add_row(tools, actor=actor_of(tools, Z.command), key="inspection_objects", unit=GRID, values={
        "object_no": "O-17", "name": "化工作坊", "kind": "firm", "colour": "green", **HERE,
    })  # fmt: skip
    check = begun(scene, tools, Z.command, "inspection_plan", title="百日安全检查", object_kinds=["firm"],
                  inspection_kind="special", period_until="2026-06-09", checklist="危化品、消防、用电、证照",
                  workers=10, per_day=5)
    check.do(Z.command, "确认计划", decision="begin")
    assert check.nodes == []
    return check


def inspected(scene: Scene, tools: Tools) -> tuple[Event, Event]:
    """09:00: unlicensed storage of chemicals; 480 m away nobody inspects."""
    check = planned(scene, tools)
    scene.at("03-02 09:00")
    visit = begun(scene, tools, Z.second_worker, "site_inspection", object_no="O-17", title="化工作坊",
                  object_kind="firm", inspection_kind="special", grid=GRID, campaign=check.reported.event_no, **HERE)
    scene.at("03-02 09:10")
    found: dict[str, Any] = {"entry": "entered", "person_in_charge": "负责人", "signed": "refused",
             "refusal_note": "负责人拒签，社区工作人员见证",
             "items": [{"code": "chemical_store", "result": "nok", "quantity": 120},
                       {"code": "unlicensed", "result": "nok"}, {"code": "wiring", "result": "ok"}]}
    with refused(409):
        visit.do(Z.second_worker, "现场检查", **found, **HERE)
    found["photos"] = [visit.shot(Z.second_worker, "现场检查", phase="before")]
    with refused(422):
        visit.do(Z.second_worker, "现场检查", **found, lat=HERE["lat"] + 480 / 111_320, lon=HERE["lon"])
    visit.do(Z.second_worker, "现场检查", **found, **HERE)
    assert visit.noted("signature_refused") and visit.record["inspection_kind"] == "special"
    return check, visit


def alarmed(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """09:10, the same minute: a U1 event at the command room, and the emergency station is called to the place."""
    check, visit = inspected(scene, tools)
    alarm = came_from(visit, "event_lifecycle")
    assert (alarm.record["urgency"], alarm.record["item_code"], alarm.record["channel"]) == (
        "U1", "C18-04", "INSPECTION")  # fmt: skip
    assert alarm.milestones["reported_at"] == "03-02 09:10" and alarm.due("acceptance") == "03-02 09:20"
    assert visit.nodes == ["on_site"] and visit.due("inspection_on_site") == "03-02 09:40"
    return check, visit, alarm


def whistled(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """09:15 accepted; 09:20 an emergency whistle, sounded at once by the deputy; confirmed by the director."""
    check, visit, alarm = alarmed(scene, tools)
    scene.at("03-02 09:15")
    alarm.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"), route_choice="joint")
    assert (alarm.status, alarm.nodes) == ("joint", ["draft_whistle"])
    scene.at("03-02 09:20")
    units = ["33.02.11.004.s-emergency", "33.02.11.004.s-market"]
    alarm.do(COORDINATOR, "拟写哨单", keep=("place_lat", "place_lon"), kind="emergency",
             problems=["hazard", "unlicensed"], departments=units, lead=units[0],
             street_done="已疏散周边人员并设置警戒线，通知应急管理站到场处置",
             appointed_at="2026-03-02T09:50")
    alarm.do(Z.command, "审批哨单", keep=("kind",), decision="approve")
    assert {"ack", "confirm_emergency"} <= set(alarm.nodes)
    assert alarm.record["whistle_kind"] == "emergency" and alarm.milestones["whistle_at"] == "03-02 09:20"
    assert {unit for line in alarm.opened("ack") for _, unit in line.body["candidates"]} >= set(units)
    alarm.do(Z.director, "应急哨事后确认", decision="confirm")
    return check, visit, alarm


def referred(scene: Scene, tools: Tools) -> tuple[Event, Event]:
    """09:30 sealed by the station within thirty minutes; 10:00 referred; the object is red and due in seven days."""
    check, visit, _ = whistled(scene, tools)
    scene.at("03-02 09:30")
    visit.do(STATION, "主管部门到场处置", on_site_at="2026-03-02T09:28", evacuated="yes", closure="sealed",
             action="查封储存场所，转移危险化学品", documents=[visit.paper(STATION, "on_site")])
    scene.at("03-02 10:00")
    visit.do(Z.handler, "确认移交", refer_decision="penalty",
             refer_unit=EMERGENCY, package="无许可储存危险化学品，涉案价值约十二万元")
    assert (visit.status, visit.nodes) == ("closed", [])
    (row,) = rows_of(tools, "inspection_objects", object_no="O-17")
    assert (row["colour"], str(row["last_on"]), str(row["next_on"])) == ("red", "2026-03-02", "2026-03-09")
    (result,) = rows_of(tools, "inspection_results")
    assert (result["chemical"], result["unlicensed"], result["worst"]) == (1, 1, "imminent")
    assert result["campaign"] == check.reported.event_no
    visit.verified()
    return check, came_from(visit, "admin_penalty")


def filed(scene: Scene, tools: Tools) -> tuple[Event, Event]:
    """14:00: the emergency bureau files the penalty case."""
    check, penalty = referred(scene, tools)
    assert penalty.record["lead_unit"] == EMERGENCY and penalty.record["item_code"] == "C18-04"
    scene.at("03-02 14:00")
    penalty.do(HEAD, "立案决定", decision="file", party_kind="org", party_name="化工作坊",
               note="有违法事实，属本机关管辖")
    assert penalty.due("penalty_case") == "05-31 14:00"
    return check, penalty


def transferred(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """03-03: two officers conclude a suspected crime above the threshold; the transfer is a case of its own."""
    check, penalty = filed(scene, tools)
    scene.at("03-03 10:00")
    with refused(422, field="officers"):
        concludes(penalty, "执法人员01（33020001）")
    concludes(penalty, OFFICERS)
    with refused(404):
        penalty.desk.claim(FIRST, penalty.task(SECOND, "第二名执法人员复核")["id"])
    penalty.do(SECOND, "第二名执法人员复核", decision="agree", certificate="33020002")
    assert penalty.record["transfer_open"] is True and penalty.limit("penalty_case")["state"] == "paused"
    return check, penalty, came_from(penalty, "criminal_transfer")


def concludes(penalty: Event, officers: str) -> None:
    penalty.do(FIRST, "调查", officers=officers, facts="无许可储存危险化学品一百二十桶",
               evidence_list="清单、照片、笔录", conclusion="crime", continue_now=True,
               proposed_penalties=["warning", "fine"], proposed_fine=50000, proposed_confiscation=0, **CRIME)


def warned(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """03-04: a warning goes on; the fine is blocked."""
    check, penalty, transfer = transferred(scene, tools)
    scene.at("03-04 10:00")
    paper = penalty.paper(FIRST, "give_notice")
    penalty.do(FIRST, "告知权利", keep=("proposed_penalties", "proposed_fine"), notice_no="罚告〔2026〕1号",
               served_on="2026-03-04", grounds="危险化学品安全管理条例", documents=[paper])
    penalty.act(FIRST, "penalty.rights_waived", waiver="书面放弃陈述申辩", waiver_files=[penalty.paper(FIRST)])
    decided = {"decision": "punish", "decision_no": "应急罚〔2026〕1号", "basis": "危险化学品安全管理条例第七十七条"}
    with refused(409):
        penalty.do(HEAD, "处罚决定", **decided, penalties=["warning", "fine"], fine=50000)
    penalty.do(HEAD, "处罚决定", **decided, penalties=["warning"], fine_later=True)
    penalty.do(FIRST, "先送达其他处罚", serve_way="direct", served_on="2026-03-04",
               documents=[penalty.paper(FIRST, "serve_first")])
    assert penalty.nodes == [] and penalty.record["fine"] == 0
    return check, penalty, transfer


def sent(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """Verified by two; approved after two days; sent twenty hours later."""
    check, penalty, transfer = warned(scene, tools)
    scene.at("03-04 16:00")
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report="擅自储存危险化学品，有现实危险",
                evidence_list="清单一份", finding="crime", **CRIME)
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    assert transfer.due("transfer_head") == "03-07 16:00"
    scene.at("03-06 16:00")
    transfer.do(HEAD, "负责人批准", head_decision="approve", note="事实清楚，应当移送")
    # approved on the second of three days; to be sent within twenty-four hours
    assert transfer.due("transfer_send") == "03-07 16:00"
    scene.at("03-07 12:00")
    five = {name: [transfer.paper(FIRST, "send_case")] for name in ("letter", "report_file", "items_list")}
    transfer.do(FIRST, "移送公安机关", **five, letter_no="应急移〔2026〕1号", package_hash="0123456789abcdef")
    assert not transfer.noted("red") and transfer.nodes == ["receipt"]
    return check, penalty, transfer


def handed_over(scene: Scene, tools: Tools) -> tuple[Event, Event, Event]:
    """The police file on the third day; items are handed over."""
    check, penalty, transfer = sent(scene, tools)
    transfer.do(POLICE, "接收，签回执", own_case="yes", receipt_no="回〔2026〕1号", complete="yes")
    assert transfer.due("transfer_decide") == "03-10 12:00"
    scene.at("03-10 10:00")
    transfer.do(POLICE, "立案审查", police_decision="file", police_no="立〔2026〕1号")
    assert transfer.due("transfer_hand_over") == "03-13 10:00"
    scene.at("03-11 10:00")
    transfer.do(FIRST, "移交物品与材料", items="危险化学品一百二十桶、账册", handed_by="执法人员01",
                received_by="民警01", documents=[transfer.paper(FIRST, "hand_over")])
    assert transfer.nodes == ["record_result"] and not transfer.noted("red")
    return check, penalty, transfer


# --- the whole story -------------------------------------------------------------------------------


def test_the_workshop_goes_to_the_police(scene: Scene, tools: Tools) -> None:
    check, penalty, transfer = handed_over(scene, tools)
    assert penalty.record["transfer_open"] is True and penalty.nodes == []
    scene.at("05-20 10:00")
    transfer.do(FIRST, "登记刑事结果", transfer_result="convicted", criminal_fine=20000, verdict_no="刑初〔2026〕1号")
    assert transfer.status == "closed"
    assert penalty.record["transfer_result"] == "convicted" and penalty.limit("penalty_case")["state"] == "running"
    penalty.do(HEAD, "处罚决定", decision="transferred", basis="刑事责任已追究，罚款不再作出")
    assert (penalty.status, penalty.record["close_reason"]) == ("closed", "legal_path")
    counters(scene, check)
    (row,) = rows_of(tools, "inspection_campaigns", campaign_no=check.reported.event_no)
    assert (row["state"], row["chemical"], row["unlicensed"]) == ("ended", 1, 1)
    for case in (penalty, transfer, check):
        case.verified()


def counters(scene: Scene, check: Event) -> None:
    """At the end of the hundred days: one inspection, two hazards; chemicals +1, unlicensed +1."""
    scene.at("06-10 09:00")
    assert check.noted("inspection_daily")[-1].body["done"] == 1
    shown = scene.desk.task(Z.command, check.task(Z.command, "检查小结")["id"])["values"]
    assert (shown["chemical_said"], shown["unlicensed_said"]) == (1, 1)
    check.do(Z.command, "检查小结", summary="检查一家，发现险情一处，移送一案")
    record = check.facts("OperationDone", operation="register.change")[-1].body["params"]["changes"]
    assert [record[one] for one in ("done", "hazards", "chemical", "unlicensed")] == [1, 2, 1, 1]


def test_a_refused_transfer_frees_the_fine(scene: Scene, tools: Tools) -> None:
    _, penalty, transfer = transferred(scene, tools)
    scene.at("03-04 10:00")
    transfer.do(FIRST, "核实，写移送报告", officers=OFFICERS, report="数额不足，无现实危险", evidence_list="清单一份",
                finding="none", **{**CRIME, "consequence": "none"})
    transfer.do(SECOND, "第二人核实签字", second_decision="agree", certificate="33020002")
    transfer.do(HEAD, "负责人批准", head_decision="refuse", note="由本机关处罚")
    assert transfer.status == "closed" and penalty.record["transfer_result"] == "refused"
    paper = penalty.paper(FIRST, "give_notice")
    penalty.do(FIRST, "告知权利", keep=("proposed_penalties", "proposed_fine"), notice_no="罚告〔2026〕1号",
               served_on="2026-03-04", grounds="危险化学品安全管理条例", documents=[paper])
    penalty.act(FIRST, "penalty.rights_waived", waiver="书面放弃陈述申辩", waiver_files=[penalty.paper(FIRST)])
    penalty.do(HEAD, "处罚决定", decision="punish", penalties=["fine"], fine=50000, decision_no="应急罚〔2026〕1号",
               basis="危险化学品安全管理条例第七十七条")
    assert penalty.nodes == ["serve"]
    penalty.verified()


def test_the_red_object_is_seen_again_in_seven_days(scene: Scene, tools: Tools) -> None:
    _, visit, _ = alarmed(scene, tools)
    visit.do(STATION, "主管部门到场处置", on_site_at="2026-03-02T09:28", evacuated="yes", closure="sealed",
             action="查封储存场所", documents=[visit.paper(STATION, "on_site")])
    visit.do(Z.handler, "确认移交", refer_decision="penalty", refer_unit=EMERGENCY, package="无许可储存危险化学品")
    back = came_from(visit, "red_object_return")
    scene.at("03-09 08:29")
    assert not back.page["offspring"]
    scene.at("03-09 08:31")
    again = came_from(back, "site_inspection")
    assert again.record["inspection_kind"] == "recheck" and again.offered(Z.second_worker)
    again.verified()


def test_only_the_department_closes_a_place(scene: Scene, tools: Tools) -> None:
    _, visit, _ = alarmed(scene, tools)
    task = visit.task(STATION, "主管部门到场处置")["id"]
    assert not any(row["node"] == "on_site" for one in (Z.second_worker, Z.duty) for row in visit.offered(one))
    with refused(403):
        visit.desk.claim(Z.second_worker, task)


def test_a_late_station_is_still_the_one(scene: Scene, tools: Tools) -> None:
    _, visit, _ = alarmed(scene, tools)
    scene.at("03-02 09:41")
    task = visit.task(STATION, "主管部门到场处置")
    assert (task["light"], told(task["due_at"])) == ("red", "03-02 09:40")
