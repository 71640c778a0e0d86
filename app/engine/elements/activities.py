"""Activities: everything that works, in a loop or not, with boundary events and compensation."""

from typing import Any

from app.engine import compensation, duties, looping, passing, watching
from app.engine.elements.base import Node
from app.engine.tokens import READY, WAITING, Token


class Activity(Node):
    """A task, a sub-process or a call."""

    loop: looping.Loop | None = None
    #: carries limit, status and milestones of its own length
    carries = False
    #: data objects read before and written after
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    before = after = ""
    #: the activity that undoes this one
    undone_by: Any = None
    #: something is read, written or computed before or after
    surrounded = False

    def prepare(self) -> None:
        """Work out, once everything is connected, what each passage would ask for."""
        super().prepare()
        self.surrounded = bool(self.before or self.after or self.reads or self.writes)
        # asked for at each passage: found sooner than on the class
        self.carries, self.boundary, self.undone_by = self.carries, self.boundary, self.undone_by

    def arrive(self, scope: Any, via: str, variables: dict[str, Any], stamps: dict[str, int] | None) -> None:
        """Take a token; begin when as many are there as one performance needs."""
        token = passing.put(scope, self, variables, stamps)
        if self.start_quantity == 1:
            return
        scope.top_workflow.queue.pop()
        token._set_state(WAITING)
        token.internal_data["gathering"] = True
        there = [one for one in scope.tasks.values()
                 if one.task_spec is self and one._state == WAITING and "gathering" in one.internal_data]
        if len(there) >= self.start_quantity:
            last = passing.join(there[-self.start_quantity:])
            del last.internal_data["gathering"]
            last._set_state(READY)
            scope.top_workflow.queue.append(last)

    def _run(self, token: Token) -> bool | None:
        if self.loop is not None and not token.is_instance:
            watching.arm_boundary(token)
            looping.begin(token, self.loop)
            return None
        self.begin(token)
        # after the beginning: timers at the edge read the limit that has just started
        if self.boundary and self.loop is None:
            watching.arm_boundary(token)
        return self._run_hook(token)

    def begin(self, token: Token) -> None:
        """Read data objects, run what comes before, start limit, status and human task."""
        flow = token.workflow.top_workflow
        if self.surrounded:
            for name in self.reads:
                token.data[name] = watching.read_object(token.workflow, name)
            if self.before:
                flow.run_script(token, self.before)
        if self.carries:
            token.begun = True
            duties.begin(flow, token)

    def _on_complete(self, token: Token) -> None:
        flow = token.workflow.top_workflow
        if self.surrounded:
            self._write(flow, token)
        flow.step_passed(token)
        if self.ends and token.begun:
            duties.end(flow, token)
        if self.undone_by is not None:
            compensation.remember(token)
        if token._parent is not None:
            # one turn or instance, or what compensation called
            passing.end_path(token)
        else:
            self.go_on(token)

    def _write(self, flow: Any, token: Token) -> None:
        """Run what comes after, and write data objects."""
        if self.after:
            flow.run_script(token, self.after, **self.brings(token))
        for name in self.writes:
            watching.write_object(token.workflow, name, token.data.pop(name, None))
        for name in self.reads:
            token.data.pop(name, None)

    def brings(self, token: Token) -> dict[str, Any]:
        """Return what the assignments after the work read besides the variables."""
        return {}

    def go_on(self, token: Token) -> None:
        """Leave the activity as a whole."""
        if token._children:
            passing.disarm(token)
        passing.leave(token, self.flows if self.completion_quantity == 1 else self.flows * self.completion_quantity)

    def child_ended(self, token: Token, child: Token) -> None:
        """Count a turn of the loop that ended."""
        if self.loop is not None and looping.turn_ended(token, child, self.loop):
            self.go_on(token)

    def _on_cancel(self, token: Token) -> None:
        if self.ends and token.begun:
            duties.end(token.workflow.top_workflow, token, cancelled=True)
