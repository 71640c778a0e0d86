"""Days that no rule foresaw as a whole: two streets, two levels in one night, a court that is asked no more."""

from app.usecases import Tools
from app.usecases.intake.track_report import track_report
from tests.stories.cast import CITY_DUTY, ZHUANGSHI
from tests.stories.telling import Scene, refused, told
from tests.stories.test_ac8_medical import CLERK, JUDGE, MEDIATOR, NOTARY, applies_to_the_court, instalments
from tests.stories.test_channels import sent
from tests.stories.test_levels import CITY_DIRECTOR, CITY_LAND, candidates, raised
from tests.stories.test_main_job import verify, working
from tests.stories.test_messages import GOOD

Z = ZHUANGSHI
OPERATOR, UNIT_LEADER = "operator.zs", "lead.zs"
NEIGHBOUR, LAND = "33.02.12.009", "33.02.d-land"


def test_a_hotline_call_about_a_road_that_two_streets_share(scene: Scene, tools: Tools) -> None:
    """Several areas: the street agrees, the city settles who leads, the street goes on helping."""
    event = working(scene, channel="HOTLINE_12345", by=Z.duty, content="两个街道交界的道路上建筑垃圾堆了一排，没有人管")
    business = event.due("business")
    scene.at("03-02 10:00")
    raised(event, Z.handler, "R4", esc_place_2=NEIGHBOUR)
    event.do(Z.command, "提级审核", decision="approve")
    # it goes past the street: they lie in two counties, so the city is the nearest place that has both
    assert candidates(event, "receive") == [("city_duty", "33.02")]
    (line,) = event.noted("escalated")
    assert (line.body["reason"], line.body["from"], line.body["to"]) == ("R4", "L3", "L5")
    with refused(422, field="unit"):
        event.do(CITY_DUTY, "接收研判", decision="own_department", note="交资规局")
    event.do(CITY_DUTY, "接收研判", decision="own_department", unit=LAND, note="交资规局统一清理")
    assert (event.record["level"], event.record["lead_unit"]) == ("L5", LAND) and "sign" in event.nodes
    event.do(CITY_LAND, "签收", keep=("decision",))
    if "contact" in event.nodes:
        event.do(CITY_LAND, "首次联系", way="phone", reached=True, note="已告知由市里统一清理")
    assert event.due("business") == business, "the clock of the whole event does not begin anew"
    scene.at("03-03 10:00")
    event.do(Z.handler, "协办", opinion="已移交现场情况，配合清理")
    event.do(CITY_LAND, "办理", on_site_at="2026-03-03T10:00", lat=event.spot["lat"], lon=event.spot["lon"],
             result="solved", action="两街道路段一并清运完毕", after_photos=[event.shot(CITY_LAND, "handle")])
    event.do(CITY_DIRECTOR, "单位审核", decision="accept")
    verify(event)
    event.do(Z.duty, "电话回访", reached=True, **GOOD)
    assert (event.status, event.record["close_reason"]) == ("closed", "solved")
    page = track_report(tools, event_no=event.reported.event_no, tracking_code=event.reported.tracking_code)
    assert page.messages
    event.verified()


def test_a_device_at_night_climbs_two_levels_and_comes_back_down(scene: Scene, tools: Tools) -> None:
    """Nobody signs at three in the morning; the county and the city are asked in turn, and give it back with help."""
    scene.at("03-03 02:10")
    event = sent(tools, scene, "iot-1", channel="IOT", nature="device", content="井盖位移告警", item_hint="C17-02")
    assert event.nodes == ["sign"] and event.record["urgency"] in ("U1", "U2")
    first, business = event.record["lead_unit"], event.due("business")
    scene.at("03-03 05:20")
    # silence is a signature; nobody guards the hole within the hour, and after an hour of grace it climbs by itself
    assert [(told(line.at), line.body["step"]) for line in event.noted("auto_signed")] == [("03-03 02:40", "sign")]
    assert [(told(line.at), line.body["step"], line.body["deduction"]) for line in event.noted("red")] == [
        ("03-03 03:40", "stop", 0.5)]
    climbed = [(told(line.at), line.body["reason"], line.body["to"]) for line in event.noted("escalated")]
    assert climbed == [("03-03 04:40", "R3", "L4"), ("03-03 05:10", "R3", "L5")]
    assert candidates(event, "receive") == [("city_duty", "33.02")]
    # the matter did not leave the unit meanwhile: it can still act
    assert "stop_on_site" in event.nodes and event.record["lead_unit"] == first
    event.do(CITY_DUTY, "接收研判", decision="return_down", support=["people", "order"], note="由街道继续处置",
             support_text="责成市政养护单位立即到场")
    event.do(OPERATOR, "下级签收", keep=("decision",))
    assert event.nodes == ["stop_on_site"] and event.record["level"] == "L3"
    scene.at("03-03 06:10")
    here = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    event.do(OPERATOR, "现场制止或看护", on_site_at="2026-03-03T06:05", action="已设围挡并派人看护",
             officers="抢修员01 抢修员02", **here)
    assert event.nodes == ["handle"] and event.milestones["stopped_at"] == "03-03 06:10"
    scene.at("03-03 09:30")
    event.do(OPERATOR, "办理", on_site_at="2026-03-03T06:05", result="solved", **here,
             action="井盖已复位固定，路面恢复通行", after_photos=[event.shot(OPERATOR, "handle")])
    event.do(UNIT_LEADER, "单位审核", decision="accept")
    verify(event)
    # a device is not called back
    assert (event.status, event.record["close_reason"], event.due("business")) == ("closed", "solved", business)
    assert {row["process"] for row in event.page["offspring"]} == {"supervision"}
    event.verified()


def test_the_parties_take_their_application_to_the_court_back(scene: Scene, tools: Tools) -> None:
    """Withdrawn before the ruling: nothing is confirmed; they change the agreement and go to the notary instead."""
    case = instalments(scene, tools)
    case.do(MEDIATOR, "选择方式", effect="judicial")
    scene.at("03-25 10:00")
    applies_to_the_court(case)
    scene.at("03-26 10:00")
    case.do(CLERK, "法院受理", court_decision="accept", case_no="（2026）浙0211民特12号")
    with refused(422, field="court_reason"):
        case.do(JUDGE, "法院审查", court_decision="withdrawn", ruling_no="（2026）浙0211民特12号之一")
    case.do(JUDGE, "法院审查", court_decision="withdrawn", ruling_no="（2026）浙0211民特12号之一",
            court_reason="双方申请撤回，准许")
    assert case.nodes == ["after_refusal"] and case.record["effect"] != "confirmed"
    case.do(MEDIATOR, "未予确认的处理", next_step="change", note="双方改为公证")
    scene.at("03-27 10:00")
    items = [{"party": "某医院", "what": "一次付清", "kind": "payment", "amount": 20000, "due": "2026-04-30"}]
    case.do(MEDIATOR, "调解协议", form="written", terms="医院一次付清二万元", effective_at="2026-03-27T10:00",
            items=items, wants_effect=True, signatures=[case.paper(MEDIATOR, "agreement")])
    case.do(MEDIATOR, "选择方式", effect="notary")
    case.do(NOTARY, "赋强公证", outside_result="confirmed", document_no="公证〔2026〕1号")
    assert (case.status, case.record["effect"]) == ("closed", "notarised")
    case.verified()
