"""Two things at once: what the engine has committed first wins, the loser has no effect; departments added later."""

from typing import Any
from uuid import uuid4

from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from tests.engine.dmn_files import decision, dmn, table
from tests.engine.running import Running, line, user_task
from tests.stories.cast import GATEWAY, ZHUANGSHI
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_ac1_stalls import COORDINATOR, LAND, MARKET, POLICE, SQUAD, WHO, checks_in
from tests.stories.test_main_job import PLACE, working
from tests.stories.test_messages import actor_of
from tests.stories.test_whistle import accepts, consulted, consults, sounded, supervisions

Z = ZHUANGSHI


def sent(tools: Tools, event: Event, name: str, **payload: Any) -> str:
    """Let a program say something to the event."""
    return deliver_message(tools, actor=actor_of(tools, GATEWAY), name=name, payload=payload, id=str(uuid4()),
                           correlation={"event_no": event.reported.event_no}).outcome


def mark(event: Event) -> tuple[str, str | None, list[str], int]:
    """What a late loser may not change."""
    return event.status, event.record["close_reason"], event.nodes, len(event.facts("TaskOpened"))


def test_after_a_withdrawal_merging_taking_over_extending_and_timers_come_late(scene: Scene, tools: Tools) -> None:
    """Rule 5: the withdrawal is committed; what comes after it is noted in the history, and no timer fires."""
    event = working(scene)
    handle = event.task(Z.handler, "办理")["id"]
    event.desk.claim(Z.handler, handle)
    event.tell("withdraw", reason="已经自行清理")
    event.do(Z.duty, "撤回研判", decision="close", note="不涉及公共利益")
    assert (event.status, event.record["close_reason"], event.nodes) == ("closed", "withdrawn", [])
    before = mark(event)
    for name, payload in (("evt.merged_into", {"master": "NB-330211-20260302-000009"}),
                          ("esc.taken_over", {"up_unit": LAND, "up_reason": "R9", "note": "上级接办"}),
                          ("ext.requested", {"amount_number": 2, "amount_unit": "wd", "reason": "weather"}),
                          ("evt.withdrawn", {"reason": "再撤一次"})):
        assert sent(tools, event, name, **payload) == "unmatched"
    # each is logged as what came too late
    assert ["办结后收到消息" in line.body["text"] for line in event.facts("CommentAdded")] == [True] * 4
    with refused(409):
        event.desk.complete(Z.handler, handle, {})
    scene.at("06-30 09:00")
    assert mark(event) == before and not event.noted("red")
    event.verified()


def test_an_urgent_merge_wins_over_the_extension_that_waits_for_a_decision(scene: Scene, tools: Tools) -> None:
    """Rule 5: the decision that lost the race is refused, its task is gone."""
    event = working(scene)
    event.desk.claim(Z.handler, event.task(Z.handler, "办理")["id"])
    event.act(Z.handler, "ext.requested", amount_number=2, amount_unit="wd", reason="weather",
              explanation="连续暴雨，无法施工")
    decision = event.task(Z.command, "延期审批")["id"]
    event.desk.claim(Z.command, decision)
    scene.at("03-02 09:30")
    master = scene.report(Z.worker, PLACE, content="另一处占道堆放杂物", item_hint="C12-01")
    event.act(Z.duty, "evt.merged_into", master=master.reported.event_no, note="同一事项")
    assert (event.status, event.nodes, event.record["master_event_no"]) == ("merged", [], master.reported.event_no)
    with refused(409):
        event.desk.complete(Z.command, decision, {"granted": 2, "decision": "grant", "note": "同意"})
    assert not event.facts("LimitMoved", limit="handling")
    scene.at("03-31 09:00")
    assert not event.noted("red") and event.status == "merged"
    event.verified()


