"""The library's script engine, replaced: FEEL only, nothing of Python is reachable."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from app.engine import feel


class _NoEnvironment:
    """The library asks its environment for correlation values; ours are matched outside."""

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        """Evaluate over plain values."""
        return feel.normalise(feel.evaluate(expression, context))


class Interpreter:
    """Evaluates conditions and runs assignments in the scope of the flow."""

    environment = _NoEnvironment()

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        """Evaluate a condition; an unknown variable is an error, so that no misspelling chooses a way."""
        flow = task.workflow.top_workflow
        return feel.evaluate(expression, flow.scope(task), now=flow.now, strict=True)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Run a script of assignments."""
        task.workflow.top_workflow.run_script(task, script)
        return True
