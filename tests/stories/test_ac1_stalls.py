"""AC-1: night-snack stalls at Donghai Mingzhu; the street whistles, departments report."""

from typing import Any

from app.usecases import Tools
from app.usecases.intake.track_report import track_report
from tests.stories.cast import AUDITOR, ZHUANGSHI
from tests.stories.desk import Reported, UseCaseDesk
from tests.stories.telling import Event, Scene, refused, told

Z = ZHUANGSHI
STREET, COUNTY = "33.02.11.004", "33.02.11"
SQUAD, MARKET, POLICE, LAND = f"{STREET}.s-enforce", f"{STREET}.s-market", f"{STREET}.s-police", f"{COUNTY}.d-land"
#: who acts for each department
WHO = {SQUAD: "s.enforce.zs", MARKET: "s.market.zs", POLICE: "police.zs", LAND: "dept.land.zh"}
COORDINATOR, DISPATCHER, GRID_LEADER = "coord.zs", "county.dispatch.zh", "gridleader.zs.03"
LEADERS = {SQUAD: "lead.zs", MARKET: "lead.zs", LAND: "dept.lead.zh"}
TEXT = "东海明珠路口夜宵摊占道经营，油烟扰民，没有证照"
CALL = "东海明珠附近夜宵摊占道经营，油烟扰民，晚上没法睡"
OFFICERS = [{"name": "执法人员01", "certificate": "33020001"}, {"name": "执法人员02", "certificate": "33020002"}]
DONE = "街道已三次劝离、两次张贴告示，夜间仍反复出摊，需部门联合处置"
NOTICE = {"title": "禁止违法设摊通告", "text": "即日起禁止在东海明珠周边违法设摊，限期自行改正", "places": "路口四处",
          "self_correct_until": "2026-03-09"}
#: three problems in four rows: problem, measure, lead, disputed
ROWS = [("占摊经营", "清理取缔", SQUAD, False), ("无证经营", "立案查处", MARKET, False),
        ("卫生餐饮许可证缺乏", "立案查处", MARKET, False), ("占摊经营", "界址不清地段，明确管辖后清理", LAND, True)]
#: words by which the tasks of each row are told apart
ABOUT = ("清理取缔", "无证经营", "卫生餐饮", "界址不清")


# --- the steps, each at its time -------------------------------------------------------------------


def reported(scene: Scene) -> tuple[Event, Event]:
    """03-02 21:10 the grid worker reports with three photos; 21:12 a caller says the same, 80 m away."""
    scene.at("03-02 21:10")
    stalls = scene.report(Z.second_worker, "donghai-mingzhu", photos=3, content=TEXT)
    assert [stalls.record[one] for one in ("channel", "item_code", "urgency", "lead_role")] == [
        "GRID", "C12-01", "U3", "platform_enforce"]
    assert len(stalls.record["photos"]) == 3 and (stalls.record["lat"], stalls.record["lon"]) == (
        stalls.spot["lat"], stalls.spot["lon"])
    assert stalls.due("acceptance") == "03-03 10:30"
    scene.at("03-02 21:12")
    call = scene.report(Z.duty, "donghai-mingzhu-80m", photos=0, content=CALL, channel="HOTLINE_12345",
                        nature="complaint",
                        reporter={"name": "群众02", "phone": "13900000002", "wants_callback": True})
    (found,) = call.facts("OperationDone", operation="event.candidates")
    # 80 m of 200, half of the words, the same item, two minutes apart
    assert 0.6 <= found.body["value"]["score"] < 0.68 and found.body["value"]["candidates"][0]["metres"] == 80
    assert call.facts("DecisionMade", decision="dedup_action", outputs="suggest")
    assert call.nodes == ["confirm_merge"]
    return stalls, call


def merged(scene: Scene) -> tuple[Event, Event]:
    """03-03 08:40: the duty officer merges the two; the caller hears the number of the first."""
    stalls, call = reported(scene)
    scene.at("03-03 08:40")
    call.do(Z.duty, "确认归并", keep=("master",), decision="merge")
    assert call.status == "merged" and call.record["master_event_no"] == stalls.reported.event_no
    assert call.record["corroborated"] is True and stalls.record["corroborated"] is True
    return stalls, call


