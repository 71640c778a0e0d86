"""Measure how much there is to do."""

from app.domain.records_traffic import Load
from app.usecases import Tools


def measure_load(tools: Tools) -> Load:
    """Count open and overdue tasks, due and parked timers, what waits to be sent, and open incidents.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        return uow.load.measure(now)
