"""A process that never ends by itself: a task with a limit and its timer, held by one officer, again and again."""

import json

from tests.engine.running import diagram, flow, user_task

PROCESS = "ongoing"
_NOTE = {
    "type": "textfield", "key": "note", "id": "answer_note", "label": "说明",
    "validate": {"required": True, "maxLength": 100}, "properties": {"label_en": "Note"},
}  # fmt: skip
_FORM = {
    "type": "default", "id": "answer", "schemaVersion": 19, "name": "答复", "properties": {"name_en": "Answer"},
    "components": [_NOTE],
}  # fmt: skip
#: what the officer answers each time
ANSWERS = {"note": "继续处理"}


def _ongoing() -> bytes:
    work = user_task(
        "work", form="trial/answer", assignee="= who", limit="handling", limitAmount="2 d", status="handling"
    )
    late = (
        '<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDate>=limits.handling.yellow_at</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    nodes = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="merge"/><bpmn:exclusiveGateway id="more" default="stop"/>'
        f'{work}{late}<bpmn:endEvent id="told"/><bpmn:endEvent id="e"/>'
    )
    ways = (
        flow("s", "merge") + flow("merge", "work") + flow("work", "more") + flow("more", "merge", 'note != "stop"')
        + '<bpmn:sequenceFlow id="stop" sourceRef="more" targetRef="e"/>' + flow("late", "told")
    )  # fmt: skip
    return diagram(PROCESS, nodes + ways)


FILES = {"trial/ongoing.bpmn": _ongoing(), "trial/answer.form.json": json.dumps(_FORM).encode()}