def accepted(scene: Scene) -> tuple[Event, Event]:
    """09:00: accepted, and proposed for joint enforcement."""
    stalls, call = merged(scene)
    scene.at("03-03 09:00")
    # three platforms are concerned: the way that the form proposes is the joint one
    assert {stalls.record["platform"], *(one["role"] for one in stalls.record["assists"])} == {
        "enforce", "platform_market", "platform_public_order"}
    stalls.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency", "route_choice"))
    assert (stalls.status, stalls.nodes) == ("joint", ["draft_whistle"])
    assert stalls.record["route_choice"] == "joint" and stalls.milestones["accepted_at"] == "03-03 09:00"
    return stalls, call


def approved(scene: Scene) -> tuple[Event, Event]:
    """09:30 the coordinator drafts a hard whistle; 10:10 the director approves it."""
    stalls, call = accepted(scene)
    scene.at("03-03 09:30")
    view = stalls.desk.task(COORDINATOR, stalls.task(COORDINATOR, "拟写哨单")["id"])["values"]
    assert (view["departments"], view["lead"]) == ([SQUAD, MARKET, POLICE], SQUAD)
    stalls.do(COORDINATOR, "拟写哨单", keep=("place_lat", "place_lon", "lead"), kind="hard",
              problems=["stall", "unlicensed", "food", "land"], departments=[*view["departments"], LAND],
              street_done=DONE, appointed_at="2026-03-04T09:30", basis="浙江省综合行政执法条例第十七条")
    assert told(stalls.task(Z.director, "审批哨单")["due_at"]) == "03-03 11:30"
    scene.at("03-03 10:10")
    stalls.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    assert stalls.nodes == ["ack", "ack", "ack", "divide"]
    for unit in (SQUAD, MARKET, POLICE):
        assert told(stalls.task(WHO[unit], "应哨")["due_at"]) == "03-03 15:40"
    assert not stalls.offered(WHO[LAND])
    return stalls, call


def divided(scene: Scene) -> tuple[Event, Event]:
    """10:40: the county keeps natural resources."""
    stalls, call = approved(scene)
    scene.at("03-03 10:40")
    stalls.do(DISPATCHER, "审哨分哨", keep=("county_departments", "lead"))
    assert told(stalls.task(WHO[LAND], "应哨")["due_at"]) == "03-03 16:10"
    assert told(stalls.task(WHO[SQUAD], "应哨")["due_at"]) == "03-03 15:40"
    return stalls, call


def acknowledges(stalls: Event, unit: str) -> None:
    stalls.do(WHO[unit], "应哨", decision="accept", officers=OFFICERS, arrive_at="2026-03-04T09:30")


def acknowledged(scene: Scene) -> tuple[Event, Event]:
    """Three accept, natural resources objects; 14:30 the director refuses, 15:10 it accepts."""
    stalls, call = divided(scene)
    for at, unit in (("11:00", SQUAD), ("11:20", MARKET), ("14:05", POLICE)):
        scene.at(f"03-03 {at}")
        acknowledges(stalls, unit)
    stalls.do(WHO[LAND], "应哨", decision="object", reason="该地段不属于我局辖区")
    assert [told(line.at) for line in stalls.opened("objection")] == ["03-03 14:05"]
    scene.at("03-03 14:30")
    stalls.do(Z.director, "异议处理", decision="refuse", note="请到会商会上说明")
    with refused(409):
        stalls.do(WHO[LAND], "应哨", decision="object", reason="该地段不属于我局辖区")
    scene.at("03-03 15:10")
    acknowledges(stalls, LAND)
    assert stalls.nodes == [] and not stalls.noted("late_ack")
    assert [at for _, at in stalls.done_by("ack")] == [
        f"03-03 {at}" for at in ("11:00", "11:20", "14:05", "14:05", "15:10")]
    return stalls, call


def checks_in(stalls: Event, unit: str, north_m: float = 0) -> None:
    stalls.do(WHO[unit], "现场签到", lat=stalls.spot["lat"] + north_m / 111_320, lon=stalls.spot["lon"],
              officers=OFFICERS)


def checked_in(scene: Scene) -> tuple[Event, Event]:
    """03-04 09:30: everybody at the site; one stands 480 m away and is refused."""
    stalls, call = acknowledged(scene)
    scene.at("03-04 09:30")
    assert stalls.nodes == ["check_in"] * 4 + ["consult"]
    for unit in (SQUAD, MARKET):
        checks_in(stalls, unit)
    with refused(422):
        checks_in(stalls, POLICE, north_m=480)
    checks_in(stalls, POLICE, north_m=150)
    checks_in(stalls, LAND)
    assert stalls.nodes == ["consult"]
    return stalls, call


