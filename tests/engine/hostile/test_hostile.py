"""Whatever is sent is refused with a clear finding, in less than a second and 100 MB."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import StepFailed
from tests.engine.hostile.cases import CASES
from tests.engine.running import Running, flow

ROOT = Path(__file__).resolve().parents[3]
# the promise is one second, `measuring` stops what takes ten; a slow or busy machine may need more than one
SECONDS, MEGABYTES = 8.0, 100.0


@pytest.fixture(scope="module")
def measure() -> Iterator[Callable[[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "tests.engine.hostile.measuring"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin and running.stdout and running.stdout.readline() == "ready\n"

        def ask(name: str) -> dict[str, Any]:
            assert running.stdin and running.stdout
            print(name, file=running.stdin, flush=True)
            answer: dict[str, Any] = json.loads(running.stdout.readline())
            return answer

        yield ask
        running.stdin.close()


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_clearly_and_cheaply(name: str, measure: Callable[[str], dict[str, Any]]) -> None:
    cost = measure(name)
    assert "escaped" not in cost, cost
    assert cost["found"], "nothing was said against it"
    for _, message in cost["found"]:
        assert 0 < len(message) < 1000 and "Traceback" not in message
        assert "root:" not in message
    assert cost["seconds"] < SECONDS and cost["megabytes"] < MEGABYTES, cost


@pytest.mark.parametrize("called", ["p", "q"])
def test_processes_that_call_each_other_without_end_are_stopped(called: str) -> None:
    call = '<bpmn:startEvent id="s"/><bpmn:callActivity id="c" calledElement="{}"/>' + flow("s", "c")
    running = Running().publish("p", call.format(called)).publish("q", call.format("p"))
    with pytest.raises(StepFailed):
        running.start("p")
    assert running.facts == []
