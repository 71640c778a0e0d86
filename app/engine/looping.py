"""Activities that are performed several times: loops, and instances one after another or side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import StepFailed
from app.engine import feel, instances, passing, raising
from app.engine.scope import holds
from app.engine.tokens import Token
from app.engine.triggers import Trigger

#: instances of one activity
MAX_INSTANCES = 20_000


@dataclass(frozen=True)
class Loop:
    """Loop characteristics of an activity; expressions are FEEL, empty for none."""

    #: a standard loop repeats while its condition holds, the others have an instance for each item
    standard: bool = False
    test_before: bool = False
    maximum: int | None = None
    condition: str = ""
    sequential: bool = False
    cardinality: str = ""
    collection: str = ""
    item: str = ""
    output: str = ""
    output_item: str = ""
    #: what is thrown when an instance ends: all (nothing), none, one or complex
    behavior: str = "all"
    #: with `none` at each end, with `one` at the first
    event: Trigger | None = None
    #: (condition, what is thrown when it holds)
    complex_events: tuple[tuple[str, Trigger], ...] = ()


def begin(token: Token, loop: Loop) -> None:
    """Make a token the container of its turns, and start the first or all of them."""
    passing.contain(token)
    state: dict[str, Any] = token.internal_data
    if loop.standard:
        state["loop"] = {"done": 0}
        if loop.maximum == 0 or (loop.test_before and loop.condition and not _again(token, loop)):
            token.task_spec.go_on(token)
        else:
            _turn(token, loop, 1, {})
        return
    items = _items(token, loop)
    state["loop"] = {"total": len(items), "done": 0, "stopped": 0, "out": []}
    if not items:
        _finish(token, loop)
        token.task_spec.go_on(token)
        return
    if loop.sequential:
        state["loop"]["items"] = items
    elif before := instances.running_beside(token):
        state["loop"]["before"] = before
    for number, item in enumerate(items[:1] if loop.sequential else items, 1):
        _turn(token, loop, number, {loop.item: item} if loop.item else {})


def add_instance(token: Token, loop: Loop, item: Any) -> Token:
    """Add an instance to a set that runs side by side."""
    state = token.internal_data["loop"]
    state["total"] += 1
    return _turn(token, loop, state["total"], {loop.item: item} if loop.item else {})


def change(token: Token, loop: Loop, kind: str, params: Mapping[str, Any]) -> bool:
    """Change a set of instances by hand; say whether it is through now.

    Args:
        kind: `add` {item}, `order` {items}, `rule` {condition} or `vote` {value, share}.

    Raises:
        StepFailed: the change does not fit.
    """
    state = token.internal_data["loop"]
    if kind == "add" and loop.sequential:
        state["items"] = [*state["items"], params.get("item")]
        state["total"] += 1
    elif kind == "add":
        add_instance(token, loop, params.get("item"))
    elif kind == "order" and loop.sequential:
        begun = state["done"] + state["stopped"] + 1
        items = params.get("items") or []
        if not isinstance(items, list) or sorted(map(repr, items)) != sorted(map(repr, state["items"][begun:])):
            raise StepFailed("The new order must hold exactly those who have not had their turn.")
        state["items"] = [*state["items"][:begun], *items]
    elif kind == "rule":
        feel.check(str(params.get("condition") or "false"))
        state["rule"] = str(params.get("condition") or "")
    elif kind == "vote":
        share = params.get("share")
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
            raise StepFailed("The share of a vote is a number above 0 and not above 1.")
        state["vote"] = {"value": params.get("value"), "share": share}
    else:
        raise StepFailed(f"The participants of {token.task_spec.bpmn_id} cannot be changed by {kind!r}.")
    return False


def stopped(token: Token, loop: Loop) -> bool:
    """Count an instance that was cancelled by hand, start the next; say whether the activity is through."""
    state = token.internal_data["loop"]
    state["stopped"] += 1
    return _through(token, loop)


def turn_ended(token: Token, child: Token, loop: Loop) -> bool:
    """Count a turn that ended and start the next; say whether the activity is through."""
    state = token.internal_data["loop"]
    state["done"] += 1
    if loop.standard:
        token.take(_written(child))
        if (loop.maximum is not None and state["done"] >= loop.maximum) or not _again(token, loop):
            return True
        _turn(token, loop, state["done"] + 1, {})
        return False
    _keep(token, child, loop)
    _announce(token, child, loop)
    if not token.here:
        return False
    if _decided(token, child, loop):
        for number in list(token._children):
            if (other := token.workflow.tasks[number]) is not child and not other.triggered:
                passing.cancel(other)
        _finish(token, loop)
        return True
    return _through(token, loop)


def _through(token: Token, loop: Loop) -> bool:
    """Start the next instance where one comes after the other; say whether none is left."""
    state = token.internal_data["loop"]
    begun = state["done"] + state["stopped"]
    if begun >= state["total"]:
        _finish(token, loop)
        return True
    if loop.sequential:
        _turn(token, loop, begun + 1, {loop.item: state["items"][begun]} if loop.item else {})
    return False


def _decided(token: Token, child: Token, loop: Loop) -> bool:
    """Say whether the condition, or the rule set by hand, ends the set before all are through."""
    state = token.internal_data["loop"]
    vote = state.get("vote")
    if vote is not None:
        agreed = sum(1 for _, value in state["out"] if value == vote["value"])
        return bool(agreed >= vote["share"] * state["total"])
    condition = state.get("rule", loop.condition)
    return bool(condition) and holds(condition, child, **_counts(token))


def _turn(token: Token, loop: Loop, number: int, more: dict[str, Any]) -> Token:
    variables = {**token.data, **more, "loopCounter": number}
    child = passing.put(token.workflow, token.task_spec, variables, {}, parent=token)
    child.internal_data["turn"] = number
    return child


def _items(token: Token, loop: Loop) -> list[Any]:
    flow = token.workflow.top_workflow
    if loop.collection:
        found = feel.normalise(feel.evaluate(loop.collection, flow.scope(token), now=flow.now))
        if found is None:
            raise StepFailed(f"{token.task_spec.bpmn_id}: there is no list {loop.collection}.")
        items = list(found.values()) if isinstance(found, dict) else found if isinstance(found, list) else [found]
    else:
        amount = feel.normalise(feel.evaluate(loop.cardinality, flow.scope(token), now=flow.now))
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or amount != int(amount) or amount < 0:
            raise StepFailed(f"{token.task_spec.bpmn_id}: {amount!r} is not a number of instances.")
        # a number beyond the bound is refused below, before a list of that length is made
        items = list(range(1, min(int(amount), MAX_INSTANCES + 1) + 1))
    if len(items) > MAX_INSTANCES:
        raise StepFailed(f"{token.task_spec.bpmn_id}: more than {MAX_INSTANCES} instances.")
    return items


def _again(token: Token, loop: Loop) -> bool:
    if not loop.condition:
        return loop.maximum is not None
    return holds(loop.condition, token, loopCounter=token.internal_data["loop"]["done"])


def _written(child: Token) -> dict[str, Any]:
    return {name: child.data[name] for name in child.stamps or () if name in child.data}


def _keep(token: Token, child: Token, loop: Loop) -> None:
    if not loop.output:
        own = {loop.item, "loopCounter"}
        token.take({name: value for name, value in _written(child).items() if name not in own})
    elif loop.output_item:
        flow = token.workflow.top_workflow
        value = feel.normalise(feel.evaluate(loop.output_item, flow.scope(child), now=flow.now))
        token.internal_data["loop"]["out"].append([child.internal_data["turn"], value])


def _finish(token: Token, loop: Loop) -> None:
    if loop.output:
        kept = sorted(token.internal_data["loop"]["out"], key=lambda pair: pair[0])
        token.take({loop.output: [value for _, value in kept]})


def _counts(token: Token) -> dict[str, int]:
    state = token.internal_data["loop"]
    active = sum(1 for number in token._children if not token.workflow.tasks[number].triggered)
    total, done, stopped = state["total"], state["done"], state["stopped"]
    return {
        "numberOfInstances": total, "numberOfCompletedInstances": done, "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": stopped,
        # the names of other engines
        "nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": active,
    }  # fmt: skip


def _announce(token: Token, child: Token, loop: Loop) -> None:
    """Throw what the behaviour says, to be caught at the edge of the activity."""
    events = []
    if loop.event is not None and (loop.behavior == "none" or
                                   (loop.behavior == "one" and token.internal_data["loop"]["done"] == 1)):
        events.append(loop.event)
    if loop.behavior == "complex":
        events += [event for condition, event in loop.complex_events if holds(condition, child, **_counts(token))]
    for event in events:
        raising.throw_at(token, event)
