"""Joint enforcement: notice, jurisdiction question, tasks of departments, joint action, conclusion."""

from tests.stories.flow.flow_case import PHOTO, FlowCase
from tests.stories.flow.scenarios_whistle import (
    HERE,
    LAND,
    MARKET,
    POLICE,
    SQUAD,
    WATER,
    _cleared,
    _consulted,
    _do,
    _gathered,
    _key,
    _message,
    _row,
    _signed,
    _solved,
    _thrown,
    _verified,
    _worked,
)
from tests.stories.flow.telling_no import refused


def _arbitrated(case: FlowCase, lead: str, *parties: str) -> None:
    """The units state their views, the county decides."""
    for unit in parties:
        _do(case, "state", unit, view="not_mine", basis="界址图显示属道路红线", proposal="由中队牵头", wants_site=False)
    basis = "三定方案与道路红线图"
    case.do("propose", by="duty", lead=lead, assist_1=LAND, basis=basis)
    case.do("decide", by="county", lead=lead, assist_1=LAND, basis=basis, deadline="2026-04-01")


def a_notice_comes_before_the_work() -> FlowCase:
    case = _consulted(_gathered(), notice=True, self_correct_until="2026-03-09")
    notice = {"title": "禁止违法设摊通告", "text": "即日起禁止在东海明珠周边设摊", "places": "路口四处",
              "self_correct_until": "2026-03-09"}
    assert case.nodes == {"conclude", "draft_notice"}
    case.until("whistle_notice")
    # stalls have three days at least and seven at most
    for day in ("2026-03-02", "2026-03-05", "2026-03-12"):
        with refused("自行改正期限"):
            case.do("draft_notice", **{**notice, "self_correct_until": day})
    case.do("draft_notice", **notice)
    case.do("sign_notice", by="director", decision="back", note="写明期限")
    case.do("draft_notice", **notice)
    case.until("whistle_notice_sign")
    case.do("sign_notice", by="director", decision="sign")
    case.until("whistle_notice_issue")
    assert [one["step"] for one in case.noted("red")] == ["whistle_notice", "whistle_notice_sign",
                                                          "whistle_notice_issue"]
    assert case.told("whistle.step_late") == 3
    case.do("issue_notice", number="2026-01", title=notice["title"], text=notice["text"], places="路口四处",
            posted=[PHOTO], signed_by="director")
    assert case.noted("public_notice")[0]["number"] == "2026-01" and case.nodes == {"conclude"}
    case.wait(days=4)
    assert case.nodes == {"conclude"}
    case.wait(days=1, hours=10)
    assert case.nodes == {"conclude", "sign_task"}
    _cleared(case)
    return _solved(case)


def everybody_corrects_before_the_period_is_over() -> FlowCase:
    case = _consulted(_gathered(), notice=True, self_correct_until="2026-03-09")
    case.do("draft_notice", title="通告", text="即日起禁止在东海明珠周边设摊", places="路口",
            self_correct_until="2026-03-09")
    case.do("sign_notice", by="director", decision="sign")
    case.do("issue_notice", number="2026-02", title="通告", text="即日起禁止在东海明珠周边设摊", places="路口",
            posted=[PHOTO], signed_by="director")
    case.act("whistle.corrected", **HERE, photos=[PHOTO], note="全部撤离")
    assert case.noted("self_corrected") and "sign_task" in case.nodes
    _cleared(case)
    return _solved(case)


def a_jurisdiction_question_does_not_stop_the_other_rows() -> FlowCase:
    case = _gathered()
    with refused("权属有争议"):
        _consulted(case, _row(), _row(LAND, disputed=True))
    _consulted(case, _row(), _row(LAND, problem="界址不清", disputed=True), jurisdiction_question="该地段归谁管")
    assert case.nodes == {"conclude", "sign_task", "pose_question"}
    _signed(case)
    case.until("whistle_question")
    assert [one["step"] for one in case.noted("red")] == ["whistle_question"]
    case.do("pose_question", by="coord", question="该地段归谁管", question_units=[SQUAD, LAND], interim=SQUAD)
    assert {"state", "work"} <= case.nodes
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    assert case.record["counts"]["rows_open"] == 1 and "state" in case.nodes
    with refused("事不完，人不撤"):
        case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    _arbitrated(case, SQUAD, SQUAD, LAND)
    assert case.open[_key(case, "sign_task")].candidates == (("dept_station_officer", SQUAD),)
    _signed(case)
    _do(case, "assist", LAND, opinion="提供界址图")
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _solved(case)