def consulted(scene: Scene) -> tuple[Event, Event]:
    """11:20: eleven people of three platforms write down four rows and one jurisdiction question."""
    stalls, call = checked_in(scene)
    scene.at("03-04 11:20")
    platforms = [f"{STREET}.{one}" for one in ("p-enforce", "p-market", "p-order")]
    units = [SQUAD, MARKET, POLICE, LAND, *platforms, *platforms, f"{STREET}.cmd"]
    rows = [{"problem": problem, "measure": measure, "lead": lead, "disputed": disputed, "due": "2026-03-20"}
            for problem, measure, lead, disputed in ROWS]
    stalls.do(Z.director, "会商", consult_result="go", attendees=[{"unit": one, "name": "参会人"} for one in units],
              rows=rows, jurisdiction_question="该地段的行政区域与管辖权", notice=True, self_correct_until="2026-03-09",
              joint_action=True, action_at="2026-03-10T19:00", minutes="会商纪要：三项问题四项任务")
    minutes = stalls.noted("consultation")[0]
    assert minutes.body["attendees"] == 11 and len(minutes.body["rows"]) == 4
    assert minutes.body["minutes"] == "会商纪要：三项问题四项任务"
    assert len({row["problem"] for row in minutes.body["rows"]}) == 3
    assert stalls.nodes == ["conclude", "draft_notice", "pose_question"]
    return stalls, call


def posted(scene: Scene) -> tuple[Event, Event]:
    """11:40: notice 2026-01 is posted; 11:45 the question goes to the county, the squad works on meanwhile."""
    stalls, call = consulted(scene)
    stalls.do(COORDINATOR, "拟写通告", **NOTICE)
    stalls.do(Z.director, "签发通告", decision="sign")
    scene.at("03-04 11:40")
    stalls.do(COORDINATOR, "发布通告", keep=("title", "text", "places", "signed_by"), number="2026-01",
              posted=[stalls.shot(COORDINATOR, "发布通告")])
    assert stalls.noted("public_notice")[0].body["number"] == "2026-01"
    scene.at("03-04 11:45")
    stalls.do(COORDINATOR, "提出权属问题", keep=("question", "interim"), question_units=[SQUAD, LAND])
    states = [line.body["due_at"] for line in stalls.opened("state")]
    assert [told(at) for at in states] == ["03-04 17:15"] * 2
    assert stalls.task(WHO[SQUAD], "interim_handle")
    return stalls, call


def arbitrated(scene: Scene) -> tuple[Event, Event]:
    """03-05 10:00: the squad leads, natural resources assists with the boundary map."""
    stalls, call = posted(scene)
    scene.at("03-04 15:00")
    for unit in (SQUAD, LAND):
        stalls.do(WHO[unit], "state", view="not_mine", basis="界址图与三定方案", proposal="由中队牵头")
    assert told(stalls.task(Z.county_duty, "propose")["due_at"]) == "03-05 10:00"
    decision = {"lead": SQUAD, "assist_1": LAND, "basis": "界址图显示为道路红线内，由中队牵头"}
    stalls.do(Z.county_duty, "propose", **decision)
    scene.at("03-05 10:00")
    # one working day for the decision, from the last statement
    decide = stalls.task(Z.county_director, "decide")
    assert (told(decide["due_at"]), decide["light"]) == ("03-05 15:00", "green")
    stalls.do(Z.county_director, "decide", **decision, deadline="2026-03-20")
    assert not stalls.opened("sign_task")
    return stalls, call


def works(stalls: Event, unit: str, about: str, outcome: str = "corrected", **more: Any) -> None:
    """A department's work on one problem, and its leader's review."""
    who = WHO[unit]
    stalls.do(who, "work", about=about, on_site_at="2026-03-10T19:00", row_outcome=outcome, officers=OFFICERS,
              lat=stalls.spot["lat"], lon=stalls.spot["lon"], action="清理并登记经营户，当场责令改正",
              after_photos=[stalls.shot(who, "work", about=about)], **more)
    stalls.do(LEADERS[unit], "task_review", about=about, decision="accept")


