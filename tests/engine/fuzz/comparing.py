"""Walk a random process here, by chance; what was seen becomes the script that the stock library must see too."""

import random
from dataclasses import dataclass
from typing import Any

from app.engine import commands
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.running import Peer, settled
from tests.engine.fuzz.making import Made, Maker

MOST = 60


@dataclass(frozen=True)
class Found:
    """What came of one seed."""

    seed: int
    made: Made
    script: tuple[str, ...]
    #: what the stock library saw otherwise, or None
    difference: str | None
    #: the library's defect that explains it; empty: unexplained
    rule: str = ""


def walk(seed: int, *, depth: int = 3) -> tuple[Made, tuple[str, ...], Ours]:
    """Run a random process here with random acts, all that must hold being checked on the way."""
    made = Maker(seed, depth=depth).make()
    engine, choose = Ours(made.text), random.Random(seed)
    script = ["start"]
    engine.act("start", [], {}, {})
    used: set[str] = set()
    for _ in range(MOST):
        settled(engine.case)
        script += _seen(engine, made)
        if engine.progress.closed or not (engine.case.open or engine.progress.timers):
            break
        fresh = [name for name in made.messages if name not in used]
        if fresh and choose.random() < 0.2:
            name = choose.choice(fresh)
            reached = engine.act("send", [name], {}, {})
            script.append(f"send {name}" if reached else f"nobody send {name}")
            used |= {name} & made.once if reached else set()
        elif engine.progress.timers and (not engine.case.open or choose.random() < 0.15):
            script.append("wait 61m")
            engine.act("wait", ["61m"], {}, {})
        else:
            node = choose.choice(sorted({task.node for task in engine.case.open.values()}))
            value = choose.randint(0, 5)
            script.append(f"do {node} v={value}")
            engine.act("do", [node], {"v": value}, {})
    script.append("closed" if engine.progress.closed else "running")
    return made, tuple(script), engine


def _seen(engine: Ours, made: Made) -> list[str]:
    """Write down what stands open, and what a task that stands alone reads."""
    nodes = sorted(task.node for task in engine.case.open.values())
    lines = [" ".join(["open", *nodes])]
    if len(nodes) == 1:
        key = next(iter(engine.case.open))
        scope = commands.scope_of(engine.case.world, engine.case.by("officer"), engine.case.state, key)
        told = " ".join(f"{name}={_json(scope.get(name))}" for name in ["v", *made.names])
        lines.append(f"see {nodes[0]} {told}")
    return lines


def _json(value: Any) -> str:
    return "null" if value is None else str(value)


def compare(seed: int, peer: Peer, *, depth: int = 3) -> Found:
    """Walk a seed here and there."""
    made, script, engine = walk(seed, depth=depth)
    if parting := engine.case.again():
        raise AssertionError(f"seed {seed}: replay diverges: {parting}")
    difference = peer.ask(made.text, script, {})
    return Found(seed, made, script, difference, explained(made, difference) if difference else "")


#: defects of the stock library: (what the process has, what is seen, the defect)
RULES: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"join in loop"}), "", "a join inside a loop fires early or takes stale copies in a later round"),
)


def explained(made: Made, difference: str) -> str:
    """Name the defect of the library that explains a difference; empty where none does."""
    return next((why for has, seen, why in RULES if has <= made.features and seen in difference), "")
