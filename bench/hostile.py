"""The dearest of the hostile expressions and decision files: what one evaluation of each costs before it is stopped."""

import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console

from app.engine.decisions import DecisionError, load_dmn
from bench.cpu import machine
from tests.engine.feel.hostile import EXPRESSIONS
from tests.engine.feel.test_hostile import run as evaluated
from tests.engine.test_decisions_hostile import FILES

#: of several runs the cheapest counts: the others were interrupted
RUNS = 5


def run(options: Namespace, out: Console) -> dict[str, Any]:
    """Evaluate each as if for the first time; give the CPU milliseconds of the dearest."""
    models = {name: load_dmn(content) for name, content in FILES.items()}

    def decided(name: str) -> None:
        try:
            models[name].decide("d", {})
        except DecisionError:
            return

    expression, expression_ms = _dearest(evaluated, EXPRESSIONS)
    table, table_ms = _dearest(decided, models)
    out.print(f"{expression_ms:8.1f} ms  {expression[:100]}", markup=False)
    out.print(f"{table_ms:8.1f} ms  {table}", markup=False)
    return {
        "expressions": len(EXPRESSIONS), "files": len(models),
        "expression_ms": round(expression_ms, 1), "file_ms": round(table_ms, 1), "machine": machine(),
    }  # fmt: skip


def _dearest(act: Callable[[str], Any], inputs: Iterable[str]) -> tuple[str, float]:
    spent: dict[str, float] = {}
    for each in inputs:
        runs = []
        for _ in range(RUNS):
            began = time.thread_time()
            act(each)
            runs.append(time.thread_time() - began)
        spent[each] = min(runs) * 1000
    worst = max(spent, key=spent.__getitem__)
    return worst, spent[worst]
