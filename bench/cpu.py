"""CPU that groups of processes have used, read from /proc; and what machine this is."""

import os
import platform
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """List a process and everything below it."""
    found, pending = [], [pid]
    while pending:
        found.append(pending.pop())
        pending += _children(found[-1])
    return found


def used(pid: int) -> float:
    """Sum the CPU seconds of a process, everything below it, and all that has ended below it."""
    return sum(map(_used, family(pid)))


def _used(pid: int) -> float:
    """Read user and system time of one process with its reaped children; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            # a thread that ends meanwhile must not hide the children of the others
            with suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


@dataclass
class Meter:
    """CPU seconds by layer between two looks."""

    #: {layer: leaders of its process groups}
    leaders: dict[str, Iterable[int]]

    def look(self) -> dict[str, float]:
        """Read the CPU seconds that each layer has used so far."""
        return {layer: sum(map(used, pids)) for layer, pids in self.leaders.items()}


def machine() -> dict[str, object]:
    """Describe where a figure was measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), platform.machine())
    return {"cores": os.cpu_count(), "cpu": model, "load_1min": round(os.getloadavg()[0], 2),
            "python": platform.python_version()}  # fmt: skip
