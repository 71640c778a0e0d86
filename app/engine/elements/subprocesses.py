"""Activities that contain a scope: sub-processes of all kinds, and calls of other processes."""

from typing import Any

from SpiffWorkflow.spiff.specs import defaults as spiff

from app.domain.errors import StepFailed
from app.engine import compensation, passing, watching
from app.engine.elements.activities import Activity
from app.engine.scope import came_true
from app.engine.scopes import Child
from app.engine.tokens import Token

#: scopes inside scopes; a process that calls itself without end is stopped
MAX_DEPTH = 100


class _Container(Activity):
    """Begin, run a child scope, end."""

    carries = True

    def _run_hook(self, token: Token) -> bool | None:
        passing.contain(token)
        flow = token.workflow.top_workflow
        version, spec = self.inside(token)
        child = Child(version, spec, token, flow)
        if child.depth > MAX_DEPTH:
            raise StepFailed(f"{self.bpmn_name or self.bpmn_id}: more than {MAX_DEPTH} processes call each other.")
        flow.subprocesses[token.id] = child
        self.enter(child, dict(token.data))
        return None

    def inside(self, token: Token) -> tuple[Any, Any]:
        """Return the version and the specification of what runs inside."""
        version = token.workflow.version
        return version, version.embedded[self.bpmn_id]

    def enter(self, child: Child, variables: dict[str, Any]) -> None:
        """Place the first tokens."""
        watching.open_watchers(child)
        for entry in child.spec.entries:
            passing.put(child, entry, dict(variables), {})
        if not child.spec.entries:
            child.ended()

    def path_ended(self, child: Child) -> None:
        """Look whether more is to be done than the path that ended."""

    def goes_on(self, child: Child) -> bool:
        """Say whether an empty scope starts something more."""
        return "undo" in child.host.internal_data and compensation.next_inside(child)

    def returned(self, token: Token, child: Child) -> None:
        """Take the results of the scope and go on."""
        token.take(child.result)
        if "undo" in token.internal_data:
            passing.end_path(token)
            return
        compensation.remember_scope(token, child)
        token.complete()


class SubProcess(_Container, spiff.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process."""


class Transaction(SubProcess):
    """A sub-process that can be cancelled as a whole."""


class AdHocSubProcess(SubProcess):
    """Work without a drawn order."""

    sequential = False
    cancels_rest = True
    completion = ""

    def enter(self, child: Child, variables: dict[str, Any]) -> None:
        """Offer everything at once, or the first."""
        entries = child.spec.entries
        first = entries[:1] if self.sequential else entries
        child.host.internal_data["offered"] = [entry.name for entry in first]
        for entry in first:
            passing.put(child, entry, dict(variables), {})
        if not entries:
            child.ended()

    def path_ended(self, child: Child) -> None:
        """Look whether the work is done: then the rest is cancelled."""
        if not child.completed and self.cancels_rest and self._done(child):
            passing.clear(child)
            child.ended()

    def goes_on(self, child: Child) -> bool:
        """Offer the next where one comes after the other."""
        if not self.sequential or self._done(child):
            return False
        offered = child.host.internal_data.setdefault("offered", [])
        left = [entry for entry in child.spec.entries if entry.name not in offered]
        if left:
            offered.append(left[0].name)
            passing.put(child, left[0], {**child.host.data, **child.result}, {})
        return bool(left)

    def _done(self, child: Child) -> bool:
        return bool(self.completion) and came_true(self.completion, child.host, **child.result)


class EventSubProcess(_Container, spiff.SubWorkflowTask):  # type: ignore[misc]
    """A sub-process that its event starts."""

    started_by_event = True

    def enter(self, child: Child, variables: dict[str, Any]) -> None:
        """Begin behind the start event that caught."""
        start = child.host.internal_data.pop("started_by")
        entry = child.version.nodes[start]
        watching.open_watchers(child)
        passing.put(child, entry, variables, {})


class CallActivity(_Container, spiff.CallActivity):  # type: ignore[misc]
    """A call of another process, bound to the version current at the call."""

    def inside(self, token: Token) -> tuple[Any, Any]:
        """Return the version and the specification of what runs inside."""
        flow = token.workflow.top_workflow
        version = flow.world.library.process(self.spec)
        flow.tell("ProcessCalled", token, {"called": version.key, "version": version.number})
        return version, version.spec
