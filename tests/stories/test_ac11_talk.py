"""AC-11: the talk day of a village, six items, and what becomes of each."""

from datetime import datetime
from typing import Any

from lxml import etree

from app.usecases import Tools
from app.usecases.command.arrange_starts import arrange_starts
from app.usecases.command.start_on_time import start_on_time
from app.usecases.desk.list_cases import list_cases
from app.usecases.registers.list_rows import list_rows
from tests.stories.desk import Reported
from tests.stories.photos import ROOT, photo, scan
from tests.stories.telling import Event, Scene, moment, refused, told
from tests.stories.test_messages import actor_of

#: 杰下村 in 西周镇: its secretary is its clerk too, the street's justice office advises on law
VILLAGE, STREET = "33.02.25.102.001", "33.02.25.102"
CLERK, LAWYER, AFFAIRS, DUTY = "village.xz.01", "station.xz", "affairs.xz", "duty.xz"
GRID = f"{VILLAGE}.001"
ITEMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("医保缴费时间", "small", {"answered": True, "answer": "本月二十日前，可由村里代缴"}),
    ("老年食堂用餐", "small", {"answered": True, "answer": "七十岁以上周一至周六供餐"}),
    ("集市摊位秩序", "general", {}),
    ("公共厕所保洁", "general", {}),
    ("村道重新铺设", "major", {}),
    ("溪边护岸垮塌", "major", {}),
)


# --- the steps, each at its time -------------------------------------------------------------------


def mornings(scene: Scene, tools: Tools, until: str) -> None:
    """Let time pass, and let begin what begins by the clock."""
    scene.at(until)
    while start_on_time(tools):
        pass


def cases_called(scene: Scene, tools: Tools, title: str) -> list[Event]:
    """Find cases by their title, the newest first."""
    page = list_cases(tools, actor=actor_of(tools, "auditor"), q=title, unit=STREET, limit=100)
    found = [one for one in page.cases if one.summary == title]
    return [Event(scene, Reported(str(one.event_no), str(one.id), ""), {}) for one in found]


def talk_opened(scene: Scene, tools: Tools) -> Event:
    """The village's day is the 10th: three days before, at seven, the talk is announced."""
    arrange_starts(tools)
    mornings(scene, tools, "03-07 06:59")
    assert not cases_called(scene, tools, "村民说事日 2026-03-10")
    mornings(scene, tools, "03-07 07:01")
    talk, = cases_called(scene, tools, "村民说事日 2026-03-10")
    assert talk.milestones["talk_announced_at"] == "03-07 07:00" and talk.record["village"] == VILLAGE
    scene.at("03-10 18:59")
    assert talk.nodes == []
    scene.at("03-10 19:00")
    assert talk.nodes == ["record_items"]
    return talk


def talked(scene: Scene, tools: Tools) -> dict[str, Event]:
    """10 March, 19:00: six items are recorded; each becomes a case of its own."""
    talk = talk_opened(scene, tools)
    rows = [{"title": title, "grade_hint": grade, "speaker": f"村民{number:02}", "household": f"{number} 组",
             "content": f"{title}：请村里研究答复", "answered": False, "answer": "", **more}
            for number, (title, grade, more) in enumerate(ITEMS, 1)]
    with refused(409):
        talk.do(CLERK, "通报与记录", held="yes", read_out=False, items=rows)
    talk.do(CLERK, "通报与记录", held="yes", read_out=True, attendance=41, items=rows)
    assert talk.status == "closed" and talk.noted("talk_held")[0].body["items"] == 6
    found = {title: cases_called(scene, tools, title)[0] for title, _, _ in ITEMS}
    assert all(one.record["origin_no"] == talk.reported.event_no for one in found.values())
    return found


def outcomes(tools: Tools) -> dict[str, dict[str, Any]]:
    """The village's register of items, by title."""
    page = list_rows(tools, actor=actor_of(tools, CLERK), key="talk_items", limit=100)
    return {row.data["title"]: dict(row.data) for row in page.rows}


def graded(item: Event, grade: str, **more: Any) -> None:
    item.do(CLERK, "定级", **{"grade": grade, "subject": "service", "owner": "ours", **more})


def called(scene: Scene, item: Event, at: str) -> None:
    """Call the meeting and let its time come."""
    item.do(CLERK, "召集会议", meeting_at=moment(at).isoformat(), meeting_place="村文化礼堂")
    scene.at(at)


def voted(item: Event, entitled: int, present: int, yes: int, no: int = 0, abstain: int = 0, **more: Any) -> None:
    item.do(CLERK, "会议与表决", **{"entitled": entitled, "present": present, "recused": 0, "yes": yes, "no": no,
            "abstain": abstain, "decision_text": "同意办理", "minutes": [paper(item, "meeting")], **more})


