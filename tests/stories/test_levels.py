"""PR-5 and PR-8: an event climbs five levels and comes back down; disputes are settled by the nearest superior."""

import pytest

from tests.stories.cast import CITY_DUTY, ZHUANGSHI
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_main_job import GRID_LEADER, GRID_WORKER, PLACE, accept, verify, working

Z = ZHUANGSHI
SECRETARY, CITY_LAND, CITY_DIRECTOR = "village.zs.03", "city.land", "city.director"
TRIED = "已多次协调，本级没有条件解决"


def suggested(scene: Scene) -> Event:
    """A small matter that begins in the grid."""
    scene.at("03-02 08:30")
    event = scene.report(GRID_WORKER, PLACE, nature="suggestion", content="建议在路口增设健身器材和座椅",
                         item_hint="C22-05")
    accept(event)
    scene.at("03-02 09:00")
    event.do(GRID_WORKER, "签收", keep=("decision",))
    assert (event.record["level"], event.nodes) == ("L1", ["handle"])
    return event


def raised(event: Event, by: str, reason: str = "R2", **more: object) -> None:
    event.act(by, "esc.raised", esc_reason=reason, esc_tried=TRIED, esc_wanted=["people"], **more)


def candidates(event: Event, node: str) -> list[tuple[str, str]]:
    return [(role, unit) for role, unit in event.opened(node)[-1].body["candidates"]]


def test_pr_5_an_event_climbs_to_the_city_and_comes_back_down(scene: Scene) -> None:
    event = suggested(scene)
    business = event.due("business")
    scene.at("03-02 09:30")
    # the grid leader is the gate of his own grid: nobody else decides on his raise
    raised(event, GRID_LEADER)
    assert candidates(event, "receive") == [("village_secretary", "33.02.11.004.003")]
    with refused(409):
        raised(event, Z.duty)
    assert told(event.task(SECRETARY, "接收研判")["due_at"]) == "03-02 11:30"
    for at, role in (("03-02 11:31", "street_duty"), ("03-02 15:01", "county_duty"), ("03-02 17:01", "city_duty")):
        scene.at(at)
        assert candidates(event, "receive")[0][0] == role
    assert [line.body["to"] for line in event.noted("escalated")] == ["L2", "L3", "L4", "L5"]
    assert [line.body["level"] for line in event.noted("raise_held")] == ["L2", "L3", "L4"]
    scene.at("03-02 17:10")
    event.do(CITY_DUTY, "接收研判", decision="own_department", unit="33.02.d-land", note="交市资规局统筹")
    assert (event.record["level"], event.record["lead_unit"], event.nodes) == ("L5", "33.02.d-land", ["sign"])
    # the grid has lost its work and keeps only what is to be done on site
    assert not [line for line in event.offered(GRID_WORKER) if line["node"] == "handle"]
    scene.at("03-03 09:00")
    event.do(CITY_LAND, "签收", keep=("decision",))
    assert event.limit("handling")["amount"] in ("10 wd", "60 wd") and event.due("business") == business
    event.do(GRID_WORKER, "协办", opinion="现场已核实，继续配合")
    scene.at("03-04 09:00")
    event.do(CITY_LAND, "办理", on_site_at="2026-03-04T09:00", lat=event.spot["lat"], lon=event.spot["lon"],
             result="solved", action="已列入公共空间改造并安装到位", after_photos=[event.shot(CITY_LAND, "handle")])
    event.do(CITY_DIRECTOR, "单位审核", decision="accept")
    # the result goes down every level it came up, and the grid verifies
    down = [line.body["params"] for line in event.facts("OperationDone", operation="notify.unit")
            if line.body["params"].get("text") == "unit.result_down"]
    assert [one["role"] for one in down] == ["grid_member", "village_secretary", "street_duty", "county_duty"]
    assert event.nodes == ["verify"]
    verify(event)
    assert event.status == "closed" and event.due("business") == business
    event.verified()


def test_a_level_returns_with_support_once(scene: Scene) -> None:
    event = working(scene)
    scene.at("03-02 10:00")
    raised(event, Z.handler)
    assert told(event.task(Z.command, "提级审核")["due_at"]) == "03-02 12:00"
    event.do(Z.command, "提级审核", decision="approve")
    event.do(Z.county_duty, "接收研判", decision="return_down", support=["order"], note="街道继续办理",
             support_text="责成住建局三日内到场支持")
    assert told(event.task(Z.handler, "下级签收")["due_at"]) == "03-02 12:00"
    event.do(Z.handler, "下级签收", keep=("decision",))
    assert event.nodes == ["handle"] and event.noted("returned_down")
    raised(event, Z.handler)
    event.do(Z.command, "提级审核", decision="approve")
    with refused(409):
        event.do(Z.county_duty, "接收研判", decision="return_down", support=["order"], note="街道继续办理",
                 support_text="责成住建局三日内到场支持")
    event.do(Z.county_duty, "接收研判", decision="take_over", note="区县接办")
    assert (event.record["level"], event.record["lead_role"], event.nodes) == ("L4", "county_duty", ["sign"])
    event.verified()


