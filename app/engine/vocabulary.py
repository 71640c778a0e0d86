"""The words of bpmn/README.md as data: elements, properties, operations."""

from dataclasses import dataclass

ACTIVITIES = frozenset(
    {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask",
     "callActivity", "subProcess"}
)
EVENTS = frozenset({"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = tuple(sorted(
    ACTIVITIES | EVENTS | {"startEvent", "endEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway",
                           "eventBasedGateway"}
))
#: elements after which a path may simply stop
MAY_END: tuple[str, ...] = ()

#: element name -> what it is, Chinese and English
REFUSED: dict[str, tuple[str, str]] = {
    "complexGateway": ("复杂网关", "complex gateway"),
    "compensateEventDefinition": ("补偿事件", "compensation event"),
    "linkEventDefinition": ("链接事件", "link event"),
    "adHocSubProcess": ("自由子流程", "ad-hoc sub-process"),
    "transaction": ("事务子流程", "transaction sub-process"),
    "cancelEventDefinition": ("取消事件", "cancel event"),
}

#: anchors that orgScope may name
ANCHORS = frozenset({"grid", "village", "street", "command_room", "county", "city", "lead_unit"})

_ANY = frozenset({"name_en"})
#: stamped when the element is passed
_MARKS = _ANY | {"status", "phase", "milestone"}
_ACTIVITY = _ANY | {"limit", "limitAmount", "limitFactor", "limitMinimum", "status", "phase", "milestone",
                    "milestoneOnStart"}
_USER_TASK = _ACTIVITY | {"candidateRoles", "orgScope", "form", "assignee", "excludedPeople", "excludedUnits",
                          "evidence", "readsReporter", "finishCondition", "finishConditionText",
                          "finishConditionText_en"}
_ACT = _MARKS | {"offeredTo", "orgScope", "form", "condition", "conditionText", "conditionText_en"}
_DECISION = _MARKS | {"resultVariable"}
PROPERTIES = _USER_TASK | _ACT | _DECISION


def allowed_on(element: str) -> frozenset[str]:
    """Return the properties that mean something on an element."""
    if element == "userTask":
        return _USER_TASK
    if element.endswith("Gateway"):
        return _ANY
    if element in ("subProcess", "callActivity"):
        return _ACTIVITY
    if element in ("boundaryEvent", "intermediateCatchEvent", "receiveTask"):
        return _ACT
    return _DECISION if element == "businessRuleTask" else _MARKS


@dataclass(frozen=True)
class Operation:
    """Parameters of an operation; optional None: any further parameter is taken."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] | None = frozenset()


def _op(required: str = "", optional: str | None = "") -> Operation:
    return Operation(frozenset(required.split()), None if optional is None else frozenset(optional.split()))


OPERATIONS: dict[str, Operation] = {
    "event.register": _op("", "photos"),
    "event.locate": _op("", "grid lat lon"),
    "event.candidates": _op(),
    "event.merge": _op("master"),
    "event.classify": _op("item_code"),
    "event.close": _op("reason"),
    "unit.find": _op("role unit"),
    "people.on_duty": _op("role unit"),
    "limits.start": _op("name", "amount"),
    "limits.extend": _op("name amount"),
    "limits.pause": _op("names"),
    "limits.resume": _op("names"),
    "limits.stop": _op("names"),
    "fact.record": _op("kind", None),
    "notify.reporter": _op("text", None),
    "notify.unit": _op("role unit text", None),
    "knowledge.find": _op("text", "item_code"),
}
