"""Tokens: the library's tasks without its tree of past and future."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

#: a token that runs as soon as its turn comes
READY: int = TaskState.READY
#: a token that has begun and waits for people, moments, messages, other tokens or an answer
WAITING: int = TaskState.WAITING
#: a token that contains others: a scope, a loop, a compensation
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED
#: contains nothing; refuses to be written to
NONE: Any = MappingProxyType({})


class Token(Task):  # type: ignore[misc]
    """One token on one element.

    The library keeps every task that ever was and predicts those that may come; a step then costs as much as the case
    is old. A token exists while it stands somewhere. Its parent is what contains it (a loop, a compensation, the
    activity that a boundary event watches), never what came before it.
    """

    __slots__ = ("_children", "_parent", "_state", "begun", "data", "id", "internal_data", "key", "nth", "opened",
                 "stamps", "task", "task_spec", "triggered", "workflow")  # fmt: skip

    def __init__(
        self, scope: Any, spec: Any, variables: dict[str, Any], stamps: dict[str, int] | None = None, *,
        parent: "Token | None" = None, state: int = READY, watches: bool = False, number: int | None = None,
    ) -> None:  # fmt: skip
        # the library's constructor asks the clock and a random number; a history could not run again
        if number is None:
            flow = scope.top_workflow
            number = flow.last_number = flow.last_number + 1
        self.id = number
        self.workflow = scope
        self.task_spec = spec
        self.data = variables
        #: variable -> count of writes in the case when it was last written; None before the first fork
        self.stamps = stamps
        self._state = state
        self.triggered = watches
        #: which passage through its element this is, 0 before somebody asks; and `process/node#nth`
        self.nth = 0
        self.key = ""
        #: limit, status and milestones of the activity have begun
        self.begun = False
        #: form, its version and limit of a human task; and the task, if this command opened it
        self.task: Any = None
        self.opened: Any = None
        #: what few tokens have, by name
        self.internal_data: dict[str, Any] = {}
        self._children: dict[int, Token] = NONE
        scope.tasks[number] = self
        if parent is None:
            self._parent: int | None = None
        else:
            self._parent = parent.id
            if not parent._children:
                parent._children = {}
            parent._children[number] = self
        if not watches:
            scope.live += 1

    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def here(self) -> bool:
        """Say whether the token still stands where it stood."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def is_instance(self) -> bool:
        """Say whether the token is one turn of a loop or one instance of several."""
        return "turn" in self.internal_data

    def run(self) -> bool | None:
        """Execute the element; a token that has to wait gives None."""
        done: bool | None = self.task_spec._run(self)
        if done:
            self._state = COMPLETED
            self.task_spec._on_complete(self)
        return done

    def complete(self) -> None:
        """Pass the element, and go on."""
        self._state = COMPLETED
        self.task_spec._on_complete(self)

    def take(self, changes: Mapping[str, Any]) -> None:
        """Set variables, and remember their order where other tokens run beside this one."""
        self.data.update(changes)
        scope = self.workflow
        if self.stamps is not None:
            flow = scope.top_workflow
            flow.writes += 1
            self.stamps.update(dict.fromkeys(changes, flow.writes))
        while scope is not None and scope.board is not None:
            scope.board.update(changes)
            scope = scope.around


def forked(token: Token) -> tuple[dict[str, Any], dict[str, int]]:
    """Copy a token's variables for a branch beside it.

    Values are never changed in place, so the branches share them without seeing each other's writes.
    """
    return dict(token.data), dict(token.stamps or {})


def merge(into: Token, other: Token) -> None:
    """Take from another branch what it wrote last: a stale copy never overwrites a later write."""
    mine = into.stamps if into.stamps is not None else {}
    theirs = other.stamps or {}
    for name, value in other.data.items():
        if name not in into.data or theirs.get(name, 0) > mine.get(name, 0):
            into.data[name] = value
            if name in theirs:
                mine[name] = theirs[name]
    into.stamps = mine
