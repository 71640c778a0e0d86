"""The peer of the engine: the stock library, in memory only, in a process of its own where nothing of ours is loaded.

`python -m bench.stock` reads one JSON order a line: {"bpmn": text, "key": id, "collected": thresholds} parses a file
and sets the garbage collector as the product does, {"cases": n, "tasks": m} walks cases of m tasks each through it;
the answer to each is the CPU seconds that it took.
"""

import gc
import json
import sys
import time
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


def walk(spec: Any, subprocesses: Any, variables: dict[str, Any], answers: dict[str, Any], tasks: int) -> None:
    """Bring one case from start to end; nothing is written down between its steps."""
    workflow = BpmnWorkflow(spec, subprocesses)
    workflow.task_tree.data.update(variables)
    workflow.do_engine_steps()
    for _ in range(tasks):
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
    if not workflow.completed:
        raise SystemExit("the case has not come to its end")


def main() -> int:
    """Answer orders until there are none."""
    spec = subprocesses = None
    for line in sys.stdin:
        order = json.loads(line)
        began = time.process_time()
        if "bpmn" in order:
            parser = BpmnParser()
            parser.add_bpmn_str(order["bpmn"].encode())
            spec, subprocesses = parser.get_spec(order["key"]), parser.get_subprocess_specs(order["key"])
            gc.collect()
            gc.freeze()
            gc.set_threshold(*order["collected"])
        else:
            for _ in range(order["cases"]):
                walk(spec, subprocesses, dict(order["variables"]), order["answers"], order["tasks"])
        sys.stdout.write(json.dumps(time.process_time() - began) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
