"""All scenarios by name; each runs once in a test session, whoever asks for it.

A scenario is a public function without parameters in a module `scenarios_<pack>.py` that drives a case and returns it.
"""

import inspect
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

from tests.stories.flow.flow_case import FlowCase
from tests.stories.flow.ways import recorded

#: builders that other scenarios begin with, no scenarios themselves
_PARTS = {"asked", "handled", "dispatched", "three_failed_verifications"}


def _found() -> dict[str, Callable[[], FlowCase]]:
    found: dict[str, Callable[[], FlowCase]] = {}
    for path in sorted(Path(__file__).parent.glob("scenarios_*.py")):
        module = import_module(f"{__package__}.{path.stem}")
        for name, one in vars(module).items():
            if not inspect.isfunction(one) or one.__module__ != module.__name__ or name.startswith("_"):
                continue
            if name in _PARTS or inspect.signature(one).parameters:
                continue
            assert name not in found, f"two scenarios are called {name}"
            found[name] = one
    return found


ALL = _found()


#: (process, sequence flow) that the scenarios of this session took
TAKEN: set[tuple[str, str]] = set()


@cache
def run(name: str) -> FlowCase:
    """Run a scenario with its own assertions."""
    with recorded(TAKEN):
        return ALL[name]()


def visited() -> set[tuple[str, str]]:
    """Run every scenario; (process, element or sequence flow) of all that any case reached."""
    for name in ALL:
        run(name)
    return TAKEN.union(*(case.visited for case in FlowCase.made))
