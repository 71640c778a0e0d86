"""A process of its own that forks for every case, so that time and memory are the case's alone."""

import json
import os
import resource
import sys
import time

from tests.engine.hostile.cases import CASES, condition, dmn, form

#: a case that needs more is stopped by the system
CPU, SPACE = 10, 4 * 1024**3


def measured(name: str) -> dict[str, object]:
    """Run one case here and say what it cost."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = CASES[name]()
    seconds = time.process_time() - start
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": seconds, "megabytes": used / 1024, "found": found[:5], "count": len(found)}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer(name: str) -> None:
    """Fork, run, and write one line of JSON."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
        resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
        try:
            told = json.dumps(measured(name))
        except BaseException as cause:
            told = json.dumps({"escaped": f"{type(cause).__name__}: {cause}"[:300]})
        os.write(writing, told.encode()[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    _say(told or json.dumps({"escaped": f"stopped with status {status}"}))


if __name__ == "__main__":
    # the caches of the first run are not the cases' cost
    condition("a = 1")
    dmn("")
    form(b"{}")
    _say("ready")
    for line in sys.stdin:
        answer(line.rstrip("\n"))
