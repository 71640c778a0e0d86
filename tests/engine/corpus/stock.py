"""The stock library under the same script: SpiffWorkflow's own parser and workflow, nothing of ours loaded.

`python -m tests.engine.corpus.stock` reads one JSON order a line - {drawing, script, python} - and answers each with
one line: null where it saw everything expected, else what differs.
"""

import json
import signal
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions import timer as stock_timer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from tests.engine.corpus.acting import Difference, Refused, perform
from tests.engine.corpus.drawing import read
from tests.engine.corpus.reading import seconds
from tests.engine.corpus.xml import Writer

#: seconds for one case
PATIENCE = 20


class Clock(datetime):
    """The library asks `datetime.now`; here it stands still until it is moved."""

    moment = datetime(2026, 3, 2, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.moment.astimezone(tz) if tz else cls.moment.replace(tzinfo=None)


class Stock:
    """One workflow of the library."""

    blind = frozenset("record passed order timers waits calls thrown payload correlation at fact".split())

    def __init__(self, drawing: str, python: dict[str, str], key: str = "p") -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(Writer(read(drawing), stock=True, python=python).document(key).encode())
        self.workflow = BpmnWorkflow(parser.get_spec(key), parser.get_subprocess_specs(key))

    def act(self, verb: str, plain: list[str], given: dict[str, Any], other: dict[str, Any]) -> bool:
        try:
            return self._act(verb, plain, given)
        except Exception as wrong:
            raise Refused(f"{type(wrong).__name__}: {wrong}"[:200]) from wrong

    def _act(self, verb: str, plain: list[str], given: dict[str, Any]) -> bool:
        reached = True
        if verb == "start":
            self.workflow.task_tree.data.update(given)
        elif verb == "do":
            task = next((task for task in self._open() if _name(task) == plain[0].partition("#")[0]), None)
            if task is None:
                raise LookupError(f"{plain[0]} is not open; open are {[_name(each) for each in self._open()]}")
            task.data.update(given)
            task.run()
        elif verb in ("send", "signal"):
            kind = MessageEventDefinition if verb == "send" else SignalEventDefinition
            try:
                self.workflow.send_event(BpmnEvent(kind(plain[0]), given))
            except WorkflowException:
                reached = False
        elif verb == "wait":
            self._let_pass(plain[0])
        else:
            raise LookupError(f"the library has no {verb}")
        self.workflow.do_engine_steps()
        return reached

    def _let_pass(self, length: str) -> None:
        """Move the clock in a hundred steps, so that one timer may set the next."""
        for _ in range(100):
            Clock.moment += timedelta(seconds=seconds(length) / 100)
            self.workflow.refresh_timers()
            self.workflow.do_engine_steps()

    def _open(self) -> list[Any]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    def look(self, verb: str, plain: list[str], given: dict[str, Any]) -> tuple[Any, Any]:
        if verb == "open":
            return sorted(plain), sorted(_name(task) for task in self._open())
        if verb in ("closed", "running"):
            return verb == "closed", self.workflow.completed
        if verb == "times":
            found = [task for task in self.workflow.get_tasks(state=TaskState.COMPLETED) if _name(task) == plain[0]]
            return int(plain[1]), len(found)
        if verb == "see":
            task = next((task for task in self._open() if _name(task) == plain[0].partition("#")[0]), None)
            if task is None:
                raise Difference(f"{plain[0]} is not open")
            return given, {name: task.data.get(name) for name in given}
        raise Difference(f"unknown look {verb}")


def _name(task: Any) -> str:
    return task.task_spec.bpmn_id or task.task_spec.name


def answer(order: dict[str, Any]) -> str | None:
    """Run one order; return what differs."""
    stock_timer.datetime, Clock.moment = Clock, datetime(2026, 3, 2, 1, tzinfo=UTC)
    signal.alarm(PATIENCE)
    try:
        perform(Stock(order["drawing"], order["python"]), tuple(order["script"]))
    except Difference as found:
        return str(found)
    except TimeoutError:
        return "does not come to an end"
    except Exception as wrong:
        return f"cannot run it: {type(wrong).__name__}: {wrong}"[:200]
    finally:
        signal.alarm(0)
    return None


def _too_long(number: int, frame: Any) -> None:
    raise TimeoutError


def main() -> int:
    """Answer orders until there are none."""
    signal.signal(signal.SIGALRM, _too_long)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