def acted(scene: Scene) -> tuple[Event, Event]:
    """03-10: tasks per row; 19:00 nine stalls are removed, two cases filed, one warning."""
    stalls, call = arbitrated(scene)
    scene.at("03-10 09:00")
    signed = [SQUAD, MARKET, MARKET, SQUAD]
    assert stalls.nodes == ["conclude", *["sign_task"] * 4]
    for about, unit in zip(ABOUT, signed, strict=True):
        stalls.do(WHO[unit], "sign_task", about=about, contact_person="承办人")
        stalls.do(WHO[unit], "plan", about=about, plan="分三组夜间清理")
    stalls.do(WHO[LAND], "assist", opinion="已提供界址图")
    scene.at("03-10 19:00")
    stalls.do(WHO[SQUAD], "联合行动", started_at="2026-03-10T19:00", teams="三组", plan="分段清理并登记",
              risk_plan="备勤警力", camera_officer="记录员01", outcome_text="取缔九摊，立案两起，警告一起",
              photos=[stalls.shot(WHO[SQUAD], "联合行动")])
    case = {"parties": "经营户甲", "facts": "未取得食品经营许可从事餐饮"}
    works(stalls, SQUAD, "清理取缔")
    works(stalls, SQUAD, "界址不清")
    for problem in ("无证经营", "卫生餐饮"):
        works(stalls, MARKET, problem, "filed", **case)
    assert stalls.milestones["filed_at"] == stalls.milestones["joint_action_at"] == "03-10 19:00"
    return stalls, call


def conclude(stalls: Event) -> None:
    stalls.do(Z.director, "联合结论", decision="solved", conclusion="四项问题均已解决")


def verified(scene: Scene) -> tuple[Event, Event]:
    """03-11 15:00: one row is only partly cleared; 03-13 the second check passes."""
    stalls, call = acted(scene)
    scene.at("03-11 09:00")
    for problem in ("清理取缔", "界址不清"):
        stalls.do(COORDINATOR, "street_check", about=problem, decision="pass")
    with refused(409):
        conclude(stalls)
    scene.at("03-11 15:00")
    here = {"lat": stalls.spot["lat"], "lon": stalls.spot["lon"]}
    for problem, found in (("清理取缔", "partly"), ("界址不清", "cleared")):
        note = {"note": "两摊移到六十米外"} if found == "partly" else {}
        stalls.do(GRID_LEADER, "verify_row", about=problem, decision=found, **here, **note,
                  photos=[stalls.shot(GRID_LEADER, "verify_row", about=problem)])
        # who has checked the row for the street does not sign on site too
        assert "cosign_row" in stalls.nodes and not [row for row in stalls.offered(COORDINATOR)
                                                     if row["node"] == "cosign_row"]
        stalls.do(Z.command, "cosign_row", about=problem, decision="cleared", **here)
    factors = [line.body["factor"] for line in stalls.facts("LimitStarted") if "whistle_task" in line.body["name"]]
    assert factors == [1, 1, 1, 1, 0.5] and stalls.nodes == ["conclude", "work"]
    with refused(409):
        conclude(stalls)
    scene.at("03-12 21:00")
    works(stalls, SQUAD, "清理取缔")
    stalls.do(COORDINATOR, "street_check", decision="pass")
    scene.at("03-13 10:00")
    stalls.do(GRID_LEADER, "verify_row", decision="cleared", **here, photos=[stalls.shot(GRID_LEADER, "verify_row")])
    stalls.do(Z.command, "cosign_row", decision="cleared", **here)
    return stalls, call


def concluded(scene: Scene) -> tuple[Event, Event]:
    """03-13: solved; verified by the grid; the caller is called back, satisfied, and the event closed."""
    stalls, call = verified(scene)
    conclude(stalls)
    assert stalls.nodes == ["verify"]
    stalls.do(GRID_LEADER, "现场验收", decision="pass", lat=stalls.spot["lat"], lon=stalls.spot["lon"],
              photos=[stalls.shot(GRID_LEADER, "verify")])
    # the worker's own report needs no call, the caller's that was merged into it does
    assert stalls.nodes == ["callback_call"] and stalls.status == "callback"
    stalls.do(Z.duty, "电话回访", reached=True, solved="yes", satisfaction="satisfied")
    assert stalls.record["satisfaction"] == "satisfied"
    return stalls, call


