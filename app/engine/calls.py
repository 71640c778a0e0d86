"""Answers to outside calls: they come, or are given up."""

from typing import Any

from app.domain.errors import TaskAlreadyDone
from app.domain.progress import Progress
from app.engine import feel, raising, upward, waiting
from app.engine.flow import Flow
from app.engine.settling import guarded, opened, settle
from app.engine.tokens import Token
from app.engine.world import Command, World


def finish_call(world: World, command: Command, saved: bytes, key: str, value: Any) -> Progress:
    """Take the answer of an outside call and go on.

    Raises:
        TaskAlreadyDone: nothing waits for this answer any more.
        StepFailed.
    """
    flow = opened(world, command, saved)
    token = _called(flow, key)
    found = feel.normalise(value)
    flow.tell("CallAnswered", token, {"key": key, "value": found, "by": command.actor.username})
    with guarded:
        flow.waits.pop(token.id)
        token.task_spec.answered(token, found)
        raising.run(token, token.complete)
        flow.advance()
    return settle(flow)


def fail_call(world: World, command: Command, saved: bytes, key: str, code: str, text: str) -> Progress | None:
    """Give up an outside call: its error goes to the event that catches it; None when none does.

    Raises:
        TaskAlreadyDone: nothing waits for this answer any more.
        StepFailed.
    """
    flow = opened(world, command, saved)
    token = _called(flow, key)
    flow.tell("CallFailed", token, {"key": key, "code": code, "text": text, "by": command.actor.username})
    with guarded:
        if not upward.throw_error(token, code, text):
            return None
        flow.advance()
    return settle(flow)


def _called(flow: Flow, key: str) -> Token:
    token = waiting.find_call(flow, key)
    if token is None:
        raise TaskAlreadyDone()
    return token
