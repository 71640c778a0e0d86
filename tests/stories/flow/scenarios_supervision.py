"""Urging, supervision, cards: every way through the diagrams."""

from datetime import datetime

from app.domain.errors import YongzhiError
from app.engine import commands
from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.scenarios_handling import dispatched

UNIT = "33.02.11.004.p-enforce"


def _opened(share: int = 100, trigger: str = "overdue", target: str = UNIT, grade: str = "U3",
            rows: list[dict[str, object]] | None = None) -> FlowCase:
    case = FlowCase()
    case.registers["supervisions"] = rows or []
    case.begin("supervision", "opened", origin_no="NB-1", title="围墙占用水利红线", trigger=trigger, target_unit=target,
               target_role="platform_enforce", share=share, grade=grade, facts="办理时限已用完")
    return case


def _again(case: FlowCase, share: int, matter: str = "NB-1") -> bool:
    """Another trigger on a matter; only the supervision of this matter takes it."""
    command = case.by("machine")
    payload = {"origin_no": matter, "trigger": "overdue", "share": share, "target_unit": UNIT}
    found = commands.deliver(case.world, command, case.state, "sup.opened", payload, correlation={"matter": matter})
    if found:
        case._keep(found, command)
    return found is not None


def _row(**fields: object) -> dict[str, object]:
    return {"id": f"r{fields.get('origin_no')}{fields.get('state')}{fields.get('card')}{len(fields)}", "version": 1,
            "unit": "33.02.11", "title": "t", **fields}


def _issue(case: FlowCase) -> None:
    case.do("open_notice", by="deputy", notice_title="围墙", requirement="说明原因并限期办结",
            finish_by="2026-03-20T17:00:00+08:00")


def _answer(case: FlowCase, at: str = "2026-03-06T17:00:00+08:00") -> None:
    case.do("answer", by="leader", cause="人手不足", measure="抽调人员", promised_at=at, responsible="负责人")


def _to_the_end(case: FlowCase) -> None:
    case.do("verify", by="deputy", finding="done", way="site", note="已拆除")
    case.do("close_decide", by="deputy", decision="close", note="同意销号")


def a_notice_is_answered_checked_and_closed() -> FlowCase:
    case = _opened()
    assert case.event["level"] == "L3" and case.nodes == {"open_notice"}
    assert case.open[case.key_of("open_notice")].candidates == (("street_command_duty", "33.02.11.004.cmd"),)
    assert case.registers["supervisions"][0]["state"] == "open"
    _issue(case)
    assert case.told("unit.supervised") == 1
    try:
        _answer(case, "2026-03-25T17:00:00+08:00")
    except YongzhiError as no:
        assert "不得晚于" in no.message
    else:
        raise AssertionError("a promise beyond the notice is taken")
    _answer(case)
    case.wait(days=5)
    assert case.nodes == {"verify"}
    case.until("sup_verify")
    assert [one["step"] for one in case.noted("red")] == ["sup_verify"] and case.told("unit.step_late") == 1
    _to_the_end(case)
    assert case.progress and case.progress.closed and case.event["close_reason"] == "solved"
    row = case.registers["supervisions"][0]
    assert (row["state"], row["decided_by"]) == ("closed", ["id-deputy"])
    assert case.told("unit.supervision_concluded") == 1
    assert [body["name"] for body in case.kinds("MessageThrown")] == ["sup.closed"]
    return case


def nobody_supervises_himself() -> FlowCase:
    """A street and its command room are supervised by the county, a county by the city."""
    expected = {"33.02.11.004.cmd": ("L4", "supervisor_county", "street_command_director"),
                "33.02.11.004": ("L4", "supervisor_county", "street_command_director"),
                "33.02.11": ("L5", "supervisor_city", "county_director"),
                "33.02.d-land": ("L5", "supervisor_city", "city_director"),
                "33.02.11.d-land": ("L4", "supervisor_county", "county_dept_leader"),
                "33.02.11.004.003": ("L3", "street_command_duty", "village_secretary"),
                "33.02.11.004.003.012": ("L3", "street_command_duty", "grid_leader")}
    for unit, (level, opens, answers) in expected.items():
        case = _opened(target=unit)
        assert (unit, case.event["level"]) == (unit, level)
        assert case.open[case.key_of("open_notice")].candidates[0][0] == opens
        _issue(case)
        assert case.open[case.key_of("answer")].candidates[0][0] == answers
    return case


def an_early_finish_is_reported() -> FlowCase:
    case = _opened(150)
    assert case.noted("yellow_card")[0]["deduction"] == 0.5 and case.told("unit.card_given") == 1
    _issue(case)
    _answer(case)
    case.act("sup.answered", by="leader", report="已经全部办结")
    _to_the_end(case)
    # the unit may still object: three working days
    assert case.progress and not case.progress.closed and not case.nodes
    case.wait(days=6)
    assert case.progress.closed
    return case


