"""What comes from outside for a closed event: a remark on it, and a repeat event for a fresh complaint."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.engine.running import diagram, line
from tests.usecases.drawn import END, START, Stage, drawn, work

NUMBER = "NB-330211-20260302-000001"
REPORT = '<bpmn:message id="message_report" name="report.received"/>'


@pytest.fixture
def closed(stage: Stage) -> tuple[Stage, UUID]:
    """A numbered event that has ended, and a process that takes reports of other cases."""
    assigned = f'event.event_no = "{NUMBER}"\nevent.item_code = "0101"\nevent.lat = 29.9\nevent.lon = 121.6'
    script = f'<bpmn:scriptTask id="set"><bpmn:script>{assigned}</bpmn:script></bpmn:scriptTask>'
    begin = ('<bpmn:startEvent id="s"><bpmn:messageEventDefinition id="d" messageRef="message_report"/>'
             "</bpmn:startEvent>")
    body = begin + work("look") + END + line("s", "look", "e")
    stage.publish(drawn("event", START, script, END), ("again", diagram("again", body, REPORT)))
    return stage, stage.start("event", title="摊贩占道")


def remarks(stage: Stage, case_id: UUID) -> list[str]:
    return [json.loads(fact.body)["text"] for fact in stage.facts(case_id, "CommentAdded")]


def send(stage: Stage, id: str = "m", **payload: Any) -> str:
    return stage.send("citizen.wrote", {"event_no": NUMBER}, id=id, **payload).outcome


def test_a_message_for_a_closed_event_becomes_a_remark_once(closed: tuple[Stage, UUID]) -> None:
    stage, case_id = closed
    assert send(stage, content="谢谢,已经好了") == "unmatched"
    assert send(stage, content="谢谢,已经好了") == "duplicate"
    assert send(stage, id="n") == "unmatched"
    came = "办结后收到消息「citizen.wrote」"
    assert remarks(stage, case_id) == [f"{came}:谢谢,已经好了", came]
    assert stage.cases_of("again") == []
    stage.verified(case_id)


def test_a_complaint_within_seven_days_is_reported_again(closed: tuple[Stage, UUID]) -> None:
    stage, case_id = closed
    assert send(stage, nature="complaint", content="摊贩又回来了") == "unmatched"
    (again,) = stage.cases_of("again")
    (begun,) = stage.facts(again, "CaseStarted")
    given = json.loads(begun.body)["variables"]
    assert (given["origin_no"], given["nature"], given["content"]) == (NUMBER, "complaint", "摊贩又回来了")
    assert (given["title"], given["item_hint"], given["lat"]) == ("摊贩占道", "0101", 29.9)
    assert len(remarks(stage, case_id)) == 1 and send(stage, nature="complaint", content="x") == "duplicate"
    assert len(stage.cases_of("again")) == 1
    stage.verified(case_id, again)


@pytest.mark.parametrize(
    ("days", "payload"),
    [(8, {"nature": "complaint", "content": "又来了"}), (1, {"nature": "help", "content": "又来了"}),
     (1, {"nature": "complaint", "content": " "}), (1, {"nature": "complaint", "content": ["x"]}),
     (1, {"nature": ["complaint"], "content": "x"})],
)  # fmt: skip
def test_anything_else_is_a_remark_only(closed: tuple[Stage, UUID], days: int, payload: dict[str, Any]) -> None:
    stage, case_id = closed
    with stage.tools.store.unit_of_work() as uow:
        uow._tx.write("update cases set closed_at = closed_at - %(d)s::interval", {"d": timedelta(days=days)})
        uow.commit()
    assert send(stage, **payload) == "unmatched"
    assert len(remarks(stage, case_id)) == 1 and stage.cases_of("again") == []


def test_a_long_text_is_quoted_and_an_unknown_case_is_left_alone(closed: tuple[Stage, UUID]) -> None:
    stage, case_id = closed
    send(stage, content="长" * 5000)
    assert len(remarks(stage, case_id)[0]) < 600
    nowhere = {"case_id": "0190b5a0-0000-7000-8000-000000000000"}
    assert stage.send("citizen.wrote", nowhere, id="q").outcome == "unmatched"


def test_what_other_cases_send_is_no_remark(closed: tuple[Stage, UUID]) -> None:
    stage, case_id = closed
    throw = ('<bpmn:intermediateThrowEvent id="t"><bpmn:extensionElements><spiffworkflow:properties>'
             f'<spiffworkflow:property name="correlation" value="={{event_no: &quot;{NUMBER}&quot;}}"/>'
             "</spiffworkflow:properties></bpmn:extensionElements>"
             '<bpmn:messageEventDefinition id="td" messageRef="message_ping"/></bpmn:intermediateThrowEvent>')
    ping = '<bpmn:message id="message_ping" name="ping"/>'
    stage.publish(("teller", diagram("teller", START + throw + END + line("s", "t", "e"), ping)))
    stage.start("teller")
    assert remarks(stage, case_id) == []
