"""J: lateness is supervised in a case of its own; cards are facts until they are revoked."""

from typing import Any

from app.usecases import Tools
from tests.stories.cast import ZHUANGSHI
from tests.stories.desk import Reported
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_ac10_workshop import begun
from tests.stories.test_main_job import handle, review, verify, working

Z = ZHUANGSHI
LEADER = "enforce.lead.zs"


def supervision_of(event: Event, by: str, node: str) -> Event:
    """The supervision's own case, found in the inbox of somebody who has to do something there."""
    rows = [row for row in event.desk.inbox(by) if row["node"] == node and row["case_id"] != event.reported.case_id]
    assert len(rows) == 1, [(row["node"], row["case_id"]) for row in event.desk.inbox(by)]
    own = Event(event.scene, Reported("", rows[0]["case_id"], ""), event.spot)
    assert own.record["origin_no"] == event.reported.event_no
    return own


def late(scene: Scene) -> tuple[Event, Event]:
    """Five working days have passed: red, and a notice is to be issued."""
    event = working(scene)
    scene.at("03-09 09:01")
    assert [told(line.at) for line in event.noted("red")] == ["03-09 09:00"]
    return event, supervision_of(event, Z.command, "open_notice")


def issued(own: Event) -> None:
    own.do(Z.command, "签发督办单", keep=("notice_title",), requirement="说明原因，限期办结",
           finish_by="2026-03-13T17:00")


def answered(own: Event, **more: Any) -> None:
    own.do(LEADER, "答复督办", **{"cause": "人手不足", "measure": "抽调两人", "responsible": "负责人01",
                              "promised_at": "2026-03-11T17:00", **more})


def test_a_late_matter_is_supervised_to_its_end(scene: Scene) -> None:
    event, own = late(scene)
    assert (own.status, own.record["level"]) == ("handling", "L3") and not own.noted("yellow_card")
    issued(own)
    assert told(own.task(LEADER, "答复督办")["due_at"]) == "03-10 09:01"
    with refused(409):
        answered(own, promised_at="2026-03-20T17:00")
    answered(own)
    scene.at("03-10 08:45")
    handle(event)
    review(event)
    verify(event)
    own.act(LEADER, "sup.answered", report="已按承诺办结，现场恢复")
    own.do(Z.command, "督办核查", finding="done", way="site", note="现场已恢复")
    own.do(Z.command, "督办处理", decision="close", note="同意销号")
    assert (own.status, own.record["close_reason"], own.nodes) == ("closed", "solved", [])
    own.verified()
    event.verified()


def test_a_conclusion_is_reviewed_by_who_did_not_draw_it(scene: Scene, tools: Tools) -> None:
    """The unit asks within thirty days of the closing, once; who took part in the supervision finds no such task."""
    event, own = late(scene)
    issued(own)
    answered(own)
    handle(event)
    review(event)
    own.act(LEADER, "sup.answered", report="已按承诺办结，现场恢复")
    own.do(Z.command, "督办核查", finding="done", way="site", note="现场已恢复")
    own.do(Z.command, "督办处理", decision="close", note="同意销号")
    asked = {"notice_no": own.reported.event_no or own.record["event_no"], "ground": "办理期间道路封闭，结论未查明"}
    scene.at("04-08 09:00")
    case = begun(scene, tools, LEADER, "supervision_review", **asked)
    assert case.offered(Z.command) == [] and [row["node"] for row in case.offered(Z.director)] == ["review_decide"]
    second = begun(scene, tools, LEADER, "supervision_review", **asked)
    assert second.record["close_reason"] == "refused"
    case.do(Z.director, "复核决定", decision="uphold", note="道路封闭不影响办理，维持结论")
    assert (case.status, case.record["close_reason"]) == ("closed", "explained")
    other = begun(scene, tools, LEADER, "supervision_review", notice_no="330211-0", ground="没有这张督办单")
    assert other.record["close_reason"] == "refused"
    case.verified()


def test_one_notice_and_heavier_cards(scene: Scene) -> None:
    """150, 200 and 300 per cent come to the notice that is open; no second one is opened."""
    event, own = late(scene)
    issued(own)
    answered(own)
    scene.at("03-10 09:40")
    event.do(Z.county_duty, "接收研判", decision="return_down", support=["people"], note="街道继续办理",
             support_text="派两名专业人员到场支持")
    event.do(Z.handler, "下级签收", keep=("decision",))
    for at, card, deduction in (("03-11 14:16", "yellow_card", 0.5), ("03-16 09:01", "red_card", 1.5),
                                ("03-23 09:01", "black_card", 3.0)):
        scene.at(at)
        found = own.noted(card)
        assert len(found) == 1 and found[0].body["deduction"] == deduction, (at, card)
        assert found[0].body["unit"] == "33.02.11.004.p-enforce"
        assert found[0].body["event_no"] == event.reported.event_no
    cases = {row["case_id"] for who in (Z.command, LEADER, Z.county_duty, "county.supervisor.zh")
             for row in event.desk.inbox(who) if row["process"] == "supervision_notice"}
    assert cases <= {own.reported.case_id}
    # the red card made it the county's; the black one is to be circulated before it can be closed
    assert own.record["level"] == "L4"
    own.do(Z.command, "督办核查", finding="done", way="papers", note="已办结")
    with refused(409):
        own.do("county.supervisor.zh", "督办处理", decision="close", note="同意销号")
    own.verified()


def test_a_revoked_card_restores_the_score(scene: Scene) -> None:
    event, own = late(scene)
    issued(own)
    answered(own)
    with refused(409):
        own.act(LEADER, "sup.objected", ground="没有牌时不能申诉")
    scene.at("03-11 14:16")
    assert own.noted("yellow_card")
    own.act(LEADER, "sup.objected", ground="现场由业主阻挠，已报公安处理")
    for stranger in (Z.command, LEADER):
        assert not [row for row in own.offered(stranger) if row["node"] == "objection_decide"]
    own.do(Z.director, "申诉决定", decision="revoke", note="情况属实，撤销")
    revoked = own.noted("card_revoked")
    assert len(revoked) == 1 and revoked[0].body["restored"] == 0.5
    assert revoked[0].body["card_no"] == own.noted("yellow_card")[0].body["card_no"]
    assert event.status == "handling" or event.status == "escalating"
    own.verified()


def test_urging_is_limited(scene: Scene) -> None:
    event = working(scene)
    scene.at("03-03 09:00")
    event.act(Z.duty, "sup.urged", note="请尽快清理")
    with refused(409):
        event.act(Z.command, "sup.urged", note="请尽快清理")
    scene.at("03-03 14:31")
    event.act(Z.command, "sup.urged", note="请尽快清理")
    assert [line.body["number"] for line in event.noted("urged")] == [1, 2]
    event.verified()
