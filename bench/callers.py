"""The clients of a measurement over HTTP, in a process of their own: `python -m bench.callers < order`.

The order is a JSON object: port, process, tokens (one caller each), seconds. The answer is a JSON object: the end of
each case and the length of each of its four steps, on the machine's monotonic clock.
"""

import json
import sys
import threading
import time
import uuid
from typing import Any

from tests.api.calling import Caller

STEPS = ("start", "list", "claim", "complete")


def walk(caller: Caller, process: str) -> tuple[float, ...]:
    """Bring one case from start to closed; give the seconds of each step."""
    marks = [time.monotonic()]
    case = caller.post(f"/processes/{process}/cases", {"variables": {"title": "路灯不亮"}}, uuid.uuid4().hex)["case_id"]
    marks.append(time.monotonic())
    # the newest first: others work in the same inbox
    listed = caller.get("/tasks?sort=-created&limit=20")["tasks"]
    task = next(task["id"] for task in listed if task["case_id"] == case)
    marks.append(time.monotonic())
    caller.post(f"/tasks/{task}/claim", None, uuid.uuid4().hex)
    marks.append(time.monotonic())
    done = caller.post(f"/tasks/{task}/complete", {"answers": {"note": "已修复"}}, uuid.uuid4().hex)
    marks.append(time.monotonic())
    assert done["closed"], done
    return tuple(after - before for before, after in zip(marks, marks[1:], strict=False))


def work(order: dict[str, Any], token: str, until: float, cases: list[tuple[float, ...]]) -> None:
    """Walk case after case until the time is over."""
    caller = Caller(order["port"], token)
    while time.monotonic() < until:
        steps = walk(caller, order["process"])
        cases.append((time.monotonic(), *steps))
    caller.close()


def main() -> int:
    """Carry out the order."""
    order = json.load(sys.stdin)
    until = time.monotonic() + order["seconds"]
    cases: list[tuple[float, ...]] = []
    threads = [threading.Thread(target=work, args=(order, token, until, cases)) for token in order["tokens"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(cases, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
