"""The one place where the library itself is changed, each change with the defect that it repairs."""

import itertools
import logging

import SpiffWorkflow.task
from SpiffWorkflow.version import __version__

if __version__ != "3.2.0":  # pragma: no cover - the pin in setup.cfg keeps it so
    raise RuntimeError("these repairs are written against SpiffWorkflow 3.2.0")


class _LogicalTime:
    """Counts instead of reading a clock.

    Defect: a join merges the data of its branches in the order of `last_state_change`, which is wall time; two
    branches that end within one tick, or a clock that is set back, merge in another order on replay.
    """

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def time(self) -> int:
        """Return the next number."""
        return next(self._count)


#: the library's clock
LOGICAL = _LogicalTime()
SpiffWorkflow.task.time = LOGICAL

# Defect: with the level unset the library collects every task id and all data for a log line that nobody reads.
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)
