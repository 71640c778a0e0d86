"""Two real nodes and the timers of hundreds of cases at one moment: nothing twice, nothing lost, also when one dies."""

from pathlib import Path

import pytest

from app.ports import postgres
from bench import timers
from tests.api.serving import Product
from tests.api.trial_pack import FILES


@pytest.mark.timeout(300)
def test_a_killed_node_leaves_nothing_undone_and_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "CASES", 800)
    product = Product(tmp_path / "var")
    try:
        postgres.start(product.var, settings={"track_commit_timestamp": "on"})
        product.start_database()
        product.prepare({**FILES, "trial/due_task.bpmn": timers.due_task()})
        found = timers.drain(product, kill=True)
    finally:
        product.stop()
        postgres.stop(product.var)
    assert (found["cases"], found["twice"], found["lost"]) == (800, 0, 0)
    assert found["left_at_kill"] > 0
