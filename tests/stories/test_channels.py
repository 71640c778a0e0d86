"""One mouth in: whatever channel a report comes from, it is numbered, classified and owned by somebody."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM
from app.schemas.records import read
from app.schemas.reports import ReportRecord
from app.usecases import Tools
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.intake.submit_report import submit_report
from tests.stories.cast import GATEWAY, ZHUANGSHI, where
from tests.stories.desk import Reported
from tests.stories.telling import Event, Scene
from tests.stories.test_main_job import PLACE, TEXT
from tests.stories.test_messages import actor_of

Z = ZHUANGSHI
CHANNELS = ("GRID", "FACE", "CONTACT", "WECHAT", "HOTLINE_12345", "MINSHENG_E", "PINGAN_APP", "NET_POLITICS",
            "VILLAGE_E", "CITY_APP", "POLICE_110", "DEPT", "LEADER", "INSPECTION", "MODEL", "IOT", "OPEN311", "TALK",
            "PETITION")


def sent(tools: Tools, scene: Scene, source_id: str, **fields: Any) -> Event:
    """A program brings a report."""
    spot = where(PLACE)
    report = {"nature": "complaint", "content": TEXT, "item_hint": "C12-04", "source_system": "src",
              "source_id": source_id, **spot, **fields}
    done = submit_report(tools, actor=SYSTEM, report=read(ReportRecord, report))
    return Event(scene, Reported(done.event_no, str(done.case_id), done.tracking_code), spot)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_leads_to_somebody(scene: Scene, tools: Tools, channel: str) -> None:
    event = sent(tools, scene, "1", channel=channel)
    assert event.reported.event_no and event.record["item_code"] == "C12-04"
    # a device, or the police who know the item, need nobody to decide whether it is taken
    alone = channel in ("IOT", "POLICE_110")
    assert event.nodes == (["sign"] if alone else ["accept_decide"]) and bool(event.offered(Z.duty)) is not alone
    # the same source number is the same event
    assert sent(tools, scene, "1", channel=channel).reported.event_no == event.reported.event_no


def test_a_device_that_repeats_itself_is_one_event(scene: Scene, tools: Tools) -> None:
    alarm = {"channel": "IOT", "nature": "device", "content": "垃圾箱满溢告警", "item_hint": "C17-07"}
    first = sent(tools, scene, "1", **alarm)
    scene.at("03-02 08:20")
    second = sent(tools, scene, "2", **alarm)
    assert (second.status, second.record["master_event_no"]) == ("merged", first.reported.event_no)
    assert first.nodes == ["sign"] and first.noted("report_joined")
    second.verified()
    first.verified()


def test_another_flow_reports_and_hears_how_it_ended(scene: Scene, tools: Tools) -> None:
    origin = sent(tools, scene, "origin", channel="TALK")
    payload = {"origin_no": origin.reported.event_no, "origin_key": "row-7", "channel": "TALK", "nature": "help",
               "content": "村口河岸垮塌，请处理", "item_hint": "C15-02", "unit": "33.02.11.004.003"}
    begun = deliver_message(tools, actor=actor_of(tools, GATEWAY), name="report.received", correlation={},
                            payload=payload, id="r-1")
    assert begun.outcome == "started" and begun.case_id is not None
    event = Event(scene, Reported("", str(begun.case_id), ""), origin.spot)
    assert event.record["channel"] == "TALK" and event.record["village"] == "33.02.11.004.003"
    event.do(Z.duty, "受理研判", decision="legal_path", note="已由水利局立案")
    thrown = event.facts("MessageThrown", name="report.closed")
    assert len(thrown) == 1 and thrown[0].body["payload"]["close_reason"] == "legal_path"
    assert thrown[0].body["correlation"] == {"event_no": origin.reported.event_no, "origin_key": "row-7"}
    assert UUID(event.reported.case_id) == begun.case_id
    event.verified()
