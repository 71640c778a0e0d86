"""Tokens: the library's tasks without its tree of past and future."""

from collections.abc import Mapping
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


class Token(Task):  # type: ignore[misc]
    """One token on one element.

    The library keeps every task that ever was and predicts those that may come; a step then costs as much as the case
    is old. A token exists while it stands somewhere. Its parent is what contains it (a loop, a compensation, the
    activity that a boundary event watches), never what came before it.
    """

    def __init__(
        self,
        scope: Any,
        spec: Any,
        variables: dict[str, Any],
        *,
        parent: "Token | None" = None,
        state: int = READY,
        watches: bool = False,
        number: int | None = None,
    ) -> None:
        # the library's constructor asks the clock and a random number; a history could not run again
        if number is None:
            number = scope.top_workflow.last_number = scope.top_workflow.last_number + 1
        self.id = number
        self.workflow = scope
        self.task_spec = spec
        self.data = variables
        self.internal_data: dict[str, Any] = {}
        #: `process/node#nth`, once it has been asked for
        self.key = ""
        #: the human task that was opened in this command
        self.opened: Any = None
        self.triggered = watches
        self.thread_id = self.last_state_change = 0
        self._state = state
        self._children: list[int] = []
        self._parent: int | None = None
        #: variable -> count of writes in the case when it was last written; None before the first fork
        self.stamps: dict[str, int] | None = None
        scope.tasks[number] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(number)
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
            self.complete()
        return done

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
