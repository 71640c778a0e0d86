"""One whistle for several events: the street takes others along, each of them waits for the end and hears of it."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import Forbidden
from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.desk.read_whistle import read_whistle
from tests.stories.cast import AUDITOR, QIANTONG
from tests.stories.desk import Refused
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_ac1_stalls import (
    COORDINATOR,
    DONE,
    GRID_LEADER,
    MARKET,
    POLICE,
    SQUAD,
    STREET,
    works,
)
from tests.stories.test_main_job import CALLER, Z, tracking, verify
from tests.stories.test_messages import actor_of
from tests.stories.test_whistle import begun, gather

HEAP = "人行道上乱堆建筑杂物，行人只能走机动车道"


def heap(scene: Scene, where: str, duty: str = Z.duty, secret: bool = False) -> Event:
    """A heap in the way: accepted, and in the hands of the enforcement squad."""
    event = scene.report(None, where, channel="WEB", nature="complaint", content=HEAP, item_hint="C12-04",
                         reporter={**CALLER, "confidential": secret})
    event.do(duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"))
    assert event.nodes == ["sign"]
    return event


def number(event: Event) -> str:
    return event.reported.event_no


def offered(event: Event, by: str = COORDINATOR) -> list[str]:
    """Numbers of the events that the draft offers."""
    task = event.desk.task(by, event.task(by, "拟写哨单")["id"])
    return sorted(one["value"] for one in task["options"]["events:whistle.linked"])


def drafted(event: Event, *linked: str, by: str = COORDINATOR, **more: Any) -> None:
    event.do(by, "拟写哨单", keep=("place_lat", "place_lon"), **{
        "kind": "hard", "problems": ["stall"], "departments": [SQUAD, MARKET, POLICE], "lead": SQUAD,
        "street_done": DONE, "appointed_at": "2026-03-03T09:00", "linked_events": list(linked), **more})


def solved(scene: Scene, event: Event) -> None:
    """The squad clears the stalls, the street and the grid look at it, the director concludes."""
    event.do("s.enforce.zs", "sign_task", contact_person="承办人")
    event.do("s.enforce.zs", "plan", plan="分三组夜间清理")
    scene.at("03-10 19:00")
    works(event, SQUAD, "")
    here = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    scene.at("03-11 09:00")
    event.do(COORDINATOR, "street_check", decision="pass")
    event.do(GRID_LEADER, "verify_row", decision="cleared", **here, photos=[event.shot(GRID_LEADER, "verify_row")])
    event.do(Z.command, "cosign_row", decision="cleared", **here)
    event.do(Z.director, "联合结论", decision="solved", conclusion="占道经营与杂物一并清理")


def test_linked_events_are_solved_released_added_and_ended_meanwhile(scene: Scene, tools: Tools) -> None:
    scene.at("03-02 09:00")
    along, out, gone, later = (heap(scene, one) for one in ("school-lane", "canal-bridge", "south-market",
                                                           "river-wall"))
    elsewhere = heap(scene, "allowance-home", duty=QIANTONG.duty)
    along.do(Z.handler, "签收", keep=("decision",))
    due = along.due("business")
    event = begun(scene, tools)
    # what the street works on, nothing of another street, and not the whistle itself
    assert offered(event) == sorted(map(number, (along, out, gone, later)))
    for wrong in (number(elsewhere), number(event), "NB-330211-20260302-999999"):
        with pytest.raises(Refused) as no:
            drafted(event, number(along), wrong)
        assert no.value.status == 422
        # of several it says which
        assert no.value.errors["linked_events"][0].startswith(f"不能选 {wrong}：须是本街道未办结")
    drafted(event, *map(number, (along, out, gone)))
    # one is withdrawn before the director has read the draft
    gone.tell("withdraw", reason="自己已经清理")
    gone.do(Z.duty, "撤回研判", decision="close", note="只涉及本人")
    assert gone.status == "closed"
    event.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    assert event.nodes == ["ack"] * 3 and (gone.status, gone.nodes) == ("closed", [])

    for one in (along, out):
        assert (one.status, one.nodes, one.record["whistle_no"]) == ("joint", ["held"], number(event))
    assert along.due("business") == due
    seen = tracking(along, tools)
    assert seen.status == "joint" and seen.can_withdraw and any("联合执法" in one.text for one in seen.messages)
    assert along.page["whistle"]["event_no"] == number(event)
    assert {one["event_no"] for one in event.page["linked"]} == {number(one) for one in (along, out, gone)}
    # its work is gone from the unit's desk; only the command room has something to decide
    assert not along.offered(Z.handler) and along.task(COORDINATOR, "held")

    scene.at("03-02 11:00")
    out.do(COORDINATOR, "held", release_reason="现场核实与夜宵摊无关")
    assert (out.status, out.nodes, out.record["whistle_outcome"]) == ("dispatched", ["sign"], "released")
    gather(scene, event)
    with refused(422, field="linked_events"):
        event.act(COORDINATOR, "whistle.event_added", linked_events=[number(along)], note="已经并入的")
    event.act(COORDINATOR, "whistle.event_added", linked_events=[number(later)], note="同一批经营户所堆")
    assert (later.status, later.nodes) == ("joint", ["held"])

    solved(scene, event)
    assert event.nodes == ["verify"]
    for one in (along, later):
        assert (one.status, one.nodes) == ("verifying", ["verify"])
        assert one.record["conclusion"] == "占道经营与杂物一并清理"
    assert out.record["lead_unit"] == along.record["lead_unit"] and out.record["whistle_outcome"] == "released"
    shown = along.desk.task(GRID_LEADER, along.task(GRID_LEADER, "verify")["id"])["values"]
    assert shown["joint_said"] == "占道经营与杂物一并清理"
    view = read_whistle(tools, actor=actor_of(tools, AUDITOR), case_id=UUID(event.reported.case_id))
    assert {one.event_no for one in view.linked} == {number(one) for one in (along, out, gone, later)}
    verify(along)
    along.do(Z.duty, "电话回访", reached=True, solved="yes", satisfaction="satisfied")
    assert along.record["close_reason"] == "solved"
    for one in (event, along, out, gone, later):
        one.verified()


def test_a_hidden_event_is_offered_to_nobody(scene: Scene, tools: Tools) -> None:
    """Who works on a whistle would see it; so it is not offered even to those who see everything."""
    scene.at("03-02 09:00")
    plain, secret = heap(scene, "school-lane"), heap(scene, "canal-bridge", secret=True)
    with tools.store.unit_of_work() as uow:
        for who, street, seen in ((SYSTEM, STREET, [number(plain)]), (SYSTEM, "33.02.11.005", []),
                                  (actor_of(tools, COORDINATOR), STREET, [number(plain)]),
                                  (actor_of(tools, QIANTONG.duty), STREET, [])):  # fmt: skip
            assert [one.event_no for one in uow.origins.waiting_for(who, "whistle.linked", street)] == seen
            assert not uow.origins.waiting_for(who, "whistle.linked", street, of=[number(secret)])


def test_nobody_calls_or_lets_go_an_event_by_hand(scene: Scene, tools: Tools) -> None:
    """What whistles say to events no officer says for them, though he sees both and may deliver messages."""
    scene.at("03-02 09:00")
    along, other = heap(scene, "school-lane"), heap(scene, "canal-bridge")
    duty = actor_of(tools, Z.duty)

    def say(name: str, to: Event, id: str, **carried: Any) -> str:
        correlation = {"event_no": number(to), "street": STREET, **carried}
        return deliver_message(tools, actor=duty, name=name, correlation=correlation, payload=carried, id=id).outcome

    with pytest.raises(Forbidden):
        say("whistle.linked", along, "a", whistle_no="NB-1", whistle_since="2026-03-02T09:00", whistle_amount="90 d")
    assert (along.status, along.nodes) == ("dispatched", ["sign"])
    event = begun(scene, tools)
    drafted(event, number(along))
    event.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    (waiting,) = event.record["linked_waiting"]
    with pytest.raises(Forbidden):
        say("whistle.event_done", along, "b", whistle_since=waiting["since"], whistle_no=number(event),
            whistle_outcome="solved", joint_by="x")
    assert (along.status, along.nodes) == ("joint", ["held"])
    assert other.nodes == ["sign"]
    along.verified()


def test_a_whistle_reaches_no_event_that_it_may_not_have(scene: Scene, tools: Tools) -> None:
    """Whatever numbers a program hands to a whistle: of another street, hidden, taken up by the county, or twice."""
    scene.at("03-02 09:00")
    plain, raised = heap(scene, "school-lane"), heap(scene, "river-wall")
    secret = heap(scene, "canal-bridge", secret=True)
    elsewhere = heap(scene, "allowance-home", duty=QIANTONG.duty)
    raised.act(Z.county_duty, "esc.taken_over", up_unit="33.02.11.d-land", up_reason="R9", note="领导交办")
    event = begun(scene, tools)
    assert offered(event) == [number(plain)]
    drafted(event)
    event.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    gather(scene, event)
    before = [one.nodes for one in (secret, raised, elsewhere)]
    wanted = [number(one) for one in (plain, plain, secret, raised, elsewhere)]
    deliver_message(tools, actor=SYSTEM, name="whistle.event_added", correlation={"event_no": number(event)},
                    payload={"linked_events": wanted, "note": "一并处置"}, id="all")
    assert (plain.status, plain.nodes) == ("joint", ["held"])
    assert [one.nodes for one in (secret, raised, elsewhere)] == before and ["held"] not in before
    # the second call of the same event does not take it back when it has been let go
    plain.do(COORDINATOR, "held", release_reason="与夜宵摊无关")
    assert plain.nodes == ["sign"] and len(event.record["linked_events"]) == len(set(wanted))
    for one in (event, plain, secret, raised, elsewhere):
        one.verified()


def test_the_call_of_a_whistle_that_is_over_holds_nobody(scene: Scene, tools: Tools) -> None:
    """Two whistles want one event: the second's call waits for it, and so does the end of the second."""
    scene.at("03-02 09:00")
    wanted = heap(scene, "school-lane")
    second = scene.report(None, "south-market", channel="WEB", nature="complaint", content="夜宵摊占道经营",
                          item_hint="C12-04", reporter=CALLER)
    second.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"), route_choice="joint")
    drafted(second, number(wanted))
    first = begun(scene, tools, Z.command, urgency="U1", content="东海明珠夜宵摊液化气泄漏，多人围观")
    drafted(first, number(wanted), by=Z.command, kind="emergency", appointed_at="2026-03-02T09:30")
    assert wanted.record["whistle_no"] == number(first)
    second.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    assert (wanted.nodes, wanted.record["whistle_no"]) == (["held"], number(first))
    second.act(Z.duty, "evt.merged_into", master=number(first), note="同一事项")
    # its end is not the first's, though both called at the same moment
    assert second.status == "merged" and (wanted.nodes, wanted.record["whistle_no"]) == (["held"], number(first))
    first.do(Z.director, "应急哨事后确认", decision="call_off", note="核实为误报")
    # let go by the first it hears the second's call and, at once, that this one is over too
    assert (wanted.status, wanted.nodes) == ("dispatched", ["sign"])
    for one in (wanted, first, second):
        one.verified()


