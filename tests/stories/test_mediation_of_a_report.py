"""A dispute that a citizen reported: on his tracking page he follows the mediation, adds to it, takes it back."""

from app.usecases import Tools
from app.usecases.intake.track_report import track_report
from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Event, Scene
from tests.stories.test_ac8_medical import CALM, VISITOR

Z = ZHUANGSHI
TEXT = "楼上漏水多年，与邻居为赔偿反复争吵，请求调解"
PARTIES = [{"name": "群众03", "side": "applicant", "kind": "person", "phone": "", "agent": ""},
           {"name": "群众04", "side": "respondent", "kind": "person", "phone": "", "agent": ""}]
APPLICATION = {"dispute_type": "neighbour", "applied_by": "party", "claim": "赔偿漏水损失", "claim_amount": 800,
               "mediator_wanted": "", "facts": "楼上卫生间漏水，天花板脱落", "parties": PARTIES}


def mediated(scene: Scene) -> Event:
    """Reported without an account, accepted, registered by the village and taken up."""
    scene.at("03-02 09:00")
    event = scene.report(None, "donghai-mingzhu", photos=0, channel="CITY_APP", nature="help", content=TEXT,
                         item_hint="C01-01",
                         reporter={"name": "群众03", "phone": "13900000003", "wants_callback": True})
    event.do(Z.duty, "受理研判", keep=("decision", "item_code", "grid", "urgency"))
    event.do(VISITOR, "一窗登记", **APPLICATION, **CALM)
    event.do(VISITOR, "受理审查", reason="accept", decision="accept")
    assert event.status == "mediating" and event.nodes == ["consent"] * 2
    return event


def test_the_reporter_adds_to_a_mediation(scene: Scene, tools: Tools) -> None:
    event = mediated(scene)
    view = track_report(tools, event_no=event.reported.event_no, tracking_code=event.reported.tracking_code)
    assert view.can_supplement and view.can_withdraw and any("调解" in one.text for one in view.messages)
    event.tell("supplement", text="补交修理单据和照片")
    assert "补交修理单据和照片" in event.record["content"] and event.nodes == ["consent"] * 2
    notices = [line for line in event.facts("StepPassed") if line.node == "tell_supplement"]
    assert len(notices) == 1
    event.verified()


def test_the_reporter_takes_his_dispute_back(scene: Scene) -> None:
    event = mediated(scene)
    event.tell("withdraw", reason="双方已经自行和解")
    assert "withdraw_decide" in event.nodes
    event.verified()
