"""Random processes run as in the stock library, or its defect is named; `python -m tests.engine.fuzz` for many."""

import pytest

from tests.engine.corpus.running import Peer
from tests.engine.fuzz.comparing import compare
from tests.engine.fuzz.making import Maker

#: many more by command
PROCESSES = 80


def test_random_processes_run_as_in_the_stock_library():
    peer = Peer()
    try:
        found = [compare(seed, peer) for seed in range(PROCESSES)]
    finally:
        peer.close()
    unexplained = [f"seed {one.seed}: {one.difference}" for one in found if one.difference and not one.rule]
    assert not unexplained
    assert sum(one.difference is None for one in found) > 0.9 * PROCESSES


def test_a_seed_makes_one_process():
    assert Maker(7).make() == Maker(7).make() and Maker(7).make().text != Maker(8).make().text


def test_the_processes_have_everything_in_them():
    features = set[str]().union(*(Maker(seed).make().features for seed in range(5 * PROCESSES)))
    wanted = {"parallel", "inclusive", "exclusive", "beside", "join in loop", "join in fork", "join in sub",
              "boundary in loop", "boundary in fork", "boundary in sub", "many in loop", "many_sub in fork"}
    assert wanted <= features


@pytest.mark.parametrize("seed", [3, 17])
def test_a_difference_is_noticed(seed: int):
    peer = Peer()
    try:
        text = Maker(seed).make().text
        assert peer.ask(text, ("start", "open nothing.of.this"), {})
    finally:
        peer.close()
