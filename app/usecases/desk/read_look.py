"""Read how somebody looks at his inbox."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.records_inbox import ViewRow
from app.usecases import Tools
from app.usecases.desk.inbox_columns import USUAL, known_columns


@dataclass(frozen=True)
class Look:
    """Columns and named filters."""

    columns: Sequence[str]
    #: the next task opens by itself when one is finished
    go_on: bool
    #: own ones first
    views: Sequence[ViewRow]


def read_look(tools: Tools, *, actor: Actor) -> Look:
    """Read which columns somebody has chosen, and the filters that he keeps or that are shared with a seat of his."""
    with tools.store.unit_of_work() as uow:
        columns, go_on, views = uow.inbox_views.look(actor)
    return Look(known_columns(columns) or USUAL, go_on, views)