def a_row_that_comes_back_gets_half_of_the_limit() -> FlowCase:
    case = _consulted(_gathered())
    _signed(case)
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    case.until("whistle_verify", "yellow_at")
    assert case.told("whistle.verify_yellow") == 2
    case.until("whistle_verify")
    assert [one["step"] for one in case.noted("red")] == ["whistle_verify"] and case.told("whistle.step_late") == 1
    _verified(case, "partly")
    assert case.nodes == {"conclude", "work"} and case.noted("row_not_cleared")[0]["unit"] == SQUAD
    assert [one["factor"] for one in case.kinds("LimitStarted") if one["name"] == "whistle_task"] == [1, 0.5]
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _solved(case)


def two_rounds_without_success_go_to_the_county() -> FlowCase:
    case = _consulted(_gathered(), _row(), _row(MARKET, problem="无证经营"))
    for unit in (SQUAD, MARKET):
        _signed(case, unit)
    _worked(case, MARKET)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    for _ in range(2):
        _worked(case)
        case.do("street_check", by="coord", decision="pass")
        _verified(case, "not")
    assert case.nodes == {"conclude"} and case.record["counts"]["rows_unsolved"] == 1
    with refused("两轮未解决"):
        case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    case.do("conclude", by="director", decision="escalate", conclusion="夜间出摊两轮未清")
    assert len(_thrown(case, "whistle.concluded")) == 1 and case.nodes == {"gate"}
    case.do("gate", by="deputy", decision="send_back", esc_advice="增派力量再办一轮")
    assert case.nodes == {"consult"}
    _consulted(case)
    _cleared(case)
    return _solved(case)


def what_the_street_does_not_accept_is_done_again_twice() -> FlowCase:
    case = _consulted(_gathered())
    _signed(case)
    for round_ in range(3):
        if round_ == 1:
            due = case.record["limits"]["whistle_task"]["due_at"]
            _do(case, "work", SQUAD, on_site_at="2026-03-05T10:00:00+08:00", **HERE, action="已清理取缔并登记经营户",
                row_outcome="corrected", officers=[*_two()], after_photos=[PHOTO])
            case.do("task_review", by="leader", decision="back", note="照片不清")
            # the department's own rework gets no new limit
            assert case.record["limits"]["whistle_task"]["due_at"] == due
        _worked(case)
        if round_ == 2:
            case.until("whistle_check")
            assert [one["step"] for one in case.noted("red")] == ["whistle_check"]
        case.do("street_check", by="coord", decision="fail", note="夜间仍在经营")
    assert len(case.noted("rework")) == 2 and case.record["counts"]["rows_unsolved"] == 1
    return case


def _two() -> list[dict[str, str]]:
    return [{"name": "01", "certificate": "1"}, {"name": "02", "certificate": "2"}]


def one_certificate_is_not_enough() -> FlowCase:
    case = _consulted(_gathered())
    _signed(case)
    with refused("两名持证人员"):
        _do(case, "work", SQUAD, on_site_at="2026-03-05T10:00:00+08:00", **HERE, action="已清理取缔并登记经营户",
            row_outcome="corrected", officers=_two()[:1], after_photos=[PHOTO])
    return case


def cases_that_are_filed_or_handed_on_count_as_done() -> FlowCase:
    case = _consulted(_gathered(), _row(MARKET, problem="无证经营"), _row(MARKET, problem="无许可证"), _row(POLICE),
                      _row())
    for unit in (MARKET, MARKET, POLICE, SQUAD):
        _signed(case, unit)
    facts = {"parties": "经营户甲", "facts": "未取得许可从事餐饮"}
    for _ in range(2):
        _worked(case, MARKET, "filed", **facts)
    _worked(case, POLICE, "transferred", **facts)
    _worked(case, SQUAD, "other_agency", agency="市公路段")
    opened = _thrown(case, "penalty.opened")
    assert [one["department"] for one in opened] == [MARKET, MARKET] and "filed_at" in case.record["milestones"]
    assert opened[0]["facts"] == facts["facts"] and opened[0]["unit"] == MARKET
    assert len(_thrown(case, "transfer.opened")) == 1 and case.nodes == {"conclude"}
    assert [one["state_text"] for one in case.event["whistle_results"]] == [
        "已立案", "已立案", "已移送", "已转其他机关"]
    return _solved(case)


