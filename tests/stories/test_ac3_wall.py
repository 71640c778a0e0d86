"""AC-3: a wall across the water red line, one platform instead of five departments."""

from datetime import datetime

import pytest

from app.domain.calendar import WorkingCalendar
from tests.stories.cast import SPARED, WATER_STATION, ZHUANGSHI
from tests.stories.telling import Event, Scene, moment, refused, told

Z = ZHUANGSHI
TEXT = "河道边有企业砌围墙，距岸三米，疑似占用水利红线"
OFFICERS = "执法人员01（证号 33020001）、执法人员02（证号 33020002）"
UNIT = "33.02.11.004.p-enforce"


# --- the steps, each at its time -------------------------------------------------------------------


def accepted(scene: Scene) -> Event:
    """03-02 10:00 the grid worker reports; 10:20 the duty officer accepts what the rules propose."""
    scene.at("03-02 10:00")
    wall = scene.report(Z.worker, "river-wall", content=TEXT, item_hint="C15-02")
    assert (wall.status, wall.nodes) == ("reported", ["accept_decide"])
    assert (wall.record["item_code"], wall.record["urgency"], len(wall.record["photos"])) == ("C15-02", "U3", 1)
    assert (wall.record["lat"], wall.record["lon"]) == (wall.spot["lat"], wall.spot["lon"])
    # the rule on the strip beside the bank is shown for reference; the river is the county's
    assert "县级河道不少于五米" in wall.page["case"]["reference"]
    scene.at("03-02 10:20")
    wall.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"))
    assert (wall.status, wall.nodes) == ("dispatched", ["sign"])
    return wall


def signed(scene: Scene) -> Event:
    """13:40: the enforcement platform signs; the water station is asked to assist."""
    wall = accepted(scene)
    assert told(wall.task(Z.handler, "签收")["due_at"]) == "03-02 15:50"
    scene.at("03-02 13:40")
    wall.do(Z.handler, "签收", keep=("decision",), contact_person="承办人01")
    assert (wall.status, wall.nodes) == ("handling", ["assist", "stop_on_site"])
    # stop within one working day
    assert (wall.limit("stop")["amount"], wall.due("stop")) == ("1 wd", "03-03 13:40")
    return wall


def ordered(scene: Scene) -> Event:
    """14:30 on site with two officers; 03-03 10:00 the order to correct is issued and signed by the owner."""
    wall = signed(scene)
    scene.at("03-02 14:30")
    place = {"lat": wall.spot["lat"], "lon": wall.spot["lon"]}
    wall.do(Z.handler, "现场制止或看护", on_site_at="2026-03-02T14:30", officers=OFFICERS, **place,
            action="责令立即停止施工，告知法律责任",
            before_photos=[wall.shot(Z.handler, "stop_on_site", phase="before")])
    # the order to correct within three working days
    assert (wall.limit("order")["amount"], wall.due("order")) == ("3 wd", "03-05 14:30")
    scene.at("03-03 10:00")
    wall.do(Z.handler, "责令改正或立案", order_kind="order", order_no="责改字〔2026〕第1号", served_on="2026-03-03",
            correct_until="2026-03-24", owner_signed=True, officers=OFFICERS,
            documents=[wall.paper(Z.handler, "issue_order")])
    assert (wall.limit("handling")["amount"], wall.due("handling")) == ("15 wd", "03-24 10:00")
    return wall


def assisted(scene: Scene, at: str = "03-04 09:00") -> Event:
    """The water station measures the distance to the bank."""
    wall = ordered(scene)
    scene.at(at)
    wall.do(WATER_STATION, "协办", opinion="围墙距岸线三米，在管理范围内，应当拆除")
    # more than five working days: without a progress note it could not be finished after half of the time
    wall.act(Z.handler, "progress.noted", progress_text="已下达责令改正通知书，当事人同意拆除", percent=20)
    return wall


def asks_for_time(wall: Event, by: str = Z.handler) -> None:
    wall.act(by, "ext.requested", amount_number=5, amount_unit="wd", reason="works",
             explanation="当事人已签吊车合同，等待进场", proof=[wall.paper(by)])


