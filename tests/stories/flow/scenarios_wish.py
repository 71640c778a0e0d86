"""Wishes: claimed and fulfilled, found by the street, over the cap, a hardship, not taken, not fulfilled."""

from typing import Any

from tests.stories.flow.flow_case import GRID, PHOTO, FlowCase
from tests.stories.flow.telling_no import refused

CLAIM = {"claimant": "志愿服务队", "promised_on": "2026-03-09"}


def _made(node: str = "start_by_hand") -> FlowCase:
    case = FlowCase()
    case.begin("micro_wish", node, title="一只电饭煲", wish_text="独居老人的电饭煲坏了，想要新的", wisher="居民甲",
               grid=GRID, estimated=200)
    assert case.nodes == {"verify_wish"} and case.record["limits"]["wish_verify"]["amount"] == "2 wd"
    return case


def _published(case: FlowCase, worth: int = 200) -> FlowCase:
    case.do("verify_wish", by="li", decision="approve", worth=worth, masked_title="一只电饭煲",
            masked_text="一位独居老人想要一只电饭煲")
    assert case.nodes == {"claim_wish"}
    (row,) = case.registers["wishes"]
    assert row["state"] == "published" and "居民甲" not in str(row)
    return case


def _claimed(case: FlowCase) -> FlowCase:
    case.do("claim_wish", by="zhao", **CLAIM)
    assert case.record["limits"]["wish_fulfil"]["amount"] == "8 d"
    return case


def _state(case: FlowCase) -> Any:
    return case.registers["wishes"][0]["state"]


def a_wish_is_claimed_and_comes_true() -> FlowCase:
    case = _claimed(_published(_made()))
    case.do("fulfil", by="zhao", decision="done", photos=[PHOTO])
    assert "id-zhao" in case.open[case.key_of("confirm_wish")].excluded_people
    case.do("confirm_wish", by="li", satisfied="yes", note="谢谢")
    assert (_state(case), case.event["close_reason"], case.told("wish.thanks")) == ("fulfilled", "solved", 1)
    assert not case.told("wish.late")
    assert [row["points"] for row in case.registers["volunteer_points"]] == [5]
    return case


def a_wish_made_and_claimed_online_is_fulfilled_late() -> FlowCase:
    case = _made("start_made")
    case.until("wish_verify")
    assert case.told("wish.late") == 1
    _published(case)
    case.send("wish.claimed", **CLAIM)
    case.until("wish_fulfil")
    assert case.told("wish.overdue") == 1
    case.do("fulfil", by="zhao", decision="done")
    case.send("wish.confirmed", satisfied="no")
    # once more, within a week
    assert case.nodes == {"fulfil"} and case.record["limits"]["wish_fulfil"]["amount"] == "8 d"
    case.do("fulfil", by="zhao", decision="done")
    case.until("wish_confirm")
    assert case.told("wish.late") == 2 and case.nodes == {"confirm_wish"}
    case.do("confirm_wish", by="li", satisfied="no")
    assert (_state(case), case.event["close_reason"]) == ("open_end", "partly_solved")
    return case


def nobody_claims_a_wish_and_the_street_finds_somebody() -> FlowCase:
    case = _published(_made())
    case.until("wish_claim")
    assert case.nodes == {"find_claimant"}
    case.until("wish_find")
    assert case.told("wish.late") == 1 and case.nodes == {"find_claimant"}
    case.do("find_claimant", by="affairs", decision="found", **CLAIM)
    assert case.nodes == {"fulfil"}
    case.do("fulfil", by="affairs", decision="not_done", note="企业临时取消")
    case.do("find_claimant", by="affairs", decision="none")
    assert (_state(case), case.event["close_reason"]) == ("open_end", "explained")
    return case


def a_wish_over_the_cap_becomes_a_request_for_help() -> FlowCase:
    case = _made()
    with refused("价值上限"):
        case.do("verify_wish", by="li", decision="approve", worth=500.01, masked_title="电视", masked_text="想要电视")
    case.do("verify_wish", by="li", decision="help")
    thrown = [one for one in case.kinds("MessageThrown") if one["name"] == "report.received"]
    assert [one["payload"]["origin_no"] for one in thrown] == [case.event["event_no"]]
    return case


def a_wish_of_exactly_the_cap_is_published() -> FlowCase:
    return _published(_made(), worth=500)


def a_wish_is_not_taken() -> FlowCase:
    case = _made()
    case.do("verify_wish", by="li", decision="refuse", note="与实际情况不符")
    assert case.event["close_reason"] == "explained" and not case.registers.get("wishes")
    return case
