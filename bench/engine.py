"""The engine alone, from bytes to bytes at every step, against the stock library that keeps its case in memory.

Both walk cases through the same process file, in turns of the same run; only CPU counts. Ours reads the state, steps,
makes the facts and writes the state each time; the library's case never leaves its memory and leaves no history.
`us_people` is the same with roles, place and form at each task, which the library would pass over.
"""

import json
import statistics
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from app.bootstrap import COLLECTED, settle_memory
from app.domain.actor import Actor
from app.domain.calendar import WorkingCalendar
from app.domain.city_files import load_roles
from app.domain.progress import Progress
from app.engine import commands
from app.engine.library import PublishedLibrary
from app.engine.world import Call, Command, OperationResult, World
from bench.cpu import machine

ROOT = Path(__file__).resolve().parents[1]
#: tasks of a process -> cases in one round
SIZES = {1: 200, 10: 40, 50: 8}
ROUNDS = 15
VARIABLES = {"title": "路灯不亮", "place": {"lat": 29.87, "lon": 121.54}, "photos": ["a.jpg", "b.jpg"], "count": 3,
             "notes": "二期东门外第三盏,已报修两次,至今没有人来看过。" * 3}  # fmt: skip
ANSWERS = {"accepted": True, "opinion": "已核实,立即派单处理", "amount": 12.5}
EVENT = {"street": "33.02.11.004", "county": "33.02.11", "city": "33.02", "command_room": "33.02.11.004.cmd"}
_HEAD = ('<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
         'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="http://e.com">')
#: as any modeller draws it, and as this product does: with roles, place and form
_PLAIN = '<bpmn:userTask id="{id}" name="{id}"/>'
_TASK = """<bpmn:userTask id="{id}" name="{id}"><bpmn:extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="candidateRoles" value="street_duty"/>
<spiffworkflow:property name="orgScope" value="street"/>
<spiffworkflow:property name="form" value="t/form"/></spiffworkflow:properties></bpmn:extensionElements>{loop}
</bpmn:userTask>"""


class Shelf:
    """Published files in memory."""

    def __init__(self, files: Mapping[tuple[str, str], bytes]) -> None:
        self.files = files

    def stamp(self) -> str:
        """Return a value that never changes: nothing is published while it is measured."""
        return ""

    def current_numbers(self) -> Mapping[tuple[str, str], int]:
        """Return version 1 of everything."""
        return dict.fromkeys(self.files, 1)

    def content(self, kind: str, key: str, number: int) -> bytes:
        """Return a file."""
        return self.files[kind, key]


def process(key: str, body: str, *ways: str) -> str:
    """Write a process whose ways are `a>b` or `a>b=condition`."""
    flows = ""
    for number, way in enumerate(ways):
        ends, _, condition = way.partition("=")
        source, _, target = ends.partition(">")
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        flows += (f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}'
                  "</bpmn:sequenceFlow>")  # fmt: skip
    return (f'{_HEAD}<bpmn:process id="{key}" isExecutable="true"><bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
            f"{body}{flows}</bpmn:process></bpmn:definitions>")  # fmt: skip


def row(key: str, tasks: int, drawn: str) -> str:
    """Draw tasks one after the other."""
    names = [f"t{number}" for number in range(tasks)]
    stops = ["s", *names, "e"]
    body = "".join(drawn.format(id=name, loop="") for name in names)
    return process(key, body, *(f"{a}>{b}" for a, b in zip(stops, stops[1:], strict=False)))


def loop() -> str:
    """Draw a task that is done again and again."""
    body = _TASK.format(id="t", loop="") + '<bpmn:exclusiveGateway id="g" default="f3"/>'
    return process("loop", body, "s>t", "t>g", "g>t=accepted", "g>e")


def many() -> str:
    """Draw a task for each of many people."""
    told = ("<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>many</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>")
    return process("many", _TASK.format(id="t", loop=told), "s>t", "t>e")


