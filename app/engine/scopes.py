"""Scopes: the case itself, and each sub-process or called process that runs in it."""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from app.engine import passing
from app.engine.instances import path_of
from app.engine.tokens import NONE, Token


class Scope:
    """What a case and its sub-processes share. Mixed into the library's workflows."""

    __slots__ = ("board", "closing", "completed", "finished", "live", "objects", "resetting", "result",
                 "result_stamps", "spec", "tasks", "top_workflow", "version")  # fmt: skip

    #: numbers of the instances that it runs in, the outermost first
    instance = ""

    def open_scope(self, version: Any, spec: Any, flow: Any) -> None:
        """Prepare an empty scope; what most scopes never have is made by who writes first."""
        self.version = version
        self.spec = spec
        self.top_workflow = flow
        self.tasks: dict[int, Token] = {}
        self.completed = False
        #: tokens that keep the scope open; watchers do not
        self.live = 0
        #: set while all tokens are cancelled together, so that the last one does not end the scope
        self.closing = False
        #: what finished paths wrote, and with which stamps
        self.result: dict[str, Any] = NONE
        self.result_stamps: dict[str, int] = NONE
        #: the newest values, kept only where something reads across branches
        self.board: dict[str, Any] | None = None
        #: data objects by id
        self.objects: dict[str, Any] = NONE
        #: finished activities that can be compensated: [element, variables, those inside, called process]
        self.finished: Sequence[list[Any]] = ()
        #: complex gateways that fired and wait for the rest: {element: [flows still expected]}
        self.resetting: dict[str, list[str]] = NONE

    @property
    def around(self) -> "Scope | None":
        """Return the scope whose variables this one may see change, none for a called process."""
        return None

    def seen_objects(self) -> dict[str, Any]:
        """Return the data objects of this scope and of those around it, the nearest value of each."""
        found = NONE if self.around is None else self.around.seen_objects()
        return {**found, **self.objects} if self.objects else found

    def collect(self, token: Token) -> None:
        """Keep what a finished path wrote."""
        if not token.stamps:
            return
        if not self.result_stamps:
            self.result, self.result_stamps = {}, {}
        for name, stamp in token.stamps.items():
            if name in token.data and stamp > self.result_stamps.get(name, 0):
                self.result[name] = token.data[name]
                self.result_stamps[name] = stamp

    def path_ended(self) -> None:
        """Look what follows from a path that ended."""

    def ended(self) -> None:
        """End the scope: no token is left."""
        raise NotImplementedError


class Child(Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """An embedded sub-process or a called process that runs."""

    def __init__(self, version: Any, spec: Any, host: Token, flow: Any) -> None:
        self.host = host
        self.open_scope(version, spec, flow)
        self.parent_task_id = host.id
        self.instance = path_of(host)
        self.depth = getattr(host.workflow, "depth", 0) + 1
        if spec.watched or (spec.embedded and host.workflow.board is not None):
            self.board = dict(host.data)

    @property
    def around(self) -> Scope | None:
        """Return the scope around an embedded sub-process."""
        return self.host.workflow if self.spec.embedded else None

    def path_ended(self) -> None:
        """Let the activity around look whether the work is done."""
        self.host.task_spec.path_ended(self)

    def ended(self) -> None:
        """Give the results to the activity that ran this scope."""
        if self.host.task_spec.goes_on(self):
            return
        self.closing = True
        passing.clear(self)
        self.completed = True
        self.top_workflow.subprocesses.pop(self.host.id, None)
        self.host.task_spec.returned(self.host, self)
