"""What is long, wide or old runs like what is small."""

import time
from datetime import timedelta

import pytest

from app.engine import commands
from tests.engine.corpus.acting import Refused
from tests.engine.corpus.ours import Ours
from tests.engine.corpus.reading import words
from tests.engine.running import MONDAY, STREET


def acted(drawing: str, *lines: str) -> Ours:
    engine = Ours(drawing)
    for line in lines:
        assert engine.act(*words(line))
    return engine


def chain(kind: str, length: int) -> str:
    names = [f"n{number}" for number in range(length)]
    lines = [f"{kind} {name}" + (" : x = x + 1" if kind == "script" else "") for name in names]
    return "start s\nend e\n" + "\n".join(lines) + f"\ns > {' > '.join(names)} > e"


LOOP = """
start s
script k : n = n + 1
user u
xor g
end e
s > k > u > g
g > k if n < most
g > e default
"""


def test_two_thousand_elements_in_a_row():
    engine = acted(chain("script", 2000), "start x=0")
    assert engine.progress.closed
    assert len(engine.case.kinds("StepPassed")) == 2002
    assert engine.case.kinds("StepPassed")[-2]["changes"] == {"x": 2000}
    assert engine.case.again() is None


def test_the_state_does_not_grow_with_the_turns_of_a_loop():
    engine = acted(LOOP, "start n=0 most=2000")
    sizes = []
    for turn in range(1000):
        engine.act(*words(f"do u#{turn + 1} answer={turn % 7}"))
        sizes.append(len(engine.progress.state))
    assert max(sizes[100:]) <= max(sizes[:100]) + 40, "only the numbers have more digits"


ROUNDS = {
    "sub-process": "sub S {{\nstart a\nuser u\nend b\na > u > b\n}}\n{way}s > S > g\ng > S if n = 1",
    "fork": "xor m\nand f\nuser u\nscript k : x = n\nand j\n{way}s > m > f > u > j\nf > k > j > g\ng > m if n = 1",
    "inclusive": """xor m\nor f\nuser u\nscript k : x = n\nor j\n{way}s > m > f
        f > u if true\nf > k if true\nu > j\nk > j > g\ng > m if n = 1""",
    "instances": "user u each times:2 out:r outitem:w\n{way}s > u > g\ng > u if n = 1",
    "standard loop": "user u loop:(n = 1)\n{way}s > u > g",
    "signal": "xor m\nuser u\nthrow t signal:z\n{way}s > m > u > t > g\ng > m if n = 1",
    "boundary": """user u\nboundary b u non timer:R/PT1H\nscript k : x = 1\nend e2\n{way}s > u > g
        g > u if n = 1\nb > k > e2""",
}  # fmt: skip


@pytest.mark.parametrize("name", ROUNDS)
def test_what_has_passed_leaves_nothing_in_the_state(name: str):
    engine = acted("start s\n" + ROUNDS[name].format(way="xor g\nend e\n") + "\ng > e default", "start n=1")
    sizes = []
    for _ in range(120):
        engine.act(*words("do u n=1 w=1"))
        sizes.append(len(engine.progress.state))
    assert sizes[-1] <= sizes[20] + 40, "only the numbers have more digits"


def test_five_thousand_tokens_in_a_branch():
    ways = "\n".join(["f > a"] * 5)
    drawing = f"start s\nand f\nscript a gives:1000 : x = 1\nuser z\nend e\ns > f\n{ways}\na > z > e"
    engine = acted(drawing, "start")
    assert len(engine.case.open) == 5000
    engine.act(*words("do z#2500"))
    assert len(engine.case.open) == 4999 and not engine.progress.closed


def test_five_thousand_instances():
    engine = acted("start s\nuser a many times:5000 out:r outitem:w until:(numberOfCompletedInstances = 3)\nend e\n"
                   "s > a > e", "start")
    assert len(engine.case.open) == 5000
    for number in (1, 5000, 77):
        engine.act(*words(f"do a#{number} w={number}"))
    assert engine.progress.closed and not engine.case.open


@pytest.mark.parametrize("turns", [10_000])
def test_ten_thousand_turns_of_a_loop(turns: int):
    """Without the driver's list of facts: ten thousand commands, each from bytes to bytes."""
    engine = Ours(LOOP)
    world, at = engine.case.world, MONDAY
    progress = commands.start(world, engine.case.by("starter"), "p", {"n": 0, "most": turns}, dict(STREET))
    early = late = 0.0
    for turn in range(turns):
        at += timedelta(seconds=1)
        began = time.process_time()
        progress = commands.complete(world, engine.case.by("officer"), progress.state, f"p/u#{turn + 1}", {})
        spent = time.process_time() - began
        early += spent if turn < turns // 4 else 0
        late += spent if turn >= turns - turns // 4 else 0
    assert progress.closed
    # alike when nothing else runs; a case that grows dear with its age would be far beyond
    assert late < 5 * early, f"the last quarter took {late:.2f} s, the first {early:.2f} s"


RECURSION = """
start s
script k : n = n - 1
xor g
call me p
end e
s > k > g
g > me if n > 0
g > e default
me > e
"""


def test_ninety_nested_calls():
    engine = acted(RECURSION, "start n=90")
    assert engine.progress.closed and engine.case.again() is None


def test_calls_without_end_are_refused():
    with pytest.raises(Refused, match="call each other"):
        acted(RECURSION, "start n=1000000")


def test_circles_without_a_stop_are_refused():
    with pytest.raises(Refused, match="circles"):
        acted("start s\nscript k : n = n + 1\nxor g\nend e\ns > k > g\ng > k if n > 0\ng > e default", "start n=1")


def test_forty_levels_of_sub_processes():
    inside = "start s40\nuser u\nend e40\ns40 > u > e40"
    for level in range(39, -1, -1):
        inside = f"start s{level}\nsub S{level} {{\n{inside}\n}}\nend e{level}\ns{level} > S{level} > e{level}"
    engine = acted(inside, "start", "do u x=1")
    assert engine.progress.closed and engine.case.again() is None