class Bench:
    """The engine in a world without network and database."""

    def __init__(self) -> None:
        drawn = {"loop": loop(), "many": many()}
        for tasks in SIZES:
            drawn[f"row_{tasks}"] = row(f"row_{tasks}", tasks, _PLAIN)
            drawn[f"people_{tasks}"] = row(f"people_{tasks}", tasks, _TASK)
        files = {("process", key): text.encode() for key, text in drawn.items()}
        self.drawn = drawn
        library = PublishedLibrary(Shelf({**files, ("form", "t/form"): b"{}"}))
        self.world = World(library, WorkingCalendar(), load_roles(ROOT / "city"), _nothing)
        self.command = Command(datetime(2026, 3, 2, 1, tzinfo=UTC), Actor("1", "officer", "officer"))

    def start(self, key: str, **variables: Any) -> Progress:
        """Start a case."""
        return commands.start(self.world, self.command, key, {**VARIABLES, **variables}, dict(EVENT))

    def complete(self, state: bytes, key: str) -> Progress:
        """Finish a task, from bytes to bytes."""
        return commands.complete(self.world, self.command, state, key, ANSWERS)

    def walk(self, key: str, tasks: int, cases: int) -> float:
        """Bring cases from start to end; return the CPU seconds."""
        began = time.process_time()
        for _ in range(cases):
            told = self.start(key)
            for number in range(tasks):
                told = self.complete(told.state, f"{key}/t{number}#1")
            if not told.closed:
                raise RuntimeError("the case has not come to its end")
        return time.process_time() - began

    def turns(self, most: int) -> list[float]:
        """Go round a loop; return the CPU seconds of each turn."""
        told, spent = self.start("loop"), []
        for turn in range(most):
            began = time.process_time()
            told = self.complete(told.state, f"loop/t#{turn + 1}")
            spent.append(time.process_time() - began)
        return spent

    def one_of(self, state: bytes, number: int, times: int) -> float:
        """Finish one task beside many open ones, again and again from the same bytes; return the CPU seconds."""
        began = time.process_time()
        for _ in range(times):
            self.complete(state, f"many/t#{number}")
        return (time.process_time() - began) / times


def _nothing(call: Call) -> OperationResult:
    return OperationResult()


class Peer:
    """The stock library in a process of its own."""

    def __init__(self) -> None:
        order = [sys.executable, "-W", "ignore", "-m", "bench.stock"]
        self._process = subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **order: Any) -> float:
        """Carry out an order; return its CPU seconds."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def against_stock(bench: Bench, peer: Peer, tasks: int, rounds: int) -> dict[str, float]:
    """Walk the same process here and there in turns; return CPU microseconds per case and their ratio."""
    cases, key = SIZES[tasks], f"row_{tasks}"
    # both as the server runs: whole walks fall between two looks of the collector or they do not, by chance
    peer.ask(bpmn=bench.drawn[key], key=key, collected=COLLECTED)
    settle_memory()
    ours, people, theirs = [], [], []
    for number in range(rounds + 1):
        mine = bench.walk(key, tasks, cases) / cases * 1e6
        stock = peer.ask(cases=cases, tasks=tasks, variables=VARIABLES, answers=ANSWERS) / cases * 1e6
        dressed = bench.walk(f"people_{tasks}", tasks, cases) / cases * 1e6
        if number:  # the first round only warms up
            ours.append(mine)
            theirs.append(stock)
            people.append(dressed)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return {f"us_{tasks}": statistics.median(ours), f"us_people_{tasks}": statistics.median(people),
            f"us_stock_{tasks}": statistics.median(theirs), f"vs_stock_{tasks}": ratio}  # fmt: skip


def growth(bench: Bench, rounds: int) -> dict[str, float]:
    """Measure whether a step costs more in an old case or beside many open ones."""
    young, old = [], []
    for _ in range(max(rounds // 3, 3)):
        spent = bench.turns(1010)
        young.append(statistics.median(spent[4:19]))
        old.append(statistics.median(spent[990:1010]))
    states = {size: bench.start("many", many=size).state for size in (100, 1000)}
    few, plenty = [], []
    for _ in range(rounds):
        few.append(bench.one_of(states[100], 50, 10))
        plenty.append(bench.one_of(states[1000], 500, 2))
    return {
        "us_turn_10": statistics.median(young) * 1e6, "us_turn_1000": statistics.median(old) * 1e6,
        "loop_1000_over_10": statistics.median(b / a for a, b in zip(young, old, strict=True)),
        "us_mi_100": statistics.median(few) * 1e6, "us_mi_1000": statistics.median(plenty) * 1e6,
        "mi_1000_over_100": statistics.median(b / a for a, b in zip(few, plenty, strict=True)),
        "bytes_mi_1000": len(states[1000]),
    }  # fmt: skip


def run(options: Namespace, out: Console) -> dict[str, Any]:
    """Measure everything; return the figures."""
    bench, peer, figures = Bench(), Peer(), dict[str, float]()
    try:
        for tasks in SIZES:
            figures |= against_stock(bench, peer, tasks, ROUNDS)
            figures[f"bytes_{tasks}"] = len(bench.start(f"row_{tasks}").state)
    finally:
        peer.close()
    figures |= growth(bench, ROUNDS)
    for name, value in figures.items():
        out.print(f"{name:20} {value:12.3f}")
    return {**{name: round(value, 3) for name, value in figures.items()}, "machine": machine()}
