"""Client processes that do a number of steps whenever they are told to, and say what CPU that took them.

Each is `python -m MODULE`: it reads its order, a JSON object, from the first line, then one number a line; it answers
each number with the CPU seconds that so many steps took.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from bench.cpu import used
from tests.api.serving import ROOT


class Walker:
    """One such process."""

    def __init__(self, module: str, order: Mapping[str, Any], env: Mapping[str, str] | None = None) -> None:
        """Start it; it is ready when it has answered to its order."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.ready = self._ask(order)

    def _ask(self, what: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{self._process.args} ended"
        return json.loads(line)

    def steps(self, number: int) -> float:
        """Have it do so many steps; give the CPU seconds that it used itself."""
        return float(self._ask(number))

    def end(self) -> None:
        """Let it end by itself."""
        self._process.communicate(timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def answer_orders(begin: Callable[[Any], Callable[[], None]]) -> int:
    """Be such a process.

    Args:
        begin: takes the order and gives what does one step.
    """

    def say(what: Any) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    step = begin(json.loads(sys.stdin.readline()))
    say("ready")
    for line in sys.stdin:
        before = time.process_time()
        for _ in range(int(line)):
            step()
        say(time.process_time() - before)
    return 0


class Block:
    """CPU microseconds per step of one block, of the client and of the server with all its processes."""

    def __init__(self, walker: Walker, steps: int, postmaster: int) -> None:
        """Do the steps."""
        before, begin = used(postmaster), time.monotonic()
        client = walker.steps(steps)
        self.wall = (time.monotonic() - begin) * 1e6 / steps
        self.client = client * 1e6 / steps
        self.server = (used(postmaster) - before) * 1e6 / steps

    @property
    def total(self) -> float:
        """Both together."""
        return self.client + self.server


def ratio(ours: Sequence[Block], others: Sequence[Block]) -> float:
    """Give the median of the pairs' ratios in CPU of client and server together."""
    pairs = zip(ours, others, strict=True)
    return round(statistics.median(mine.total / his.total for mine, his in pairs), 2)


def middle(blocks: Sequence[Block]) -> dict[str, int]:
    """Give the medians of some blocks, per step."""
    return {
        name: round(statistics.median(getattr(block, name) for block in blocks))
        for name in ("total", "client", "server", "wall")
    }
