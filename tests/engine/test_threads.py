"""Several threads of a server work on states at the same time."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: in a process of its own: what two threads share by mistake may end it without a word
AT_ONCE = """
import threading
from app.engine import commands
from tests.engine.running import Running, flow, user_task

running = Running().publish("p", '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>' + user_task("t") + user_task("u")
                            + flow("s", "t") + flow("t", "u") + flow("u", "e"))
state = running.start("p", words=[f"{n * 7919 % 1000003:x}" for n in range(1500)]).state
key, command = running.key_of("t"), running.by("officer")

def step():
    return commands.complete(running.world, command, state, key, {}).state

alone, different = step(), []

def work():
    for _ in range(150):
        if step() != alone:
            different.append(1)

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(alone) > 2000 and not different)
"""


def test_eight_threads_write_long_states_without_harming_each_other() -> None:
    order = [sys.executable, "-c", AT_ONCE]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr[-2000:]
