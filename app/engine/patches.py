"""The one place where the library itself is changed, each change with the defect that it repairs."""

import logging

from SpiffWorkflow.version import __version__

if __version__ != "3.2.0":  # pragma: no cover - the pin in setup.cfg keeps it so
    raise RuntimeError("this engine room is written against SpiffWorkflow 3.2.0")

# Defect: with the level unset the library collects every task id and all data for a log line that nobody reads.
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)