def test_street_and_county_see_a_major_matter_in_the_same_minute(scene: Scene) -> None:
    scene.at("03-02 21:10")
    event = scene.report(Z.second_worker, PLACE, content="车库冒烟着火，多人被困", item_hint="C12-04",
                         danger_flags=["fire"])
    accept(event)
    event.do(Z.handler, "签收", keep=("decision",))
    raised(event, Z.duty, "R6", esc_people=12)
    opened = {node: event.opened(node) for node in ("seen", "receive")}
    assert {told(line.at) for lines in opened.values() for line in lines} == {"03-02 21:10"}
    assert {tuple(line.body["candidates"][0])[0] for line in opened["seen"]} == {"street_duty", "city_duty"}
    assert candidates(event, "receive") == [("county_duty", "33.02.11")]
    # the ports of police, fire brigade and ambulance have a case of their own beside it
    rows = [row for row in event.desk.inbox(Z.duty) if row["node"] == "by_phone"]
    assert len(rows) == 1 and rows[0]["case_id"] != event.reported.case_id
    event.verified()


def test_lateness_raises_by_itself_after_the_grace(scene: Scene) -> None:
    event = working(scene)
    assert event.due("handling") == "03-09 09:00"
    scene.at("03-10 09:29")
    assert "receive" not in event.nodes
    scene.at("03-10 09:31")
    assert [told(line.at) for line in event.opened("receive")] == ["03-10 09:30"]
    line = event.noted("escalated")[0]
    assert (line.body["reason"], line.body["from"], line.body["to"]) == ("R3", "L3", "L4")
    assert not event.opened("gate")
    event.verified()


@pytest.mark.parametrize(("parties", "decider"), [
    (("33.02.11.004.003", "33.02.11.004.005"), ("street_command_director", "33.02.11.004.cmd")),
    (("33.02.12.009", "33.02.12.108"), ("county_director", "33.02.12")),
    (("33.02.11.004", "33.02.12.009"), ("city_director", "33.02")),
], ids=["two villages", "two streets", "two counties"])
def test_pr_8_the_nearest_common_superior_decides(
    scene: Scene, parties: tuple[str, str], decider: tuple[str, str]
) -> None:
    event = working(scene)
    scene.at("03-02 10:00")
    raised(event, Z.handler, "R5")
    event.do(Z.duty, "提请裁决", arb_kind="area", arb_unit_1=parties[0], arb_unit_2=parties[1], arb_interim=parties[0],
             arb_question="路口空间属于哪一方")
    # the matter does not wait: who received it first acts until the decision
    assert candidates(event, "interim_handle")[0][1].startswith(parties[0]) and "handle" in event.nodes
    assert {unit for line in event.opened("state") for _, unit in line.body["candidates"]} == {
        f"{one}.cmd" if one.count(".") == 3 else one for one in parties}
    scene.at("03-02 15:31")
    # nobody said anything: silence accepts
    drafter = {"street_duty": Z.duty, "county_duty": "county.duty.yz", "city_duty": CITY_DUTY}
    role = candidates(event, "propose")[0][0]
    assert role == {"L3": "street_duty", "L4": "county_duty", "L5": "city_duty"}[
        event.facts("DecisionMade", decision="arbitration_level")[0].body["outputs"]["arb_level"]]
    if role == "street_duty":
        event.do(drafter[role], "拟定裁决意见", lead=parties[0], basis="依据村界划分")
        with refused(404):
            event.desk.claim(drafter[role], event.task(Z.director, "decide")["id"])
        event.do(Z.director, "裁决", lead=parties[0], deadline="2026-03-10", basis="依据村界划分", precedent=True,
                 precedent_table="authority")
        assert event.nodes == ["sign"] and event.record["lead_unit"] == parties[0]
        assert event.record["lead_role"] == "village_secretary"
        assert [row["view"] for row in event.noted("arbitrated")[0].body["statements"]] == ["accepts", "accepts"]
    elif role == "city_duty":
        event.do(CITY_DUTY, "拟定裁决意见", lead=parties[0], basis="依据区界划分")
        assert candidates(event, "decide") == [decider]
    event.verified()
