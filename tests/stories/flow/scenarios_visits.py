"""The five occasions at which a grid worker must be there: in time, late, told by a system, and what becomes of it."""

from tests.stories.flow.flow_case import GRID, FlowCase
from tests.stories.flow.telling_no import refused

ASKED = {"subject": "河东路18号王家", "address": "河东路18号", "details": "老人情绪低落", "grid": GRID}
THERE = {"lat": 29.9342, "lon": 121.6042, "arrived_at": "2026-03-02T10:00:00+08:00", "note": "已上门陪同"}


def _needed(trigger: str = "mood", amount: str = "2 h", node: str = "start_by_hand") -> FlowCase:
    case = FlowCase()
    case.begin("must_arrive", node, **ASKED, trigger=trigger)
    assert case.nodes == {"arrive"} and case.record["limits"]["must_arrive"]["amount"] == amount
    return case


def _kept(case: FlowCase, trigger: str, finding: str) -> FlowCase:
    (row,) = case.registers["must_arrivals"]
    assert (row["trigger"], row["finding"], row["unit"]) == (trigger, finding, GRID)
    assert case.event["close_reason"] == ("transferred" if finding == "work" else "solved")
    return case


def somebody_is_there_for_low_spirits() -> FlowCase:
    case = _needed()
    with refused("lat"):
        case.do("arrive", by="wang", finding="care", note="没有签到", arrived_at=THERE["arrived_at"])
    case.do("arrive", by="wang", finding="care", **THERE)
    return _kept(case, "mood", "care")


def nobody_comes_in_time_and_the_leader_hears_of_it() -> FlowCase:
    case = _needed("emergency", "30 min", "start_found")
    case.until("must_arrive")
    assert case.told("visits.late") == 1 and case.nodes == {"arrive"}
    case.do("arrive", by="wang", finding="work", **THERE)
    sent = [one for one in case.kinds("MessageThrown") if one["name"] == "report.received"]
    assert [one["payload"]["grid"] for one in sent] == [GRID] and sent[0]["payload"]["content"] == "已上门陪同"
    return _kept(case, "emergency", "work")


def every_occasion_has_its_limit() -> FlowCase:
    for trigger, amount in (("errand", "4 wh"), ("dispute", "2 h"), ("family", "1 d"), ("other", "4 wh")):
        case = _needed(trigger, amount, "start_found")
    return case