def an_order_to_correct_is_waited_for() -> FlowCase:
    case = _consulted(_gathered(), _row(), _row(MARKET, problem="无证经营"))
    for unit in (SQUAD, MARKET):
        _signed(case, unit)
        _worked(case, unit, "ordered", correct_until="2026-03-12")
    assert case.nodes == {"conclude"}
    case.act("whistle.order_met", **HERE, photos=[PHOTO], note="已改正")
    assert case.nodes == {"conclude", "street_check"}
    case.do("street_check", by="coord", decision="pass")
    case.wait(days=10)
    case.do("street_check", by="coord", decision="pass")
    for _ in range(2):
        _verified(case)
    return _solved(case)


def the_joint_action_begins_on_its_day() -> FlowCase:
    case = _consulted(_gathered(), joint_action=True, action_at="2026-03-05T19:00:00+08:00")
    _cleared(case)
    with refused("事不完，人不撤"):
        case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    return _acted(case)


def the_joint_action_begins_when_all_are_ready() -> FlowCase:
    case = _consulted(_gathered(), joint_action=True, action_at="2026-03-10T19:00:00+08:00")
    _signed(case)
    assert "joint_action" in case.nodes
    _worked(case)
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _acted(case)


def _acted(case: FlowCase) -> FlowCase:
    if "joint_action" not in case.nodes:
        case.wait(days=3)
    case.until("whistle_action")
    assert [one["step"] for one in case.noted("red")][-1:] == ["whistle_action"]
    _do(case, "joint_action", SQUAD, started_at="2026-03-05T19:00:00+08:00", teams="三组", plan="分段清理并登记",
        risk_plan="备勤", camera_officer="记录员01", outcome_text="清退九摊，无冲突", photos=[PHOTO])
    return _solved(case)


def a_joint_action_is_called_off_before_and_during() -> FlowCase:
    for day in ("2026-03-03T09:00:00+08:00", "2026-03-10T19:00:00+08:00"):
        case = _consulted(_gathered(), joint_action=True, action_at=day)
        case.wait(minutes=1)
        assert ("joint_action" in case.nodes) is (day < "2026-03-04")
        case.act("whistle.action_off", by="director", note="天气原因取消")
        assert case.noted("joint_action_off") and "joint_action" not in case.nodes
        _cleared(case)
        case = _solved(case)
    return case


def a_department_is_added_later() -> FlowCase:
    case = _consulted(_gathered())
    case.act("whistle.row_added", by="coord", problem="油烟扰民", measure="检测", lead=WATER, note="新发现的问题")
    assert case.record["counts"]["rows_open"] == 2
    assert case.open[_key(case, "sign_task", WATER)].candidates == (("county_dept_contact", WATER),)
    _cleared(case)
    with refused("事不完，人不撤"):
        case.do("conclude", by="director", decision="solved", conclusion="问题全部消除")
    _cleared(case, WATER)
    return _solved(case)


def departments_that_are_silent_are_recorded() -> FlowCase:
    case = _consulted(_gathered())
    case.until("whistle_sign")
    assert case.noted("auto_signed")[0]["unit"] == SQUAD and case.nodes == {"conclude", "plan"}
    case.until("whistle_plan")
    assert case.noted("no_plan") and case.nodes == {"conclude", "work"}
    case.until("whistle_task", "yellow_at")
    assert case.told("whistle.task_yellow") == 1
    case.until("whistle_task")
    assert case.noted("red")[-1]["step"] == "whistle_task" and case.told("whistle.task_red") == 1
    for moment in ("at_150", "at_200", "black_at"):
        case.until("whistle_task", moment)
    asked = [(one["trigger"], one["share"]) for one in _thrown(case, "sup.opened") if one["target_unit"] == SQUAD]
    assert asked == [("overdue", share) for share in (100, 150, 200, 300)]
    return case