def extended(scene: Scene) -> Event:
    """03-18: the owner waits for a crane; with the contract as proof, five working days are granted."""
    wall = assisted(scene)
    scene.at("03-18 09:30")
    asks_for_time(wall)
    assert told(wall.task(Z.command, "延期审批")["due_at"]) == "03-18 15:00"
    scene.at("03-18 11:00")
    wall.do(Z.command, "延期审批", keep=("granted",), decision="grant", note="情况属实，同意顺延五个工作日")
    assert wall.due("handling") == "03-31 10:00"
    return wall


def removed(wall: Event, by: str = Z.handler) -> None:
    """The handler reports the result, with a photo of the free bank."""
    place = {"lat": wall.spot["lat"], "lon": wall.spot["lon"]}
    wall.do(by, "办理", keep=("on_site_at",), **place, action="围墙已全部拆除，河岸恢复原状", result="solved",
            after_photos=[wall.shot(by, "handle")], officers=OFFICERS)


def handled(scene: Scene) -> Event:
    """03-27: the wall is removed; Friday 16:00 the unit's leader accepts the result."""
    wall = extended(scene)
    scene.at("03-27 15:00")
    removed(wall)
    assert wall.nodes == ["unit_review"]
    scene.at("03-27 16:00")
    wall.do(Z.leader, "单位审核", decision="accept")
    assert (wall.status, wall.nodes) == ("verifying", ["verify"])
    return wall


def verifies(wall: Event, by: str = Z.grid_leader, **answers: object) -> None:
    place = {"lat": wall.spot["lat"], "lon": wall.spot["lon"]}
    wall.do(by, "现场验收", **{"decision": "pass", **place, "photos": [wall.shot(by, "verify")], **answers})


# --- the whole story -------------------------------------------------------------------------------


def test_the_wall_is_removed(scene: Scene) -> None:
    the_wall_is_removed(scene)


def the_wall_is_removed(scene: Scene) -> None:
    wall = handled(scene)
    # the weekend does not count: one working day from Friday 16:00 ends on Monday 16:00
    assert told(wall.task(Z.grid_leader, "verify")["due_at"]) == wall.due("verification") == "03-30 16:00"
    scene.at("03-30 10:00")
    verifies(wall)
    assert (wall.status, wall.record["close_reason"], wall.nodes) == ("closed", "solved", [])
    check_times(wall)
    check_parties(wall)
    wall.verified()


def check_times(wall: Event) -> None:
    """Every milestone stands at the time of the table."""
    assert wall.milestones.items() >= {
        "reported_at": "03-02 10:00", "accepted_at": "03-02 10:20", "dispatched_at": "03-02 10:20",
        "signed_at": "03-02 13:40", "on_site_at": "03-02 14:30", "stopped_at": "03-02 14:30",
        "ordered_at": "03-03 10:00", "handled_at": "03-27 16:00", "verified_at": "03-30 10:00",
        "closed_at": "03-30 10:00",
    }.items()  # fmt: skip
    taken = [datetime.fromisoformat(wall.page["milestones"][name]) for name in ("accepted_at", "closed_at")]
    spent = WorkingCalendar().working_between(*taken).total_seconds() / 3600
    assert 19.5 * 7.5 < spent < 20 * 7.5
    assert not wall.facts("LimitEnded", late=True) and not wall.noted("red")


def check_parties(wall: Event) -> None:
    """One lead, one assist that finished before it, no other unit, no whistle, no call-back."""
    assert [line.body["candidates"] for line in wall.opened("sign")] == [[["platform_enforce", UNIT]]]
    assert len(wall.opened("handle")) == len(wall.opened("assist")) == 1
    assert wall.done_by("assist")[0][1] == "03-04 09:00" < wall.done_by("handle")[0][1] == "03-27 15:00"
    units = {unit for line in wall.facts("TaskOpened") for _, unit in line.body["candidates"]}
    street = "33.02.11.004"
    assert units == {UNIT, f"{street}.cmd", f"{street}.s-water", "33.02.11.004.005.003"}
    assert not any(wall.opened(node) for node in ("forward_d", "forward_d_whistle", "callback_call"))
    assert len(wall.noted("extension_refused")) == 0 and len(wall.facts("LimitMoved", limit="handling")) == 1


# --- what must not happen --------------------------------------------------------------------------


