"""The metronome with everything on it: what is kept is delivered, what is called is performed, by itself."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.ports.outside import Outside
from app.scheduler import Metronome
from app.usecases.city import City
from tests.engine.running import service
from tests.ports.other_system import OtherSystem, running
from tests.usecases.drawn import END, START, Stage, catch, drawn, throw, work

ORDER = "={order: order}"
WAITER = drawn("waiter", START, catch("paid", "order.paid", correlation=ORDER), work("unpack"), END)
PAYER = drawn("payer", START, throw("pay", "order.paid", correlation=ORDER), work("rest"), END)
CALLER = drawn("caller", START, service("ask", "http.get", "found", url="address"), work("use"), END)


@pytest.fixture
def system() -> Iterator[OtherSystem]:
    with running() as found:
        yield found


def soon(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not what() and time.monotonic() < until:
        time.sleep(0.1)
    return what()


def test_what_is_kept_and_what_is_called_goes_on_by_itself(stage: Stage, system: OtherSystem, tmp_path: Path) -> None:
    tools = replace(
        stage.tools, outside=Outside([system.host]), city=City(stage.tools.store, stage.tools.config.city_dir),
        config=replace(stage.tools.config, tick_seconds=0.1),
    )  # fmt: skip
    stage.tools = tools
    stage.publish(WAITER, PAYER, CALLER)
    waiter = stage.start("waiter", order=1)
    slow, quick = (stage.start("caller", address=f"{system.url}/{name}") for name in ("slow", "quick"))
    system.usual = lambda e: (time.sleep(3 if e.path == "/slow" else 0), e.answer(200, {"path": e.path}))[1]
    metronome = Metronome(tools)
    with tools.store.unit_of_work() as other:
        other.cases.lock(waiter)
        stage.start("payer", order=1)
        metronome.start()
        try:
            # a system that thinks does not keep the others waiting
            assert soon(lambda: stage.open(quick) == ["use"])
            assert stage.open(slow) == [] and stage.open(waiter) == []
            other.rollback()
            assert soon(lambda: stage.open(waiter) == ["unpack"])
            assert soon(lambda: stage.open(slow) == ["use"])
        finally:
            metronome.stop()
    assert len(system.received) == 2
    stage.verified(waiter, slow, quick)
