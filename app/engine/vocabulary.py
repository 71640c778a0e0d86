"""The words of bpmn/README.md as data: elements, properties, operations."""

from dataclasses import dataclass

from app.engine.reading import words

ACTIVITIES = words.ACTIVITIES
EVENTS = frozenset({"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = tuple(sorted(words.NODES))

#: anchors that orgScope may name
ANCHORS = frozenset({"grid", "village", "street", "command_room", "county", "city", "lead_unit"})
#: those of them that follow from a seat alone
START_ANCHORS = ANCHORS - {"lead_unit"}
#: what a user task may ask to be proved
EVIDENCE = frozenset({"after_photo", "position", "officers"})

_ANY = frozenset({"name_en"})
#: stamped when the element is passed
_MARKS = _ANY | {"status", "phase", "milestone"}
_ACTIVITY = _ANY | {"limit", "limitAmount", "limitFactor", "limitMinimum", "status", "phase", "milestone",
                    "milestoneOnStart"}
_USER_TASK = _ACTIVITY | {"candidateRoles", "orgScope", "form", "assignee", "excludedPeople", "excludedUnits",
                          "evidence", "evidencePlace", "evidenceAt", "readsReporter", "finishCondition",
                          "finishConditionText", "finishConditionText_en"}
_ACT = _MARKS | {"correlation", "offeredTo", "orgScope", "form", "condition", "conditionText", "conditionText_en"}
_DECISION = _MARKS | {"resultVariable"}
#: what makes a plain start event one that people begin at
STARTS_BY_HAND = frozenset({"candidateRoles", "orgScope", "form"})
_START = _ACT | STARTS_BY_HAND
#: what throws a message or signal says what it carries and for whom
_THROWN = _MARKS | {"payload", "correlation"}
_SERVICE = _MARKS | {"retryPause"}
PROPERTIES = _USER_TASK | _ACT | _DECISION | _THROWN | _SERVICE


def allowed_on(element: str) -> frozenset[str]:
    """Return the properties that mean something on an element."""
    if element == "userTask":
        return _USER_TASK
    if element.endswith("Gateway"):
        return _ANY
    if element in words.SCOPES | {"callActivity"}:
        return _ACTIVITY
    if element in words.THROWING | {"sendTask"}:
        return _THROWN
    if element == "serviceTask":
        return _SERVICE
    if element == "startEvent":
        return _START
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
    "limits.renew": _op("names"),
    "fact.record": _op("kind", None),
    "events.words": _op("place from until"),
    "facts.deductions": _op("units from until"),
    "notify.reporter": _op("text", None),
    "notify.unit": _op("role unit text", None),
    "photos.check": _op("photos since", "place"),
    "knowledge.find": _op("text", "item_code"),
    "register.find": _op("register", "where limit sort"),
    "register.get": _op("register id"),
    "register.add": _op("register row", "id reason"),
    "register.change": _op("register id changes", "version reason"),
    "register.sum": _op("register field", "where"),
    "register.count": _op("register", "where"),
}