def aftercare(scene: Scene, stalls: Event) -> Event:
    """The case of ratings and re-checks that the conclusion began."""
    rows = [row for row in stalls.desk.inbox(COORDINATOR) if row["node"] == "long_term"]
    assert len(rows) == 1
    page = stalls.desk.case(AUDITOR, rows[0]["case_id"])
    assert page["record"]["origin_no"] == stalls.reported.event_no
    return Event(scene, Reported(page["case"]["event_no"], rows[0]["case_id"], ""), stalls.spot)


def planned(scene: Scene) -> tuple[Event, Event]:
    """03-13: patrols for thirty days, re-checks after 7, 30 and 90 days."""
    stalls, _ = concluded(scene)
    after = aftercare(scene, stalls)
    after.do(COORDINATOR, "长效方案", keep=("recheck_1", "recheck_2", "recheck_3"),
             patrol="每日十九至二十二时巡查，为期三十日", units=[SQUAD], legal_place="兴庄路疏导点")
    plan = after.noted("long_term_plan")[0].body
    assert plan["rechecks"] == ["2026-03-20", "2026-04-12", "2026-06-11"] and plan["patrol"].endswith("为期三十日")
    # one branch for each of the three; its task opens on its day
    begun = [line for line in after.desk.history(after.reported.case_id)
             if (line.process, line.node) == ("long_term_recheck", "start")]
    assert len(begun) == 3, [(line.kind, line.node) for line in begun]
    return stalls, after


def rated(scene: Scene) -> tuple[Event, Event]:
    """03-16: four ratings; natural resources appeals."""
    stalls, after = planned(scene)
    scene.at("03-16 10:00")
    for label, points in (("综合行政执法中队", (18, 18, 28, 28)), ("市场监管所", (19, 19, 28, 29)),
                          ("派出所", (18, 18, 27, 27)), ("自然资源和规划局", (10, 15, 20, 25))):
        names = ("score_ack", "score_arrival", "score_action", "score_result")
        after.do(Z.director, "评价部门", about=label, **dict(zip(names, points, strict=True)))
    assert told(after.task(WHO[LAND], "查看评分")["due_at"]) == "03-19 10:00"
    after.do(WHO[LAND], "查看评分", decision="appeal", ground="异议处理期间不应视为迟到")
    assert told(after.task(Z.county_director, "申诉裁定")["due_at"]) == "03-19 10:00"
    return stalls, after


# --- the whole story -------------------------------------------------------------------------------


def test_the_stalls_are_cleared(scene: Scene) -> None:
    the_stalls_are_cleared(scene)


def the_stalls_are_cleared(scene: Scene) -> None:
    stalls, after = rated(scene)
    assert (stalls.status, stalls.record["close_reason"], stalls.nodes) == ("closed", "solved", [])
    assert stalls.milestones["closed_at"] == stalls.milestones["callback_at"] == "03-13 10:00"
    check_parallel(stalls)
    check_penalties(stalls)
    scene.at("03-19 09:00")
    after.do(Z.county_director, "申诉裁定", decision="uphold", note="到场迟于约定，维持评分")
    scene.at("03-19 10:01")
    points = {line.body["unit"]: line.body["points"] for line in after.noted("department_rating")}
    assert points == {SQUAD: 92, MARKET: 95, POLICE: 90, LAND: 70}
    check_rechecks(scene, stalls, after)
    stalls.verified()
    after.verified()


def check_parallel(stalls: Event) -> None:
    """Departments worked side by side; the question did not stop the others."""
    opened = {told(line.at) for line in stalls.opened("sign_task")}
    assert opened == {"03-10 00:00"} and len(stalls.opened("sign_task")) == 4
    assert [told(line.at) for line in stalls.opened("ack")][:3] == ["03-03 10:10"] * 3
    assert {line.body["unit"] for line in stalls.noted("row_not_cleared")} == {SQUAD}
    assert not stalls.noted("absent") and not stalls.noted("late_ack")
    reports = {one["unit"]: (one["ack"], one["state"], len(one["officers"]))
               for one in stalls.record["whistle_reports"]}
    assert reports == dict.fromkeys((SQUAD, MARKET, POLICE, LAND), ("accepted", "arrived", 2))


def test_both_reporters_are_informed(scene: Scene, tools: Tools) -> None:
    stalls, call = concluded(scene)
    for one, words in ((stalls, ("受理", "办结")), (call, (stalls.reported.event_no, "办结"))):
        found = track_report(tools, event_no=one.reported.event_no, tracking_code=one.reported.tracking_code)
        said = "".join(message.text for message in found.messages)
        assert all(word in said for word in words), said
    call.verified()