def test_a_department_that_is_added_later_has_a_task_of_its_own(scene: Scene, tools: Tools) -> None:
    """Rule 8: the set of tasks is fixed when it begins; the added one is linked to the same whistle."""
    event = consulted(scene, tools)
    assert event.nodes == ["conclude", "sign_task"]
    scene.at("03-03 10:00")
    event.act(COORDINATOR, "whistle.row_added", problem="油烟扰民", measure="检测", lead=MARKET, note="新发现的问题")
    assert event.nodes == ["conclude", "sign_task", "sign_task"]
    assert [told(line.at) for line in event.opened("sign_task")] == ["03-03 09:00", "03-03 10:00"]
    assert event.offered(WHO[MARKET])[0]["case_id"] == event.reported.case_id
    with refused(409):
        event.do(Z.director, "联合结论", decision="solved", conclusion="问题全部消除")
    event.verified()


def test_one_objects_and_another_reports_late_and_the_third_works_on(scene: Scene, tools: Tools) -> None:
    """Neither the objection nor the silence stops the others; both are recorded with whom they concern."""
    event = sounded(scene, tools)
    scene.at("03-02 10:00")
    accepts(event, SQUAD)
    event.do(WHO[MARKET], "应哨", decision="object", reason="该处无经营行为，不属我所职责")
    assert event.nodes == ["ack", "objection"] and told(event.task(Z.director, "异议处理")["due_at"]) == "03-02 15:30"
    scene.at("03-02 11:00")
    event.do(Z.director, "异议处理", decision="refuse", note="请到会商会上说明")
    # half of the time for the second answer: two hours
    assert told(event.task(WHO[MARKET], "应哨")["due_at"]) == "03-02 14:30"
    accepts(event, MARKET)
    scene.at("03-02 14:31")
    assert [(line.body["unit"], told(line.at)) for line in event.noted("late_ack")] == [(POLICE, "03-02 14:30")]
    assert [one.record["lead_unit"] for one in supervisions(event)] == [POLICE]
    scene.at("03-03 08:40")
    for unit in (SQUAD, MARKET):
        checks_in(event, unit)
    scene.at("03-03 09:10")
    # late to answer, and still in time at the place
    checks_in(event, POLICE)
    scene.at("03-03 09:31")
    assert not event.noted("absent") and event.nodes == ["consult"]
    consults(event, SQUAD, MARKET)
    reports = {one["unit"]: (one["ack"], one["state"]) for one in event.record["whistle_reports"]}
    assert reports == {SQUAD: ("accepted", "arrived"), MARKET: ("accepted", "arrived"), POLICE: ("deemed", "arrived")}
    assert sorted(unit for line in event.opened("sign_task") for _, unit in line.body["candidates"]) == [SQUAD, MARKET]
    event.verified()


def test_a_changed_table_decides_what_is_decided_later_and_each_decision_says_by_which() -> None:
    """Rule 9: a case under way keeps what was decided; its next decision is the new table's."""
    def deciding(node: str) -> str:
        return (f'<bpmn:businessRuleTask id="{node}"><bpmn:extensionElements><spiffworkflow:calledDecisionId>t'
                "</spiffworkflow:calledDecisionId></bpmn:extensionElements></bpmn:businessRuleTask>")

    running = Running()
    body = (f'<bpmn:startEvent id="s"/>{deciding("first")}{user_task("u")}{deciding("second")}<bpmn:endEvent id="e"/>'
            f'{line("s", "first", "u", "second", "e")}')
    for level, process in (("low", "p"), ("high", "other")):
        running.shelf.put("decision", "t", dmn(decision("t", table(["amount"], ["level"], [(["-"], [f'"{level}"'])]))))
        # with the diagram a node notices the table at once
        running.publish(process, body)
        if process == "p":
            running.start("p", amount=1)
    assert running.complete("u").closed
    told_by = [(one["version"], one["outputs"]) for one in running.kinds("DecisionMade")]
    assert told_by == [(1, "low"), (2, "high")] and running.again() is None
