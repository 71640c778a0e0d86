"""The flow nodes of BPMN 2.0, sorted as reading needs them; names as variables."""

import re

TASKS = frozenset(
    {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask"}
)
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SCOPES | {"callActivity"}
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"}
)
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
EVENTS = CATCHING | THROWING | {"implicitThrowEvent"}
#: choreographies are contracts between partners, not work of one of them
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
DEFINITIONS = frozenset(
    f"{kind}EventDefinition"
    for kind in ("message", "signal", "error", "escalation", "timer", "conditional", "link", "compensate", "cancel",
                 "terminate")
)
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def variable_of(name: str) -> str:
    """Return the variable for a name that may hold spaces and signs, as people name what they draw."""
    if name.isidentifier():
        return name
    found = re.sub(r"\W+", "_", name.strip()).strip("_")
    return found if found.isidentifier() else f"_{found}"
