"""States that earlier releases wrote, with the files they run by and what must come of them."""

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.domain.facts import canonical
from app.engine import settling
from tests.engine.corpus.acting import perform
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.running import corpus
from tests.engine.running import Running

HERE = Path(__file__).resolve().parent
#: case of the corpus -> lines of its script that come before the state is kept
KEPT = {
    "and-loop-abc-bca": 14, "or-join-in-a-sub-process-does-not-look-outside": 2, "complex-resets-in-a-loop": 9,
    "event-two-timers": 3, "boundary-timer-cycle": 4, "boundary-interrupts-at-once": 3,
    "many-output-over-existing-sequential": 2, "many-sub-process-parallel": 5, "call-itself-with-people": 4,
    "eventsub-message-non-interrupting-twice": 4, "compensate-by-a-sub-process": 4,
    "transaction-cancelled-compensates": 4,
    "adhoc-reads-its-variables": 3, "loop-maximum": 2, "data-object-seen-by-a-branch": 2,
    "task-service-outside-answers": 4, "catch-several-all-needed": 3, "values-every-name-survives": 3,
    "global-task-many": 3, "task-start-quantity-not-reached": 3, "values-inner-fork-of-a-branch": 3,
    "catch-message-correlation": 4,
    # the codec 4
    "many-nested-parallel": 1, "eventsub-in-each-instance": 3, "eventsub-several-in-one-scope": 3,
    "or-loop-abc-bca": 10, "conditional-non-interrupting-again": 2, "data-object-in-a-sub-process": 2, "adhoc-many": 1,
    "compensate-many-sub-processes": 2, "eventsub-timer-cycle": 3,
}  # fmt: skip


def paths() -> list[Path]:
    """List the kept files."""
    return sorted(HERE.glob("*.json"))


def keep(name: str) -> Path:
    """Run a case of the corpus up to its line, and keep its state and what comes after it.

    Raises:
        FileExistsError: what is kept is never written anew.
    """
    path = HERE / f"{name}.json"
    if path.exists():
        raise FileExistsError(f"{path.name} is kept already; a new release adds files, it changes none")
    case = next(case for case in corpus() if case.id == name)
    engine = Ours(case.drawing)
    perform(engine, case.script[:KEPT[name]])
    kept: dict[str, Any] = {
        "files": {key: content.decode() for key, content in engine.files.items()},
        "now": engine.case.now.isoformat(), "open": {key: task.node for key, task in engine.case.open.items()},
        "state": base64.b64encode(engine.case.state).decode(),
        "script": [line for line in case.script[KEPT[name]:] if not line.startswith(("times", "order"))],
    }  # fmt: skip
    kept["facts"] = go_on(kept)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def go_on(kept: dict[str, Any]) -> list[str]:
    """Go on from a kept state by its script; return the facts that this gives, one text each."""
    engine = Ours("", files={key: text.encode() for key, text in kept["files"].items()})
    case: Running = engine.case
    case.now = case.now.fromisoformat(kept["now"])
    case._open = {key: SimpleNamespace(key=key, node=node) for key, node in kept["open"].items()}
    state = base64.b64decode(kept["state"])
    case.progress = settling.settle(settling.opened(case.world, case.by(), state, suspended=None))
    # a first fact so that the driver does not begin anew
    case.facts = [SimpleNamespace(hash=bytes(32), kind="", node="", process="", nth=0, body="")]  # type: ignore[list-item]
    perform(engine, tuple(kept["script"]))
    return [f"{fact.kind} {fact.process}/{fact.node}#{fact.nth} {canonical(json.loads(fact.body))}"
            for fact in case.facts[1:]]