def paper(item: Event, node: str) -> str:
    task = item.task(CLERK, node)["id"]
    return item.desk.attach(CLERK, scan(f"{item.reported.event_no} {node}"), "scan.pdf", "", task_id=task)


def published(item: Event, name: str = "村务公开") -> None:
    task = item.task(CLERK, name)["id"]
    shot = item.desk.attach(CLERK, photo(None, None, item.scene.now), "IMG.jpg", "after", task_id=task)
    item.do(CLERK, name, text="表决结果与决定", places="村务公开栏", posted=[shot])


def repaving(scene: Scene, item: Event) -> None:
    """Major: collective money. 21 of 33 adjourn the meeting; 22 of 33 are two thirds exactly, 12 of 22 adopt."""
    with refused(409):
        graded(item, "general", subject="works", money=300000)
    graded(item, "major", subject="works", money=300000)
    assert item.nodes == ["legal_opinion"]
    item.do(LAWYER, "法律意见", legal="lawful", opinion="属村民代表会议职权，程序合法")
    scene.at("03-11 09:00")
    with refused(409):
        item.do(CLERK, "召集会议", meeting_at=moment("03-14 08:00").isoformat(), meeting_place="村文化礼堂")
    called(scene, item, "03-14 14:00")
    with refused(409):
        voted(item, 33, 21, 20, 2)
    voted(item, 33, 21, 21)
    assert item.nodes == ["call_meeting"], "21 of 33 are 63.6 %: less than two thirds"
    called(scene, item, "03-18 14:00")
    voted(item, 33, 22, 12, 9, 1, plan_due="2026-04-20")
    assert item.nodes == ["publish_decision"], "22 of 33 are two thirds, 12 of 22 are more than half"
    assert told(item.task(CLERK, "村务公开")["due_at"]) == "03-21 14:00"
    published(item)
    assert item.nodes == ["do_village"] and told(item.task(CLERK, "村里办理")["due_at"]) == "04-20 17:30"


# --- the whole story -------------------------------------------------------------------------------


def test_six_items_six_outcomes(scene: Scene, tools: Tools) -> None:
    items = talked(scene, tools)
    answered = [one.status for title, one in items.items() if title in ("医保缴费时间", "老年食堂用餐")]
    assert answered == ["closed", "closed"]
    market, toilet, road, bank = (items[title] for title, _, _ in ITEMS[2:])
    beyond = reported_to_the_street(scene, tools, bank)
    for item in (market, toilet):
        graded(item, "general")
        called(scene, item, "03-11 20:00" if item is market else "03-13 09:00")
        voted(item, 7, 4, 3, 1)
        published(item)
    repaving(scene, road)
    market.do(CLERK, "村里办理", responsible="村委01", action="划线编号，专人管理")
    market.act(CLERK, "citizen.rated", satisfied="yes")
    handled_by_the_street(scene, beyond)
    assert bank.nodes == [] and "已解决" in outcomes(tools)["溪边护岸垮塌"]["outcome_text"]
    next_month(scene, tools, toilet, road)
    rows = outcomes(tools)
    assert {title: row["outcome"] for title, row in rows.items()} == {
        "医保缴费时间": "answered", "老年食堂用餐": "answered", "集市摊位秩序": "done", "公共厕所保洁": "done",
        "村道重新铺设": "done", "溪边护岸垮塌": "event"}
    assert rows["公共厕所保洁"]["rediscussed"] == 1 and rows["公共厕所保洁"]["satisfied"] == "yes"
    check_pr_17(items, rows)


def reported_to_the_street(scene: Scene, tools: Tools, bank: Event) -> Event:
    """The bank is the county's river: the street gets an event by the channel TALK."""
    graded(bank, "small", owner="beyond", item_hint="C15-01", grid=GRID, address_text="溪边三号桥下")
    assert bank.nodes == ["await_result"]
    named = cases_called(scene, tools, "溪边护岸垮塌")
    found = [one for one in named if one.reported.event_no != bank.reported.event_no]
    assert len(found) == 1 and found[0].record["channel"] == "TALK" and found[0].nodes == ["accept_decide"]
    assert found[0].record["origin_no"] == bank.reported.event_no
    return found[0]


def handled_by_the_street(scene: Scene, event: Event) -> None:
    """Accepted, handled and verified like any report; its result goes back to the item."""
    event.do(DUTY, "受理研判", keep=("decision", "item_code", "grid", "urgency"))
    event.do("station.xz", "签收", keep=("decision",))
    spot = {"lat": 29.44, "lon": 121.63}
    scene.at("03-19 10:00")
    event.do("station.xz", "办理", on_site_at="2026-03-19T09:00", **spot, action="护岸已加固并清理垃圾",
             result="solved", after_photos=[shot(event, "station.xz", "handle")])
    event.do("lead.xz", "单位审核", decision="accept")
    event.do("village.xz.01", "现场验收", decision="pass", **spot, photos=[shot(event, "village.xz.01", "verify")])
    assert event.status == "closed"
    event.verified()


