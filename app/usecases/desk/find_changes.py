"""Find out whom the newest changes concern."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.records_live import Touched
from app.store.changes import MOST
from app.usecases import Tools


@dataclass(frozen=True)
class Changes:
    """What has changed since one looked last."""

    touched: Touched
    #: the newest fact of every case that was looked at
    seen: Mapping[UUID, int]


def find_changes(tools: Tools, *, since: datetime, seen: Mapping[UUID, int]) -> Changes:
    """Look for facts that were recorded after a moment and not seen before.

    A fact bears the moment of its command and may be committed some seconds later; so one looks back further than the
    last look, and leaves out what one has seen.

    Args:
        since: some time before the last look.
        seen: the newest fact of cases that were looked at before.
    """
    with tools.store.unit_of_work() as uow:
        found = {case.id: case.seq for case in uow.changes.cases_since(since)}
        if len(found) > MOST:
            return Changes(Touched(everybody=True), found)
        fresh = [case for case, seq in found.items() if seq > seen.get(case, 0)]
        return Changes(uow.changes.touched(fresh, since), found)