def test_acceptance_is_due_after_two_working_hours(scene: Scene) -> None:
    scene.at("03-02 10:00")
    wall = scene.report(Z.worker, "river-wall", content=TEXT, item_hint="C15-02")
    assert wall.due("acceptance") == told(wall.task(Z.duty, "受理研判")["due_at"]) == "03-02 12:00"


def test_only_the_platform_and_the_water_station_are_asked(scene: Scene) -> None:
    wall = signed(scene)
    assert wall.record["lead_unit"] == UNIT and wall.record["assist_units"] == ["33.02.11.004.s-water"]
    assert wall.offered(Z.handler) and len(wall.offered(WATER_STATION)) == 1
    assert not any(wall.offered(one) for one in SPARED)
    # 60 % of fifteen working days, counted from the sign-off
    assert told(wall.task(WATER_STATION, "协办")["due_at"]) == "03-13 13:40"


def test_the_lead_cannot_finish_before_the_assistant(scene: Scene) -> None:
    wall = ordered(scene)
    scene.at("03-10 10:00")
    with refused(409):
        removed(wall)
    assert wall.nodes == ["assist", "handle"] and not wall.done_by("handle")
    wall.do(WATER_STATION, "协办", opinion="已复核，墙体在管理范围内")
    removed(wall)
    assert wall.nodes == ["unit_review"]
    wall.verified()


def test_the_lead_may_waive_the_assistant_with_a_reason(scene: Scene) -> None:
    wall = ordered(scene)
    scene.at("03-10 10:00")
    with refused(422, field="waive_reason"):
        wall.act(Z.handler, "assist.waived", waive_reason="不用")
    wall.act(Z.handler, "assist.waived", waive_reason="距离明确，无需协办测量")
    assert not wall.offered(WATER_STATION)
    removed(wall)
    assert wall.nodes == ["unit_review"]
    wall.verified()


def test_a_second_extension_is_refused(scene: Scene) -> None:
    wall = extended(scene)
    assert wall.facts("LimitMoved", limit="handling")[0].role == "street_command_duty"
    # the officer's task is the same one as before, still his
    assert len(wall.opened("handle")) == 1
    assert told(wall.task(Z.handler, "办理")["due_at"]) == "03-31 10:00"
    scene.at("03-25 09:00")
    with refused(409, "act-not-open"):
        asks_for_time(wall)
    assert wall.due("handling") == "03-31 10:00"
    wall.verified()


def test_works_need_a_contract(scene: Scene) -> None:
    wall = assisted(scene)
    scene.at("03-18 09:30")
    with refused(422, field="proof"):
        wall.act(Z.handler, "ext.requested", amount_number=5, amount_unit="wd", reason="works",
                 explanation="当事人已签吊车合同，等待进场")
    with refused(422):
        asks_for_time_of(wall, 5000)
    assert wall.nodes == ["handle"]


def asks_for_time_of(wall: Event, days: int) -> None:
    wall.act(Z.handler, "ext.requested", amount_number=days, amount_unit="wd", reason="weather",
             explanation="连续暴雨，无法施工")


def test_an_extension_is_not_asked_for_after_due(scene: Scene) -> None:
    wall = assisted(scene)
    scene.at("03-24 10:01")
    with refused(409, "act-not-open"):
        asks_for_time(wall)
    assert wall.due("handling") == "03-24 10:00" and len(wall.noted("red")) == 1
    wall.verified()


def test_no_decision_before_due_is_no_extension(scene: Scene) -> None:
    wall = assisted(scene)
    scene.at("03-24 09:00")
    asks_for_time(wall)
    scene.at("03-24 10:01")
    assert "ext_decide" not in wall.nodes and wall.due("handling") == "03-24 10:00"
    assert told(wall.noted("extension_refused")[0].at) == "03-24 10:00"
    wall.verified()


def test_a_stranger_cannot_ask_for_time(scene: Scene) -> None:
    wall = assisted(scene)
    wall.desk.claim(Z.handler, wall.task(Z.handler, "办理")["id"])
    key = next(one["key"] for one in wall.desk.case(Z.handler, wall.reported.case_id)["acts"]
               if one["message"] == "ext.requested")
    for one in (Z.duty, Z.colleague, Z.worker):
        with refused(403):
            wall.desk.act(one, wall.reported.case_id, key, {"amount_number": 5, "amount_unit": "wd",
                          "reason": "weather", "explanation": "连续暴雨，无法施工"})
    assert wall.nodes == ["handle"]


