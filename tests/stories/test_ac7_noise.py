"""AC-7: noise of trucks needs panels: long work, two extensions, a time on the ledger."""

from typing import Any

from tests.stories.cast import ZHUANGSHI
from tests.stories.telling import Event, Scene, refused, told
from tests.stories.test_main_job import CALLER, GRID_LEADER, PLACE, accept, verify

Z = ZHUANGSHI
STATION, STATION_LEADER = "s.env.zs", "lead.zs"
TEXT = "货车夜间通行噪声很大，整幢楼都睡不好，要求加装隔声屏"


def noise(scene: Scene) -> Event:
    """03-02: the caller is heard, the street plans the work; the environment station signs and calls."""
    scene.at("03-02 09:00")
    event = scene.report(None, PLACE, channel="WEB", nature="complaint", content=TEXT, item_hint="C14-03",
                         reporter=CALLER)
    accept(event, keep=("decision", "item_code", "grid"), urgency="U4", urgency_reason="须工程治理")
    assert event.due("business") == "05-31 09:00"
    event.do(STATION, "签收", keep=("decision",))
    event.do(STATION, "首次联系", way="phone", reached=True, note="已说明须测量和设计")
    assert event.nodes == ["handle"] and event.limit("handling")["amount"] == "15 wd"
    assert event.due("handling") == "03-23 09:00"
    event.desk.claim(STATION, event.task(STATION, "办理")["id"])
    return event


def extended(event: Event, by: str, days: int) -> None:
    event.act(STATION, "ext.requested", amount_number=days, amount_unit="wd", reason="works",
              explanation="测量、设计须工程单位进场", proof=[event.paper(STATION)])
    event.do(by, "延期审批", keep=("granted",), decision="grant", note="同意顺延")


def told_waiting(event: Event) -> int:
    return sum(1 for line in event.facts("OperationDone", operation="notify.reporter")
               if line.body["params"].get("text") == "reporter.suspended")


def finished(event: Event, at: str) -> None:
    place: dict[str, Any] = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    event.do(STATION, "办理", **place, on_site_at=f"2026-{at.replace(' ', 'T')}", result="solved",
             action="隔声屏已安装，夜间实测达标", after_photos=[event.shot(STATION, "handle")])
    event.do(STATION_LEADER, "单位审核", decision="accept")


def test_panels_against_the_noise(scene: Scene) -> None:
    event = noise(scene)
    scene.at("03-09 09:00")
    event.act(STATION, "progress.noted", progress_text="已完成昼夜测量，超标六分贝", percent=20)
    extended(event, Z.command, 10)
    assert event.due("handling") == "04-07 09:00"
    scene.at("03-30 09:00")
    # a second extension is decided one level up
    event.act(STATION, "ext.requested", amount_number=5, amount_unit="wd", reason="works",
              explanation="设计方案须修改", proof=[event.paper(STATION)])
    assert not [row for row in event.offered(Z.command) if row["node"] == "ext_decide"]
    event.do(Z.county_director, "延期审批", keep=("granted",), decision="grant", note="同意顺延")
    with refused(409):
        event.act(STATION, "ext.requested", amount_number=5, amount_unit="wd", reason="works",
                  explanation="还要延期第三次", proof=[event.paper(STATION)])
    # the money is not there: on the ledger, decided by the county
    event.act(STATION, "sus.requested", kind="ledger", until="2026-04-30", reason="budget", explanation="列入补充预算")
    event.do(Z.county_director, "暂缓审批", decision="grant", note="同意挂账")
    assert (event.status, event.limit("handling")["state"]) == ("on_ledger", "paused")
    assert event.limit("business")["state"] == "paused" and told_waiting(event) == 1
    # the ledger is no lateness: weeks after the due time the light is still grey
    for at in ("04-08 09:00", "04-20 09:00"):
        scene.at(at)
        assert event.task(STATION, "办理")["light"] == "grey" and event.page["case"]["light"] == "grey", at
    scene.at("04-29 08:59")
    assert "suspend_review" not in event.nodes
    scene.at("04-29 09:01")
    # reviewed after thirty days
    assert event.nodes == ["handle", "suspend_review"] and not event.noted("red")
    assert [told(line.at) for line in event.opened("suspend_review")] == ["04-29 09:00"]
    event.do(Z.county_director, "暂缓复核", decision="wait", note="预算未批")
    assert told_waiting(event) == 2
    scene.at("05-09 10:00")
    event.act(STATION, "sus.resumed", resume_reason="资金已到位，施工单位进场")
    assert event.status == "handling" and event.limit("handling")["state"] == "running"
    # forty days on the ledger are in no denominator: both clocks go on where they stood
    assert event.due("handling") > "05-11 10:00" and event.due("business") > "07-01 00:00"
    scene.at("05-11 10:00")
    finished(event, "05-11 10:00")
    verify(event)
    event.do(Z.duty, "电话回访", reached=True, solved="yes", satisfaction="satisfied")
    assert (event.status, event.record["close_reason"]) == ("closed", "solved")
    # seventy days later: never red, no card, and the time on the ledger is not counted
    assert told(event.facts("CaseClosed")[0].at) == "05-11 10:00"
    assert not event.noted("red") and not event.facts("MessageThrown", name="sup.opened")
    assert not event.facts("LimitEnded", late=True) and event.page["case"]["light"] not in ("red", "black")
    assert event.milestones["closed_at"] == "05-11 10:00"
    event.verified()


def test_long_work_needs_a_progress_note(scene: Scene) -> None:
    event = noise(scene)
    scene.at("03-12 09:00")
    with refused(409):
        finished(event, "03-12 09:00")
    event.act(STATION, "progress.noted", progress_text="已完成昼夜测量，超标六分贝", percent=20)
    finished(event, "03-12 09:00")
    assert event.nodes == ["verify"] and event.offered(GRID_LEADER)
    event.verified()


def test_an_extension_is_no_longer_than_the_limit(scene: Scene) -> None:
    event = noise(scene)
    event.act(STATION, "ext.requested", amount_number=20, amount_unit="wd", reason="weather",
              explanation="连日大雨不能施工")
    with refused(409):
        event.do(Z.command, "延期审批", keep=("granted",), decision="grant", note="同意顺延")
    event.do(Z.command, "延期审批", granted=15, decision="grant", note="同意顺延十五个工作日")
    assert event.due("handling") == "04-14 09:00"
    event.verified()