def test_a_whistle_that_is_called_off_lets_the_others_go(scene: Scene, tools: Tools) -> None:
    """An emergency that the director does not confirm, and an event whose clock stood still when it was called."""
    scene.at("03-02 21:00")
    waits = heap(scene, "school-lane")
    waits.do(Z.handler, "签收", keep=("decision",))
    waits.do(Z.handler, "首次联系", way="phone", reached=True, note="业主外出")
    waits.desk.claim(Z.handler, waits.task(Z.handler, "办理")["id"])
    waits.act(Z.handler, "sus.requested", kind="suspend", until="2026-03-12", reason="citizen",
              explanation="等待业主返回")
    waits.do(Z.director, "暂缓审批", decision="grant", note="同意")
    assert (waits.status, waits.limit("business")["state"]) == ("suspended", "paused")
    scene.at("03-02 22:00")
    event = begun(scene, tools, Z.command, urgency="U1", content="东海明珠夜宵摊液化气泄漏，多人围观")
    drafted(event, number(waits), by=Z.command, kind="emergency", appointed_at="2026-03-02T22:30")
    assert (waits.status, waits.nodes, waits.limit("business")["state"]) == ("joint", ["held"], "running")
    assert waits.limit("whistle_held")["amount"] == event.limit("whistle_conclusion")["amount"] == "3 d"
    event.do(Z.director, "应急哨事后确认", decision="call_off", note="核实为误报")
    assert event.nodes == ["sign"] and (waits.status, waits.nodes) == ("dispatched", ["sign"])
    assert waits.record["whistle_outcome"] == "called_off"
    for one in (event, waits):
        one.verified()
