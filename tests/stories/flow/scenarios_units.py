"""Units are merged or dissolved while events are in their hands."""

from app.engine import commands
from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import dispatched, review, verify, work
from tests.stories.flow.scenarios_routes import _accepted
from tests.stories.flow.scenarios_whistle import SQUAD, _drafted

ENFORCE = "33.02.11.004.p-enforce"


def _changed(case: FlowCase, unit: str, successor: str | None = None) -> None:
    command = case.by("admin")
    found = commands.deliver(case.world, command, case.state, "org_changed", {"unit": unit, "successor": successor},
                             kind="signal")
    assert found
    case._keep(found, command)


def the_successor_of_a_dissolved_unit_takes_over() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    assert case.event["lead_unit"] == ENFORCE
    case.do("sign", decision="sign")
    business = case.record["limits"]["business"]["due_at"]
    _changed(case, "33.02.11.004.p-market", "33.02.11.004.p-service")
    assert case.nodes == {"handle"}
    _changed(case, ENFORCE, "33.02.11.004.p-market")
    assert case.nodes == {"sign"} and case.event["former_unit"] == ENFORCE
    assert case.open[case.key_of("sign")].candidates == (("platform_market", "33.02.11.004.p-market"),)
    assert case.record["limits"]["business"]["due_at"] == business
    case.do("sign", decision="sign")
    work(case)
    review(case)
    verify(case)
    assert case.progress and case.progress.closed
    return case


def without_a_successor_the_command_room_dispatches() -> FlowCase:
    """And where the whole street is gone, the county."""
    room, street = (dispatched("乱堆放杂物，影响通行") for _ in range(2))
    _changed(room, ENFORCE)
    assert room.open[room.key_of("sign")].candidates == (("street_duty", "33.02.11.004.cmd"),)
    _changed(street, "33.02.11.004")
    assert street.open[street.key_of("sign")].candidates == (("county_duty", "33.02.11"),)
    assert street.event["level"] == "L4" and room.event["level"] == "L3"
    return room


def what_is_not_in_the_hands_of_a_unit_goes_on() -> FlowCase:
    case = FlowCase()
    case.report(nature="consult", channel="CITY_APP", content="高龄津贴去哪里申请", photos=[], reported_by="id-citizen")
    _changed(case, case.event["lead_unit"])
    assert case.nodes == {"answer"}
    return case


def a_change_outside_an_event_simply_ends() -> FlowCase:
    """Called where nobody catches the new dispatch: the record names the new unit, the caller goes on."""
    case = FlowCase()
    case.report("unit_change", unit=ENFORCE, successor="33.02.11.d-land", lead_unit=ENFORCE, route="handling",
                level="L3", county="33.02.11")
    assert (case.event["lead_unit"], case.event["lead_role"], case.event["level"]) == (
        "33.02.11.d-land", "county_dept_contact", "L4")
    assert case.noted("unit_changed")[0]["from"] == ENFORCE
    return without_a_successor_the_command_room_dispatches()


def a_department_that_was_called_is_gone() -> FlowCase:
    """Nobody can answer for it any more: the coordinator drafts the whistle anew, the matter keeps its clock."""
    case = _drafted(case=_accepted("夜宵摊占道经营，烧烤油烟很大", "joint"))
    case.do("approve_whistle", by="director", decision="approve", kind="hard")
    assert case.nodes == {"ack"}
    business = case.record["limits"]["business"]["due_at"]
    _changed(case, "33.02.11.004.s-fire")
    # where somebody takes the department over, he answers in its place: nothing is drafted anew
    _changed(case, SQUAD, "33.02.11.004.s-market")
    assert case.nodes == {"ack"} and not case.noted("unit_changed")
    _changed(case, SQUAD)
    assert case.nodes == {"draft_whistle"} and case.event["status"] == "joint"
    assert case.noted("unit_changed")[0]["from"] == SQUAD and case.event["former_unit"] == SQUAD
    assert case.record["limits"]["business"]["due_at"] == business
    return case