def shot(event: Event, who: str, node: str) -> str:
    taken = photo(29.44, 121.63, event.scene.now)
    return event.desk.attach(who, taken, "IMG.jpg", "after", task_id=event.task(who, node)["id"])


def next_month(scene: Scene, tools: Tools, toilet: Event, road: Event) -> None:
    """10 April: the results are read out; a speaker is dissatisfied with a reason, his item is discussed again."""
    scene.at("04-06 09:00")
    toilet.do(CLERK, "村里办理", responsible="村委02", action="安排保洁员一名")
    road.do(CLERK, "村里办理", responsible="村委03", contractor="某工程队", action="铺设完成", cost=298000)
    road.do(AFFAIRS, "监督核对", decision="ok", note="发票与合同相符")
    # what the collective's money bought is published before it is rated
    assert told(road.task(CLERK, "公开结果与收支")["due_at"]) == "04-09 09:00"
    published(road, "公开结果与收支")
    mornings(scene, tools, "04-08 09:00")
    scene.at("04-10 19:00")
    talk, = cases_called(scene, tools, "村民说事日 2026-04-10")
    shown = scene.desk.task(CLERK, talk.task(CLERK, "通报与记录")["id"])["values"]["report_text"]
    assert all(title in shown for title, _, _ in ITEMS) and "已办：安排保洁员一名" in shown
    talk.do(CLERK, "通报与记录", held="yes", read_out=True, items=[])
    toilet.act(CLERK, "citizen.rated", satisfied="no", reason="三天没人打扫")
    assert toilet.nodes == ["grade"] and outcomes(tools)["公共厕所保洁"].get("outcome") is None
    graded(toilet, "small")
    toilet.do(CLERK, "村里办理", responsible="村委02", action="改为每日两次，张贴签到表")
    toilet.act(CLERK, "citizen.rated", satisfied="yes")
    scene.at("04-18 09:00")


def check_pr_17(items: dict[str, Event], rows: dict[str, dict[str, Any]]) -> None:
    """PR-17: every talked item ends with an outcome, in the register and in words."""
    for title, item in items.items():
        assert (item.status, item.nodes) == ("closed", []), title
        assert rows[title]["outcome"] and rows[title]["outcome_text"] and rows[title]["closed_on"]
        item.verified()


# --- exact fractions -------------------------------------------------------------------------------


def test_pr_17_every_talked_item_ends_with_an_outcome(scene: Scene, tools: Tools) -> None:
    """A meeting that never has its quorum, and a vote that is lost, are outcomes too."""
    items = talked(scene, tools)
    lost, never = items["集市摊位秩序"], items["村道重新铺设"]
    graded(lost, "general")
    called(scene, lost, "03-12 09:00")
    voted(lost, 7, 4, 2, 2)
    published(lost)
    graded(never, "major", subject="works")
    never.do(LAWYER, "法律意见", legal="lawful", opinion="程序合法")
    for day in ("15", "19", "23", "27"):
        called(scene, never, f"03-{day} 14:00")
        voted(never, 33, 21, 21)
    published(never)
    scene.at("04-04 09:00")
    rows = outcomes(tools)
    assert rows["集市摊位秩序"]["outcome"] == "rejected" and rows["村道重新铺设"]["outcome"] == "not_decided"
    for item in (lost, never):
        assert item.status == "closed" and datetime.fromisoformat(item.page["milestones"]["closed_at"])
        item.verified()


def test_pr_17_no_way_through_an_item_avoids_the_entry_of_its_outcome() -> None:
    """In the diagram: without the two elements that enter outcome and rating, no start leads to an end."""
    root = etree.parse(str(ROOT / "bpmn" / "village" / "talk_item.bpmn")).getroot()
    flows = [one for one in root.iter() if str(one.tag).endswith("sequenceFlow")]
    ends = {str(one.get("id")) for one in root.iter() if str(one.tag).endswith("endEvent")}
    starts = {str(one.get("id")) for one in root.iter() if str(one.tag).endswith("startEvent")}
    reached, pending = set(starts), list(starts)
    while pending:
        here = pending.pop()
        for flow in flows:
            there = str(flow.get("targetRef"))
            if flow.get("sourceRef") == here and there not in reached and there != "keep_rating":
                reached.add(there)
                pending.append(there)
    assert starts and ends and not reached & ends