def a_card_is_revoked_and_the_score_restored() -> FlowCase:
    case = _opened(200)
    assert case.event["level"] == "L4" and case.noted("red_card")[0]["deduction"] == 1.5
    _issue(case)
    case.act("sup.objected", by="leader", ground="事件在他人辖区内")
    task = case.open[case.key_of("objection_decide")]
    assert task.candidates == (("county_director", "33.02.11"),) and "id-deputy" in task.excluded_people
    case.do("objection_decide", by="chief", decision="revoke", note="情况属实，撤销")
    assert case.noted("card_revoked")[0]["restored"] == 1.5 and case.registers["supervisions"][0]["card"] == "none"
    offered = [one for one in case.progress.subscriptions if one.message == "sup.objected"] if case.progress else []
    assert offered and not offered[0].open
    _answer(case)
    case.act("sup.answered", by="leader", report="已经全部办结")
    _to_the_end(case)
    assert case.progress and case.progress.closed
    return case


def an_objection_is_not_upheld() -> FlowCase:
    case = _opened(200)
    case.act("sup.objected", by="leader", ground="人手实在不足")
    case.do("objection_decide", by="chief", decision="uphold", note="理由不成立")
    assert case.noted("objection_refused") and case.event["card"] == "red"
    return case


def nobody_issues_or_answers_and_it_climbs() -> FlowCase:
    case = _opened()
    for level in ("L3", "L4", "L5"):
        assert case.event["level"] == level
        case.until("sup_open")
        case.until("sup_answer")
    assert len([one for one in case.noted("red") if one["step"] == "supervision"]) == 3
    assert case.open[case.key_of("interview")].candidates == (("city_director", "33.02"),)
    case.do("interview", by="chief", held_at="2026-03-09T09:00:00+08:00", attendees="负责人", record="要求立即整改",
            new_date="2026-03-16T09:00:00+08:00")
    case.wait(days=20)
    _to_the_end(case)
    return case


def a_falsifier_is_circulated_and_reported() -> FlowCase:
    case = _opened(0, "falsified")
    assert case.noted("red_card") and case.event["level"] == "L4"
    _issue(case)
    _answer(case)
    case.wait(days=5)
    case.do("verify", by="supervisor", finding="falsified", way="site", note="照片不实")
    try:
        case.do("close_decide", by="supervisor", decision="close", note="销号")
    except YongzhiError as no:
        assert "不得销号" in no.message
    else:
        raise AssertionError("a falsified answer is closed")
    case.do("close_decide", by="supervisor", decision="interview", note="约谈")
    case.do("interview", by="chief", held_at="2026-03-09T09:00:00+08:00", attendees="负责人", record="要求立即整改",
            new_date="2026-03-12T09:00:00+08:00")
    case.wait(days=7)
    case.do("verify", by="supervisor", finding="not_done", way="site", note="仍未完成")
    case.do("close_decide", by="supervisor", decision="circular", note="通报")
    case.until("sup_circular")
    assert case.noted("red")[-1]["step"] == "sup_circular" and case.told("unit.step_late")
    case.do("circular", by="chief", circular_text="对该单位通报批评", published_to=["streets"])
    assert case.noted("circular")
    case.do("close_decide", by="supervisor", decision="accountability", note="问责")
    case.do("accountability", by="chief", suggestion="建议对责任人问责")
    assert case.kinds("MessageThrown")[-1]["name"] == "discipline.received"
    case.do("close_decide", by="supervisor", decision="again", new_date="2026-03-20T09:00:00+08:00", note="再办")
    case.wait(days=10)
    _to_the_end(case)
    assert case.progress and case.progress.closed
    return case


def the_same_matter_again_makes_the_card_heavier() -> FlowCase:
    case = _opened()
    assert not case.noted("yellow_card")
    assert _again(case, 150) and not _again(case, 150, matter="NB-2")
    assert len(case.noted("yellow_card")) == 1 and case.event["level"] == "L3"
    assert _again(case, 150)
    assert len(case.noted("yellow_card")) == 1 and case.noted("supervision_again")
    assert _again(case, 300)
    assert len(case.noted("black_card")) == 1 and case.event["level"] == "L4"
    _issue(case)
    _answer(case)
    case.wait(days=5)
    case.do("verify", by="supervisor", finding="done", way="site", note="已办结")
    try:
        case.do("close_decide", by="supervisor", decision="close", note="销号")
    except YongzhiError as no:
        assert "通报批评" in no.message
    else:
        raise AssertionError("a black card is closed without circular")
    return case


def no_second_notice_on_one_matter() -> FlowCase:
    case = _opened(rows=[_row(kind="supervise", origin_no="NB-1", state="open", notice_no="D-7", level="L3",
                              target_unit=UNIT, card="none")])
    assert case.progress and case.progress.closed and case.event["close_reason"] == "duplicate"
    assert case.noted("supervision_joined")[0]["notice_no"] == "D-7" and case.told("unit.supervision_open") == 1
    return case


def the_third_yellow_card_of_a_month_is_red() -> FlowCase:
    rows = [_row(kind="supervise", origin_no=f"NB-{number}", state="closed", card="yellow", target_unit=UNIT,
                 opened_on="2026-03-01") for number in (7, 8)]
    case = _opened(150, rows=rows)
    assert case.noted("red_card") and not case.noted("yellow_card") and case.event["level"] == "L4"
    return case


