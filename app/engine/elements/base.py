"""What all elements share: they are arrived at, run, completed and left."""

from typing import Any, NamedTuple

from app.engine import passing
from app.engine.tokens import Token


class SequenceFlow(NamedTuple):
    """One arrow."""

    id: str
    source: str
    target: Any
    #: FEEL, empty for none
    condition: str = ""


_BEGINNING = frozenset({"limit", "limitAmount", "status", "phase", "milestoneOnStart"})


class Node:
    """An element of a process. Mixed into the library's class of its kind; set by the parser, changed by no case."""

    name: str
    bpmn_id: str
    bpmn_name: str | None
    #: shown in the diagram, so its passages are facts; hidden nodes are the parser's
    drawn = True
    #: vocabulary properties, and whether any of them is computed
    props: dict[str, str] = {}
    computes = False
    #: key of its process, `process/element`, its name or else its id
    process = place = title = ""
    #: name of the limit that the activity has of its own
    limit = ""
    #: what a waiting token waits for: (element id, trigger, element)
    awaited: tuple[tuple[str, Any, Any], ...] = ()
    #: something of its own begins or ends with it: a limit, a status, a milestone
    begins = ends = False
    #: arrows that leave and arrive, in the order of the file
    flows: tuple[SequenceFlow, ...] = ()
    comes_from: tuple[SequenceFlow, ...] = ()
    default: str = ""
    #: boundary events
    boundary: tuple[Any, ...] = ()
    #: tokens that one performance needs, and that one performance sends along each arrow
    start_quantity = completion_quantity = 1
    #: performed by compensation only
    for_compensation = False
    #: opens a human task; belongs to an event sub-process
    is_human = started_by_event = False

    def prepare(self) -> None:
        """Work out, once everything is connected, what each passage would ask for."""
        self.awaited = self.awaits()
        self.begins = not _BEGINNING.isdisjoint(self.props)
        self.ends = bool("milestone" in self.props or self.limit)

    def arrive(self, scope: Any, via: str, variables: dict[str, Any], stamps: dict[str, int] | None) -> None:
        """Take a token that comes along an arrow."""
        passing.put(scope, self, variables, stamps)

    def _run(self, token: Token) -> bool | None:
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:
        return True

    def _on_complete(self, token: Token) -> None:
        token.workflow.top_workflow.step_passed(token)
        passing.leave(token, self.ways(token))

    def _on_cancel(self, token: Token) -> None:
        """Nothing to undo."""

    def ways(self, token: Token) -> tuple[SequenceFlow, ...]:
        """Choose the arrows by which a token leaves."""
        return self.flows

    def awaits(self) -> tuple[tuple[str, Any, Any], ...]:
        """List what a waiting token waits for: (element id, trigger, element)."""
        return ()

    def waits(self, token: Token) -> bool:
        """Say whether a token that stands here waits for something that may come by itself."""
        return bool(self.awaited)
