"""Tasks: human work, operations, decisions, assignments, messages."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.spiff.specs import defaults as spiff

from app.engine import feel, operations, raising
from app.engine.elements.activities import Activity
from app.engine.opening import Opening
from app.engine.reading.words import variable_of
from app.engine.tokens import READY, WAITING, Token
from app.engine.triggers import Trigger


class UserTask(Activity, spiff.UserTask):  # type: ignore[misc]
    """Human work."""

    carries = is_human = True
    opening: Opening

    def _run_hook(self, token: Token) -> bool | None:
        token._set_state(READY)
        token.workflow.top_workflow.work[token.id] = token
        return None

    def _on_cancel(self, token: Token) -> None:
        super()._on_cancel(token)
        if token.opened is not None:
            # opened and cancelled by one command: no store has it, but the history says that it was opened
            body = {"key": token.key, "name": self.title}
            token.workflow.top_workflow.tell("TaskCancelled", None, body)


class PassingTask(Activity, spiff.NoneTask):  # type: ignore[misc]
    """A task without type, or work outside the system: passed at once, as other engines do."""


class ScriptTask(Activity, spiff.NoneTask):  # type: ignore[misc]
    """Assignments."""

    script = ""

    def _run_hook(self, token: Token) -> bool | None:
        token.workflow.top_workflow.run_script(token, self.script)
        return True


class ServiceTask(Activity, spiff.NoneTask):  # type: ignore[misc]
    """An operation of the registry, performed at once or outside."""

    operation = ""
    #: parameter -> FEEL
    params: dict[str, str] = {}
    result_variable = ""
    retries = 3
    pause = "PT1M"

    def _run_hook(self, token: Token) -> bool | None:
        flow = token.workflow.top_workflow
        scope = flow.scope(token)
        params = {name: feel.normalise(feel.evaluate(text, scope, now=flow.now)) for name, text in self.params.items()}
        if flow.world.outside(self.operation):
            token._set_state(WAITING)
            token.internal_data["call"] = {"operation": self.operation, "params": params}
            flow.waits[token.id] = token
            flow.tell("CallRequested", token, {"operation": self.operation, "params": params})
            return None
        self.answered(token, operations.perform(flow, token, self.operation, params))
        return True

    def answered(self, token: Token, value: Any) -> None:
        """Keep the result."""
        token.internal_data.pop("call", None)
        if self.result_variable == "*":
            if isinstance(value, dict):
                token.workflow.top_workflow.write(token, value)
        elif self.result_variable:
            token.workflow.top_workflow.write(token, {self.result_variable: value})


class BusinessRuleTask(Activity, spiff.NoneTask):  # type: ignore[misc]
    """A decision, bound to the table version current at the moment."""

    decision = ""
    result_variable = ""

    def _run_hook(self, token: Token) -> bool | None:
        flow = token.workflow.top_workflow
        number, table = flow.world.library.decision(self.decision)
        decided = table.decide(self.decision, {**flow.record["event"], **flow.scope(token)}, now=flow.now)
        outputs = feel.normalise(decided.outputs)
        body = {"decision": self.decision, "version": number, "rules": list(decided.matched), "outputs": outputs}
        if decided.warnings:
            body["warnings"] = list(decided.warnings)
        flow.tell("DecisionMade", token, body)
        variable = self.result_variable or table.output_name(self.decision)
        several = isinstance(outputs, dict) and not variable
        made = outputs if several else {variable or self.decision: outputs}
        flow.write(token, {variable_of(name): value for name, value in made.items()})
        return True


class SendTask(Activity, spiff.NoneTask):  # type: ignore[misc]
    """Throws a message."""

    triggers: tuple[Trigger, ...] = ()

    def _run_hook(self, token: Token) -> bool | None:
        raising.throw_all(token, self.triggers)
        return True


class ReceiveTask(Activity, spiff.ReceiveTask):  # type: ignore[misc]
    """Waits for a message."""

    triggers: tuple[Trigger, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, event_definition=NoneEventDefinition(), **kwargs)

    def _run_hook(self, token: Token) -> bool | None:
        return raising.wait(token)

    def awaits(self) -> tuple[tuple[str, Any, Any], ...]:
        """List what a waiting token waits for: (element id, trigger, element)."""
        return tuple((self.bpmn_id, trigger, self) for trigger in self.triggers)

    def brings(self, token: Token) -> dict[str, Any]:
        """Let the assignments after it read what the message carried."""
        return {"payload": dict(token.internal_data.get("noted", ()))}

    def caught(self, token: Token, trigger: Trigger, payload: dict[str, Any]) -> None:
        """Take the message and go on."""
        raising.received(token, payload)

