"""All scenarios by name; each runs once in a test session, whoever asks for it."""

from collections.abc import Callable
from functools import cache

from tests.stories.flow import scenarios_consult, scenarios_handling, scenarios_intake
from tests.stories.flow.flow_case import FlowCase

#: builders that a scenario uses, no scenarios themselves
_PARTS = {"accept", "dispatched", "work", "review", "verify", "handled", "three_failed_verifications", "asked"}
ALL: dict[str, Callable[[], FlowCase]] = {
    name: found
    for module in (scenarios_intake, scenarios_handling, scenarios_consult)
    for name, found in vars(module).items()
    if callable(found) and getattr(found, "__module__", "") == module.__name__ and name not in _PARTS
}


@cache
def run(name: str) -> FlowCase:
    """Run a scenario with its own assertions."""
    return ALL[name]()