def a_leader_opens_it_by_hand_against_a_county_department() -> FlowCase:
    case = FlowCase()
    case.begin("supervision", "by_hand", origin_no="NB-1", title="噪声扰民", trigger="audit", grade="U2",
               target_unit="33.02.11.d-env", target_role="county_dept_contact", facts="抽查发现长期未办", share=None)
    # the street does not supervise the county's departments
    assert case.event["level"] == "L4"
    assert case.open[case.key_of("open_notice")].candidates == (
        ("supervisor_county", "33.02.11"), ("county_duty", "33.02.11"))
    case.do("open_notice", by="supervisor", notice_title="噪声", requirement="说明原因并限期办结",
            finish_by="2026-03-20T17:00:00+08:00")
    assert case.open[case.key_of("answer")].candidates == (
        ("county_dept_leader", "33.02.11.d-env"), ("county_dept_contact", "33.02.11.d-env"))
    return case


def an_urging_is_no_supervision() -> FlowCase:
    case = _opened(70)
    assert case.progress and case.progress.closed and case.told("unit.handling_yellow") == 1
    assert case.registers["supervisions"][0]["kind"] == "urge"
    return case


def urging_is_limited_to_one_in_four_hours() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    case.act("sup.urged", by="duty", note="请尽快")
    assert len(case.noted("urged")) == 1
    offered = [one for one in case.progress.subscriptions if one.message == "sup.urged"] if case.progress else []
    assert offered and not offered[0].open
    case.until("urge_pause")
    case.act("sup.urged", by="duty", note="请尽快")
    assert len(case.noted("urged")) == 2 and case.told("unit.handling_yellow") == 2
    return case


def the_clock_does_not_urge_again_what_was_just_urged() -> FlowCase:
    case = dispatched("乱堆放杂物，影响通行")
    case.do("sign", decision="sign")
    due = datetime.fromisoformat(case.record["limits"]["handling"]["yellow_at"])
    case.wait(seconds=(due - case.now).total_seconds() - 600)
    case.act("sup.urged", by="duty", note="请尽快")
    case.until("handling", "yellow_at")
    assert case.noted("urge_suppressed") and len(case.noted("urged")) == 1
    return case


def _review(rows: list[dict[str, object]], unit: str = UNIT, role: str = "unit_leader") -> FlowCase:
    """A unit asks for a review as the page of what people may begin does."""
    case = FlowCase()
    case.registers["supervisions"] = rows
    command = case.by("leader")
    event = {**case._place(unit), "title": "", "reported_by": "id-leader", "status": "accepted", "started_role": role,
             "started_unit": unit}
    payload = {"notice_no": "D-7", "ground": "督办期间道路封闭，结论未查明"}
    case._keep(commands.start(case.world, command, "supervision_review", payload, event, node="start"), command)
    return case


def _closed(**more: object) -> dict[str, object]:
    return {"unit": "33.02.11", "title": "t", "kind": "supervise", "origin_no": "NB-1", "state": "closed",
            "notice_no": "D-7", "level": "L3", "target_unit": UNIT, "card": "none", "closed_on": "2026-02-20",
            "decided_by": ["id-deputy"], **more}


def a_conclusion_is_reviewed_by_somebody_else() -> FlowCase:
    case = _review([_closed()])
    task = case.open[case.key_of("review_decide")]
    assert task.candidates[0] == ("street_command_director", "33.02.11.004.cmd")
    assert {"id-deputy", "id-leader"} <= set(task.excluded_people)
    assert case.registers["supervisions"][0]["review"] == "asked"
    assert case.record["limits"]["sup_review"]["amount"] == "30 d"
    case.until("sup_review")
    assert case.noted("red")[-1]["step"] == "sup_review" and case.told("unit.step_late") == 1
    case.do("review_decide", by="chief", decision="change", note="道路封闭属实，改为按期完成")
    assert case.registers["supervisions"][0]["review"] == "change" and case.told("unit.review_decided") == 1
    assert case.noted("supervision_review")[0]["decision"] == "change" and case.event["close_reason"] == "solved"
    return case


def a_review_is_refused_with_its_reason() -> FlowCase:
    county = {"level": "L5", "target_unit": "33.02.11"}
    for reason, case in (
        ("没有本单位", _review([])),
        ("没有本单位", _review([_closed()], unit="33.02.11.004.p-market")),
        ("没有本单位", _review([_closed()], role="village_secretary")),
        ("尚未销号", _review([_closed(state="open")])),
        ("已过", _review([_closed(closed_on="2026-01-30")])),
        ("已经复核", _review([_closed(review="uphold")])),
    ):
        said = [call.params for call in case.calls if call.params.get("text") == "unit.review_refused"]
        assert reason in said[0]["reason"] and said[0]["reason_en"], said
        assert case.event["close_reason"] == "refused" and not case.nodes
    # of the last day, and of a county by the city
    assert _review([_closed(closed_on="2026-01-31")]).nodes == {"review_decide"}
    by_city = _review([_closed(**county)], unit="33.02.11", role="county_director")
    assert by_city.open[by_city.key_of("review_decide")].candidates[0] == ("city_director", "33.02")
    return case
