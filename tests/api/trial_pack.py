"""Two small processes with their form: one task, and four parallel tasks with a join and a last task."""

import json

from tests.engine.running import diagram, flow, line, user_task

_START, _END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
_NOTE = {
    "type": "textfield", "key": "note", "id": "answer_note", "label": "说明",
    "validate": {"required": True, "maxLength": 100}, "properties": {"label_en": "Note"},
}  # fmt: skip
FORM = {
    "type": "default", "id": "answer", "schemaVersion": 19, "name": "答复", "properties": {"name_en": "Answer"},
    "components": [_NOTE],
}  # fmt: skip
#: roles of one command room, each with an account of its own
FOUR_ROLES = ("street_duty", "street_affairs", "street_enforce_coord", "street_command_duty")


def _one_task() -> bytes:
    return diagram("one_task", _START + user_task("work", form="trial/answer") + _END + line("s", "work", "e"))


def _four_at_once() -> bytes:
    tasks = "".join(user_task(role, form="trial/answer", candidateRoles=role) for role in FOUR_ROLES)
    ways = "".join(flow("fork", role) + flow(role, "join") for role in FOUR_ROLES)
    gateways = '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    last = user_task("last", form="trial/answer")
    return diagram(
        "four_at_once", _START + gateways + tasks + last + _END + flow("s", "fork") + ways + line("join", "last", "e")
    )


FILES = {
    "trial/one_task.bpmn": _one_task(),
    "trial/four_at_once.bpmn": _four_at_once(),
    "trial/answer.form.json": json.dumps(FORM).encode(),
}
