"""How every command begins and ends: it loads a flow, guards what runs, and says what has changed."""

from typing import Any

from app.domain.errors import ActNotOpen, CaseIsSuspended, Invalid, InvalidAnswers, StepFailed
from app.domain.progress import OpenTask, Progress
from app.engine import state
from app.engine.flow import Flow
from app.engine.named import filled
from app.engine.opening import moments
from app.engine.tokens import Token
from app.engine.waiting import calls, standing, subscriptions, task_key, timers
from app.engine.world import Command, World


def opened(world: World, command: Command, saved: bytes, *, suspended: bool | None = False) -> Flow:
    """Load a flow and remember what waits before the command.

    Raises:
        CaseIsSuspended: the case stands still and the command may not.
    """
    flow = state.load(saved, world, command)
    if suspended is False and flow.suspended:
        raise CaseIsSuspended()
    flow.tasks_before = tuple(flow.work.values())
    if flow.waits:
        flow.timers_before = {timer.key: timer for timer in timers(flow)}
    return flow


class _Guarded:
    """Turn expressions that fail into failed steps; the cause stays attached.

    What an operation finds wrong with somebody's answers goes back to him, field by field.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, cause: BaseException | None, trace: object) -> None:
        """Translate."""
        if isinstance(cause, Invalid) and not isinstance(cause, (ActNotOpen, InvalidAnswers, StepFailed)):
            raise StepFailed(f"An expression of the diagram failed: {cause}") from cause


#: for `with guarded:`
guarded = _Guarded()


def settle(flow: Flow, *, completed: str | None = None) -> Progress:
    """Say what a command changed, and what waits now; the flow is let go.

    Args:
        completed: key of the task that it completed.
    """
    work, record = flow.work, flow.record
    if flow.completed:
        flow.tell("CaseClosed", None, {"status": record["event"].get("status")})
    ended = _ended(flow, completed) if flow.tasks_before else {}
    if flow.timers_before or flow.waits and not flow.completed:
        now_timers, events_open, calls_open, dropped, changed = _by_itself(flow)
    else:
        now_timers = events_open = calls_open = dropped = changed = ()
    if not (work or flow.completed or flow.suspended or now_timers or events_open or calls_open) and flow.facts:
        # for example a join that one of its branches can never reach: told, so that somebody sees it
        flow.tell("CaseStranded", None, {"at": sorted({node for _, node in standing(flow)})})
    versions = {flow.version.key: flow.version.number}
    if flow.subprocesses:
        versions.update({child.version.key: child.version.number for child in flow.subprocesses.values()})
    told = filled(Progress, (
        tuple(flow.facts),
        _opened(flow) if flow.opened else (),
        _all_moved(flow) if flow.moved else (),
        ended,
        now_timers,
        events_open,
        dropped,
        changed,
        {**record["event"], "limits": record["limits"], "milestones": record["milestones"], "counts": record["counts"]},
        state.dump(flow),
        flow.completed,
        versions,
        tuple(flow.effects),
        tuple(flow.thrown),
        calls_open,
    ))  # fmt: skip
    flow.release()
    return told


def _opened(flow: Flow) -> tuple[OpenTask, ...]:
    """List the tasks that are new and still open, in the order in which their tokens came."""
    if len(flow.opened) > 1:
        flow.opened.sort(key=_number)
    return tuple([token.opened for token in flow.opened if token.id in flow.work])


def _number(token: Token) -> int:
    return token.id


def _ended(flow: Flow, completed: str | None) -> dict[str, str]:
    """Say which tasks are open no more, and tell of those that nobody completed."""
    ended, cancelled = {}, []
    for token in flow.tasks_before:
        if token.id not in flow.work:
            key = token.key or task_key(flow, token)
            ended[key] = "completed" if key == completed else "cancelled"
            if key != completed:
                cancelled.append((key, token.task_spec.title))
    for key, name in sorted(cancelled) if cancelled else ():
        flow.tell("TaskCancelled", None, {"key": key, "name": name})
    return ended


def _by_itself(flow: Flow) -> tuple[Any, ...]:
    """List what may come by itself: moments, messages, answers; and which moments are gone or new."""
    waits, before = bool(flow.waits) and not flow.completed, flow.timers_before
    now = {timer.key: timer for timer in timers(flow)} if waits else {}
    return (
        tuple(now.values()),
        tuple(subscriptions(flow)) if waits else (),
        tuple(calls(flow)) if waits else (),
        tuple([key for key, timer in before.items() if key not in now or now[key].due_at != timer.due_at]),
        tuple([key for key, timer in now.items() if key not in before or before[key].due_at != timer.due_at]),
    )


def _all_moved(flow: Flow) -> tuple[OpenTask, ...]:
    """Describe the tasks whose limit moved, but not those that are new."""
    there = [flow.work[number] for number in sorted(flow.moved or ()) if number in flow.work]
    return tuple([_moved(flow, token) for token in there if token.opened is None])


def _moved(flow: Flow, token: Token) -> OpenTask:
    """Describe a task whose limit moved; who may take it has not changed and is not told again."""
    spec, props = token.task_spec, token.task_spec.props
    form, number, limit = token.task
    return OpenTask(
        task_key(flow, token), token.workflow.version.key, spec.bpmn_id, flow.passage(token), spec.title,
        props.get("name_en", ""), form, number, (), None, (), (), limit,
        *moments(flow.record["limits"].get(limit)), props.get("evidence", ""),
        props.get("readsReporter") == "true", flow.record["event"].get("phase") or "",
    )  # fmt: skip
