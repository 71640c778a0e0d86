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
_new = object.__new__


class Token(Task):  # type: ignore[misc]
    """One token on one element.

    The library keeps every task that ever was and predicts those that may come; a step then costs as much as the case
    is old. A token exists while it stands somewhere. Its parent is what contains it (a loop, a compensation, the
    activity that a boundary event watches), never what came before it.
    """

    __slots__ = ("_children", "_parent", "_state", "begun", "data", "id", "internal_data", "key", "nth", "opened",
                 "stamps", "task", "task_spec", "triggered", "workflow")  # fmt: skip

    id: int
    workflow: Any
    task_spec: Any
    data: dict[str, Any]
    #: variable -> count of writes in the case when it was last written; None before the first fork
    stamps: dict[str, int] | None
    #: which passage through its element this is, 0 before somebody asks; and `process/node#nth`
    nth: int
    key: str
    #: limit, status and milestones of the activity have begun
    begun: bool
    #: [form, its version, limit] of a human task, 0 for none; and the task, if this command opened it
    task: Any
    opened: Any
    #: only watches for an event
    triggered: bool
    #: what few tokens have, by name
    internal_data: dict[str, Any]
    _state: int
    _parent: int | None
    _children: dict[int, "Token"]

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


def make(
    number: int, scope: Any, spec: Any, variables: dict[str, Any], stamps: dict[str, int] | None,
    parent: Token | None = None, state: int = READY, watches: bool = False,
) -> Token:  # fmt: skip
    """Put a token on an element, without letting it run.

    The library's constructor is not called: it asks the clock and a random number, and a history could not run again.

    Args:
        number: its own in the case.
        parent: the token that contains it.
        watches: it keeps its scope not open.
    """
    token: Token = _new(Token)
    token.id = number
    token.workflow = scope
    token.task_spec = spec
    token.data = variables
    token.stamps = stamps
    token._state = state
    token.triggered = watches
    token.nth = 0
    token.key = ""
    token.begun = False
    token.task = 0
    token.opened = None
    token.internal_data = {}
    token._children = NONE
    scope.tasks[number] = token
    if parent is None:
        token._parent = None
    else:
        token._parent = parent.id
        if not parent._children:
            parent._children = {}
        parent._children[number] = token
    if not watches:
        scope.live += 1
    return token


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
