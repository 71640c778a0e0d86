"""An operator at his browser: what a machine could not do, its cause, a note, another try; messages for nobody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import expect

from app.domain.actor import SYSTEM
from app.usecases.studio.publish_files import publish_files
from tests.api.calling import Caller
from tests.browser.conftest import Town
from tests.browser.office import Seat, until
from tests.engine.running import diagram, flow, line, user_task

ADMIN = "admin"


def publish(town: Town, folder: Path, key: str = "stuck") -> None:
    """Publish a process whose timer leads to a gateway that has no way out for this case."""
    timer = ('<bpmn:boundaryEvent id="late" name="半分钟后" attachedToRef="work" cancelActivity="false">'
             "<bpmn:timerEventDefinition><bpmn:timeDuration>PT30S</bpmn:timeDuration></bpmn:timerEventDefinition>"
             "</bpmn:boundaryEvent>")
    nodes = ('<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="which"/><bpmn:endEvent id="e"/>'
             '<bpmn:endEvent id="e2"/><bpmn:endEvent id="e3"/>')
    ways = flow("which", "e2", "=event.nature = &quot;x&quot;") + flow("which", "e3", "=event.nature = &quot;y&quot;")
    body = nodes + user_task("work", form="event/withdraw_decide") + timer + ways
    places = {"s": (160, 120, 36, 36), "work": (260, 98, 100, 80), "late": (320, 160, 36, 36), "e": (430, 120, 36, 36),
              "which": (400, 230, 50, 50), "e2": (520, 200, 36, 36), "e3": (520, 270, 36, 36)}  # fmt: skip
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</bpmndi:BPMNShape>"
        for name, (x, y, w, h) in places.items()
    )
    drawn = (f'<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="drawn"'
             f' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane id="plane" bpmnElement="{key}">'
             f"{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>")
    (folder / "t").mkdir()
    (folder / "t" / f"{key}.bpmn").write_bytes(
        diagram(key, body + line("s", "work", "e") + line("late", "which"), drawn)
    )
    with town.product.tools() as tools:
        publish_files(tools, actor=SYSTEM, bpmn=folder, forms=folder)


def begin(officer: Caller, key: str = "stuck") -> dict[str, Any] | None:
    """Begin a case of the new process; None as long as the node does not know it."""
    answer = officer.send("POST", f"/processes/{key}/cases", {"variables": {"title": "定时故障演示"}}, uuid4().hex)
    assert answer.ok or answer.status == 404, answer
    return dict(answer.body) if answer.ok else None


def test_an_operator_finds_the_cause_notes_it_and_has_it_tried_again(
    town: Town, seat: Callable[..., Seat], tmp_path: Path
) -> None:
    publish(town, tmp_path)
    watching = seat("duty.zs")
    with town.caller("duty.zs") as officer:
        # a node may not notice at once that something is published
        begun = until(watching.page, lambda: begin(officer))
    case = begun["case_id"]
    town.clock()

    officer = watching
    officer.open(f"/cases/{case}")
    expect(officer.page.locator(".alert-warning")).to_contain_text("半分钟后")
    expect(officer.page.locator(".alert-warning a")).to_have_count(0)

    operator = seat(ADMIN)
    operator.open("/incidents")
    row = operator.page.locator("tbody tr", has_text="stuck").first
    expect(row).to_contain_text("半分钟后")
    expect(row).to_contain_text("定时")
    row.locator("summary").click()
    row.locator("textarea").fill("网关缺少默认出口，已请流程人员补上")
    with operator.leaving():
        row.get_by_role("button", name="保存备注").click()
    operator.says("备注已保存")
    row = operator.page.locator("tbody tr", has_text="网关缺少默认出口").first
    with operator.leaving():
        row.get_by_role("button", name="重试").click()
    operator.says("已安排重试")
    # nothing was repaired: it fails again and waits again, with the note
    again = operator.page.locator("tbody tr", has_text="网关缺少默认出口").first
    with town.caller(ADMIN) as machine:
        until(operator.page, lambda: [one for one in machine.get("/incidents?limit=100")["incidents"]
                                      if one["process"] == "stuck" and (one["attempts"], one["state"]) == (2, "open")])
    operator.open("/incidents")
    expect(again.get_by_role("button", name="重试")).to_be_visible()
    expect(again.locator("td").nth(4)).to_have_text("2")

    phone = seat(ADMIN, size="phone", locale="en-GB")
    phone.open("/incidents")
    expect(phone.page.locator("h1")).to_be_visible()
    phone.fits()


def test_messages_that_nobody_waits_for_are_sorted(town: Town, seat: Callable[..., Seat]) -> None:
    event = town.report("消息写错了编号，由管理员交给正确的案件", "C12-01")
    operator, numbers = seat(ADMIN), (uuid4().hex, uuid4().hex)
    with town.caller(ADMIN) as hotline:
        for number in numbers:
            sent = {"name": "evt.withdrawn", "id": number, "correlation": {"event_no": "NB-写错了"},
                    "payload": {"withdraw_reason": "已自行解决"}}
            assert hotline.post("/messages", sent)["outcome"] == "buffered"
    operator.open("/incidents")
    with operator.leaving():
        operator.page.get_by_role("link", name="无人接收的消息").click()
    row, other = (operator.page.locator("tbody tr", has_text=number) for number in numbers)
    expect(row).to_contain_text("没有编号为 NB-写错了 的案件")
    # a number that no case has is refused beside the message, and what was typed stays
    row.get_by_label("事件编号").fill("NB-也不对")
    with operator.expecting(422), operator.leaving():
        row.get_by_role("button", name="交给此案").click()
    expect(row.get_by_role("alert")).to_have_text("没有这个编号的案件")
    expect(row.get_by_label("事件编号")).to_have_value("NB-也不对")
    row.get_by_label("事件编号").fill(event["event_no"])
    with operator.leaving():
        row.get_by_role("button", name="交给此案").click()
    operator.says("消息已送达该案件")
    expect(row).to_have_count(0)
    with town.caller("duty.zs") as officer:
        until(operator.page, lambda: officer.get(f"/cases/{event['case_id']}")["case"]["status"] == "closed")
    other.locator("summary").click()
    other.get_by_label("理由").fill("对方重复推送")
    with operator.leaving():
        other.get_by_role("button", name="作废这条消息").click()
    operator.says("消息已作废")
    expect(other).to_have_count(0)

    phone = seat(ADMIN, size="phone", locale="en-GB")
    phone.open("/incidents/messages")
    expect(phone.page.locator("h1")).to_be_visible()
    phone.fits()