def test_last_months_report_is_shown_and_three_platforms_make_it_a_joint_matter(tools: Tools) -> None:
    """03-03 09:00: the duty officer sees what was reported here a month ago, and who is concerned."""
    scene = Scene(UseCaseDesk(tools))
    scene.at("02-10 20:00")
    scene.report(Z.second_worker, "donghai-mingzhu", content=TEXT, item_hint="C12-01")
    scene.at("03-02 21:10")
    stalls = scene.report(Z.second_worker, "donghai-mingzhu", photos=3, content=TEXT)
    scene.at("03-03 09:00")
    values = stalls.desk.task(Z.duty, stalls.task(Z.duty, "受理研判")["id"])["values"]
    assert (values["recent_same"], values["route_choice"]) == (1, "joint")
    assert values["concerned"] == ["platform_enforce", "platform_market", "platform_public_order"]
    stalls.verified()


def test_the_question_stops_no_other_row(scene: Scene) -> None:
    """While the county decides on one row, the squad works on another; only the disputed one waits."""
    stalls, _ = checked_in(scene)
    scene.at("03-04 11:20")
    units = [SQUAD, *(f"{STREET}.{one}" for one in ("p-enforce", "p-market", "p-order"))]
    rows = [{"problem": problem, "measure": measure, "lead": lead, "disputed": disputed, "due": "2026-03-20"}
            for problem, measure, lead, disputed in (ROWS[0], ROWS[3])]
    stalls.do(Z.director, "会商", consult_result="go", attendees=[{"unit": one, "name": "参会人"} for one in units],
              rows=rows, jurisdiction_question="该地段的行政区域与管辖权", minutes="会商纪要：两项任务")
    scene.at("03-04 11:45")
    stalls.do(COORDINATOR, "提出权属问题", keep=("question", "interim"), question_units=[SQUAD, LAND])
    assert stalls.nodes == ["conclude", "interim_handle", "sign_task", "state", "state"]
    stalls.do(WHO[SQUAD], "sign_task", contact_person="承办人")
    stalls.do(WHO[SQUAD], "plan", plan="分三组夜间清理")
    scene.at("03-04 15:00")
    works(stalls, SQUAD, "清理取缔")
    stalls.do(COORDINATOR, "street_check", decision="pass")
    assert stalls.nodes == ["conclude", "interim_handle", "state", "state", "verify_row"]
    # and it cannot be concluded while the county has not decided
    with refused(409):
        conclude(stalls)
    stalls.verified()


def check_penalties(stalls: Event) -> None:
    """Two penalty cases run on after the event was closed, and so do their clocks."""
    opened = stalls.facts("MessageThrown", name="penalty.opened")
    assert [line.body["payload"]["department"] for line in opened] == [MARKET, MARKET]
    offspring = [row for row in stalls.page["offspring"] if row["process"] == "admin_penalty"]
    assert len(offspring) == 2 and all(row["status"] != "closed" for row in offspring)
    for row in offspring:
        penalty = Event(stalls.scene, Reported(row["event_no"], str(row["case_id"]), ""), stalls.spot)
        assert penalty.record["origin_no"] == stalls.reported.event_no
        assert [(line["name"], line["state"], told(line["due_at"])) for line in penalty.page["limits"]] == [
            ("penalty_file", "running", "03-17 17:30")]


def check_rechecks(scene: Scene, stalls: Event, after: Event) -> None:
    """03-20 nothing; 04-12 a relapse drafts a hard whistle by itself."""
    here = {"lat": after.spot["lat"], "lon": after.spot["lon"]}
    scene.at("03-20 10:00")
    after.do(GRID_LEADER, "现场回头看", decision="clean", **here, photos=[after.shot(GRID_LEADER, "recheck")])
    scene.at("04-12 20:00")
    after.do(GRID_LEADER, "现场回头看", decision="relapse", note="又有三摊", **here,
             photos=[after.shot(GRID_LEADER, "recheck")])
    drafts = [row for row in stalls.desk.inbox(COORDINATOR) if row["node"] == "draft_whistle"]
    assert len(drafts) == 1
    page = stalls.desk.case(AUDITOR, drafts[0]["case_id"])
    assert page["record"]["relapse_of"] == stalls.reported.event_no
    assert stalls.desk.task(COORDINATOR, drafts[0]["id"])["values"]["kind"] == "hard"