def test_lights_change_at_seventy_and_hundred_percent(scene: Scene) -> None:
    wall = assisted(scene)
    # 70 % of 15 working days from 03-03 10:00: ten and a half days
    assert told(wall.limit("handling")["yellow_at"]) == "03-17 15:15"
    for at, light in (("03-17 15:14", "green"), ("03-17 15:16", "yellow"), ("03-24 09:59", "yellow"),
                      ("03-24 10:01", "red")):
        scene.at(at)
        assert wall.task(Z.handler, "办理")["light"] == light, at
    wall.verified()


def test_a_wall_that_stays_leads_to_a_penalty_case(scene: Scene) -> None:
    wall = extended(scene)
    scene.at("03-31 09:59")
    assert not wall.noted("penalty_proposed") and not wall.noted("red")
    scene.at("03-31 10:01")
    proposed, red = wall.noted("penalty_proposed"), wall.noted("red")
    assert [told(line.at) for line in proposed + red] == ["03-31 10:00", "03-31 10:00"]
    assert proposed[0].body["item_code"] == "C15-02" and proposed[0].body["unit"] == UNIT
    assert red[0].body["step"] == "handling" and red[0].body["deduction"] == pytest.approx(0.2)
    # supervision opens a case of its own at once; after eight working hours of grace, the county gets it
    assert wall.nodes == ["handle"]
    rows = [row for row in wall.desk.inbox(Z.command) if row["node"] == "open_notice"]
    assert len(rows) == 1 and rows[0]["case_id"] != wall.reported.case_id
    scene.at("04-01 10:31")
    assert wall.nodes == ["handle", "receive"]
    assert told(wall.opened("receive")[0].at) == "04-01 10:30"
    # late work is still work: the wall goes, everything else is called off
    removed(wall)
    wall.do(Z.leader, "单位审核", decision="accept")
    assert wall.nodes == ["verify"]
    verifies(wall)
    assert wall.status == "closed" and len(wall.noted("penalty_proposed")) == 1
    wall.verified()


def test_the_weekend_does_not_hurry_the_verifier(scene: Scene) -> None:
    wall = handled(scene)
    for at, light in (("03-28 16:01", "green"), ("03-29 23:00", "green"), ("03-30 13:44", "green"),
                      ("03-30 13:46", "yellow"), ("03-30 15:59", "yellow")):
        scene.at(at)
        assert wall.task(Z.grid_leader, "现场验收")["light"] == light, at
    scene.at("03-30 16:01")
    # red: the duty officer verifies by telephone
    assert wall.nodes == ["verify_by_duty"] and [told(line.at) for line in wall.noted("red")] == ["03-30 16:00"]
    wall.do(Z.duty, "值班员核实", decision="pass", way="phone")
    assert wall.status == "closed"
    wall.verified()


def test_photos_must_show_the_place_after_the_sign_off(scene: Scene) -> None:
    wall = assisted(scene)
    scene.at("03-20 15:00")
    place = {"lat": wall.spot["lat"], "lon": wall.spot["lon"]}
    result = {"keep": ("on_site_at",), **place, "action": "围墙已全部拆除，河岸恢复原状", "result": "solved",
              "officers": OFFICERS}
    with refused(422, field="after_photos"):
        wall.do(Z.handler, "办理", **result)
    for wrong in (wall.shot(Z.handler, "handle", north_m=260),
                  wall.shot(Z.handler, "handle", taken=moment("03-02 09:00"))):
        with refused(422, field="after_photos"):
            wall.do(Z.handler, "办理", **result, after_photos=[wrong])
    wall.do(Z.handler, "办理", **result, after_photos=[wall.shot(Z.handler, "handle", north_m=150)])
    assert wall.nodes == ["unit_review"]


def test_the_handler_neither_reviews_nor_verifies(scene: Scene) -> None:
    wall = assisted(scene)
    scene.at("03-20 10:00")
    removed(wall)
    review = wall.task(Z.leader, "单位审核")["id"]
    with refused(404):
        wall.desk.claim(Z.handler, review)
    wall.do(Z.leader, "单位审核", decision="accept")
    for one in (Z.handler, Z.second_worker, Z.leader):
        assert not wall.offered(one)
    assert wall.offered(Z.worker) and wall.offered(Z.grid_leader)