def an_extension_is_decided_by_the_director() -> FlowCase:
    case = _consulted(_gathered(), _row(), _row(MARKET, problem="无证经营"))
    asked = {"amount_number": 3, "amount_unit": "wd", "reason": "weather", "explanation": "连续暴雨无法施工"}
    for unit in (SQUAD, MARKET):
        _signed(case, unit)
        case.act("ext.requested", **asked)
    first, second = [task.key for task in case.open.values() if task.node == "ext_decide"]
    before = len(case.kinds("LimitMoved"))
    case.do(first, by="director", decision="grant", granted=2, note="属实")
    assert len(case.kinds("LimitMoved")) == before + 1
    case.do(second, by="director", decision="refuse", note="理由不足")
    assert len(case.kinds("LimitMoved")) == before + 1 and len(case.noted("extension_refused")) == 1
    return case


def an_extension_that_nobody_decides_is_not_granted() -> FlowCase:
    case = _consulted(_gathered())
    _signed(case)
    case.act("ext.requested", amount_number=3, amount_unit="wd", reason="weather", explanation="连续暴雨无法施工")
    case.until("whistle_task")
    assert "ext_decide" not in case.nodes and not case.kinds("LimitMoved")
    assert case.noted("extension_refused")[0]["unit"] == SQUAD
    _worked(case)
    return case


def assistance_is_urged_and_can_be_waived() -> FlowCase:
    case = _consulted(_gathered(), _row(assists=[POLICE, MARKET]))
    _signed(case)
    assert [one["amount"] for one in case.kinds("LimitStarted") if one["name"].startswith("whistle_assist")]
    factors = {one["factor"] for one in case.kinds("LimitStarted") if one["name"].startswith("whistle_assist")}
    assert factors == {0.6}
    _do(case, "assist", POLICE, opinion="维持秩序")
    case.until("whistle_assist#1.2")
    assert [(one["step"], one["unit"]) for one in case.noted("red")] == [("whistle_assist", MARKET)]
    _worked(case)
    assert "street_check" not in case.nodes
    case.act("whistle.assist_waived", by="coord", note="已由中队一并处理")
    assert case.noted("assist_waived")[0]["unit"] == MARKET and "street_check" in case.nodes
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _solved(case)


def a_department_reports_from_its_own_system() -> FlowCase:
    case = _consulted(_gathered(), _row(), _row(MARKET, problem="无证经营"))
    for unit in (SQUAD, MARKET):
        _signed(case, unit)
    done = {"action": "已清理取缔并登记经营户", "row_outcome": "corrected", "officers": _two(), "after_photos": [PHOTO]}
    unfit: list[dict[str, object]] = [
        {"action": "已清"}, {"row_outcome": "gone"}, {"after_photos": []}, {"officers": _two()[:1]},
        {"row_outcome": "ordered"}, {"row_outcome": "filed", "parties": "经营户甲"}, {"row_outcome": "other_agency"}]
    due = case.record["limits"]["whistle_task"]["due_at"]
    for wrong in unfit:
        _message(case, "whistle.report_submitted", dept=SQUAD, row=1, **{**done, **wrong})
    assert case.told("whistle.message_incomplete") == len(unfit)
    assert case.record["limits"]["whistle_task"]["due_at"] == due
    _message(case, "whistle.report_submitted", dept=MARKET, row=2, **{
        **done, "row_outcome": "filed", "parties": "经营户乙", "facts": "未取得许可从事餐饮"})
    assert case.nodes == {"conclude", "work", "task_review"}
    case.until("whistle_review#2")
    assert [(one["step"], one["unit"]) for one in case.noted("red")] == [("whistle_review", MARKET)]
    case.do("task_review", by="leader", decision="accept")
    assert len(_thrown(case, "penalty.opened")) == 1
    _message(case, "whistle.report_submitted", dept=SQUAD, row=1, **done)
    case.do("task_review", by="leader", decision="accept")
    case.do("street_check", by="coord", decision="pass")
    _verified(case)
    return _solved(case)
