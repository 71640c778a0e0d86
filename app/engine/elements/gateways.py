"""Gateways: where paths part and meet."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from app.domain.errors import StepFailed
from app.engine import passing, raising, watching
from app.engine.elements.base import Node, SequenceFlow
from app.engine.scope import holds
from app.engine.tokens import READY, WAITING, Token, make
from app.engine.triggers import Trigger


class ExclusiveGateway(Node, defaults.ExclusiveGateway):  # type: ignore[misc]
    """One of several paths."""

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Choose the first arrow whose condition holds, else the default."""
        if len(self.flows) < 2 and not any(way.condition for way in self.flows):
            return self.flows
        for way in self.flows:
            if way.id != self.default and way.condition and holds(way.condition, token):
                return (way,)
        for way in self.flows:
            if way.id == self.default:
                return (way,)
        raise StepFailed(f"At {self.bpmn_name or self.bpmn_id} no condition holds and no default way is drawn.",
                         element=self.bpmn_id)


class _Chosen(Node):
    """Every path whose condition holds."""

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Choose all arrows whose condition holds, else the default."""
        if len(self.flows) < 2 and not any(way.condition for way in self.flows):
            return self.flows
        chosen = tuple(way for way in self.flows
                       if way.id != self.default and (not way.condition or holds(way.condition, token)))
        chosen = chosen or tuple(way for way in self.flows if way.id == self.default)
        if not chosen:
            raise StepFailed(f"At {self.bpmn_name or self.bpmn_id} no condition holds and no default way is drawn.",
                             element=self.bpmn_id)
        return chosen


class _Meeting(Node):
    """A gateway at which tokens wait for each other."""

    def arrive(self, scope: Any, via: str, variables: dict[str, Any], stamps: dict[str, int] | None) -> None:
        """Keep the token until the gateway fires."""
        if len(self.comes_from) < 2:
            passing.put(scope, self, variables, stamps)
            return
        flow = scope.top_workflow
        flow.last_number += 1
        token = make(flow.last_number, scope, self, variables, stamps, state=WAITING)
        token.internal_data["via"] = via
        self.gathered(scope, token)

    def gathered(self, scope: Any, token: Token) -> None:
        """Look whether the gateway fires now."""
        raise NotImplementedError

    def fire(self, scope: Any, tokens: list[Token]) -> None:
        """Make one token of those that are consumed."""
        token = passing.join(tokens)
        token.internal_data.clear()
        token.nth = 0
        token._set_state(READY)
        scope.top_workflow.waits.pop(token.id, None)
        scope.top_workflow.queue.append(token)


def waiting_at(scope: Any, spec: Any) -> dict[str, list[Token]]:
    """Return the tokens that wait at a gateway, by the arrow they came along, in the order they came."""
    found: dict[str, list[Token]] = {}
    for token in scope.tasks.values():
        if token.task_spec is spec and token._state == WAITING:
            found.setdefault(token.internal_data["via"], []).append(token)
    return found


class ParallelGateway(_Meeting, defaults.ParallelGateway):  # type: ignore[misc]
    """All paths. Defect repaired: the library's join in a loop fires early and swallows tokens."""

    def gathered(self, scope: Any, token: Token) -> None:
        """Fire when a token has come along each arrow; it consumes one of each."""
        there = waiting_at(scope, self)
        if len(there) == len(self.comes_from):
            self.fire(scope, sorted((tokens[0] for tokens in there.values()), key=lambda one: one.id))


class _Patient(_Chosen, _Meeting):
    """A gateway that decides when nothing else runs: `waking` asks it."""

    #: element -> arrows into this gateway that a token on it can still come along
    reached_from: dict[str, frozenset[str]] = {}

    def gathered(self, scope: Any, token: Token) -> None:
        """Put the decision off."""
        scope.top_workflow.waits[token.id] = token

    def waits(self, token: Token) -> bool:
        """Say whether a token that stands here waits for something that may come by itself."""
        return "via" in token.internal_data

    def awake(self, scope: Any) -> bool:
        """Fire if the moment has come; say whether anything moved."""
        raise NotImplementedError


class InclusiveGateway(_Patient, defaults.InclusiveGateway):  # type: ignore[misc]
    """All paths whose condition holds; waits for every token that can still come."""

    def awake(self, scope: Any) -> bool:
        """Fire if no token can come along an arrow that has none."""
        there = waiting_at(scope, self)
        if watching.can_still_come(scope, self, set(there)):
            return False
        self.fire(scope, sorted((tokens[0] for tokens in there.values()), key=lambda one: one.id))
        return True


class ComplexGateway(_Patient, defaults.InclusiveGateway):  # type: ignore[misc]
    """Fires when its activation condition holds; then waits for the rest, lets it pass and starts anew."""

    activation = ""

    def awake(self, scope: Any) -> bool:
        """Fire when the condition holds; after that, reset when every token that can come has come."""
        there = waiting_at(scope, self)
        expected = scope.resetting.get(self.name)
        if expected is not None:
            return self._reset(scope, there, expected)
        tokens = sorted((one for found in there.values() for one in found), key=lambda one: one.id)
        if self.activation:
            counts = {way.id: len(there.get(way.id, ())) for way in self.comes_from}
            variables = {name: value for one in tokens for name, value in one.data.items()}
            more = {**variables, "activationCount": len(tokens), "arrived": counts}
            if not holds(self.activation, tokens[-1], **more):
                return False
        firsts = sorted((found[0] for found in there.values()), key=lambda one: one.id)
        rest = [way.id for way in self.comes_from if way.id not in there]
        if rest:
            scope.resetting = {**scope.resetting, self.name: rest}
        self.fire(scope, firsts)
        return True

    def _reset(self, scope: Any, there: dict[str, list[Token]], expected: list[str]) -> bool:
        """Swallow what still comes, until nothing can come any more."""
        late = [found[0] for via, found in there.items() if via in expected]
        for token in late:
            expected.remove(token.internal_data["via"])
        if late and not (expected and watching.can_still_come(scope, self, set(there))):
            del scope.resetting[self.name]
        for token in late:
            scope.collect(token)
            passing.drop(token)
        return bool(late)


class EventBasedGateway(Node, defaults.EventBasedGateway):  # type: ignore[misc]
    """Waits for the first of several events."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)

    def _run_hook(self, token: Token) -> bool | None:
        return raising.wait(token)

    def awaits(self) -> tuple[tuple[str, Any, Any], ...]:
        """List what a waiting token waits for: (element id, trigger, element)."""
        return tuple((way.target.bpmn_id, trigger, way.target)
                     for way in self.flows for _, trigger, _ in way.target.awaits())

    def caught(self, token: Token, trigger: Trigger, payload: dict[str, Any]) -> None:
        """Go the way of the event that came."""
        way = next(way for way in self.flows if any(one is trigger for _, one, _ in way.target.awaited))
        flow = token.workflow.top_workflow
        flow.waits.pop(token.id, None)
        flow.step_passed(token)
        target = passing.put(token.workflow, way.target, token.data, token.stamps)
        # the event has come already: it is passed, not waited for again
        target.internal_data["caught"] = payload
        passing.drop(token)
