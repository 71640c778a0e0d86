"""Commands in any order keep a case whole; every history runs again (`python -m tests.engine.properties`: many)."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine import commands
from app.engine.replay import replay
from tests.engine.corpus.acting import Difference
from tests.engine.properties.folding import Rows, fold_record, fold_tasks
from tests.engine.properties.roaming import Roamer, roam

#: a thousand and more by command
HISTORIES = 150
DRAWING = """
start s
user a
boundary b a non timer:R/PT1H
script k : event.late = counts.late | counts.late = counts.late + 1
user z
end e
end e2
s > a > z > e
b > k > e2
"""


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_of_commands_keeps_a_case_whole(data: st.DataObject) -> None:
    roam(lambda below: data.draw(st.integers(0, below - 1)))


@pytest.mark.parametrize("first", range(0, HISTORIES, 50))
def test_generated_histories_run_again_the_same(first: int) -> None:
    done = [roam(random.Random(seed).randrange, steps=20) for seed in range(first, first + 50)]
    assert sum(len(one.case.facts) for one in done) > 500
    acts = {line.split()[0].rstrip(":") for one in done for line in one.log}
    assert {"start", "do", "message", "fire", "steer", "stray", "resume", "migrate"} <= acts, "the walk does too little"


def begun() -> Roamer:
    roamer = Roamer(DRAWING, lambda below: 0)
    assert roamer.start()
    return roamer


def test_the_same_choices_give_the_same_bytes() -> None:
    one, two = (roam(random.Random(11).randrange) for _ in range(2))
    assert one.log == two.log
    assert [fact.body for fact in one.case.facts] == [fact.body for fact in two.case.facts]
    assert one.case.state == two.case.state


def test_a_task_that_ends_without_being_open_is_noticed() -> None:
    told = begun().case.progress
    with pytest.raises(Difference, match="ends without being open"):
        Rows().take(told._replace(opened=(), ended={"p/a#1": "completed"}))
    with pytest.raises(Difference, match="do not add up"):
        Rows().take(told._replace(set_timers=()))
    rows = Rows()
    rows.take(told)
    with pytest.raises(Difference, match="second time"):
        rows.take(told)


def test_a_changed_fact_is_noticed() -> None:
    roamer = begun()
    case = roamer.case
    case.now = case.now.replace(hour=10)
    roamer._take("fire", lambda command: commands.fire(case.world, command, case.state))
    assert fold_tasks(case.facts) == {"p/a#1"} and fold_record(case.facts)["counts"] == {"late": 1}
    index = next(i for i, fact in enumerate(case.facts) if fact.kind == "RecordChanged")
    forged = case.facts[index]._replace(body=case.facts[index].body.replace("0", "7"))
    found = replay(case.library, [*case.facts[:index], forged, *case.facts[index + 1:]], case.world)
    assert found and found.seq == forged.seq
