"""Find out whose lights have changed by themselves."""

from collections.abc import Collection
from datetime import datetime

from app.domain.records_live import Place, Touched
from app.usecases import Tools


def find_passed_lights(
    tools: Tools, *, seats: Collection[Place], people: Collection[str], earlier: datetime, now: datetime
) -> Touched:
    """Say which of these seats and people have a task that has turned yellow or red between two moments."""
    with tools.store.unit_of_work() as uow:
        return uow.changes.lights(seats, people, earlier, now)
