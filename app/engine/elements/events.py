"""Events: what starts, interrupts, ends and tells."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from app.engine import edges, passing, raising, timing, watching
from app.engine.elements.base import Node
from app.engine.tokens import Token
from app.engine.triggers import Trigger


class _Event(Node):
    """An event with its definitions."""

    triggers: tuple[Trigger, ...] = ()
    #: all definitions must come, not only one
    parallel = False
    #: assignments before and after
    before = after = ""
    #: data objects that take what it brought
    writes: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)  # type: ignore[call-arg]

    def awaits(self) -> tuple[tuple[str, Any, Any], ...]:
        """List what a waiting token waits for: (element id, trigger, element)."""
        return tuple((self.bpmn_id, trigger, self) for trigger in self.triggers)

    def _run(self, token: Token) -> bool | None:
        if self.before:
            token.workflow.top_workflow.run_script(token, self.before)
        return self._run_hook(token)

    def _on_complete(self, token: Token) -> None:
        if self.after:
            token.workflow.top_workflow.run_script(token, self.after, payload=self.brought(token))
            for name in self.writes:
                watching.write_object(token.workflow, name, token.data.pop(name, None))
        super()._on_complete(token)

    def brought(self, token: Token) -> dict[str, Any]:
        """Return what the event carried."""
        return dict(token.internal_data.get("noted", ()))

    def all_came(self, token: Token, trigger: Trigger) -> bool:
        """Note a definition that came; say whether the event has happened."""
        if not self.parallel:
            return True
        came = token.internal_data.setdefault("came", [])
        came.append(trigger.slot)
        return {one.slot for one in self.triggers} <= set(came)


class StartEvent(_Event, defaults.StartEvent):  # type: ignore[misc]
    """Where a process or a sub-process begins; that of an event sub-process watches for its event."""

    interrupting = True

    def brought(self, token: Token) -> dict[str, Any]:
        """Return what the event carried; that of a case is what it was begun with."""
        host: Token | None = getattr(token.workflow, "host", None)
        return dict(token.data) if host is None else host.internal_data.pop("brought", {})

    def caught(self, token: Token, trigger: Trigger, payload: dict[str, Any]) -> None:
        """Start the event sub-process that was watching."""
        if self.all_came(token, trigger):
            edges.start_event_subprocess(token, self, trigger, payload)


class CatchEvent(_Event, defaults.IntermediateCatchEvent):  # type: ignore[misc]
    """Waits for an event on the way."""

    def _run_hook(self, token: Token) -> bool | None:
        return raising.wait(token)

    def caught(self, token: Token, trigger: Trigger, payload: dict[str, Any]) -> None:
        """Go on when everything has come that must."""
        if not self.all_came(token, trigger):
            token.take(payload)
            return
        raising.received(token, payload)


class ThrowEvent(_Event, defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """Throws an event on the way."""

    def _run_hook(self, token: Token) -> bool | None:
        return raising.throw_all(token, self.triggers)

    def child_ended(self, token: Token, child: Token) -> None:
        """Go on with the next compensation, or past them."""
        raising.compensated(token, child)


class EndEvent(_Event, defaults.EndEvent):  # type: ignore[misc]
    """Ends a path, and with it perhaps more."""

    def _run_hook(self, token: Token) -> bool | None:
        return raising.throw_all(token, self.triggers)

    def _on_complete(self, token: Token) -> None:
        if self.after:
            token.workflow.top_workflow.run_script(token, self.after)
        token.workflow.top_workflow.step_passed(token)
        if any(one.kind == "terminate" for one in self.triggers):
            raising.terminate(token)
        elif any(one.kind == "cancel" for one in self.triggers):
            raising.cancel_transaction(token)
        else:
            passing.end_path(token)

    def child_ended(self, token: Token, child: Token) -> None:
        """Go on with the next compensation, or past them."""
        raising.compensated(token, child)


class BoundaryEvent(_Event, defaults.BoundaryEvent):  # type: ignore[misc]
    """An event at the edge of an activity.

    Defect repaired: the library's non-interrupting message fires once only, and an interruption waits until the
    scope has run dry.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, cancel_activity=kwargs.pop("cancel_activity", True), **kwargs)

    def caught(self, token: Token, trigger: Trigger, payload: dict[str, Any]) -> None:
        """Interrupt the activity, or go on beside it and wait again."""
        if not self.all_came(token, trigger):
            return
        host = token.workflow.tasks[token._parent]
        if not self.cancel_activity:
            token.internal_data.pop("came", None)
            if trigger.kind == "timer":
                timing.repeat(token, trigger)
        edges.leave_at_the_edge(host, self, payload, watcher=token)
