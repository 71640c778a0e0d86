"""Run a case of the corpus: here with all that must hold, and in the stock library."""

import json
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.errors import YongzhiError
from app.engine import settling, state, waiting
from tests.engine.corpus.acting import Difference, perform
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.reading import Case, read_cases
from tests.engine.running import Running

ROOT = Path(__file__).resolve().parents[3]
#: what a parsed diagram remembers of its own shape, the same for every case
CACHES = ("reach",)
#: seconds for one case
PATIENCE = 15


@cache
def corpus() -> tuple[Case, ...]:
    """Return all cases."""
    return tuple(read_cases())


def ours(case: Case) -> str | None:
    """Run a case here; return what is wrong, or None.

    Between all commands the state is bytes; after each of them it is what a reload says, and the parsed diagrams are
    what they were; at the end the history runs again without divergence.
    """
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(PATIENCE)
    try:
        engine = Ours(case.drawing)
        parsed = {key: fingerprint(key, engine.case) for key in engine.case.library.keys("process")}
        perform(engine, case.script, lambda: settled(engine.case))
        for key, was in parsed.items():
            if fingerprint(key, engine.case) != was:
                return f"the parsed diagram {key} has changed"
        if engine.case.facts and (parting := engine.case.again()):
            return f"replay diverges: {parting}"
    except Difference as found:
        return str(found)
    except YongzhiError as refused:
        return f"not published: {type(refused).__name__}: {refused}"
    except Exception as wrong:
        return f"breaks: {type(wrong).__name__}: {wrong}"
    finally:
        signal.alarm(0)
    return None


def _too_long(number: int, frame: Any) -> None:
    raise Difference(f"does not come to an end in {PATIENCE} seconds")


def settled(case: Running) -> None:
    """Compare what a command answered with what its state says after a reload.

    Raises:
        Difference: they are not the same.
    """
    told = case.progress
    assert told
    command = case.by()
    written = state.dump(state.load(told.state, case.world, command))
    if written != told.state and not _same_in_other_order(written, told.state, case):
        raise Difference("the state is another one after loading and writing it")
    if told.closed:
        return
    again = settling.settle(settling.opened(case.world, command, told.state, suspended=None))
    if again.facts or again.opened or again.ended or again.moved:
        raise Difference(f"a reload alone does something: {again.facts}")
    for name in ("timers", "subscriptions", "calls", "record", "versions"):
        said, found = getattr(told, name), getattr(again, name)
        if _sorted(said) != _sorted(found):
            raise Difference(f"{name}: the command said {said}, a reload says {found}")
    flow = settling.opened(case.world, command, told.state, suspended=None)
    keys = {waiting.task_key(flow, token) for token in flow.tasks_before}
    if keys != set(case.open):
        raise Difference(f"open are {sorted(case.open)}, a reload says {sorted(keys)}")


def _same_in_other_order(one: bytes, two: bytes, case: Running) -> bool:
    """Say whether two states differ only in the order of a token's names, and the first will not change again."""
    again = state.dump(state.load(one, case.world, case.by()))
    return again == one and (one[0] == state.SQUEEZED or sorted(one) == sorted(two))


def _sorted(value: Any) -> Any:
    return sorted(value, key=lambda one: one.key) if isinstance(value, tuple) else value


def fingerprint(key: str, case: Running) -> str:
    """Describe everything in the parsed diagram of a process."""
    version = case.library.process(key)
    return _described([version.spec, version.embedded], {})


def _described(value: Any, seen: dict[int, int]) -> str:
    if value is None or isinstance(value, str | int | float | bool):
        return repr(value)
    if id(value) in seen:
        return f"#{seen[id(value)]}"
    seen[id(value)] = len(seen)
    if isinstance(value, dict):
        kept = [(k, v) for k, v in value.items() if k not in CACHES]
        return "{" + ",".join(f"{_described(k, seen)}:{_described(v, seen)}" for k, v in kept) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        inside = [_described(each, seen) for each in value]
        return f"{type(value).__name__}({','.join(sorted(inside) if isinstance(value, set | frozenset) else inside)})"
    if isinstance(value, type) or callable(value) and not hasattr(value, "__dict__"):
        return getattr(value, "__qualname__", "callable")
    return f"{type(value).__name__}{_described(getattr(value, '__dict__', {}), seen)}"


class Peer:
    """The stock library in a process of its own, where nothing of ours is loaded."""

    def __init__(self) -> None:
        order = [sys.executable, "-W", "ignore", "-m", "tests.engine.corpus.stock"]
        self._process = subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, drawing: str, script: tuple[str, ...], python: dict[str, str]) -> str | None:
        """Run a script there; return what differs."""
        assert self._process.stdin and self._process.stdout
        order = {"drawing": drawing, "script": script, "python": python}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: str | None = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
